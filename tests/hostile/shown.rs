//! Nothing that a terminal obeys, and no line that somebody else wrote.

mod device;
mod emulator;
mod file;
mod fleet;
mod log;
mod peer;
mod setting;

use std::{
    ffi::{OsStr, OsString},
    fs,
    os::unix::ffi::OsStringExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use dps_x509_core::text;
use dps_x509_tests::{
    chain,
    cli::{self, Run},
};
use rcgen::{DnType, KeyPair, SanType};

/// Of each kind, between words that are sought.
const HOSTILE: &str = "MARK\u{1b}]0;title\u{7}\u{1b}[2J\u{1b}[31m\u{9b}1A\u{85}\r\nFORGED error DX999\nFORGED\u{b}\u{c}\u{8}\u{7f}\u{61c}\u{180e}\u{200b}\u{200d}\u{200e}\u{200f}\u{2028}FORGED\u{2029}\u{202a}\u{202e}\u{2066}\u{2069}\u{feff}\u{fe0f}\u{fff9}\u{fdd3}\u{e0001}\u{e0041}\u{e0100}\u{3164}\u{ad}END";

/// The same without line breaks and without what no C string has, for names.
fn name() -> String {
    HOSTILE.replace('/', "")
}

/// Runs it and looks at both streams.
fn run<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Run {
    let mut command = Command::new(cli::binary());
    command.args(args);
    looked_at(command)
}

fn looked_at(command: Command) -> Run {
    let what = format!("{command:?}");
    let run = cli::finish(command);
    for stream in [&run.out, &run.err] {
        assert_plain(stream, &what);
    }
    assert!(!run.err.contains("panicked"), "{what}: {run:?}");
    run
}

fn assert_plain(stream: &str, what: &str) {
    let seen = stream.chars().find(|it| *it != '\n' && text::is_invisible(*it));
    assert_eq!(seen, None, "{what}: U+{:04X} in {stream:?}", seen.map_or(0, u32::from));
    let forged = stream.lines().find(|line| line.trim_start().starts_with("FORGED"));
    assert_eq!(forged, None, "{what}: {stream}");
}

/// It was there to be shown.
fn tells(run: &Run) {
    assert!(run.out.contains("MARK") || run.err.contains("MARK"), "{run:?}");
}

/// A chain whose every name is hostile, and a key, in files with hostile names.
fn files(folder: &Path) -> (PathBuf, PathBuf, PathBuf) {
    let mut params = chain::ca(HOSTILE);
    params.distinguished_name.push(DnType::OrganizationName, HOSTILE);
    let root = rcgen::CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let mut params = chain::device(HOSTILE);
    params.distinguished_name.push(DnType::CommonName, HOSTILE);
    params.distinguished_name.push(DnType::OrganizationalUnitName, HOSTILE);
    params.distinguished_name.push(DnType::CustomDnType(vec![1, 2, 3, 4]), HOSTILE);
    params.subject_alt_names =
        ["\u{1b}[31m\r\nFORGED", "a\u{7}b"].map(|text| SanType::DnsName(text.try_into().unwrap())).to_vec();
    params.subject_alt_names.push(SanType::URI("\u{1b}]0;x\u{7}\nFORGED".try_into().unwrap()));
    params
        .custom_extensions
        .push(rcgen::CustomExtension::from_oid_content(&[1, 2, 3, 5], HOSTILE.as_bytes().to_vec()));
    let key = KeyPair::generate().unwrap();
    let leaf = params.signed_by(&key, &root).unwrap();
    let path = |end: &str| folder.join(format!("{}{end}", name()));
    let (chain, secret, anchor) = (path("-chain.pem"), path("-key.pem"), path("-root.pem"));
    fs::write(&chain, leaf.pem()).unwrap();
    fs::write(&secret, key.serialize_pem()).unwrap();
    fs::write(&anchor, root.pem()).unwrap();
    (chain, secret, anchor)
}

/// A name that is no UTF-8, and half of a pair of UTF-16 as some file systems have it.
fn no_text(folder: &Path) -> [PathBuf; 2] {
    [b"MARK\xff\xfe\x1b[31m\x9b.pem".to_vec(), b"MARK\xed\xa0\x80\xed\xb0\x80.pem".to_vec()]
        .map(|bytes| folder.join(OsString::from_vec(bytes)))
}
