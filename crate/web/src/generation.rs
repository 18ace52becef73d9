//! Test certificates: the files go to whoever listens, one by one.

use std::{
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use dps_x509_core::{
    cert::{self, Purpose, Read, UnixTime, key::Passphrase},
    finding::Place,
    generate::{self, File, Issuer, KeyType, NewDevice, Parts, Random, Recipe, Refusal, Sink},
    session::Settings,
};
use serde_json::json;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use zeroize::Zeroizing;

use crate::{
    platform::{Exchange, WebCrypto},
    unknown, wrong, wrong_settings,
};

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

    /// A device that signs its own certificate. As each of these: `now` in seconds since 1970.
    #[wasm_bindgen(js_name = selfSigned)]
    pub fn self_signed(self, now: f64, listener: Listener) -> Making {
        self.make(Kind::SelfSigned, now, listener)
    }

    /// A root, an intermediate and devices.
    pub fn chain(self, count: f64, now: f64, listener: Listener) -> Making {
        self.make(Kind::Chain { count: whole(count) }, now, listener)
    }

    /// A device below the CA.
    pub fn device(self, now: f64, listener: Listener) -> Making {
        self.make(Kind::Device, now, listener)
    }

    /// A key, and a request for a CA to sign.
    pub fn csr(self, now: f64, listener: Listener) -> Making {
        self.make(Kind::Csr, now, listener)
    }

    /// The proof that somebody has the CA's key.
    pub fn verification(self, code: String, now: f64, listener: Listener) -> Making {
        self.make(Kind::Verification { code }, now, listener)
    }
}

/// What is to be made of it.
enum Kind {
    SelfSigned,
    Chain { count: u32 },
    Device,
    Csr,
    Verification { code: String },
}

impl Generation {
    fn make(self, kind: Kind, now: f64, listener: Listener) -> Making {
        let exchange = Rc::new(Exchange::default());
        let mut platform = WebCrypto::new(Rc::clone(&exchange));
        let future = Box::pin(async move {
            let mut seed = Zeroizing::new([0; 32]);
            getrandom::fill(&mut *seed)
                .map_err(|error| wrong(&format!("there are no random numbers here: {error}"), &[]))?;
            let mut random = Random::from_seed(*seed);
            let issuer = match kind {
                Kind::Device | Kind::Verification { .. } => Some(self.issuer(now)?),
                Kind::SelfSigned | Kind::Chain { .. } | Kind::Csr => None,
            };
            let recipe = self.recipe(&kind, issuer.as_ref())?;
            let now = Duration::from_secs(seconds(now).try_into().unwrap_or_default());
            let of = if let Kind::Chain { count } = kind { count } else { 1 };
            let mut sink = ListenerSink { listener, devices: 0, of };
            match recipe.make_with(&mut platform, now, &mut random, &mut sink).await {
                Ok(warnings) => {
                    let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
                    Ok(json!(warnings).to_string())
                }
                Err(Stop::Wrong(error)) => Err(wrong(&error.to_string(), &[])),
                Err(Stop::Asked) => Err(wrong("It was stopped.", &[])),
            }
        });
        Making { future, exchange }
    }

    fn recipe<'a>(&self, kind: &'a Kind, issuer: Option<&'a Issuer>) -> Result<Recipe<'a>, String> {
        let key_type = self.key_type.unwrap_or_default();
        Ok(match (kind, issuer) {
            (Kind::Verification { code }, Some(issuer)) => Recipe::Verification { issuer, code },
            (Kind::Device, Some(issuer)) => Recipe::Device { issuer, device: self.new_device()?, key_type },
            (Kind::Chain { count }, _) => {
                let count = (*count != 1).then_some(*count);
                Recipe::Chain { device: self.new_device()?, key_type, count }
            }
            (Kind::Csr, _) => {
                let NewDevice { registration_id, parts, .. } = self.new_device()?;
                Recipe::Request { registration_id, parts, key_type: self.key_type.unwrap_or(KeyType::P384) }
            }
            _ => Recipe::SelfSigned { device: self.new_device()?, key_type },
        })
    }

    fn add(&mut self, purpose: Purpose, input: &str, path: Option<String>, bytes: Vec<u8>) {
        let mut place = Place::input(input);
        place.path = path;
        self.files.push(Read::new(purpose, place, bytes));
    }

    fn new_device(&self) -> Result<NewDevice, String> {
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

/// What is being made.
#[wasm_bindgen]
pub struct Making {
    future: Pin<Box<dyn Future<Output = Result<String, String>>>>,
    exchange: Rc<Exchange>,
}

#[wasm_bindgen]
impl Making {
    /// Goes on with what came of the last promise, `undefined` if that was rejected: the next promise to be awaited, or at
    /// the end the warnings as JSON text. At first with anything.
    ///
    /// # Errors
    /// It cannot be made, or the listener stops it.
    #[wasm_bindgen(js_name = goOn)]
    pub fn go_on(&mut self, answer: JsValue) -> Result<JsValue, String> {
        self.exchange.answer(answer);
        match self.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(made) => made.map(JsValue::from),
            Poll::Pending => Ok(self.exchange.asked().map_or(JsValue::UNDEFINED, JsValue::from)),
        }
    }
}

/// The one who listens, and what is done so far.
struct ListenerSink {
    listener: Listener,
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

impl Sink for ListenerSink {
    type Error = Stop;

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

impl ListenerSink {
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
