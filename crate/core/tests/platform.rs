//! A platform that makes keys and signatures in place of the core: here ring, and as late as one that has to be waited for.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use std::{
    collections::BTreeMap,
    future::poll_fn,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use dps_x509_core::{
    cert::{self, Enrollment, Purpose, Read, UnixTime},
    finding::{Place, Severity},
    generate::{
        Error, File, KeySearch, KeyType, NewDevice, Parts, Platform, PrivateKey, Progress, Random, Recipe,
        Sink,
    },
    name::RegistrationId,
};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};

const NOW: Duration = Duration::from_secs(1_795_000_000);

/// A platform that comes a little later, and whose keys and signatures are those of somebody else.
#[derive(Default)]
struct Elsewhere {
    made: u32,
    signed: u32,
    /// After so many signatures it does nothing more.
    most: u32,
}

/// Pending once, as everything is that a platform does.
async fn later() {
    let mut is_later = false;
    poll_fn(|_| if std::mem::replace(&mut is_later, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

impl Platform for Elsewhere {
    async fn key(&mut self, key_type: KeyType) -> Option<PrivateKey> {
        later().await;
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).ok()?;
        let public = PrivateKey::from_der(document.as_ref()).ok()?.public_key_der().ok()?;
        self.made += 1;
        PrivateKey::of_platform(key_type, document.as_ref(), &public).ok()
    }

    async fn sign(&mut self, key: &PrivateKey, message: &[u8]) -> Option<Vec<u8>> {
        later().await;
        if self.signed == self.most || key.key_type() != Some(KeyType::P256) {
            return None;
        }
        self.signed += 1;
        let random = SystemRandom::new();
        let key = key.to_pkcs8().unwrap();
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_bytes(), &random).unwrap();
        Some(key.sign(&random, message).unwrap().as_ref().to_vec())
    }
}

/// Keeps the texts of the files by their names.
#[derive(Default)]
struct Kept(BTreeMap<String, String>);

impl Sink for Kept {
    type Error = Error;

    fn searching(&mut self, _: KeyType, _: Progress) -> Result<(), Error> {
        Ok(())
    }

    fn write(&mut self, file: File, text: &str) -> Result<(), Error> {
        self.0.insert(file.path, text.to_owned());
        Ok(())
    }

    fn device_done(&mut self, _: KeyType) -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn a_platform_makes_keys_and_signatures_as_far_as_it_does() {
    for (key_type, most) in [(KeyType::P256, 9), (KeyType::P256, 1), (KeyType::P256, 0), (KeyType::P384, 9)] {
        let (mut platform, mut kept) = (Elsewhere { most, ..Elsewhere::default() }, Kept::default());
        let device = NewDevice {
            registration_id: RegistrationId::new("device-1").unwrap(),
            parts: Parts::default(),
            valid_for: NewDevice::VALID_FOR,
            not_before: None,
        };
        let recipe = Recipe::Chain { device, key_type, count: None };
        let mut random = Random::from_seed([7; 32]);
        let mut waits = 0;
        {
            let mut making = pin!(recipe.make_with(&mut platform, NOW, &mut random, &mut kept));
            let warnings = loop {
                match making.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                    Poll::Ready(made) => break made.unwrap(),
                    Poll::Pending => waits += 1,
                }
            };
            assert_eq!(warnings, []);
        }
        // Three keys and three signatures; a key of another kind is not taken, and what it makes is not asked to sign with.
        assert_eq!((platform.made, waits), (3, 6));
        let is_p256 = key_type == KeyType::P256;
        assert_eq!(platform.signed, if is_p256 { most.min(3) } else { 0 }, "{key_type}, {most}");
        let file = |name: &str| kept.0[name].clone().into_bytes();
        let files = vec![
            Read::new(Purpose::DeviceChain, Place::input("chain"), file("device-full-chain.pem")),
            Read::new(Purpose::DeviceKey, Place::input("key"), file("device-key.pem")),
            Read::new(Purpose::GroupCa, Place::input("ca"), file("root.pem")),
        ];
        let at = Some(UnixTime::from_seconds(i64::try_from(NOW.as_secs()).unwrap()));
        let inputs = cert::Inputs { files, at, enrollment: Enrollment::Group, ..cert::Inputs::default() };
        let report = cert::check(&inputs);
        let bad: Vec<_> = report.findings.iter().filter(|it| it.severity != Severity::Note).collect();
        assert!(bad.is_empty(), "{key_type}, {most}: {bad:?}");
    }
}

#[test]
fn a_platforms_key_that_is_of_another_kind_is_not_taken() {
    let mut random = Random::from_seed([7; 32]);
    let of = |key_type| KeySearch::new(key_type).run(&mut random);
    let [p256, p384, rsa] = [KeyType::P256, KeyType::P384, KeyType::Rsa2048].map(of);
    let take = |key_type, private: &PrivateKey, public: &PrivateKey| {
        let (private, public) = (private.to_pkcs8().unwrap(), public.public_key_der().unwrap());
        PrivateKey::of_platform(key_type, private.as_bytes(), &public).map(|key| key.key_type())
    };
    for (key_type, key) in [(KeyType::P256, &p256), (KeyType::P384, &p384), (KeyType::Rsa2048, &rsa)] {
        assert_eq!(take(key_type, key, key), Ok(Some(key_type)));
        for other in [&p256, &p384, &rsa].into_iter().filter(|other| !std::ptr::eq(*other, key)) {
            assert_eq!(take(key_type, other, other), Err(Error::UnusableKey), "{key_type}");
            assert_eq!(take(key_type, key, other), Err(Error::UnusableKey), "{key_type}");
        }
        assert_eq!(PrivateKey::of_platform(key_type, b"none", b"none").unwrap_err(), Error::UnusableKey);
    }
}
