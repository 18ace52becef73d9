//! Which file goes into which box of a client and of the portal.

use dps_x509_core::cert::{
    Enrollment, Item, Kind, Report,
    boxes::Form,
    key::KeyMatch,
    role::{Destination, Role, ServerRoot},
};

use super::{Question, tree::file_of};
use crate::terminal::Paint;

/// The boxes as a table; empty without a certificate of the device's chain.
pub(super) fn table(report: &Report, question: &Question) -> String {
    if report.chain.leaf.is_none() && report.chain.links().chain(&report.chain.strangers).next().is_none() {
        return String::new();
    }
    let enrollment = question.inputs.enrollment;
    let mut rows = vec![
        ("MQTT client, client certificate", client_certificate(report)),
        ("MQTT client, client key", key(report)),
        ("MQTT client, CA file", ca_file(report, question)),
    ];
    if enrollment != Enrollment::Group {
        rows.push(("DPS, individual enrollment", places(report, Destination::IndividualEnrollment)));
    }
    if enrollment != Enrollment::Individual {
        rows.push(("DPS, enrollment group", places(report, Destination::EnrollmentGroup)));
    }
    rows.push(("DPS, CA certificates", places(report, Destination::PortalCertificates)));
    rows.push(("DPS, proof of possession", places(report, Destination::PortalVerification)));
    let rows: String = rows
        .into_iter()
        .filter(|(_, files)| !files.is_empty())
        .map(|(name, files)| format!("  {name:<33} {files}\n"))
        .collect();
    format!("{}\n{rows}", Paint::Title.on("Which file goes into which box"))
}

fn client_certificate(report: &Report) -> String {
    let chain = &report.chain;
    let behind: Vec<_> = chain.intermediates.iter().map(|link| file_of(&link.place)).collect();
    match (&chain.leaf, behind.as_slice()) {
        (Some(_), _) => {}
        (None, []) => return "the device's certificate; not among the files".to_owned(),
        (None, behind) => {
            return format!("the device's certificate, not among the files; behind it {}", behind.join(", "));
        }
    }
    if is_proof(report) {
        return "the device's certificate; not among the files".to_owned();
    }
    let mut files: Vec<String> = Vec::new();
    for link in chain.leaf.iter().chain(&chain.intermediates) {
        let path = link.place.path.clone().unwrap_or_default();
        if files.last() != Some(&path) {
            files.push(path);
        }
    }
    let is_pem = chain.leaf.iter().chain(&chain.intermediates).all(|link| {
        let is_it = |item: &&Item| item.kind == Kind::Certificate && **item.der == *link.certificate.der;
        report.items.iter().find(is_it).is_none_or(is_clean)
    });
    let is_as_sent = chain.is_in_order && !chain.is_interrupted;
    let what = match files.as_slice() {
        [one] if is_as_sent && is_pem => return one.clone(),
        [_] if is_as_sent => "as PEM",
        [_] => "put in order",
        _ => "in one file",
    };
    format!("{}, {what}: `--write-fixed DIR` makes it", files.join(", then "))
}

/// PEM that clients read as it stands: not DER, not from a store, not out of a source text.
fn is_clean(item: &Item) -> bool {
    item.label.is_some() && !item.is_damaged
}

/// Whether what was taken for the device's certificate is none.
fn is_proof(report: &Report) -> bool {
    report.chain.leaf.as_ref().is_some_and(|leaf| Role::of(leaf, &report.chain) == Role::ProofOfPossession)
}

fn key(report: &Report) -> String {
    let Some(leaf) = report.chain.leaf.as_ref().filter(|_| !is_proof(report)) else { return String::new() };
    let fitting =
        report.keys.iter().find(|(key, _)| key.matches(&leaf.certificate.public_key) != KeyMatch::No);
    let Some((_, place)) = fitting else {
        return "the private key of the leaf, which is not among the files".to_owned();
    };
    let file = place.path.clone().unwrap_or_default();
    let is_it = |item: &&Item| matches!(item.kind, Kind::PrivateKey(_)) && item.place == *place;
    match report.items.iter().find(is_it) {
        Some(item) if item.is_damaged => format!("{file}, as PEM: `--key {file} --write-fixed DIR` makes it"),
        // DER or a store as it is: OpenSSL 3 takes both by this command, and neither inside of a text.
        Some(item) if item.label.is_none() => {
            format!("{file}, as PEM: `openssl pkey -in {file} -out device-key.pem` makes it")
        }
        _ => file,
    }
}

fn ca_file(report: &Report, question: &Question) -> String {
    let given = places(report, Destination::CaFile);
    match question.inputs.cloud {
        _ if !given.is_empty() => given,
        Some(cloud) => {
            format!(
                "{}: `dps-x509 configure roots --out DIR` writes them",
                ServerRoot::names_for(Some(cloud))
            )
        }
        None => "the root of your server".to_owned(),
    }
}

/// The places of the certificates that go there, and the form in which they do.
fn places(report: &Report, destination: Destination) -> String {
    let goes_there = |role: Role| role.destinations().contains(&destination);
    let mut places: Vec<String> = Vec::new();
    for (link, _) in report.roles().filter(|(_, role)| goes_there(*role)) {
        let (mut place, form) = report.filing(link);
        place.input = None;
        let repair = match form {
            Form::AsItStands => "",
            // A client reads all that is in its CA file, and a key there is no more lost than on the device.
            Form::Alone | Form::WithoutKey if destination == Destination::CaFile => "",
            Form::Alone => ", alone, as PEM: `--write-fixed DIR` makes it",
            Form::WithoutKey => ", without its private key, as PEM: `--write-fixed DIR` makes it",
            _ => ", as PEM: `--write-fixed DIR` makes it",
        };
        let place = format!("{}{repair}", file_of(&place));
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.join(" or ")
}
