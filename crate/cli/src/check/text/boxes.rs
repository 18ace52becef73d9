//! Which file goes into which box of a client and of the portal.

use dps_x509_core::cert::{
    Enrollment, Item, Kind, Report,
    boxes::{ClientCertificate, Form},
    key::{CurveForm, KeyMatch},
    role::{Destination, Role, ServerRoot},
};
use dps_x509_core::finding::Place;

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
    let Some(ClientCertificate { files, form, .. }) = report.client_certificate() else {
        let behind: Vec<_> = report.chain.intermediates.iter().map(|link| file_of(&link.place)).collect();
        return if report.chain.leaf.is_some() || behind.is_empty() {
            "the device's certificate; not among the files".to_owned()
        } else {
            format!("the device's certificate, not among the files; behind it {}", behind.join(", "))
        };
    };
    let is_one = files.len() == 1;
    let files: Vec<_> = files.iter().map(file_alone).collect();
    let files = files.join(", then ");
    let what = match form {
        Form::AsItStands => return files,
        Form::InOrder if is_one => "put in order",
        Form::InOrder => "put in order, in one file",
        Form::AsPem if is_one => "as PEM",
        Form::AsPem => "as PEM, in one file",
        _ => "in one file",
    };
    format!("{files}, {what}: `--write-fixed DIR` makes it")
}

/// The file without the input that it was given as: it goes into another box.
fn file_alone(place: &Place) -> String {
    let mut place = place.clone();
    place.input = place.input.filter(|_| place.path.is_none());
    file_of(&place)
}

/// Whether what was taken for the device's certificate is none.
fn is_proof(report: &Report) -> bool {
    report.chain.leaf.as_ref().is_some_and(|leaf| Role::of(leaf, &report.chain) == Role::ProofOfPossession)
}

fn key(report: &Report) -> String {
    let Some(leaf) = report.chain.leaf.as_ref().filter(|_| !is_proof(report)) else { return String::new() };
    let fitting =
        report.keys.iter().find(|(key, _)| key.matches(&leaf.certificate.public_key) != KeyMatch::No);
    let Some((facts, place)) = fitting else {
        return "the private key of the leaf, which is not among the files".to_owned();
    };
    let file = place.path.clone().unwrap_or_default();
    let is_it = |item: &&Item| matches!(item.kind, Kind::PrivateKey(_)) && item.place == *place;
    match report.items.iter().find(is_it) {
        Some(item) if item.label.is_some() && facts.curve_form == CurveForm::Missing => {
            format!("{file}, written anew: `--key {file} --write-fixed DIR` makes it")
        }
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

/// Most places that are told.
const MOST_PLACES: usize = 20;

/// The places of the certificates that go there, and the form in which they do.
fn places(report: &Report, destination: Destination) -> String {
    let goes_there = |role: Role| role.destinations().contains(&destination);
    let mut places: Vec<String> = Vec::new();
    let filings = report.filings();
    let mut links = report.roles().filter(|(_, role)| goes_there(*role));
    for (link, _) in links.by_ref() {
        if places.len() == MOST_PLACES {
            places.push(format!("{} more; --format json has all of them", links.count() + 1));
            break;
        }
        let (place, form) = filings.of(link);
        let repair = match form {
            Form::AsItStands => "",
            // A client reads all that is in its CA file, and a key there is no more lost than on the device.
            Form::Alone | Form::WithoutKey if destination == Destination::CaFile => "",
            Form::Alone => ", alone, as PEM: `--write-fixed DIR` makes it",
            Form::WithoutKey => ", without its private key, as PEM: `--write-fixed DIR` makes it",
            _ => ", as PEM: `--write-fixed DIR` makes it",
        };
        let place = format!("{}{repair}", file_alone(&place));
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.join(" or ")
}
