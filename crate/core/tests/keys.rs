//! Keys that are cut or changed in any place: no panic, no byte of them in what is shown.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken fixture is a failed test")]

use dps_x509_core::{
    cert::{
        self, Budget, Certificate, File, Inputs, Purpose, Read,
        checked::{Outcome, Question},
        key::{KeyError, KeyFacts, KeyMatch, Passphrase},
        path::Trust,
        signature, store,
    },
    finding::Place,
};

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../tests/fixture/cert/", $name)).as_slice()
    };
}

fn certificate(bytes: &[u8]) -> Certificate {
    let file = File::read(bytes, &Place::default());
    Certificate::read(&file.items[0].der).unwrap()
}

#[test]
fn every_truncation_and_every_changed_byte_of_a_key_is_read() {
    for bytes in [
        fixture!("device-1.key"),
        fixture!("device-1.sec1.key"),
        fixture!("rsa.pkcs1.key"),
        fixture!("ed25519.key"),
    ] {
        let file = File::read(bytes, &Place::default());
        let item = &file.items[0];
        for end in 0..item.der.len() {
            let _ = KeyFacts::read(item.kind, &item.der[..end], None, &Budget::default());
        }
        let mut der = item.der.to_vec();
        for at in 0..der.len() {
            der[at] ^= 0x81;
            let _ = KeyFacts::read(item.kind, &der, None, &Budget::default());
            der[at] ^= 0x81;
        }
    }
}

#[test]
fn every_truncation_and_every_changed_byte_of_a_store_is_read() {
    for name in [fixture!("device-1.p12"), fixture!("full-chain.p7b")] {
        let file = File::read(name, &Place::default());
        let mut der = file.items[0].der.to_vec();
        // Deriving keys for some thousand stores takes its time: each byte of the outline, and a few of the content.
        let is_outline = |at: &usize| *at < 120 || at.is_multiple_of(61);
        for end in 0..der.len() {
            assert!(store::pkcs12(&der[..end], None, &Budget::default()).is_err());
            let _ = store::pkcs7(&der[..end]);
        }
        for at in (0..der.len()).filter(is_outline) {
            for bit in [1, 0x80] {
                der[at] ^= bit;
                let _ = (
                    store::pkcs12(&der, None, &Budget::default()),
                    store::pkcs7(&der),
                    cert::ber::to_definite(&der),
                );
                der[at] ^= bit;
            }
        }
    }
}

#[test]
fn an_encrypted_key_that_asks_for_too_much_work_is_not_opened() {
    let file = File::read(fixture!("device-1.costly.key"), &Place::default());
    let passphrase = Passphrase::new(b"example".to_vec());
    let read = KeyFacts::read(file.items[0].kind, &file.items[0].der, Some(&passphrase), &Budget::default());
    assert!(matches!(read, Err(KeyError::TooCostly(_))), "{read:?}");
}

#[test]
fn a_key_is_shown_nowhere() {
    let key = fixture!("device-1.key");
    let file = File::read(key, &Place::default());
    let der = file.items[0].der.to_vec();
    let scalar = der[36..68].to_vec();
    let inputs = Inputs {
        files: vec![
            Read::new(Purpose::DeviceChain, Place::default(), fixture!("self-signed.pem").to_vec()),
            Read::new(Purpose::DeviceKey, Place::default(), key.to_vec()),
        ],
        passphrase: Some(Passphrase::new(b"open sesame".to_vec())),
        ..Inputs::default()
    };
    let report = cert::check(&inputs);
    let opened = cert::open(&inputs);
    assert_eq!(opened.keys.len(), 1);
    let shown = format!("{file:?} {inputs:?} {opened:?} {report:?}");
    let text = String::from_utf8(key.to_vec()).unwrap();
    for secret in text.lines().filter(|line| !line.starts_with('-')) {
        assert!(!shown.contains(secret));
    }
    let listed = scalar.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    assert!(!shown.contains(&listed) && !shown.contains("sesame"));
    assert!(report.items.iter().all(|item| !item.kind.is_secret() || item.der.is_empty()));
    // The scan finds what is there: the certificate's bytes.
    assert!(format!("{:?}", report.chain.leaf.unwrap().certificate.der).len() > 500);
}

