//! Files and settings for the core.

use std::time::Duration;

use dps_x509_core::{
    cert::{self, Enrollment, Kind, Purpose, Read, Report, UnixTime, key::Passphrase},
    finding::{Finding, Place},
    name::{Cloud, RegistrationId},
    session::Settings,
};
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

use crate::{unknown, wrong_settings};

/// What is to be looked at: files and settings.
#[wasm_bindgen]
#[derive(Default)]
pub struct Inputs {
    pub(crate) files: Vec<Read>,
    pub(crate) registration_id: Option<RegistrationId>,
    /// What may be wrong with the registration ID, or why it is none.
    pub(crate) doubts: Vec<Finding>,
    at: Option<UnixTime>,
    expires_within: Option<Duration>,
    pub(crate) cloud: Option<Cloud>,
    pub(crate) enrollment: Enrollment,
    pub(crate) passphrase: Option<Passphrase>,
    pub(crate) der: Vec<u8>,
    pub(crate) key: Vec<u8>,
    pub(crate) may_hold_secret: bool,
}

#[wasm_bindgen]
impl Inputs {
    /// Nothing yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file: what it is meant to hold, the input as its user knows it, its name, its bytes.
    ///
    /// # Errors
    /// The purpose is none.
    pub fn add(
        &mut self,
        purpose: &str,
        input: Option<String>,
        path: Option<String>,
        bytes: Vec<u8>,
    ) -> Result<(), String> {
        let bytes = Zeroizing::new(bytes);
        let purpose = match purpose {
            "any" => Purpose::Any,
            "device-chain" => Purpose::DeviceChain,
            "device-key" => Purpose::DeviceKey,
            "group-ca" => Purpose::GroupCa,
            "server-trust" => Purpose::ServerTrust,
            other => return Err(unknown(other, "purpose of a file")),
        };
        let mut place = Place::default();
        (place.input, place.path) = (input.map(Into::into), path);
        self.take(purpose, place, &bytes);
        Ok(())
    }

    /// The registration ID that the device is to register as.
    ///
    /// # Errors
    /// It is none; the findings say why.
    #[wasm_bindgen(js_name = registrationId)]
    pub fn registration_id(&mut self, text: &str) -> Result<(), String> {
        let (id, doubts) = Settings::registration_id(text).map_err(|findings| wrong_settings(&findings))?;
        (self.registration_id, self.doubts) = (Some(id), doubts);
        Ok(())
    }

    /// When, in seconds since 1970, and for how many more a certificate should be valid.
    pub fn time(&mut self, at: f64, expires_within: Option<f64>) {
        self.at = Some(UnixTime::from_seconds(seconds(at)));
        self.expires_within = expires_within.and_then(|within| Duration::try_from_secs_f64(within).ok());
    }

    /// The cloud that the device is to be provisioned in.
    ///
    /// # Errors
    /// It is none.
    pub fn cloud(&mut self, text: &str) -> Result<(), String> {
        self.cloud = Some(text.parse().map_err(|_| unknown(text, "cloud of DPS"))?);
        Ok(())
    }

    /// How the device is enrolled.
    ///
    /// # Errors
    /// It is no way to be enrolled.
    pub fn enrollment(&mut self, text: &str) -> Result<(), String> {
        self.enrollment = match text {
            "individual" => Enrollment::Individual,
            "group" => Enrollment::Group,
            other => return Err(unknown(other, "kind of enrollment")),
        };
        Ok(())
    }

    /// The passphrase of encrypted keys and stores.
    pub fn passphrase(&mut self, bytes: Vec<u8>) {
        self.passphrase = Some(Passphrase::new(bytes));
    }

    /// Whether bytes of a secret may have been in the memory during the last call.
    #[wasm_bindgen(getter, js_name = mayHoldSecret)]
    #[must_use]
    pub fn may_hold_secret(&self) -> bool {
        self.may_hold_secret
    }
}

impl Inputs {
    /// What is plain is read as such: looking for what was meant is in the second module.
    fn take(&mut self, purpose: Purpose, place: Place, bytes: &Zeroizing<Vec<u8>>) {
        let plain = Read::plain(purpose, place.clone(), bytes.clone());
        self.files.push(plain.unwrap_or_else(|_| Read::new(purpose, place, bytes.clone())));
    }

    /// As the core takes them.
    pub(crate) fn inputs(&self) -> cert::Inputs {
        cert::Inputs {
            files: self.files.clone(),
            registration_id: self.registration_id.clone(),
            at: self.at,
            expires_within: self.expires_within,
            cloud: self.cloud,
            enrollment: self.enrollment,
            passphrase: self.passphrase.clone(),
            ..cert::Inputs::default()
        }
    }

    /// Checks them, and notes what the package has to know of it.
    pub(crate) fn check(&mut self) -> Report {
        let report = cert::check(&self.inputs());
        self.note(&report);
        report
    }

    /// The same, with what is to be said of the registration ID before everything else.
    pub(crate) fn report(&mut self) -> Report {
        let mut report = self.check();
        report.findings.splice(0..0, self.doubts.iter().cloned());
        report
    }

    /// Notes what the package has to know of a report.
    pub(crate) fn note(&mut self, report: &Report) {
        // What could not be read may have been a key.
        self.may_hold_secret |= self.passphrase.is_some()
            || report.items.iter().any(|item| !is_public(item.kind))
            || report.findings.iter().any(|finding| finding.family().is_about_files());
    }
}

const fn is_public(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Certificate | Kind::CertificateRequest | Kind::RevocationList | Kind::PublicKey | Kind::Pkcs7
    )
}

/// Whole seconds; what is no number of them is the nearest that is.
#[allow(clippy::as_conversions, reason = "from a float there is no other way; it saturates")]
const fn seconds(number: f64) -> i64 {
    number.floor() as i64
}
