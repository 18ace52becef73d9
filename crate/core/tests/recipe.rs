//! Recipes: which files come of them, what stops them, and how the CA of somebody is chosen.
#![cfg(feature = "generate")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use std::{collections::BTreeSet, time::Duration};

use dps_x509_core::{
    cert::{Inputs, Purpose, Read, UnixTime, key::Passphrase},
    finding::{Finding, Place},
    generate::{
        Error, File, FileKind, Issuer, KeyType, NewDevice, Parts, Progress, Random, Recipe, Refusal, Sink,
        Warning,
    },
    name::RegistrationId,
};

const NOW: Duration = Duration::from_secs(1_795_000_000);
const DAY: Duration = Duration::from_secs(86_400);

/// Keeps everything, and stops when it is told to.
#[derive(Default)]
struct Shelf {
    files: Vec<(File, String)>,
    searched: u32,
    devices: u32,
    stops_at_device: Option<u32>,
    stops_searching: bool,
}

#[derive(Debug, PartialEq)]
enum Stop {
    Wrong(Error),
    Asked,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Wrong(error)
    }
}

impl Sink for Shelf {
    type Error = Stop;

    fn searching(&mut self, key_type: KeyType, _: Progress) -> Result<(), Stop> {
        assert_eq!(key_type, KeyType::Rsa2048);
        self.searched += 1;
        if self.stops_searching { Err(Stop::Asked) } else { Ok(()) }
    }

    fn write(&mut self, file: File, text: &str) -> Result<(), Stop> {
        self.files.push((file, text.to_owned()));
        Ok(())
    }

    fn device_done(&mut self, _: KeyType) -> Result<(), Stop> {
        self.devices += 1;
        if self.stops_at_device == Some(self.devices) { Err(Stop::Asked) } else { Ok(()) }
    }
}

impl Shelf {
    fn text(&self, kind: FileKind) -> &str {
        &self.files.iter().find(|(file, _)| file.kind == kind).unwrap().1
    }

    fn names(&self) -> BTreeSet<&str> {
        self.files.iter().map(|(file, _)| file.path.split('/').next().unwrap()).collect()
    }

    /// As files of a CA.
    fn given(&self, ca: &str, key: FileKind) -> Result<Issuer, Refusal> {
        given(ca, self.text(key), None)
    }
}

fn given(ca: &str, key: &str, passphrase: Option<Passphrase>) -> Result<Issuer, Refusal> {
    let read = |purpose, name, text: &str| Read::new(purpose, Place::input(name), text.as_bytes().to_vec());
    Issuer::read(&Inputs {
        files: vec![read(Purpose::GroupCa, "ca", ca), read(Purpose::DeviceKey, "key", key)],
        at: Some(UnixTime::from_seconds(NOW.as_secs().try_into().unwrap())),
        passphrase,
        ..Inputs::default()
    })
}

fn device(id: &str) -> NewDevice {
    NewDevice {
        registration_id: RegistrationId::new(id).unwrap(),
        parts: Parts::default(),
        valid_for: NewDevice::VALID_FOR,
        not_before: None,
    }
}

fn make(recipe: &Recipe<'_>, shelf: &mut Shelf) -> Result<Vec<Warning>, Stop> {
    recipe.make(NOW, &mut Random::from_seed([9; 32]), shelf)
}

fn made(recipe: &Recipe<'_>) -> (Shelf, Vec<Warning>) {
    let mut shelf = Shelf::default();
    let warnings = make(recipe, &mut shelf).unwrap();
    (shelf, warnings)
}

fn chain(id: &str, count: impl Into<Option<u32>>) -> Recipe<'static> {
    Recipe::Chain { device: device(id), key_type: KeyType::P256, count: count.into() }
}

/// What a client sends is the leaf and its intermediate; the root stays at home.
#[test]
fn a_full_chain_is_leaf_and_intermediate() {
    let (shelf, _) = made(&chain("d", None));
    let parts = [shelf.text(FileKind::Device), shelf.text(FileKind::Intermediate)];
    assert_eq!(shelf.text(FileKind::DeviceFullChain), parts.concat());
}

