//! The CA that was given: its certificate, those above it, and its key.

use std::time::Duration;

use dps_x509_core::{
    cert::{self, Item, Kind, Purpose, Report, UnixTime, key::Passphrase},
    finding::{Finding, Severity},
    generate::{self, PrivateKey},
};

use super::{Failure, args};
use crate::{
    check::Files,
    input::{self, now, passphrase_of_terminal},
};

/// A CA, and what stands above it.
pub(super) struct Given {
    pub(super) authority: generate::Authority,
    /// In PEM, what follows a leaf below it in a client's file: the CA and those above it, but no root.
    pub(super) chain: String,
}

/// Reads it, and asks for the passphrase if the key needs one.
pub(super) fn read(args: &args::AuthorityArgs) -> Result<Given, Failure> {
    let mut findings = Vec::new();
    let mut passphrase =
        args.key_passphrase_file.as_deref().and_then(|path| input::passphrase_of_file(path, &mut findings));
    let mut files = Files::default();
    files.read([
        (Purpose::GroupCa, "--ca", args.ca.as_path()),
        (Purpose::DeviceKey, "--ca-key", args.ca_key.as_path()),
    ]);
    let mut report = check(&files, passphrase.clone());
    if passphrase.is_none()
        && let Some(asked) = passphrase_of_terminal(&report)
    {
        report = check(&files, Some(asked.clone()));
        passphrase = Some(asked);
    }
    // What is wrong with the files as files; whether they go together is the core's to say.
    let is_unusable = |finding: &&Finding| match finding.code() {
        "DX301" | "DX304" | "DX305" | "DX306" | "DX309" => true,
        code => finding.severity == Severity::Error && code.starts_with("DX2"),
    };
    findings.extend(files.unreadable().iter().chain(report.findings.iter().filter(is_unusable)).cloned());
    if !findings.is_empty() {
        return Err(Failure::Findings(findings));
    }
    let items: Vec<Item> =
        files.inputs().iter().flat_map(|input| cert::File::read(input.bytes, &input.place).items).collect();
    let key = items
        .iter()
        .filter(|item| item.place.input.as_deref() == Some("--ca-key"))
        .find_map(|item| cert::key::open(item.kind, &item.der, passphrase.as_ref()).ok());
    let key = key.ok_or_else(|| {
        Failure::Because(format!("there is no private key in {}", input::shown(&args.ca_key)))
    })?;
    let certificates: Vec<&Item> = items
        .iter()
        .filter(|item| item.kind == Kind::Certificate && item.place.input.as_deref() == Some("--ca"))
        .collect();
    choose(&certificates, &key, since_1970(now()))
        .ok_or_else(|| Failure::Because(format!("there is no certificate in {}", input::shown(&args.ca))))?
}

fn check(files: &Files, passphrase: Option<Passphrase>) -> Report {
    cert::check(&cert::Inputs {
        files: files.inputs(),
        at: Some(now()),
        passphrase,
        ..cert::Inputs::default()
    })
}

/// The first certificate that the key goes with; if there is none, why the first is not it.
fn choose(certificates: &[&Item], key: &[u8], now: Duration) -> Option<Result<Given, Failure>> {
    let mut first = None;
    for item in certificates {
        let authority =
            PrivateKey::from_der(key).and_then(|key| generate::Authority::read(&item.der, key, now));
        match authority {
            Ok(authority) => {
                let above = certificates.iter().filter(|other| !std::ptr::eq(**other, *item));
                let chain = std::iter::once(item).chain(above).filter(|item| !is_root(item));
                let chain = chain.filter_map(|item| item.to_pem()).map(|pem| pem.to_string()).collect();
                return Some(Ok(Given { authority, chain }));
            }
            Err(generate::Error::KeyMismatch { .. }) if first.is_some() => {}
            Err(error) => first = Some(first.unwrap_or(Err(error.into()))),
        }
    }
    first
}

fn is_root(item: &Item) -> bool {
    cert::Certificate::read(&item.der).is_ok_and(|certificate| certificate.is_self_issued())
}

/// Nothing here is before 1970.
pub(super) fn since_1970(time: UnixTime) -> Duration {
    Duration::from_secs(u64::try_from(time.seconds()).unwrap_or_default())
}
