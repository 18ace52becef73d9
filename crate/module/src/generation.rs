//! Test certificates, from a seed.

use std::time::Duration;

use dps_x509_core::{
    cert::{Inputs, Purpose, UnixTime, key::Passphrase},
    generate::{self, Issuer, KeyType, NewDevice, Parts, Progress, Random, Recipe, Refusal, Sink},
    session,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    answer::Wrong,
    given::{Bytes, DAY, File, Text, files},
};

/// What is to be made, and everything that it is made of: there is no clock here, and there are no dice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Wish {
    kind: Kind,
    registration_id: Option<String>,
    key_type: Option<String>,
    count: Option<u32>,
    organization: Option<String>,
    country: Option<String>,
    state: Option<String>,
    locality: Option<String>,
    days: Option<u32>,
    not_before: Option<i64>,
    #[serde(default)]
    ca: Vec<File>,
    ca_key: Option<File>,
    passphrase: Option<Text>,
    #[serde(default)]
    code: String,
    now: i64,
    seed: Bytes,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    SelfSigned,
    Chain,
    Device,
    Csr,
    Verification,
}

impl Wish {
    /// `generate.json`, each file with its text, and what their user should know.
    pub(crate) fn generate(mut self) -> Result<Value, Wrong> {
        let named = self.key_type.as_deref().map(key_type).transpose()?;
        let key_type = named.unwrap_or_default();
        let issuer = match self.kind {
            Kind::Device | Kind::Verification => Some(self.issuer()?),
            Kind::SelfSigned | Kind::Chain | Kind::Csr => None,
        };
        // One is what nobody has counted.
        let count = self.count.filter(|count| *count != 1);
        let recipe = match (self.kind, &issuer) {
            (Kind::Verification, Some(issuer)) => Recipe::Verification { issuer, code: &self.code },
            (Kind::Device, Some(issuer)) => Recipe::Device { issuer, device: self.device()?, key_type },
            (Kind::Chain, _) => Recipe::Chain { device: self.device()?, key_type, count },
            (Kind::Csr, _) => {
                let NewDevice { registration_id, parts, .. } = self.device()?;
                Recipe::Request { registration_id, parts, key_type: named.unwrap_or(KeyType::P384) }
            }
            _ => Recipe::SelfSigned { device: self.device()?, key_type },
        };
        let mut made = Made(Vec::new());
        let now = Duration::from_secs(self.now.try_into().unwrap_or_default());
        let mut random = Random::from_seed(*self.seed.exactly::<32>()?);
        let warnings =
            recipe.make(now, &mut random, &mut made).map_err(|error| Wrong::from(error.to_string()))?;
        Ok(json!({
            "version": 1,
            "isTest": true,
            "files": made.0,
            "next": [],
            "warnings": warnings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }))
    }

    fn device(&self) -> Result<NewDevice, Wrong> {
        let text = self.registration_id.as_deref().unwrap_or_default();
        // What may be wrong with it is among the warnings of what is made.
        let (registration_id, _) = session::Settings::registration_id(text).map_err(Wrong::of)?;
        let parts = Parts {
            country: self.country.clone(),
            state: self.state.clone(),
            locality: self.locality.clone(),
            organization: self.organization.clone(),
        };
        let valid_for = self.days.map(|days| Duration::from_secs(u64::from(days) * DAY));
        Ok(NewDevice {
            registration_id,
            parts,
            valid_for: valid_for.unwrap_or(NewDevice::VALID_FOR),
            not_before: self.not_before.map(UnixTime::from_seconds),
        })
    }

    fn issuer(&mut self) -> Result<Issuer, Wrong> {
        let mut given = files(std::mem::take(&mut self.ca), Purpose::GroupCa)?;
        given.extend(files(self.ca_key.take().into_iter().collect(), Purpose::DeviceKey)?);
        let inputs = Inputs {
            files: given,
            at: Some(UnixTime::from_seconds(self.now)),
            passphrase: self.passphrase.take().map(|Text(text)| Passphrase::new(text.as_bytes().to_vec())),
            ..Inputs::default()
        };
        Issuer::read(&inputs).map_err(|why| match why {
            Refusal::Findings(findings) => Wrong::of(findings),
            Refusal::NoKey => "There is no private key in `caKey`.".into(),
            Refusal::NoCertificate => "There is no certificate in `ca`.".into(),
            other => other.to_string().into(),
        })
    }
}

fn key_type(name: &str) -> Result<KeyType, Wrong> {
    let found = KeyType::ALL.into_iter().find(|one| one.name() == name);
    found.ok_or_else(|| Wrong::unknown(name, "kind of key that can be made"))
}

/// Everything that is made.
struct Made(Vec<Map<String, Value>>);

impl Sink for Made {
    type Error = generate::Error;

    fn searching(&mut self, _: KeyType, _: Progress) -> Result<(), Self::Error> {
        Ok(())
    }

    fn write(&mut self, file: generate::File, text: &str) -> Result<(), Self::Error> {
        let mut object = file.to_json(&file.path);
        object.insert("text".to_owned(), json!(text));
        self.0.push(object);
        Ok(())
    }

    fn device_done(&mut self, _: KeyType) -> Result<(), Self::Error> {
        Ok(())
    }
}
