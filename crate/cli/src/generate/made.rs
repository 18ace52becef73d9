//! What was made, and by which command.

use std::path::{Path, PathBuf};

use dps_x509_core::{
    generate::{File, FileKind, Recipe, Validity, Warning},
    name::RegistrationId,
};

use crate::shell;

/// Which command made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    SelfSigned,
    Chain,
    Device,
    Request,
    Verification,
}

impl Task {
    pub(super) const fn of(recipe: &Recipe<'_>) -> Self {
        match recipe {
            Recipe::SelfSigned { .. } => Self::SelfSigned,
            Recipe::Chain { .. } => Self::Chain,
            Recipe::Device { .. } => Self::Device,
            Recipe::Request { .. } => Self::Request,
            Recipe::Verification { .. } => Self::Verification,
        }
    }
}

/// Everything that was made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) task: Task,
    pub(super) out: PathBuf,
    pub(super) files: Vec<File>,
    pub(super) warnings: Vec<Warning>,
}

impl Made {
    /// The path of a file as a command takes it.
    pub(super) fn path(&self, name: &str) -> String {
        let path = if self.out == Path::new(".") { PathBuf::from(name) } else { self.out.join(name) };
        shell::path(&path)
    }

    /// The devices, in their order.
    pub(super) fn devices(&self) -> Vec<&RegistrationId> {
        let of_device = |file: &&File| file.kind == FileKind::DeviceKey;
        self.files.iter().filter(of_device).filter_map(|file| file.registration_id.as_ref()).collect()
    }

    pub(super) fn validity(&self, kind: FileKind) -> Option<Validity> {
        let file = self.files.iter().find(|file| file.kind == kind)?;
        file.certificate.as_ref().map(|(_, validity)| *validity)
    }
}
