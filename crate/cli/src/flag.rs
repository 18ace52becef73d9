//! What the flags of several commands take, and how it is read.

mod device;
mod dps;

pub(crate) use device::Device;
pub(crate) use dps::{Dps, no_root};

use std::path::PathBuf;

use clap::ValueEnum;
use dps_x509_core::{
    cert::{self, UnixTime},
    name::{Cloud, RegistrationId},
};

use crate::input;

/// What is known of a device besides its own files.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub(crate) struct Situation {
    /// How the device is enrolled
    #[arg(long, value_name = "HOW", value_enum, default_value_t)]
    pub(crate) enrollment: Enrollment,
    /// CA certificate that was uploaded to the service; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) group_ca: Vec<PathBuf>,
    /// What the device trusts the server by, its "CA file"; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Vec<PathBuf>,
    /// Azure cloud: public, usgov or china; none for a server of one's own, such as the emulator
    #[arg(long, value_name = "CLOUD", default_value = "public", value_parser = server)]
    pub(crate) cloud: Server,
    /// When to judge validity, such as 2027-01-31 or 2027-01-31T12:00:00Z [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) at: Option<UnixTime>,
}

/// How the device is enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Enrollment {
    /// By its own certificate
    Individual,
    /// By a CA that its chain leads to
    Group,
    /// Not said
    #[default]
    Unknown,
}

impl From<Enrollment> for cert::Enrollment {
    fn from(enrollment: Enrollment) -> Self {
        match enrollment {
            Enrollment::Individual => Self::Individual,
            Enrollment::Group => Self::Group,
            Enrollment::Unknown => Self::Unknown,
        }
    }
}

/// A cloud, or a server of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Server(pub(crate) Option<Cloud>);

/// A cloud by its name, or none.
pub(crate) fn server(text: &str) -> Result<Server, String> {
    if text == "none" {
        return Ok(Server(None));
    }
    text.parse().map(|cloud| Server(Some(cloud))).map_err(|error| format!("{error}, or none"))
}

/// A day or a moment in UTC.
pub(crate) fn time(text: &str) -> Result<UnixTime, String> {
    let whole = if text.len() == "2027-01-31".len() { format!("{text}T00:00:00Z") } else { text.to_owned() };
    humantime::parse_rfc3339_weak(&whole)
        .map(input::unix_time)
        .map_err(|_| "write a time as 2027-01-31 or 2027-01-31T12:00:00Z, in UTC".to_owned())
}

/// A registration ID that the service takes.
pub(crate) fn registration_id(text: &str) -> Result<RegistrationId, String> {
    RegistrationId::new(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(time("2027-01-31").unwrap().to_string(), "2027-01-31 00:00:00 UTC");
        assert_eq!(time("2027-01-31T12:00:00Z").unwrap().to_string(), "2027-01-31 12:00:00 UTC");
        assert_eq!(time("2027-01-31 12:00:00").unwrap().to_string(), "2027-01-31 12:00:00 UTC");
        for wrong in ["", "tomorrow", "2027-13-01", "2027-02-30", "31.01.2027", "äääää"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn servers() {
        assert_eq!(server("none"), Ok(Server(None)));
        assert_eq!(server("china"), Ok(Server(Some(Cloud::China))));
        assert!(server("mars").unwrap_err().contains("none"));
    }
}
