//! Files and settings into the core, reports out of it.

use std::time::Duration;

use dps_x509_core::{
    cert::{
        self, Enrollment, Kind, Purpose, Report, UnixTime,
        key::{KeyType, Passphrase},
        repair::{Repair, repair},
    },
    explain,
    finding::{Place, json},
    name::{Cloud, RegistrationId},
    service::{Answer, Channel},
    session::Settings,
};
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

use crate::{wrong, wrong_settings};

/// What is to be looked at: files and settings.
#[wasm_bindgen]
#[derive(Default)]
pub struct Inputs {
    files: Vec<File>,
    registration_id: Option<RegistrationId>,
    at: Option<UnixTime>,
    expires_within: Option<Duration>,
    cloud: Option<Cloud>,
    enrollment: Enrollment,
    passphrase: Option<Passphrase>,
    needs_complete: bool,
    may_hold_secret: bool,
}

struct File {
    purpose: Purpose,
    place: Place,
    bytes: Zeroizing<Vec<u8>>,
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
            other => return Err(wrong(&format!("\"{other}\" is no purpose of a file."), &[])),
        };
        let mut place = Place::default();
        (place.input, place.path) = (input, path);
        self.files.push(File { purpose, place, bytes });
        Ok(())
    }

    /// The registration ID that the device is to register as.
    ///
    /// # Errors
    /// It is none; the findings say why.
    #[wasm_bindgen(js_name = registrationId)]
    pub fn registration_id(&mut self, text: &str) -> Result<(), String> {
        let id = Settings::registration_id(text).map_err(|findings| wrong_settings(&findings))?;
        self.registration_id = Some(id);
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
        self.cloud = Some(text.parse().map_err(|_| wrong(&format!("\"{text}\" is no cloud of DPS."), &[]))?);
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
            other => return Err(wrong(&format!("\"{other}\" is no kind of enrollment."), &[])),
        };
        Ok(())
    }

    /// The passphrase of encrypted keys and stores.
    pub fn passphrase(&mut self, bytes: Vec<u8>) {
        self.passphrase = Some(Passphrase::new(bytes));
    }

    /// The report as JSON text, `crate/core/schema/check.json`.
    #[must_use]
    pub fn inspect(&mut self) -> String {
        cert::json::report(&self.check()).to_string()
    }

    /// A refusal of the service as findings, as JSON text: the refusal first, then what in the files is likely behind
    /// it.
    ///
    /// # Errors
    /// The channel is none.
    pub fn refusal(
        &mut self,
        channel: &str,
        status: u16,
        code: Option<u32>,
        message: Option<String>,
    ) -> Result<String, String> {
        let channel = match channel {
            "request" => Channel::Request,
            "operation" => Channel::Operation,
            "connack" => Channel::Connack,
            "suback" => Channel::Suback,
            other => return Err(wrong(&format!("\"{other}\" is no channel of an answer."), &[])),
        };
        let answer = Answer { channel, status, code, message, ..Answer::default() };
        let findings: Value = explain::refusal(&answer, &self.check()).iter().map(json::finding).collect();
        Ok(findings.to_string())
    }

    /// The files as they should have been, as JSON text: `fullChain` for a client, and `files` in their order.
    #[must_use]
    pub fn repair(&mut self) -> String {
        let report = self.check();
        let inputs = self.inputs();
        let files = inputs.files.iter().map(|input| {
            let path = &input.place.path;
            match repair(input) {
                Repair::Needless => json!({ "path": path, "outcome": "needless" }),
                Repair::Done { text, is_secret, is_without_key } => json!({
                    "path": path, "outcome": "done", "text": text.as_str(), "secret": is_secret, "withoutKey": is_without_key,
                }),
                Repair::Impossible(why) => json!({ "path": path, "outcome": "impossible", "why": why }),
            }
        });
        let full_chain = report.full_chain_pem();
        json!({ "fullChain": full_chain, "files": files.collect::<Value>() }).to_string()
    }

    /// What changed between the certificates here and those that are to follow, as JSON text.
    ///
    /// # Errors
    /// One of them has no certificate to compare.
    #[cfg(feature = "complete")]
    pub fn compare(&mut self, new: &mut Self) -> Result<String, String> {
        let (old, new) = (self.check(), new.check());
        let comparison =
            cert::compare::compare(&old.chain, &new.chain, self.enrollment).ok_or_else(|| {
                let (which, report) = if old.chain.leaf.is_none() { ("old", &old) } else { ("new", &new) };
                wrong(&format!("The {which} files hold no one certificate to compare."), &report.findings)
            })?;
        let mut object = comparison.to_json();
        object.insert("sentence".to_owned(), json!(comparison.sentence()));
        object.insert("text".to_owned(), json!(comparison.to_string()));
        Ok(Value::Object(object).to_string())
    }

    /// Whether the last call met something that only the complete module reads.
    #[wasm_bindgen(getter, js_name = needsComplete)]
    #[must_use]
    pub fn needs_complete(&self) -> bool {
        self.needs_complete
    }

    /// Whether bytes of a secret may have been in the memory during the last call.
    #[wasm_bindgen(getter, js_name = mayHoldSecret)]
    #[must_use]
    pub fn may_hold_secret(&self) -> bool {
        self.may_hold_secret
    }
}

impl Inputs {
    fn inputs(&self) -> cert::Inputs<'_> {
        let files = self.files.iter().map(|file| cert::Input {
            purpose: file.purpose,
            place: file.place.clone(),
            bytes: &file.bytes,
        });
        cert::Inputs {
            files: files.collect(),
            registration_id: self.registration_id.clone(),
            at: self.at,
            expires_within: self.expires_within,
            cloud: self.cloud,
            enrollment: self.enrollment,
            passphrase: self.passphrase.clone(),
        }
    }

    fn check(&mut self) -> Report {
        let report = cert::check(&self.inputs());
        self.needs_complete = !cfg!(feature = "complete") && needs_complete(&report);
        // What could not be read may have been a key.
        self.may_hold_secret = self.passphrase.is_some()
            || report.items.iter().any(|item| !is_public(item.kind))
            || report.findings.iter().any(|finding| finding.code().starts_with("DX2"));
        report
    }
}

/// Encrypted keys and stores, requests (whose keys the report does not tell), and the rarer kinds of keys.
fn needs_complete(report: &Report) -> bool {
    let is_rare_item = |kind| {
        use cert::KeyContainer::{EncryptedPkcs8, LegacyEncrypted};
        matches!(
            kind,
            Kind::Pkcs12 | Kind::CertificateRequest | Kind::PrivateKey(EncryptedPkcs8 | LegacyEncrypted)
        )
    };
    let is_rare_key = |key_type| matches!(key_type, KeyType::P521 | KeyType::Ed25519);
    report.items.iter().any(|item| is_rare_item(item.kind))
        || report.keys.iter().any(|(key, _)| is_rare_key(key.key_type))
        || report.roles().any(|(link, _)| is_rare_key(link.certificate.public_key.key_type()))
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
