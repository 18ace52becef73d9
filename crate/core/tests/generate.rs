//! Test certificates, judged by the rules of this crate and by rustls-webpki.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use std::time::Duration;

use dps_x509_core::{
    cert::{self, Enrollment, Purpose, Read, UnixTime, key::KeyMatch},
    finding::{Naming, Place, Severity},
    generate::{
        Authority, Certificate, Error, KeySearch, KeyType, Parts, PrivateKey, Random, Step, Subject,
        Validity, request, self_signed,
    },
    name::RegistrationId,
};

const NOW: Duration = Duration::from_secs(1_795_000_000);
const DAY: Duration = Duration::from_secs(86_400);

struct Bench {
    random: Random,
}

impl Bench {
    fn new() -> Self {
        Self { random: Random::from_seed([42; 32]) }
    }

    fn key(&mut self) -> PrivateKey {
        KeySearch::new(KeyType::P256).run(&mut self.random)
    }

    fn root(&mut self, validity: Validity) -> Authority {
        let subject = Subject::authority("root", &Parts::default(), &mut self.random).unwrap();
        let key = self.key();
        Authority::root(&subject, key, validity, &mut self.random).unwrap()
    }
}

fn days(number: u32) -> Validity {
    Validity::starting(NOW - DAY, DAY * number).unwrap()
}

fn device(id: &str) -> Subject {
    Subject::device(&RegistrationId::new(id).unwrap(), &Parts::default()).unwrap()
}

/// The report of `check` about a device's files.
fn check(chain: &[&Certificate], key: &PrivateKey, group_ca: Option<&Certificate>) -> cert::Report {
    let chain: String = chain.iter().map(|certificate| certificate.to_pem()).collect();
    let key = key.to_pem().unwrap();
    let mut files = vec![
        Read::new(Purpose::DeviceChain, Place::input("chain"), chain.into_bytes()),
        Read::new(Purpose::DeviceKey, Place::input("key"), key.as_bytes().to_vec()),
    ];
    let ca = group_ca.map(Certificate::to_pem);
    if let Some(ca) = ca {
        files.push(Read::new(Purpose::GroupCa, Place::input("ca"), ca.as_bytes().to_vec()));
    }
    let enrollment = if ca.is_some() { Enrollment::Group } else { Enrollment::Individual };
    let at = Some(UnixTime::from_seconds(i64::try_from(NOW.as_secs()).unwrap()));
    cert::check(&cert::Inputs { files, at, enrollment, ..cert::Inputs::default() })
}

fn assert_clean(report: &cert::Report) {
    let bad: Vec<_> = report
        .findings
        .iter()
        .filter(|it| it.severity != Severity::Note)
        .map(|it| it.to_text(Naming::CommandLine))
        .collect();
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    let leaf = report.chain.leaf.as_ref().unwrap();
    // A device without it is refused (azure-iot-sdk-c PR#1519).
    let client_auth = [6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 2];
    assert!(leaf.certificate.der.windows(client_auth.len()).any(|window| window == client_auth));
    let matches = report.keys.iter().map(|(facts, _)| facts.matches(&leaf.certificate.public_key));
    assert_eq!(matches.collect::<Vec<_>>(), [KeyMatch::Yes]);
}

#[test]
fn a_chain_is_ready_for_a_group() {
    for key_type in [KeyType::P256, KeyType::P384, KeyType::Rsa2048] {
        let mut bench = Bench::new();
        let mut key = || KeySearch::new(key_type).run(&mut bench.random);
        let (root_key, intermediate_key, device_key) = (key(), key(), key());
        let random = &mut bench.random;
        let mut authority = |what| Subject::authority(what, &Parts::default(), random).unwrap();
        let (root, intermediate) = (authority("root"), authority("intermediate"));
        let root = Authority::root(&root, root_key, days(3650), random).unwrap();
        let intermediate = root.intermediate(&intermediate, intermediate_key, days(3650), random).unwrap();
        let leaf = intermediate.device(&device("device-1"), &device_key, days(365), random).unwrap();
        assert_clean(&check(&[&leaf, intermediate.certificate()], &device_key, Some(root.certificate())));
    }
}

#[test]
fn a_self_signed_device_is_ready() {
    let mut bench = Bench::new();
    let key = bench.key();
    let leaf = self_signed(&device(&"x".repeat(64)), &key, days(365), &mut bench.random).unwrap();
    assert_clean(&check(&[&leaf], &key, None));
}

#[test]
fn a_seed_says_it_all() {
    let make = |seed| {
        let mut bench = Bench { random: Random::from_seed([seed; 32]) };
        bench.root(days(1)).certificate().clone()
    };
    assert_eq!(make(1), make(1));
    assert_ne!(make(1), make(2));
}

/// Positive, at most 20 octets (RFC 5280 section 4.1.2.2), and never the same twice.
#[test]
fn serial_numbers() {
    let mut bench = Bench::new();
    let root = bench.root(days(10));
    let key = bench.key();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let leaf = root.device(&device("d"), &key, days(5), &mut bench.random).unwrap();
        let report = check(&[&leaf], &key, None);
        let serial = report.chain.leaf.as_ref().unwrap().certificate.serial.clone();
        assert!((9..=20).contains(&serial.len()) && serial[0] < 0x80, "{serial:02x?}");
        assert!(seen.insert(serial.to_vec()));
    }
}

