//! What can be made: which certificates, how long they are valid, which files come of it.

use std::{fmt, time::Duration};

use super::{DEVICES, FileKind, Given, KeyType, Parts, Random, bench::Bench, file::rfc3339};
use crate::{cert::UnixTime, generate::Error, name::RegistrationId};

pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long CAs are valid, unless their devices are longer.
pub(super) const AUTHORITY: Duration = DAY.saturating_mul(3650);
/// DPS looks at it once.
pub(super) const VERIFICATION: Duration = DAY.saturating_mul(30);
/// Clocks of devices are behind.
pub(super) const LEEWAY: Duration = Duration::from_secs(60 * 60);

/// What is to be made. Private keys are written unencrypted.
#[derive(Debug)]
pub enum Recipe<'a> {
    /// A device that signs its own certificate, for an individual enrollment.
    SelfSigned {
        /// The device.
        device: Device,
        /// Of its key.
        key_type: KeyType,
    },
    /// A root, an intermediate below it, and devices below that, for an enrollment group.
    Chain {
        /// The device; of several what their names begin with.
        device: Device,
        /// Of all keys.
        key_type: KeyType,
        /// How many devices, from 1 to [`Recipe::MAX_DEVICES`]. More than one are called ID-1, ID-2, … and get a
        /// folder each.
        count: u32,
    },
    /// A device below a CA that there is already.
    Device {
        /// The CA.
        given: &'a Given,
        /// The device.
        device: Device,
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
        given: &'a Given,
        /// What DPS gave for this CA; blanks around it are left out.
        code: &'a str,
    },
}

/// A device that gets a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// It becomes the certificate's CN.
    pub registration_id: RegistrationId,
    /// What its subject has besides.
    pub parts: Parts,
    /// How long its certificate is valid.
    pub valid_for: Duration,
    /// When validity begins; without it an hour ago, for devices whose clock is behind.
    pub not_before: Option<UnixTime>,
}

impl Device {
    /// How long a device is valid if nobody says otherwise.
    pub const VALID_FOR: Duration = DAY.saturating_mul(365);
}

/// Where something is made: who puts the files away, and who watches.
pub trait Workshop {
    /// Why it stops.
    type Error: From<Error>;

    /// A key is searched for. Not called for curves, whose keys are found at once.
    ///
    /// # Errors
    /// To stop.
    fn searching(&mut self, key_type: KeyType, progress: super::Progress) -> Result<(), Self::Error>;

    /// Takes a file. The text is wiped afterwards.
    ///
    /// # Errors
    /// It cannot be written.
    fn write(&mut self, file: super::File, text: &str) -> Result<(), Self::Error>;

    /// One more device of a chain is done.
    ///
    /// # Errors
    /// To stop.
    fn device_done(&mut self, key_type: KeyType) -> Result<(), Self::Error>;
}

/// What its user should know of what was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// A device's certificate ends with its CA, before its time.
    EndsWithAuthority {
        /// Then, since 1970.
        not_after: Duration,
    },
    /// Of the registration ID.
    UpperCase,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndsWithAuthority { not_after } => {
                write!(f, "Valid until {}: no longer than the CA, which ends then.", rfc3339(*not_after))
            }
            Self::UpperCase => f.write_str(
                "The registration ID has upper-case letters: the service of 2018 refused them, today's documents \
                 do not.",
            ),
        }
    }
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
            Self::Chain { count: 1, .. } => [of(&cas), of(&device)].concat(),
            Self::Chain { .. } => [of(&cas), vec![DEVICES]].concat(),
            Self::Device { .. } => of(&device),
            Self::Request { .. } => of(&[FileKind::Request, FileKind::DeviceKey]),
            Self::Verification { .. } => of(&[FileKind::Verification]),
        }
    }

    /// Makes it. `now` is the time since 1970.
    ///
    /// # Errors
    /// What the workshop says, or an [`Error`]. What was written before is not enough for anything.
    pub fn make<W: Workshop>(
        &self,
        now: Duration,
        random: &mut Random,
        workshop: &mut W,
    ) -> Result<Vec<Warning>, W::Error> {
        let mut bench = Bench { now, random, workshop };
        let mut warnings = Vec::new();
        let id = match self {
            Self::SelfSigned { device, key_type } => {
                bench.self_signed(device, *key_type)?;
                &device.registration_id
            }
            Self::Chain { device, key_type, count } => {
                bench.chain(device, *key_type, *count)?;
                &device.registration_id
            }
            Self::Device { given, device, key_type } => {
                warnings.extend(bench.device(device, *key_type, given)?);
                &device.registration_id
            }
            Self::Request { registration_id, parts, key_type } => {
                bench.request(registration_id, parts, *key_type)?;
                registration_id
            }
            Self::Verification { given, code } => {
                bench.verification(code, given)?;
                return Ok(warnings);
            }
        };
        if id.has_uppercase() {
            warnings.push(Warning::UpperCase);
        }
        Ok(warnings)
    }
}
