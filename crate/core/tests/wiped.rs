//! What was secret is wiped before its memory is given back: the allocator of this test looks at every block that is freed.
#![expect(
    unsafe_code,
    reason = "an allocator is unsafe to write; this one passes everything on to the system's"
)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail")]
#![cfg(feature = "generate")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    backtrace::Backtrace,
    cell::{Cell, RefCell},
    fs,
    path::Path,
    slice,
};

use dps_x509_core::{
    cert::{
        self, Inputs, Passphrase, Purpose, Read,
        repair::{Repair, repair},
    },
    explain::Explanation,
    finding::{Naming, Place},
};
use zeroize::Zeroizing;

struct Looking;

#[global_allocator]
static ALLOCATOR: Looking = Looking;

// SAFETY: every call is passed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Looking {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: see above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block is its owner's until this call, and was zeroed when it was made, so that all of it is
        // initialized, but for padding that nobody wrote.
        look(unsafe { slice::from_raw_parts(block, layout.size()) });
        // SAFETY: see above.
        unsafe { System.dealloc(block, layout) }
    }
}

thread_local! {
    /// What must not be found in what this thread gives back. Not while it is being looked at: telling of it takes memory.
    static NEEDLES: Cell<Option<&'static [Vec<u8>]>> = const { Cell::new(None) };
    static FOUND: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// How far apart the bytes of a text may be: characters in a structure of any size.
const STRIDES: [usize; 6] = [1, 2, 4, 8, 16, 24];

fn look(block: &[u8]) {
    let Ok(Some(needles)) = NEEDLES.try_with(Cell::take) else { return };
    for (number, needle) in needles.iter().enumerate() {
        if STRIDES.iter().any(|stride| contains(block, needle, *stride)) {
            let found = format!("needle {number} in {} bytes\n{}", block.len(), Backtrace::force_capture());
            FOUND.with_borrow_mut(|all| all.push(found));
        }
    }
    NEEDLES.set(Some(needles));
}

fn contains(block: &[u8], needle: &[u8], stride: usize) -> bool {
    let reach = (needle.len() - 1) * stride;
    block.len() > reach
        && (0..block.len() - reach).any(|at| {
            block[at] == needle[0]
                && needle.iter().enumerate().all(|(number, byte)| block[at + number * stride] == *byte)
        })
}

/// What is left of these in the memory that the work gives back.
fn watched(needles: Vec<Vec<u8>>, work: impl FnOnce()) -> Vec<String> {
    NEEDLES.set(Some(needles.leak()));
    work();
    NEEDLES.take();
    FOUND.take()
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixture/cert").join(name)).unwrap()
}

/// Twelve characters of each line of a PEM body, and so of its text in memory, whatever is beside it.
fn lines(pem: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8(pem.to_vec()).unwrap();
    let lines = text.lines().filter(|line| line.len() > 40 && !line.starts_with('-'));
    let lines = lines.map(|line| line.as_bytes()[26..38].to_vec()).take(6).collect::<Vec<_>>();
    // And what these digits stand for.
    let values = lines.iter().map(|line| line.iter().map(|digit| value(*digit)).collect()).collect();
    [lines, values].concat()
}

fn value(digit: u8) -> u8 {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    u8::try_from(DIGITS.iter().position(|it| *it == digit).unwrap()).unwrap()
}

/// Sixteen bytes of the DER where every kind has a private number.
fn inside(pem: &[u8]) -> Vec<u8> {
    let file = cert::File::read(pem, &Place::default());
    let der = &file.items.iter().find(|item| item.kind.is_secret()).unwrap().der;
    der[der.len() / 4..][..16].to_vec()
}

fn inputs(bytes: &[u8], passphrase: Option<&[u8]>) -> Inputs {
    let read = Read::new(Purpose::DeviceKey, Place::default(), bytes.to_vec());
    let passphrase = passphrase.map(|passphrase| Passphrase::new(passphrase.to_vec()));
    Inputs { files: vec![read], passphrase, ..Inputs::default() }
}

#[test]
fn a_key_is_wiped_after_a_check() {
    for name in KEYS {
        let pem = Zeroizing::new(fixture(name));
        let mut needles = lines(&pem);
        needles.push(inside(&pem));
        let found = watched(needles, || {
            let report = cert::check(&inputs(&pem, None));
            let _ = cert::json::report(&report, Naming::CommandLine);
        });
        assert!(found.is_empty(), "{name}: {} blocks\n{}", found.len(), found.join("\n"));
    }
}

/// As it is copied out of somewhere, and as programs and documents have it.
#[test]
fn a_damaged_key_is_wiped_after_its_repair() {
    let pem = Zeroizing::new(fixture(KEYS[0]));
    let needles = lines(&pem);
    let damages: [fn(&str) -> String; 14] = [
        |text| text.replace('\n', "\r\n"),
        |text| text.replace('\n', "\\n"),
        |text| text.lines().map(|line| format!("  {line}\n")).collect(),
        |text| text.lines().map(|line| format!("\"{line}\\n\"\n")).collect::<String>() + ";\n",
        |text| format!("static const char key[] = R\"EOF({text})EOF\";\n"),
        |text| format!("{{\"key\": \"{}\", \"more\": 1}}\n", text.replace('\n', "\\n")),
        |text| format!("key: |\n{}", text.lines().map(|line| format!("  {line}\n")).collect::<String>()),
        |text| format!("key: \"{}\"\n", text.replace('\n', "\\n")),
        |text| format!("KEY = \"\"\"\\\n{text}\"\"\"\n"),
        |text| format!("<key>{text}</key>\n"),
        |text| {
            format!(
                "const lines = [{}];\n",
                text.lines().map(|line| format!("\"{line}\",")).collect::<String>()
            )
        },
        |text| text.lines().map(|line| format!("I (123) app: {line}\n")).collect(),
        |text| {
            text.lines()
                .map(|line| format!("+{line}\n"))
                .collect::<String>()
                .replace("+--", "@@ -0,0 +1,5 @@\n+--")
        },
        |text| text.lines().filter(|line| !line.starts_with('-')).map(|line| format!("{line}\n")).collect(),
    ];
    for damage in damages {
        let damaged = Zeroizing::new(damage(std::str::from_utf8(&pem).unwrap()));
        let found = watched(needles.clone(), || {
            let read = Read::new(Purpose::DeviceKey, Place::default(), damaged.as_bytes().to_vec());
            assert!(!matches!(repair(&read, None), Repair::Impossible(_)));
            drop(cert::check(&inputs(damaged.as_bytes(), None)));
        });
        assert!(found.is_empty(), "{} blocks\n{}", found.len(), found.join("\n"));
    }
}

/// A key that was written as numbers leaves none of its bytes, and none of the digits that it was written with.
#[test]
fn a_key_in_numbers_is_wiped() {
    let pem = Zeroizing::new(fixture(KEYS[0]));
    let file = cert::File::read(&pem, &Place::default());
    let der = Zeroizing::new(file.items.iter().find(|item| item.kind.is_secret()).unwrap().der.to_vec());
    let written = |one: fn(&u8) -> String, by: &str| der.iter().map(one).collect::<Vec<_>>().join(by);
    let notations = [
        written(|byte| format!("{byte:02x}"), ""),
        written(|byte| format!("{byte:02X}"), ":"),
        written(|byte| format!("{byte}"), ", "),
        written(|byte| format!("{byte:08b}"), " "),
        format!("const unsigned char key[] = {{ {} }};\n", written(|byte| format!("0x{byte:02x}"), ", ")),
        format!("key = b\"{}\"\n", written(|byte| format!("\\x{byte:02x}"), "")),
        format!("{{\"key\": [{}]}}\n", written(|byte| format!("{byte}"), ",")),
    ];
    for notation in notations {
        let notation = Zeroizing::new(notation);
        // Twelve characters where the bytes of the needle stand.
        let needle = inside(&pem);
        let middle = notation.len() / 2;
        let needles = vec![needle, notation.as_bytes()[middle..middle + 12].to_vec()];
        let found = watched(needles, || {
            let report = cert::check(&inputs(notation.as_bytes(), None));
            assert!(report.items.iter().any(|item| item.kind.is_secret()), "no key in {}", &**notation);
        });
        assert!(found.is_empty(), "{}: {} blocks\n{}", &**notation, found.len(), found.join("\n"));
    }
}

#[test]
fn a_passphrase_is_wiped() {
    let file = fixture("device-1.encrypted.key");
    for (passphrase, what) in [(b"not the passphrase, no".as_slice(), "wrong"), (b"example", "right")] {
        let passphrase = Zeroizing::new(passphrase.to_vec());
        let found =
            watched(vec![passphrase.to_vec()], || drop(cert::check(&inputs(&file, Some(&passphrase)))));
        assert!(found.is_empty(), "{what}: {}", found.join("\n"));
    }
}

#[test]
fn a_secret_in_a_log_comes_to_no_explanation() {
    // A log is text that its owner has; what is masked is what is told of it.
    let secret = "aB3xYz9Qw7Rt";
    let log = format!("connecting\npassword={secret}\nrc=5 not authorized\n");
    let explanation = Explanation::of_text(log.as_bytes(), &Place::default(), &Inputs::default());
    let found = watched(vec![secret.as_bytes().to_vec()], || {
        drop(explanation.to_text(Naming::CommandLine));
        drop(explanation.to_json(Naming::CommandLine).to_string());
    });
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_allocator_finds_what_is_not_wiped() {
    let secret = b"a needle in a haystack".to_vec();
    let found = watched(vec![secret.clone()], || drop([b"hay ".as_slice(), &secret, b" hay"].concat()));
    assert_eq!(found.len(), 1);
    let spread: Vec<char> = "a needle in a haystack".chars().collect();
    assert_eq!(watched(vec![secret.clone()], move || drop(spread)).len(), 1);
    assert_eq!(watched(vec![secret.clone()], || drop(Zeroizing::new(secret.to_vec()))).len(), 0);
}

/// Of each container and kind.
const KEYS: [&str; 5] = ["device-1.key", "device-1.sec1.key", "rsa.key", "rsa.pkcs1.key", "ed25519.key"];
