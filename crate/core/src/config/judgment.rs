//! What of a check's findings matters to a configuration, whose certificate files are written anew.

use crate::{
    cert::{Kind, Purpose, Read, Report},
    finding::{Family, Finding, Place, Severity, catalogue},
};

/// The findings that stay: warnings and errors, without those about the form of files that are written anew, and with
/// the form of a key's file as an error, because a client reads it as it is, and clients are stricter than we are.
#[must_use]
pub fn judgment(report: &Report, files: &[Read]) -> Vec<Finding> {
    let (keys, certificates): (Vec<_>, Vec<_>) = files.iter().partition(|file| is_of_key(file));
    let repaired: Vec<&Place> =
        certificates.into_iter().filter(|file| is_whole(file)).map(Read::place).collect();
    let is_of_keys = |finding: &Finding| keys.iter().any(|key| is_in(finding, key.place()));
    let counts = |finding: &&Finding| {
        (finding.severity > Severity::Note || is_in_a_frame(finding) && is_of_keys(finding))
            && !(is_about_form(finding) && repaired.iter().any(|place| is_in(finding, place)))
    };
    let judged = |finding: Finding| {
        let is_key = finding.family() == Family::File && is_of_keys(&finding);
        if is_key { finding.severity(Severity::Error) } else { finding }
    };
    report.findings.iter().filter(counts).cloned().map(judged).collect()
}

/// What a device registers as, if nobody says otherwise: the CN of its leaf.
#[must_use]
pub fn common_name(report: &Report) -> Option<String> {
    let leaf = report.chain.leaf.as_ref()?;
    leaf.certificate.subject.common_names().find_map(|name| name.text.clone())
}

/// A file of which nothing but the key is used.
fn is_of_key(file: &Read) -> bool {
    let items = file.items();
    let is_all_keys =
        || !items.is_empty() && items.iter().all(|item| matches!(item.kind, Kind::PrivateKey(_)));
    file.purpose() == Purpose::DeviceKey || file.purpose() == Purpose::Any && is_all_keys()
}

/// Whether everything in it is read, however it is written now.
fn is_whole(file: &Read) -> bool {
    file.file().to_pem().is_some()
}

/// What is written has neither a fault of form nor a wrong order.
fn is_about_form(finding: &Finding) -> bool {
    finding.family() == Family::File || finding.definition == &catalogue::CHAIN_OUT_OF_ORDER
}

/// What may stay as it is where something decodes it first. Nothing does for the key of a configuration.
fn is_in_a_frame(finding: &Finding) -> bool {
    [&catalogue::STRING_LITERAL, &catalogue::WRITTEN_OTHERWISE].contains(&finding.definition)
}

fn is_in(finding: &Finding, place: &Place) -> bool {
    place.input == finding.place.input && place.path == finding.place.path
}
