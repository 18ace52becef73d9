//! What was made: files, and what each is for.

use std::path::{Path, PathBuf};

use dps_x509_core::{generate::Validity, name::RegistrationId};

/// The folder of many devices.
pub(super) const DEVICES: &str = "devices";

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    RootKey,
    Intermediate,
    IntermediateKey,
    Device,
    DeviceKey,
    DeviceFullChain,
    Request,
    Verification,
    Enrollments,
}

impl Kind {
    pub(super) const fn file_name(self) -> &'static str {
        match self {
            Self::Root => "root.pem",
            Self::RootKey => "root-key.pem",
            Self::Intermediate => "intermediate.pem",
            Self::IntermediateKey => "intermediate-key.pem",
            Self::Device => "device.pem",
            Self::DeviceKey => "device-key.pem",
            Self::DeviceFullChain => "device-full-chain.pem",
            Self::Request => "device-csr.pem",
            Self::Verification => "verification.pem",
            Self::Enrollments => "enrollments.toml",
        }
    }

    /// As JSON has it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root-certificate",
            Self::RootKey => "root-key",
            Self::Intermediate => "intermediate-certificate",
            Self::IntermediateKey => "intermediate-key",
            Self::Device => "device-certificate",
            Self::DeviceKey => "device-key",
            Self::DeviceFullChain => "device-full-chain",
            Self::Request => "certificate-signing-request",
            Self::Verification => "verification-certificate",
            Self::Enrollments => "enrollments",
        }
    }

    pub(super) const fn is_secret(self) -> bool {
        matches!(self, Self::RootKey | Self::IntermediateKey | Self::DeviceKey)
    }
}

/// One file.
#[derive(Debug)]
pub(super) struct File {
    pub(super) kind: Kind,
    /// Below the folder.
    pub(super) name: String,
    /// The device that it belongs to.
    pub(super) registration_id: Option<RegistrationId>,
    /// Subject and validity of the certificate in it, of the first one in a chain.
    pub(super) certificate: Option<(String, Validity)>,
}

/// Which command made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    SelfSigned,
    Chain,
    /// Below a CA; whether its certificate ends with that CA, before its time.
    Device {
        ends_early: bool,
    },
    Request,
    Verification,
}

/// Everything that was made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) task: Task,
    pub(super) out: PathBuf,
    pub(super) files: Vec<File>,
}

impl Made {
    /// The path of a file as a command takes it.
    pub(super) fn path(&self, name: &str) -> String {
        let path = if self.out == Path::new(".") { PathBuf::from(name) } else { self.out.join(name) };
        let path = path.display().to_string();
        // A path is not to be taken for a flag.
        if path.starts_with('-') { format!("./{path}") } else { path }
    }

    /// The devices, in their order.
    pub(super) fn devices(&self) -> Vec<&RegistrationId> {
        let of_device = |file: &&File| file.kind == Kind::DeviceKey;
        self.files.iter().filter(of_device).filter_map(|file| file.registration_id.as_ref()).collect()
    }

    pub(super) fn validity(&self, kind: Kind) -> Option<Validity> {
        let file = self.files.iter().find(|file| file.kind == kind)?;
        file.certificate.as_ref().map(|(_, validity)| *validity)
    }
}
