//! The reader of plain files against the one that looks for what was meant: whatever the first takes, the second reads the
//! same way, and has nothing to say of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use dps_x509_core::{
    cert::{Certificate, File, KeyContainer, Kind, der::Elements},
    finding::Place,
};
use proptest::prelude::*;
use x509_cert::der::Decode as _;

/// What people keep certificates in: the name of a file tells the other reader in which language to look.
const ENDINGS: [&str; 14] =
    ["pem", "crt", "key", "cer", "der", "txt", "py", "c", "js", "json", "yaml", "toml", "sh", "env"];

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

fn fixtures() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<_> = fs::read_dir(tests().join("fixture/cert"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect();
    all.sort();
    all
}

/// Texts that stand in cases themselves, of every kind of case.
fn texts_of_cases() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for folder in ["check", "explain", "config"] {
        for entry in fs::read_dir(tests().join("case").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "json") {
                let case: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
                texts(&path.display().to_string(), &case, &mut all);
            }
        }
    }
    all
}

fn texts(name: &str, value: &serde_json::Value, all: &mut Vec<(String, Vec<u8>)>) {
    match value {
        serde_json::Value::String(text) => all.push((name.to_owned(), text.clone().into_bytes())),
        serde_json::Value::Array(parts) => parts.iter().for_each(|part| texts(name, part, all)),
        serde_json::Value::Object(members) => members.values().for_each(|part| texts(name, part, all)),
        _ => {}
    }
}

/// Whether the bytes are taken; if they are, both readers must agree.
fn is_taken(name: &str, bytes: &[u8], place: &Place) -> bool {
    let Ok(plain) = File::plain(bytes, place) else { return false };
    let read = File::read(bytes, place);
    let told: Vec<_> = read.findings.iter().map(|finding| finding.message.to_string()).collect();
    assert_eq!(told, Vec::<String>::new(), "{name}");
    assert!(read.refused.is_empty(), "{name}");
    let parts = |file: &File| {
        let parts = file.items.iter().map(|item| {
            let (place, label) = (item.place.clone(), item.label.clone());
            (item.kind, item.der.to_vec(), label, place, item.value, item.is_damaged)
        });
        parts.collect::<Vec<_>>()
    };
    assert_eq!(parts(&plain), parts(&read), "{name}");
    for item in plain.items.iter().filter(|item| item.kind == Kind::Certificate) {
        is_whole_or_damaged(name, &item.der);
    }
    true
}

/// A page's first module has no strict reader: whatever such a one refuses has to be seen without it, or not be taken.
fn is_whole_or_damaged(name: &str, der: &[u8]) {
    if let Err(error) = x509_cert::Certificate::from_der(der) {
        let told = match Certificate::read(der) {
            Ok(certificate) => {
                certificate.damage.iter().map(|damage| damage.what.clone()).collect::<Vec<_>>()
            }
            Err(_) => return,
        };
        let is_seen = told.iter().any(|what| !what.contains("strict DER reader"));
        assert!(is_seen, "{name}: {error}, and {told:?}");
    }
}

/// A certificate of the usual shape is not shown to a strict reader: what such a one refuses must be damaged all the same.
fn is_damaged_if_refused(name: &str, der: &[u8]) {
    let Ok(certificate) = Certificate::read(der) else { return };
    if let Err(error) = x509_cert::Certificate::from_der(der) {
        assert!(!certificate.damage.is_empty(), "{name}: {error}");
    }
}

fn named(ending: &str) -> Place {
    let mut place = Place::default();
    place.path = Some(format!("device.{ending}"));
    place
}

#[test]
fn both_read_every_fixture_and_every_text_of_a_case_alike() {
    let all: Vec<_> = fixtures().into_iter().chain(texts_of_cases()).collect();
    let taken = all.iter().filter(|(name, bytes)| is_taken(name, bytes, &named("pem"))).count();
    // What most people have: if it were declined, a page would wait for the other reader with everybody.
    assert!(taken >= 100, "{taken} of {}", all.len());
}

#[test]
fn what_people_have_is_taken() {
    let taken = [
        "device-1.pem",
        "device-1.key",
        "device-1.sec1.key",
        "device-1.der",
        "full-chain.pem",
        "rsa.pem",
        "rsa.pkcs1.key",
    ];
    for (name, bytes) in fixtures().iter().filter(|(name, _)| taken.contains(&name.as_str())) {
        assert!(is_taken(name, bytes, &Place::default()), "{name}");
        let Ok(text) = str::from_utf8(bytes) else { continue };
        assert!(is_taken(name, text.replace('\n', "\r\n").as_bytes(), &Place::default()), "{name} with CRLF");
        assert!(
            is_taken(name, text.trim_end().as_bytes(), &Place::default()),
            "{name} without its last line break"
        );
        assert!(
            is_taken(name, format!("\n{text}\n\n{text}\n").as_bytes(), &Place::default()),
            "{name} twice"
        );
    }
}

#[test]
fn what_is_not_plain_or_not_for_everybody_is_declined() {
    let declined = [
        "device-1.encrypted.key",
        "device-1.legacy.key",
        "device-1.p12",
        "device-1.jks",
        "device-1.csr",
        "full-chain.p7b",
        "bad-character.pem",
        "cut.pem",
        "device-1.bcfks",
        "bare.b64",
    ];
    for (name, bytes) in fixtures().iter().filter(|(name, _)| declined.contains(&name.as_str())) {
        assert!(!is_taken(name, bytes, &Place::default()), "{name}");
    }
    for bytes in [
        &b""[..],
        b"\n",
        b"0",
        b"0\x00",
        b"0\x80\0\0",
        b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
    ] {
        assert!(!is_taken("too little", bytes, &Place::default()), "{bytes:?}");
    }
}

