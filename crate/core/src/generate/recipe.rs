//! What can be made: which certificates, for which devices, and which files come of it.

use std::time::Duration;

use super::{DEVICES, FileKind, Issuer, KeyType, Parts};
use crate::{cert::UnixTime, name::RegistrationId};

pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What is to be made. Private keys are written unencrypted.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a caller says what is to be made")]
pub enum Recipe<'a> {
    /// A device that signs its own certificate, for an individual enrollment.
    SelfSigned {
        /// The device.
        device: NewDevice,
        /// Of its key.
        key_type: KeyType,
    },
    /// A root, an intermediate below it, and devices below that, for an enrollment group.
    Chain {
        /// The device; of several what their names begin with.
        device: NewDevice,
        /// Of all keys.
        key_type: KeyType,
        /// How many devices, from 1 to [`Recipe::MAX_DEVICES`]: they are called ID-1, ID-2, … and get a folder each. `None` is
        /// the one device of that name, with its files beside those of its CAs.
        count: Option<u32>,
    },
    /// A device below a CA that there is already.
    Device {
        /// The CA.
        issuer: &'a Issuer,
        /// The device.
        device: NewDevice,
        /// Of its key.
        key_type: KeyType,
    },
    /// A key, and a request for a CA to sign.
    Request {
        /// The device.
        registration_id: RegistrationId,
        /// What its subject has besides.
        parts: Parts,
        /// The preview of DPS that issues certificates takes P-384 only.
        key_type: KeyType,
    },
    /// The certificate that proves to DPS that somebody has a CA's key.
    Verification {
        /// The CA.
        issuer: &'a Issuer,
        /// What DPS gave for this CA; blanks around it are left out.
        code: &'a str,
    },
}

/// A device that gets a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a caller says what it knows of it")]
pub struct NewDevice {
    /// It becomes the certificate's CN.
    pub registration_id: RegistrationId,
    /// What its subject has besides.
    pub parts: Parts,
    /// How long its certificate is valid.
    pub valid_for: Duration,
    /// When validity begins; without it an hour ago, for devices whose clock is behind.
    pub not_before: Option<UnixTime>,
}

impl NewDevice {
    /// How long a device is valid if nobody says otherwise.
    pub const VALID_FOR: Duration = DAY.saturating_mul(365);
}

impl Recipe<'_> {
    /// Most devices of one chain.
    pub const MAX_DEVICES: u32 = 100_000;

    /// Every name that comes into the folder: of files, and of the folder that many devices share.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        let of = |kinds: &[FileKind]| kinds.iter().map(|kind| kind.file_name()).collect::<Vec<_>>();
        let device = [FileKind::Device, FileKind::DeviceKey, FileKind::DeviceFullChain];
        let cas = [
            FileKind::Root,
            FileKind::RootKey,
            FileKind::Intermediate,
            FileKind::IntermediateKey,
            FileKind::Enrollments,
        ];
        match self {
            Self::SelfSigned { .. } => of(&[FileKind::Device, FileKind::DeviceKey, FileKind::Enrollments]),
            Self::Chain { count: None, .. } => [of(&cas), of(&device)].concat(),
            Self::Chain { .. } => [of(&cas), vec![DEVICES]].concat(),
            Self::Device { .. } => of(&device),
            Self::Request { .. } => of(&[FileKind::Request, FileKind::DeviceKey]),
            Self::Verification { .. } => of(&[FileKind::Verification]),
        }
    }
}
