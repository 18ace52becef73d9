//! Files that were read, with the flag and path that they came by.

use std::{io::ErrorKind, path::Path};

use dps_x509_core::{
    cert::{self, Purpose, Read},
    finding::Finding,
};

use crate::{
    flag::Situation,
    input::{place, read, reason},
};

/// The files of one device.
#[derive(Clone, Default)]
pub(crate) struct Files {
    /// In the order in which they were given.
    read: Vec<Read>,
    /// What could not be read.
    unreadable: Vec<Finding>,
}

impl Files {
    /// Reads files: what each is meant to hold, the flag it came by (empty without one), its path.
    pub(crate) fn read<'a>(&mut self, files: impl IntoIterator<Item = (Purpose, &'a str, &'a Path)>) {
        for (purpose, flag, path) in files {
            let place = place(flag, path);
            match read(path) {
                Ok(bytes) => self.read.push(Read::new(purpose, place, bytes)),
                Err(error) if error.kind() == ErrorKind::IsADirectory => {
                    let mut finding = cert::unreadable(place, "it is a folder");
                    finding.next_step =
                        "Give a file; `dps-x509 check DIR` finds the files of a device.".into();
                    self.unreadable.push(finding);
                }
                Err(error) => self.unreadable.push(cert::unreadable(place, reason(&error))),
            }
        }
    }

    /// Reads the files of `--group-ca` and `--trust`.
    pub(crate) fn read_situation(&mut self, situation: &Situation) {
        self.read(situation.group_ca.iter().map(|path| (Purpose::GroupCa, "--group-ca", path.as_path())));
        self.read(situation.trust.iter().map(|path| (Purpose::ServerTrust, "--trust", path.as_path())));
    }

    /// The files as the core takes them.
    pub(crate) fn all(&self) -> &[Read] {
        &self.read
    }

    /// What could not be read.
    pub(crate) fn unreadable(&self) -> &[Finding] {
        &self.unreadable
    }
}