/// From an hour ago for slow clocks, for as long as was asked; CAs for ten years, or as long as their devices.
#[test]
fn validity_begins_an_hour_ago_and_no_ca_ends_before_its_device() {
    const HOUR: Duration = Duration::from_secs(3600);
    let validity = |shelf: &Shelf, kind| {
        let file = &shelf.files.iter().find(|(file, _)| file.kind == kind).unwrap().0;
        let (_, validity) = file.certificate.as_ref().unwrap();
        (validity.not_before(), validity.not_after())
    };
    for (days, ca_days) in [(365, 3650), (5000, 5000)] {
        let device = NewDevice { valid_for: DAY * days, ..device("d") };
        let (shelf, _) = made(&Recipe::Chain { device, key_type: KeyType::P256, count: None });
        assert_eq!(validity(&shelf, FileKind::Device), (NOW - HOUR, NOW + DAY * days), "{days}");
        for ca in [FileKind::Root, FileKind::Intermediate] {
            let (from, to) = validity(&shelf, ca);
            assert_eq!(from, NOW - HOUR, "{days}");
            assert!(to >= NOW + DAY * ca_days - HOUR && to <= NOW + DAY * ca_days, "{days}: {to:?}");
        }
    }
}

/// Who looks whether the names are free must not miss one.
#[test]
fn every_name_is_told_before() {
    let (shelf, _) = made(&chain("d", None));
    let given = shelf.given(shelf.text(FileKind::Root), FileKind::RootKey).unwrap();
    let id = RegistrationId::new("d").unwrap();
    for recipe in [
        Recipe::SelfSigned { device: device("d"), key_type: KeyType::P256 },
        chain("d", None),
        chain("d", 1),
        chain("d", 2),
        Recipe::Device { issuer: &given, device: device("d"), key_type: KeyType::P384 },
        Recipe::Request { registration_id: id, parts: Parts::default(), key_type: KeyType::P384 },
        Recipe::Verification { issuer: &given, code: " 75B86466 \n" },
    ] {
        let (shelf, warnings) = made(&recipe);
        assert_eq!(recipe.names().into_iter().collect::<BTreeSet<_>>(), shelf.names(), "{recipe:?}");
        assert_eq!(warnings, [], "{recipe:?}");
        for (file, text) in &shelf.files {
            assert_eq!(file.kind.is_secret(), text.contains("PRIVATE KEY"), "{file:?}");
            assert_eq!(file.certificate.is_some(), text.contains("BEGIN CERTIFICATE-"), "{file:?}");
        }
    }
}

