//! Test certificates: the files go to whoever listens, one by one.

use std::{slice, time::Duration};

use dps_x509_core::{
    cert::{self, Purpose, Read, UnixTime, key::Passphrase},
    finding::Place,
    generate::{self, File, Issuer, KeyType, NewDevice, Parts, PrivateKey, Random, Recipe, Refusal, Sink},
    session::Settings,
};
use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

use crate::{unknown, wrong, wrong_settings};

#[wasm_bindgen]
extern "C" {
    /// Who waits for it. None of its methods throws.
    pub type Listener;

    /// Takes a file: what it is, as JSON text of an item of `files` in `crate/core/schema/generate.json`, and what is
    /// in it.
    #[wasm_bindgen(method)]
    fn file(this: &Listener, about: &str, text: &str);

    /// Is told how far it is: the kind of key, how many of its two primes are found, how many candidates for them were
    /// tested, how many devices are done, and how many will be. Says whether to go on.
    #[wasm_bindgen(method)]
    fn progress(
        this: &Listener,
        key_type: &str,
        primes: usize,
        candidates: u32,
        devices: u32,
        of: u32,
    ) -> bool;
}

/// What is to be made.
#[wasm_bindgen]
#[derive(Default)]
pub struct Generation {
    registration_id: String,
    key_type: Option<KeyType>,
    parts: Parts,
    valid_for: Option<Duration>,
    not_before: Option<UnixTime>,
    files: Vec<Read>,
    passphrase: Option<Passphrase>,
    keys: Vec<Zeroizing<Vec<u8>>>,
}

#[wasm_bindgen]
impl Generation {
    /// Of a device, of the first of several, or of none; `p256` and its like.
    ///
    /// # Errors
    /// The kind of key is none.
    #[wasm_bindgen(constructor)]
    pub fn new(registration_id: Option<String>, key_type: Option<String>) -> Result<Self, String> {
        let find = |name: String| {
            let found = KeyType::ALL.into_iter().find(|one| one.name() == name);
            found.ok_or_else(|| unknown(&name, "kind of key that can be made"))
        };
        let key_type = key_type.map(find).transpose()?;
        Ok(Self { registration_id: registration_id.unwrap_or_default(), key_type, ..Self::default() })
    }

    /// What the subjects have besides.
    pub fn subject(
        &mut self,
        organization: Option<String>,
        country: Option<String>,
        state: Option<String>,
        locality: Option<String>,
    ) {
        self.parts = Parts { country, state, locality, organization };
    }

    /// How many days a device's certificate is valid, and when that begins, in seconds since 1970.
    pub fn validity(&mut self, days: Option<f64>, not_before: Option<f64>) {
        // What is no length is none, and the core refuses that.
        let length = |days: f64| Duration::try_from_secs_f64((days * 86_400.0).floor()).unwrap_or_default();
        self.valid_for = days.map(length);
        self.not_before = not_before.map(|at| UnixTime::from_seconds(seconds(at)));
    }

    /// A file with the certificate of the CA that signs, or of one above it.
    pub fn ca(&mut self, path: Option<String>, bytes: Vec<u8>) {
        self.add(Purpose::GroupCa, "ca", path, bytes);
    }

    /// The file with the CA's private key.
    #[wasm_bindgen(js_name = caKey)]
    pub fn ca_key(&mut self, path: Option<String>, bytes: Vec<u8>) {
        self.add(Purpose::DeviceKey, "caKey", path, bytes);
    }

    /// The passphrase of the CA's key.
    pub fn passphrase(&mut self, bytes: Vec<u8>) {
        self.passphrase = Some(Passphrase::new(bytes));
    }

    /// A private key that the platform has made, as PKCS#8: the first ones that are needed are these, if they are of the kind
    /// that is wanted.
    pub fn key(&mut self, pkcs8: Vec<u8>) {
        self.keys.push(Zeroizing::new(pkcs8));
    }

    /// A device that signs its own certificate. As each of these: `now` in seconds since 1970; the warnings as JSON
    /// text.
    ///
    /// # Errors
    /// It cannot be made, or the listener stops it.
    #[wasm_bindgen(js_name = selfSigned)]
    pub fn self_signed(&self, now: f64, listener: &Listener) -> Result<String, String> {
        let recipe =
            Recipe::SelfSigned { device: self.device()?, key_type: self.key_type.unwrap_or_default() };
        self.make(&recipe, 1, now, listener)
    }

    /// A root, an intermediate and devices.
    ///
    /// # Errors
    /// It cannot be made, or the listener stops it.
    pub fn chain(&self, count: f64, now: f64, listener: &Listener) -> Result<String, String> {
        let (device, key_type) = (self.device()?, self.key_type.unwrap_or_default());
        let count = whole(count);
        self.make(
            &Recipe::Chain { device, key_type, count: (count != 1).then_some(count) },
            count,
            now,
            listener,
        )
    }

    /// A device below the CA.
    ///
    /// # Errors
    /// It cannot be made, or the listener stops it.
    #[wasm_bindgen(js_name = device)]
    pub fn one_device(&self, now: f64, listener: &Listener) -> Result<String, String> {
        let (issuer, device) = (&self.issuer(now)?, self.device()?);
        let recipe = Recipe::Device { issuer, device, key_type: self.key_type.unwrap_or_default() };
        self.make(&recipe, 1, now, listener)
    }

