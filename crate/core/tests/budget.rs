//! Small files that ask for much: many encrypted keys, stores of many bags, scrypt with much memory. One call has one
//! budget, and what it does not allow is told.
#![cfg(feature = "generate")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use dps_x509_core::{
    cert::{
        self, Budget, Inputs, Purpose, Read,
        budget::{Exhausted, Resource},
        key::Passphrase,
    },
    finding::{Finding, Place},
    generate::{Issuer, Refusal},
};

/// DER of a definite length.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = match u16::try_from(content.len()).unwrap().to_be_bytes() {
        [0, short @ ..0x80] => vec![short],
        [0, low] => vec![0x81, low],
        [high, low] => vec![0x82, high, low],
    };
    [&[tag], length.as_slice(), content].concat()
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

fn integer(number: u32) -> Vec<u8> {
    let octets = [&[0], number.to_be_bytes().as_slice()].concat();
    // Zeros that only keep the number positive stay.
    let zeros = octets.windows(2).take_while(|pair| pair[0] == 0 && pair[1] < 0x80).count();
    tlv(2, &octets[zeros..])
}

/// `1.2.840.113549.1.5.` and the last number.
fn pkcs5(last: u8) -> Vec<u8> {
    tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, last])
}

/// PBES2 with AES-256 in CBC.
fn pbes2(kdf: &[u8]) -> Vec<u8> {
    let aes = tlv(6, &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2a]);
    let cipher = sequence(&[&aes, &tlv(4, &[0; 16])]);
    sequence(&[&pkcs5(13), &sequence(&[kdf, &cipher])])
}

fn pbkdf2(iterations: u32) -> Vec<u8> {
    let sha256 = sequence(&[&tlv(6, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9]), &tlv(5, &[])]);
    sequence(&[&pkcs5(12), &sequence(&[&tlv(4, b"saltsalt"), &integer(iterations), &sha256])])
}

fn scrypt(cost: u32, block_size: u32) -> Vec<u8> {
    let scrypt = tlv(6, &[0x2b, 6, 1, 4, 1, 0xda, 0x47, 4, 0x0b]);
    let parameters = sequence(&[&tlv(4, b"saltsalt"), &integer(cost), &integer(block_size), &integer(1)]);
    sequence(&[&scrypt, &parameters])
}

/// An EncryptedPrivateKeyInfo that no passphrase opens.
fn key(kdf: &[u8]) -> Vec<u8> {
    sequence(&[&pbes2(kdf), &tlv(4, &[7; 48])])
}

fn inputs(files: Vec<Read>) -> Inputs {
    Inputs {
        files,
        passphrase: Some(Passphrase::new(b"example".to_vec())),
        // A debug build counts slowly: less than a hundredth of what is allowed otherwise.
        budget: Budget::default().with_rounds(20_000).with_keys(20),
        ..Inputs::default()
    }
}

fn told(findings: &[Finding]) -> Vec<(&'static str, String)> {
    findings.iter().map(|finding| (finding.code(), finding.to_string())).collect()
}

fn findings(bytes: &[u8]) -> Vec<(&'static str, String)> {
    let inputs = inputs(vec![Read::new(Purpose::Any, Place::default(), bytes.to_vec())]);
    told(&cert::check(&inputs).findings)
}

#[test]
fn many_encrypted_keys_have_one_budget() {
    // Each of them alone is allowed.
    let file: Vec<u8> = (0..40).flat_map(|_| key(&pbkdf2(6_000))).collect();
    let told = findings(&file);
    let wrong = told.iter().filter(|(code, _)| *code == "DX305").count();
    let refused = told.iter().filter(|(code, text)| *code == "DX309" && text.contains("rounds")).count();
    assert_eq!((wrong, refused), (3, 37), "{told:?}");
    assert!(told.iter().any(|(_, text)| text.contains("6000 rounds") && text.contains("2000 are left")));
}

#[test]
fn signatures_have_one_budget() {
    let budget = Budget::default().with_signatures(2);
    let same = budget.clone();
    assert_eq!([budget.take_signature(), same.take_signature()], [Ok(()), Ok(())]);
    let exhausted = budget.take_signature().unwrap_err();
    let Exhausted { resource, asked, left, limit, .. } = exhausted;
    assert_eq!((resource, asked, left, limit), (Resource::Signatures, 1, 0, 2));
}

#[test]
fn scrypt_has_a_limit_of_memory() {
    let budget = Budget::default();
    assert_eq!(budget.allows_memory(Budget::MEMORY), Ok(()));
    assert!(budget.allows_memory(Budget::MEMORY + 1).is_err());
    let told = findings(&key(&scrypt(1 << 19, 8)));
    assert!(told.iter().any(|(code, text)| *code == "DX309" && text.contains("512 MiB")), "{told:?}");
    let told = findings(&key(&scrypt(1 << 10, 8)));
    assert!(told.iter().any(|(code, _)| *code == "DX305"), "{told:?}");
}

/// A PKCS#12 store without a MAC, of so many bags with a key each.
fn store(bags: usize, kdf: &[u8]) -> Vec<u8> {
    let object = |arc: &[u8]| tlv(6, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1], arc].concat());
    let shrouded = object(&[12, 10, 1, 2]);
    let bags = sequence(&[&shrouded, &tlv(0xa0, &key(kdf))]).repeat(bags);
    let data = |content: &[u8]| sequence(&[&object(&[7, 1]), &tlv(0xa0, &tlv(4, content))]);
    let safe = sequence(&[&data(&sequence(&[&bags]))]);
    sequence(&[&integer(3), &data(&safe)])
}

#[test]
fn the_bags_of_a_store_share_the_budget() {
    let told = findings(&store(8, &pbkdf2(6_000)));
    let refused = told.iter().filter(|(code, text)| *code == "DX309" && text.contains("rounds")).count();
    assert!(refused >= 5, "{told:?}");
}

#[test]
fn files_of_every_kind_and_every_task_share_the_budget() {
    let read = |purpose, bytes: Vec<u8>| Read::new(purpose, Place::default(), bytes);
    // 1024 blocks of 8 are 4096 rounds: alone each of the three would be opened.
    let inputs = inputs(vec![
        read(Purpose::GroupCa, store(1, &pbkdf2(7_000))),
        read(Purpose::DeviceKey, key(&pbkdf2(8_000))),
        read(Purpose::Any, key(&scrypt(1 << 10, 8))),
    ]);
    // A shrouded bag that stays shut is tried as a key once more.
    let left = |told: &[(&str, String)]| told.iter().filter(|(code, _)| *code == "DX305").count();
    let first = told(&cert::check(&inputs).findings);
    assert!(left(&first) >= 1 && first.iter().any(|(code, _)| *code == "DX309"), "{first:?}");
    // The same inputs, or a clone of them, have nothing left for another task.
    for inputs in [&inputs, &inputs.clone()] {
        let Err(Refusal::Findings(again)) = Issuer::read(inputs) else { panic!("opened") };
        let again = told(&again);
        assert!(left(&again) == 0 && again.iter().any(|(_, text)| text.contains("rounds")), "{again:?}");
    }
}

#[test]
fn private_keys_have_a_budget_too() {
    let key = include_bytes!("../../../tests/fixture/cert/device-1.key");
    let told = findings(&key.repeat(21));
    let refused = told.iter().filter(|(_, text)| text.contains("all 20 private keys")).count();
    assert_eq!(refused, 1, "{told:?}");
}