/// A fixture that is taken.
fn plain_file() -> impl Strategy<Value = Vec<u8>> {
    let taken: Vec<_> =
        fixtures().into_iter().filter(|(name, bytes)| is_taken(name, bytes, &named("pem"))).collect();
    proptest::sample::select(taken).prop_map(|(_, bytes)| bytes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    /// One edit or two of what is taken: it is declined, or nobody sees a difference.
    #[test]
    fn an_edited_file_is_declined_or_read_alike(
        first in plain_file(),
        second in plain_file(),
        between in "[ \n\r\t#-]{0,3}",
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 0..3),
        ending in proptest::sample::select(ENDINGS.to_vec()),
        is_joined in any::<bool>(),
    ) {
        let mut bytes = first;
        if is_joined {
            bytes.extend(between.bytes());
            bytes.extend(second);
        }
        for (at, what, byte) in edits {
            let at = at.index(bytes.len());
            let letters = b"\n\r -=A0/+\"'#:%\\\0";
            let letter = letters[usize::from(byte) % letters.len()];
            match what {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, letter),
                2 => bytes[at] = byte,
                _ => bytes[at] = letter,
            }
        }
        is_taken("an edited file", &bytes, &named(ending));
    }

    /// One edit or two of the bytes of a certificate or a key.
    #[test]
    fn an_edited_object_is_declined_or_read_alike(
        file in plain_file(),
        which in any::<prop::sample::Index>(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..3_u8, any::<u8>()), 1..3),
    ) {
        let items = File::plain(&file, &Place::default()).unwrap().items;
        let mut der = items[which.index(items.len())].der.to_vec();
        for (at, what, byte) in edits {
            // Most of what can be wrong stands in front of the signature.
            let at = at.index(der.len()).min(at.index(400));
            let at = at.min(der.len() - 1);
            match what {
                0 => der[at] = byte,
                1 => der[at] ^= 1 << (byte % 8),
                _ => der[at] = [0, 1, 2, 3, 5, 6, 12, 0x30, 0x31, 0x80, 0xa0, 0xa1, 0xff][usize::from(byte) % 13],
            }
        }
        is_taken("an edited object", &der, &named("der"));
        is_damaged_if_refused("an edited object", &der);
    }

    /// Files with other lines than 64 characters, and with every end of lines.
    #[test]
    fn other_lines_are_declined_or_read_alike(
        file in plain_file(),
        width in 1..80_usize,
        end in proptest::sample::select(vec!["\n", "\r\n", "\r", "\n\n", "\u{c}", "\u{b}\n", "\u{85}"]),
        ending in proptest::sample::select(ENDINGS.to_vec()),
    ) {
        let text = String::from_utf8_lossy(&file).into_owned();
        let mut out = String::new();
        let mut body = String::new();
        for line in text.lines() {
            if line.starts_with('-') {
                for part in body.as_bytes().chunks(width) {
                    out.push_str(str::from_utf8(part).unwrap());
                    out.push_str(end);
                }
                body.clear();
                out.push_str(line);
                out.push_str(end);
            } else {
                body.push_str(line);
            }
        }
        is_taken("a file in other lines", out.as_bytes(), &named(ending));
    }
}

/// No kind is taken that the first module of a page could not open.
#[test]
fn only_what_is_open_is_taken() {
    for (name, bytes) in fixtures() {
        let Ok(plain) = File::plain(&bytes, &Place::default()) else { continue };
        for item in &plain.items {
            assert!(
                matches!(
                    item.kind,
                    Kind::Certificate
                        | Kind::RevocationList
                        | Kind::PrivateKey(KeyContainer::Pkcs8 | KeyContainer::Sec1 | KeyContainer::Pkcs1)
                        | Kind::EcParameters
                ),
                "{name}"
            );
        }
    }
}

/// Writes DER anew; the length of the element of this number stands in more octets than it needs.
fn padded(der: &[u8], number: usize, seen: &mut usize) -> Vec<u8> {
    let mut out = Vec::new();
    for element in Elements::new(der).map(Result::unwrap) {
        let is_it = *seen == number;
        *seen += 1;
        let content = if element.is_constructed() {
            padded(element.content, number, seen)
        } else {
            element.content.to_vec()
        };
        let length = content.len().to_be_bytes();
        out.push(element.tag);
        match content.len() {
            _ if is_it => out.extend([&[0x84], &length[length.len() - 4..]].concat()),
            0..0x80 => out.push(length[length.len() - 1]),
            0x80..0x100 => out.extend([0x81, length[length.len() - 1]]),
            _ => out.extend([&[0x82], &length[length.len() - 2..]].concat()),
        }
        out.extend(content);
    }
    out
}

#[test]
fn a_length_in_more_octets_than_it_needs_is_declined_or_read_alike() {
    for (name, bytes) in
        fixtures().iter().filter(|(name, _)| ["device-1.pem", "rsa.pem", "root.pem"].contains(&name.as_str()))
    {
        let der = File::read(bytes, &Place::default()).items[0].der.to_vec();
        let mut count = 0;
        assert_eq!(padded(&der, usize::MAX, &mut count), der, "{name}");
        for number in 0..count {
            is_taken(
                &format!("element {number} of {name}"),
                &padded(&der, number, &mut 0),
                &Place::default(),
            );
        }
    }
}