    /// A key, and a request for a CA to sign.
    ///
    /// # Errors
    /// It cannot be made, or the listener stops it.
    pub fn csr(&self, now: f64, listener: &Listener) -> Result<String, String> {
        let NewDevice { registration_id, parts, .. } = self.device()?;
        let key_type = self.key_type.unwrap_or(KeyType::P384);
        self.make(&Recipe::Request { registration_id, parts, key_type }, 1, now, listener)
    }

    /// The proof that somebody has the CA's key.
    ///
    /// # Errors
    /// It cannot be made, or the listener stops it.
    pub fn verification(&self, code: &str, now: f64, listener: &Listener) -> Result<String, String> {
        self.make(&Recipe::Verification { issuer: &self.issuer(now)?, code }, 1, now, listener)
    }
}

impl Generation {
    fn make(&self, recipe: &Recipe<'_>, of: u32, now: f64, listener: &Listener) -> Result<String, String> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed)
            .map_err(|error| wrong(&format!("there are no random numbers here: {error}"), &[]))?;
        let mut random = Random::from_seed(*seed);
        let now = Duration::from_secs(seconds(now).try_into().unwrap_or_default());
        let mut sink = ListenerSink { listener, keys: self.keys.iter(), devices: 0, of };
        match recipe.make(now, &mut random, &mut sink) {
            Ok(warnings) => {
                let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
                Ok(json!(warnings).to_string())
            }
            Err(Stop::Wrong(error)) => Err(wrong(&error.to_string(), &[])),
            Err(Stop::Asked) => Err(wrong("It was stopped.", &[])),
        }
    }

    fn add(&mut self, purpose: Purpose, input: &str, path: Option<String>, bytes: Vec<u8>) {
        let mut place = Place::input(input);
        place.path = path;
        self.files.push(Read::new(purpose, place, bytes));
    }

    fn device(&self) -> Result<NewDevice, String> {
        // What may be wrong with it is among the warnings of what is made.
        let (registration_id, _) =
            Settings::registration_id(&self.registration_id).map_err(|findings| wrong_settings(&findings))?;
        Ok(NewDevice {
            registration_id,
            parts: self.parts.clone(),
            valid_for: self.valid_for.unwrap_or(NewDevice::VALID_FOR),
            not_before: self.not_before,
        })
    }

    fn issuer(&self, now: f64) -> Result<Issuer, String> {
        let inputs = cert::Inputs {
            files: self.files.clone(),
            at: Some(UnixTime::from_seconds(seconds(now))),
            passphrase: self.passphrase.clone(),
            ..cert::Inputs::default()
        };
        Issuer::read(&inputs).map_err(|refusal| match refusal {
            Refusal::Findings(findings) => wrong_settings(&findings),
            Refusal::NoKey => wrong("there is no private key in `caKey`", &[]),
            Refusal::NoCertificate => wrong("there is no certificate in `ca`", &[]),
            other => wrong(&other.to_string(), &[]),
        })
    }
}

/// The one who listens, and what is done so far.
struct ListenerSink<'a> {
    listener: &'a Listener,
    keys: slice::Iter<'a, Zeroizing<Vec<u8>>>,
    devices: u32,
    of: u32,
}

/// Why it stops.
enum Stop {
    Wrong(generate::Error),
    Asked,
}

impl From<generate::Error> for Stop {
    fn from(error: generate::Error) -> Self {
        Self::Wrong(error)
    }
}

impl Sink for ListenerSink<'_> {
    type Error = Stop;

    fn ready(&mut self, _: KeyType) -> Option<PrivateKey> {
        self.keys.next().and_then(|key| PrivateKey::from_der(key).ok())
    }

    fn searching(&mut self, key_type: KeyType, progress: generate::Progress) -> Result<(), Stop> {
        let generate::Progress { primes, candidates } = progress;
        self.tell(key_type.name(), primes, candidates)
    }

    fn write(&mut self, file: File, text: &str) -> Result<(), Stop> {
        let about = serde_json::Value::Object(file.to_json(&file.path)).to_string();
        self.listener.file(&about, text);
        Ok(())
    }

    fn device_done(&mut self, key_type: KeyType) -> Result<(), Stop> {
        self.devices = self.devices.saturating_add(1);
        self.tell(key_type.name(), 0, 0)
    }
}

impl ListenerSink<'_> {
    fn tell(&self, key_type: &str, primes: usize, candidates: u32) -> Result<(), Stop> {
        let goes_on = self.listener.progress(key_type, primes, candidates, self.devices, self.of);
        if goes_on { Ok(()) } else { Err(Stop::Asked) }
    }
}

#[allow(clippy::as_conversions, reason = "from a float there is no other way; it saturates")]
const fn seconds(number: f64) -> i64 {
    number.floor() as i64
}

/// What is no whole number is none at all, and the core refuses that.
#[allow(clippy::as_conversions, reason = "from a float there is no other way; it saturates")]
fn whole(number: f64) -> u32 {
    if number.fract() == 0.0 { number as u32 } else { 0 }
}
