//! Which file goes into which box of a client and of the portal.

use dps_x509_core::cert::{
    Enrollment, Report,
    key::KeyMatch,
    role::{Destination, Role, ServerRoot},
};

use super::{Paint, Question, tree::file_of};

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
    let mut files: Vec<String> = Vec::new();
    for link in chain.leaf.iter().chain(&chain.intermediates) {
        let path = link.place.path.clone().unwrap_or_default();
        if files.last() != Some(&path) {
            files.push(path);
        }
    }
    let makes_it = "`--write-fixed DIR` makes it";
    match files.as_slice() {
        [one] if chain.is_in_order => one.clone(),
        [one] => format!("{one}, put in order: {makes_it}"),
        _ => format!("{}, in one file: {makes_it}", files.join(", then ")),
    }
}

fn key(report: &Report) -> String {
    let Some(leaf) = &report.chain.leaf else { return String::new() };
    let fitting =
        report.keys.iter().find(|(key, _)| key.matches(&leaf.certificate.public_key) != KeyMatch::No);
    match fitting {
        Some((_, place)) => place.path.clone().unwrap_or_default(),
        None => "the private key of the leaf, which is not among the files".to_owned(),
    }
}

fn ca_file(report: &Report, question: &Question) -> String {
    let given = places(report, Destination::CaFile);
    match question.inputs.cloud {
        _ if !given.is_empty() => given,
        Some(cloud) => format!("{}; not among the files", ServerRoot::names_for(Some(cloud))),
        None => "the root of your server".to_owned(),
    }
}

/// The places of the certificates that go there.
fn places(report: &Report, destination: Destination) -> String {
    let goes_there = |role: Role| role.destinations().contains(&destination);
    let mut places: Vec<String> = Vec::new();
    for (link, _) in report.roles().filter(|(_, role)| goes_there(*role)) {
        let mut place = link.place.clone();
        place.input = None;
        let place = file_of(&place);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.join(" or ")
}
