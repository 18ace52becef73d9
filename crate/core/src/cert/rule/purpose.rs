//! Whether a file holds what it was given for.

use crate::{
    cert::{
        der::kind::Kind,
        file::Item,
        input::{Purpose, Read},
    },
    finding::{Finding, Place, Severity, catalogue, say},
};

/// A file with the bytes of one before it.
pub(in crate::cert) fn copy(read: &Read, first: &Read) -> Finding {
    let is_same_path = read.place().path == first.place().path;
    let finding = match first.place().path.as_deref().filter(|_| !is_same_path) {
        Some(first) => say::FileGivenTwice::Named { first: &first }.finding(),
        None => say::FileGivenTwice::Again.finding(),
    };
    finding.at(read.place().clone())
}

/// A store, or a message, in which nothing is.
pub(in crate::cert) fn empty_store(kind: Kind, place: &Place) -> Finding {
    let what = &kind;
    let finding = match kind {
        Kind::Pkcs7 => say::FileEmpty::Message { what }.finding(),
        _ => say::FileEmpty::Store { what }.finding(),
    };
    finding.at(place.clone())
}

/// Whether it says that a file holds nothing that is for a device.
pub(in crate::cert) fn is_of_another_thing(finding: &Finding) -> bool {
    [&catalogue::ANOTHER_FORMAT, &catalogue::FILE_NOT_RECOGNISED, &catalogue::FILE_EMPTY]
        .contains(&finding.definition)
}

/// Compares the objects of a file with what the file is for. A file in which nothing was found has been spoken
/// of already.
pub(in crate::cert) fn check(purpose: Purpose, items: &[&Item], findings: &mut Vec<Finding>) {
    match purpose {
        Purpose::Any => {
            let unknown = items.iter().filter(|item| item.kind == Kind::Unknown);
            let bcfks = items.iter().filter(|item| item.kind == Kind::Bcfks);
            findings.extend(bcfks.map(|item| {
                say::AnotherFormat::BouncyCastle { what: &item.kind }.finding().at(item.place.clone())
            }));
            // Beside a certificate or a key it is a part of something that nobody gives a device.
            let has_own = items.iter().any(|it| matches!(it.kind, Kind::Certificate | Kind::PrivateKey(_)));
            findings.extend(unknown.map(|item| {
                let finding = say::WrongKindOfFile::Unknown.finding().at(item.place.clone());
                if has_own { finding.severity(Severity::Note) } else { finding }
            }));
        }
        Purpose::DeviceKey => check_key(items, findings),
        Purpose::DeviceChain | Purpose::GroupCa | Purpose::ServerTrust => {
            check_certificates(items, findings);
        }
    }
}

fn check_certificates(items: &[&Item], findings: &mut Vec<Finding>) {
    let Some(first) = items.first().filter(|first| !first.kind.is_store()) else { return };
    let key = items.iter().find(|item| matches!(item.kind, Kind::PrivateKey(_)));
    let certificate = items
        .iter()
        .find(|item| matches!(item.kind, Kind::Certificate | Kind::Pkcs7 | Kind::Pkcs12 | Kind::Jks));
    let what = &first.kind;
    let (finding, item) = match (certificate, key) {
        (Some(_), None) => return,
        (Some(_), Some(key)) => (say::KeyBesideCertificate.finding(), key),
        (None, Some(key)) => (say::KeyWhereCertificateBelongs { what: &key.kind }.finding(), key),
        (None, None) if first.kind == Kind::CertificateRequest => {
            (say::WrongKindOfFile::Request { what }.finding(), first)
        }
        (None, None) => (say::WrongKindOfFile::NoCertificate { what }.finding(), first),
    };
    findings.push(finding.at(item.place.clone()));
}

fn check_key(items: &[&Item], findings: &mut Vec<Finding>) {
    let Some(first) = items.first().filter(|first| !first.kind.is_store()) else { return };
    let mut keys =
        items.iter().filter(|item| matches!(item.kind, Kind::PrivateKey(_) | Kind::Pkcs12 | Kind::Jks));
    let what = &first.kind;
    let (finding, item) = match (keys.next(), keys.next()) {
        (Some(_), None) => return,
        (Some(_), Some(second)) => (say::SeveralKeys.finding(), second),
        (None, _) if first.kind == Kind::Certificate => {
            (say::CertificateWhereKeyBelongs { what }.finding(), first)
        }
        (None, _) => (say::WrongKindOfFile::NoKey { what }.finding(), first),
    };
    findings.push(finding.at(item.place.clone()));
}