#[test]
fn a_key_matches_its_own_certificate_and_no_other() {
    let keys = [
        (fixture!("device-1.key"), fixture!("device-1.pem")),
        (fixture!("rsa.key"), fixture!("rsa.pem")),
        (fixture!("P-384.key"), fixture!("P-384.pem")),
        (fixture!("P-521.key"), fixture!("P-521.pem")),
        (fixture!("secp256k1.key"), fixture!("secp256k1.pem")),
        (fixture!("self-signed.key"), fixture!("self-signed.pem")),
    ];
    for (index, (key, _)) in keys.iter().enumerate() {
        let file = File::read(key, &Place::default());
        let facts = KeyFacts::read(file.items[0].kind, &file.items[0].der, None, &Budget::default()).unwrap();
        for (other, (_, pem)) in keys.iter().enumerate() {
            let expected = if index == other { KeyMatch::Yes } else { KeyMatch::No };
            assert_eq!(facts.matches(&certificate(pem).public_key), expected, "{index} {other}");
        }
    }
}

#[test]
fn self_signed_certificates_verify_themselves_and_not_when_changed() {
    for bytes in [
        fixture!("root.pem"),
        fixture!("rsa.pem"),
        fixture!("P-384.pem"),
        fixture!("P-521.pem"),
        fixture!("rsa-1024.pem"),
    ] {
        let good = certificate(bytes);
        assert_eq!(signature::verify(&good.public_key, &good), Ok(()));
        for at in [20, good.der.len() / 2, good.der.len() - 3] {
            let mut der = good.der.to_vec();
            der[at] ^= 1;
            if let Ok(changed) = Certificate::read(&der) {
                assert!(signature::verify(&good.public_key, &changed).is_err(), "byte {at}");
            }
        }
    }
}

#[test]
fn every_truncation_and_every_changed_byte_of_a_certificate_is_judged() {
    let (leaf, above, root) = (
        fixture!("device-1.der"),
        certificate(fixture!("intermediate.pem")),
        certificate(fixture!("root.pem")),
    );
    let at = cert::UnixTime::from_seconds(1_798_000_000);
    let (anchors, intermediates) = ([root], [above]);
    let trust = Trust {
        anchors: anchors.iter().collect(),
        intermediates: intermediates.iter().collect(),
        at,
        purpose: None,
        server_name: None,
        max_depth: 10,
    };
    assert_eq!(trust.verify(&certificate(leaf)).unwrap().len(), 3);
    for end in 0..leaf.len() {
        assert!(Certificate::read(&leaf[..end]).is_err());
    }
    let mut der = leaf.to_vec();
    for at in 0..der.len() {
        for bit in [1, 0x20, 0x80] {
            der[at] ^= bit;
            let read = Read::new(Purpose::Any, Place::default(), der.clone());
            let _ = cert::check(&Inputs { files: vec![read], ..Inputs::default() });
            if let Ok(changed) = Certificate::read(&der) {
                assert!(
                    trust.verify(&changed).is_err(),
                    "byte {at} of the leaf can be changed and it still verifies"
                );
            }
            der[at] ^= bit;
        }
    }
}

/// A lock is a state, and no fault of the device's.
#[test]
fn whose_key_it_is_that_stays_shut_is_not_known() {
    for (key, result) in [
        (fixture!("device-1.key"), Outcome::Passed),
        (fixture!("rsa.key"), Outcome::Failed),
        (fixture!("device-1.encrypted.key"), Outcome::Unknown),
        (fixture!("device-1.legacy.key"), Outcome::Unknown),
        (fixture!("device-1.p12"), Outcome::Unknown),
    ] {
        let files = [fixture!("device-1.pem"), key]
            .map(|bytes| Read::new(Purpose::Any, Place::default(), bytes.to_vec()));
        let report = cert::check(&Inputs { files: files.to_vec(), ..Inputs::default() });
        let of_key = report.checked.iter().find(|it| it.question == Question::Key).unwrap();
        assert_eq!(of_key.result, result, "{:?}", of_key.codes);
    }
}