#[test]
fn folders_of_odd_names() {
    let (shelf, warnings) = made(&chain(".A:b", 2));
    let paths: BTreeSet<&str> = shelf.files.iter().map(|(file, _)| file.path.as_str()).collect();
    assert!(paths.contains("devices/_A_b-1/device-key.pem"), "{paths:?}");
    assert!(paths.contains("devices/_A_b-2/device-full-chain.pem"), "{paths:?}");
    assert_eq!(shelf.devices, 2);
    assert_eq!(warnings, [Warning::UpperCase]);
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_made() {
    let long = RegistrationId::new(&"x".repeat(128)).unwrap();
    let with = |change: fn(&mut NewDevice)| {
        let mut device = device("d");
        change(&mut device);
        Recipe::SelfSigned { device, key_type: KeyType::P256 }
    };
    for (recipe, expected) in [
        (chain("d", 0), "the number of devices must be from 1 to 100000"),
        (chain("d", Recipe::MAX_DEVICES + 1), "the number of devices must be from 1 to 100000"),
        (
            Recipe::Chain {
                device: NewDevice { registration_id: long, ..device("d") },
                key_type: KeyType::P256,
                count: Some(2),
            },
            "130 characters",
        ),
        (with(|device| device.valid_for = Duration::ZERO), "1970 to 9999"),
        (with(|device| device.valid_for = Duration::MAX), "1970 to 9999"),
        (with(|device| device.not_before = Some(UnixTime::from_seconds(-1))), "1970 to 9999"),
        (with(|device| device.parts.country = Some("Germany".to_owned())), "two capital letters"),
    ] {
        let mut shelf = Shelf::default();
        match make(&recipe, &mut shelf) {
            Err(Stop::Wrong(error)) => assert!(error.to_string().contains(expected), "{error}"),
            other => panic!("{recipe:?}: {other:?}"),
        }
        assert!(shelf.files.is_empty());
    }
}

#[test]
fn whoever_watches_can_stop_it() {
    let mut shelf = Shelf { stops_at_device: Some(2), ..Shelf::default() };
    assert_eq!(make(&chain("d", 5), &mut shelf), Err(Stop::Asked));
    assert_eq!(shelf.devices, 2);
    let mut shelf = Shelf { stops_searching: true, ..Shelf::default() };
    let rsa = Recipe::SelfSigned { device: device("d"), key_type: KeyType::Rsa2048 };
    assert_eq!(make(&rsa, &mut shelf), Err(Stop::Asked));
    assert_eq!((shelf.searched, shelf.files.len()), (1, 0));
}

/// A file of the CA may have those above it, in any order: the key says which one signs.
#[test]
fn the_key_chooses_the_ca() {
    let (shelf, _) = made(&chain("d", None));
    let bundle = [shelf.text(FileKind::Root), shelf.text(FileKind::Intermediate)].concat();
    let intermediate = shelf.given(&bundle, FileKind::IntermediateKey).unwrap();
    assert_eq!(intermediate.chain, shelf.text(FileKind::Intermediate));
    assert_eq!(intermediate.authority.certificate().to_pem(), shelf.text(FileKind::Intermediate));
    let root = shelf.given(&bundle, FileKind::RootKey).unwrap();
    assert_eq!(root.authority.certificate().to_pem(), shelf.text(FileKind::Root));
}

#[test]
fn a_device_ends_with_its_ca() {
    let (shelf, _) = made(&chain("d", None));
    let given = shelf.given(shelf.text(FileKind::Root), FileKind::RootKey).unwrap();
    let long = NewDevice { valid_for: DAY * 5000, ..device("d") };
    let (shelf, warnings) = made(&Recipe::Device { issuer: &given, device: long, key_type: KeyType::P256 });
    let not_after = given.authority.certificate().validity().not_after();
    assert_eq!(warnings, [Warning::EndsWithAuthority { not_after }]);
    assert_eq!(shelf.files[0].0.certificate.as_ref().unwrap().1.not_after(), not_after);
}

#[test]
fn files_that_are_no_ca() {
    let (one, _) = made(&chain("d", None));
    let (other, _) = made(&Recipe::SelfSigned { device: device("d"), key_type: KeyType::P256 });
    let root = one.text(FileKind::Root);
    let key = one.text(FileKind::RootKey);
    let codes = |refusal| match refusal {
        Err(Refusal::Findings(findings)) => findings.iter().map(Finding::code).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(codes(given(root, "", None)), ["DX202"]);
    assert_eq!(codes(given(key, key, None)), ["DX211"]);
    let mismatch = given(root, other.text(FileKind::DeviceKey), None);
    assert!(matches!(mismatch, Err(Refusal::Unfit(Error::KeyMismatch { .. }))), "{mismatch:?}");
    let leaf = given(other.text(FileKind::Device), other.text(FileKind::DeviceKey), None);
    assert!(matches!(leaf, Err(Refusal::Unfit(Error::NotAnAuthority { .. }))), "{leaf:?}");
    assert_eq!(Issuer::read(&Inputs::default()).unwrap_err(), Refusal::NoKey);
}
