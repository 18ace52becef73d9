//! Files and settings, as they are written in a request.

use std::time::Duration;

use base64ct::{Base64, Encoding};
use dps_x509_core::{
    cert::{self, Inputs, Read, UnixTime, key::Passphrase},
    finding::{Finding, Place},
    name::Cloud,
    session,
};
use serde::{Deserialize, Deserializer, de};
use zeroize::Zeroizing;

use crate::answer::Wrong;

/// Text that is wiped, for it may hold a secret.
pub(crate) struct Text(pub(crate) Zeroizing<String>);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

/// Bytes, written in base64.
pub(crate) struct Bytes(pub(crate) Zeroizing<Vec<u8>>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Text(text) = Text::deserialize(deserializer)?;
        let bytes = Base64::decode_vec(&text);
        bytes.map(|bytes| Self(Zeroizing::new(bytes))).map_err(|_| de::Error::custom("it is no base64"))
    }
}

impl Bytes {
    /// Exactly so many.
    pub(crate) fn exactly<const N: usize>(&self) -> Result<Zeroizing<[u8; N]>, Wrong> {
        let bytes =
            self.0.as_slice().try_into().map_err(|_| Wrong::from(format!("A seed has {N} random bytes.")))?;
        Ok(Zeroizing::new(bytes))
    }
}

/// A file: its content as text or in base64, and what is known of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    name: Option<String>,
    text: Option<Text>,
    base64: Option<Bytes>,
    purpose: Option<Purpose>,
    input: Option<String>,
}

/// What it is meant to hold.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Purpose {
    Any,
    DeviceChain,
    DeviceKey,
    GroupCa,
    ServerTrust,
}

impl File {
    fn read(self, otherwise: cert::Purpose) -> Result<Read, Wrong> {
        let bytes = content(self.text, self.base64)?;
        let mut place = Place::default();
        (place.input, place.path) = (self.input.map(Into::into), self.name);
        let purpose = match self.purpose {
            None => otherwise,
            Some(Purpose::Any) => cert::Purpose::Any,
            Some(Purpose::DeviceChain) => cert::Purpose::DeviceChain,
            Some(Purpose::DeviceKey) => cert::Purpose::DeviceKey,
            Some(Purpose::GroupCa) => cert::Purpose::GroupCa,
            Some(Purpose::ServerTrust) => cert::Purpose::ServerTrust,
        };
        Ok(Read::new(purpose, place, bytes))
    }
}

/// The bytes of what is written in one of two ways.
pub(crate) fn content(text: Option<Text>, base64: Option<Bytes>) -> Result<Zeroizing<Vec<u8>>, Wrong> {
    match (text, base64) {
        (Some(Text(text)), None) => Ok(Zeroizing::new(text.as_bytes().to_vec())),
        (None, Some(Bytes(bytes))) => Ok(bytes),
        _ => Err("What is in a file is either `text` or `base64`.".into()),
    }
}

/// Files, each for what it says, or else for this.
pub(crate) fn files(files: Vec<File>, otherwise: cert::Purpose) -> Result<Vec<Read>, Wrong> {
    files.into_iter().map(|file| file.read(otherwise)).collect()
}

/// What is known besides the files.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Settings {
    registration_id: Option<String>,
    at: Option<i64>,
    expires_within_days: Option<u32>,
    cloud: Option<String>,
    #[serde(default)]
    enrollment: Enrollment,
    passphrase: Option<Text>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Enrollment {
    #[default]
    Unknown,
    Individual,
    Group,
}

/// The seconds of a day.
pub(crate) const DAY: u64 = 86_400;

impl Settings {
    /// With the files as the core takes them, and what may be wrong with the registration ID.
    pub(crate) fn inputs(self, given: Vec<File>) -> Result<(Inputs, Vec<Finding>), Wrong> {
        let (text, mut inputs) = self.without_name(given)?;
        let told = text.as_deref().map(session::Settings::registration_id).transpose().map_err(Wrong::of)?;
        let (id, doubts) = told.unzip();
        inputs.registration_id = id;
        Ok((inputs, doubts.unwrap_or_default()))
    }

    /// The same, where somebody else judges the registration ID.
    pub(crate) fn without_name(self, given: Vec<File>) -> Result<(Option<String>, Inputs), Wrong> {
        let cloud = self.cloud.map(|name| cloud(&name)).transpose()?;
        let inputs = Inputs {
            files: files(given, cert::Purpose::Any)?,
            at: self.at.map(UnixTime::from_seconds),
            expires_within: self.expires_within_days.map(|days| Duration::from_secs(u64::from(days) * DAY)),
            cloud,
            enrollment: match self.enrollment {
                Enrollment::Unknown => cert::Enrollment::Unknown,
                Enrollment::Individual => cert::Enrollment::Individual,
                Enrollment::Group => cert::Enrollment::Group,
            },
            passphrase: self.passphrase.map(|Text(text)| Passphrase::new(text.as_bytes().to_vec())),
            ..Inputs::default()
        };
        Ok((self.registration_id, inputs))
    }
}

/// The cloud of this name.
pub(crate) fn cloud(name: &str) -> Result<Cloud, Wrong> {
    name.parse().map_err(|_| Wrong::unknown(name, "cloud of DPS"))
}