#[test]
fn nothing_outlives_its_authority() {
    let mut bench = Bench::new();
    let root = bench.root(days(30));
    let key = bench.key();
    let leaf = root.device(&device("d"), &key, days(365), &mut bench.random).unwrap();
    assert_eq!(leaf.validity(), days(30));
    let later = Validity::starting(NOW + DAY * 31, DAY).unwrap();
    let refused = root.device(&device("d"), &key, later, &mut bench.random);
    assert!(matches!(refused, Err(Error::OutsideAuthority { .. })), "{refused:?}");
}

#[test]
fn a_bad_authority_is_refused() {
    let mut bench = Bench::new();
    let root = bench.root(days(30));
    let read = |der: &[u8], key: &PrivateKey, now| {
        let key = PrivateKey::from_der(&der_of(key)).unwrap();
        Authority::read(der, key, now)
    };
    let der = root.certificate().der();
    assert!(read(der, root.key(), NOW).is_ok());
    let other = bench.key();
    assert!(matches!(read(der, &other, NOW), Err(Error::KeyMismatch { .. })));
    let expired = read(der, root.key(), NOW + DAY * 30);
    assert!(matches!(expired, Err(Error::AuthorityExpired { .. })), "{expired:?}");
    let leaf = self_signed(&device("d"), &other, days(3), &mut bench.random).unwrap();
    assert!(matches!(read(leaf.der(), &other, NOW), Err(Error::NotAnAuthority { .. })));
    for cut in 0..der.len() {
        assert!(
            matches!(read(&der[..cut], root.key(), NOW), Err(Error::UnreadableAuthority { .. })),
            "{cut}"
        );
    }
}

/// What somebody else made signs here as well: its name goes on byte for byte.
#[test]
fn fixtures_sign() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixture/cert");
    let item = |name: &str| {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let file = cert::File::read(&bytes, &Place::default());
        file.items[0].der.to_vec()
    };
    let key = PrivateKey::from_der(&item("intermediate.key")).unwrap();
    let now = Duration::from_secs(1_790_000_000);
    let authority = Authority::read(&item("intermediate.pem"), key, now);
    let mut bench = Bench::new();
    let key = bench.key();
    let leaf = authority.unwrap().device(&device("d"), &key, days(30), &mut bench.random).unwrap();
    let chain = [leaf.to_pem(), &std::fs::read_to_string(folder.join("intermediate.pem")).unwrap()].concat();
    let files = vec![Read::new(Purpose::DeviceChain, Place::default(), chain.into_bytes())];
    let report = cert::check(&cert::Inputs { files, ..cert::Inputs::default() });
    assert_eq!(report.chain.intermediates.len(), 1);
    assert!(report.findings.iter().all(|it| it.severity != Severity::Error), "{:?}", report.findings);
    for (name, is_taken) in [
        ("device-1.key", true),
        ("device-1.sec1.key", true),
        ("P-384.key", true),
        ("P-521.key", true),
        ("rsa.key", true),
        ("rsa.pkcs1.key", true),
        ("rsa-1024.key", false),
        ("secp256k1.key", false),
        ("ed25519.key", false),
        ("device-1.encrypted.key", false),
    ] {
        let read = PrivateKey::from_der(&item(name));
        assert_eq!(read.is_ok(), is_taken, "{name}: {read:?}");
        if let Ok(key) = read {
            let again = PrivateKey::from_der(&der_of(&key)).unwrap();
            assert_eq!(again.to_pem().unwrap(), key.to_pem().unwrap(), "{name}");
        }
    }
}

#[test]
fn no_end_of_a_key_makes_a_panic() {
    let mut bench = Bench::new();
    let der = der_of(&bench.key());
    for cut in 0..der.len() {
        assert!(PrivateKey::from_der(&der[..cut]).is_err(), "{cut}");
    }
}

/// Steps are many and short, and a search that is given up leaves nothing behind.
#[test]
fn an_rsa_search_goes_by_steps() {
    let mut random = Random::from_seed([9; 32]);
    let mut search = KeySearch::new(KeyType::Rsa2048);
    let mut last = (0, 0);
    let key = (0..100_000)
        .find_map(|_| match search.step(&mut random) {
            Step::Searching(progress) => {
                assert!((progress.primes, progress.candidates) >= last);
                last = (progress.primes, progress.candidates);
                None
            }
            Step::Found(key) => Some(key),
        })
        .unwrap();
    assert!(last.1 > 2, "{last:?}");
    assert_eq!(format!("{key:?} {random:?}"), "PrivateKey(…) Random(…)");
    assert!(matches!(search.step(&mut random), Step::Searching(progress) if progress.primes == 0));
}

#[test]
fn a_request_is_one_for_check() {
    let mut bench = Bench::new();
    let key = KeySearch::new(KeyType::P384).run(&mut bench.random);
    let subject = Subject::applicant(&RegistrationId::new("d").unwrap(), &Parts::default()).unwrap();
    let request = request(&subject, &key, &mut bench.random).unwrap();
    let file = cert::File::read(request.to_pem().as_bytes(), &Place::default());
    assert_eq!(file.items[0].kind, cert::Kind::CertificateRequest);
    assert_eq!(*file.items[0].der, request.der());
}

fn der_of(key: &PrivateKey) -> Vec<u8> {
    let pem = key.to_pem().unwrap();
    cert::File::read(pem.as_bytes(), &Place::default()).items[0].der.to_vec()
}
