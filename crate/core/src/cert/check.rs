//! The whole check: files in, chain and findings out.

use std::sync::Arc;

use crate::{
    cert::{
        checked::answers::checked,
        input::{Enrollment, Inputs, Purpose, Read},
        open::open,
        path::{
            chain::Chain,
            link::Link,
            outlived::Outlived,
            question::{Fault, Question},
            signatures::Signatures,
            step,
        },
        report::Report,
        rule::{self, Context, purpose},
        secret::key::{KeyFacts, KeyMatch},
        x509::certificate::Certificate,
    },
    finding::{Finding, Place, Severity},
};

/// Opens the files, builds the chain, and applies every rule.
#[must_use]
pub fn check(inputs: &Inputs) -> Report {
    let opened = open(inputs);
    let (device, others, shut) = (opened.device, opened.others, opened.shut);
    let revocation_lists = opened.revocation_lists;
    let mut report = Report {
        chain: Chain::default(),
        group_cas: opened.group_cas,
        server_trust: opened.server_trust,
        keys: opened.keys.into_iter().map(|key| (key.facts, key.place)).chain(inputs.kept.clone()).collect(),
        items: opened.items,
        is_passphrase_missing: opened.is_passphrase_missing,
        refused: opened.refused,
        steps: Vec::new(),
        checked: Vec::new(),
        findings: opened.findings,
    };
    let has_key = |certificate: &Certificate| {
        report.keys.iter().any(|(key, _)| key.matches(&certificate.public_key) == KeyMatch::Yes)
    };
    let has_name = |certificate: &Certificate| {
        let mut names = certificate.subject.common_names().filter_map(|name| name.text.as_deref());
        inputs
            .registration_id
            .as_ref()
            .is_some_and(|id| names.any(|name| name.eq_ignore_ascii_case(id.as_str())))
    };
    let is_any_keyed = device.iter().any(|link| has_key(&link.certificate));
    let is_wanted =
        |certificate: &Certificate| if is_any_keyed { has_key(certificate) } else { has_name(certificate) };
    let signatures = Signatures::new(&inputs.budget);
    let uploaded = if inputs.enrollment == Enrollment::Individual { &[][..] } else { &report.group_cas };
    let mut answer = None;
    report.chain = Chain::build(&device, is_wanted, &signatures, inputs.at, |leaf, others| {
        if inputs.enrollment == Enrollment::Individual {
            return Vec::new();
        }
        let own: Vec<_> = others.iter().filter(|link| link.certificate.is_self_issued()).cloned().collect();
        let anchors = if uploaded.is_empty() { &own[..] } else { uploaded };
        let given = Question { leaf, sent: others, anchors, at: inputs.at }.answer(&signatures);
        let path = given.as_ref().cloned().unwrap_or_default();
        // The roots of the files are what the service has only as long as nobody says what that is.
        answer = (given.is_ok() || !uploaded.is_empty()).then_some(given);
        path
    });
    report.chain.seek_misnamed(uploaded, &signatures);
    if let Some(at) = inputs.at {
        let links = report.chain.links().chain(&report.chain.strangers).chain(&report.group_cas);
        let outlived = Outlived::among(links, at);
        // What was taken for the device's certificate is judged as such.
        let is_leaf =
            |one: &Outlived| report.chain.leaf.as_ref().is_some_and(|leaf| Arc::ptr_eq(leaf, &one.expired));
        report.chain.outlived = outlived.into_iter().filter(|one| !is_leaf(one)).collect();
    }
    let way = way(&report.chain, uploaded, inputs.enrollment, answer.as_ref(), &signatures);
    let answer = match (answer, &report.chain.leaf) {
        (Some(answer), _) => answer.err(),
        (None, None) => None,
        (None, Some(leaf)) => {
            let sent = way.get(1..).unwrap_or_default();
            let anchors = way.get(way.len().saturating_sub(1)..).unwrap_or_default();
            Question { leaf, sent, anchors, at: inputs.at }.answer(&signatures).err()
        }
    };
    let first_way = match (&answer, &report.chain.leaf) {
        (None, Some(leaf)) if !uploaded.is_empty() => {
            // What stands in the device's own file is what it sends, in its order; what is on the way and stands elsewhere, in
            // another file or in a store, comes behind it.
            let mut sent: Vec<_> = device.iter().filter(|link| link.stands_with(leaf)).cloned().collect();
            let is_new = |link: &&Arc<Link>| !sent.iter().any(|own| Arc::ptr_eq(own, link));
            let elsewhere: Vec<_> = way.iter().filter(is_new).cloned().collect();
            sent.extend(elsewhere);
            Question { leaf, sent: &sent, anchors: uploaded, at: inputs.at }.first_way(&signatures)
        }
        _ => None,
    };
    forgive_others(&mut report, inputs, &shut);
    forgive_public_keys(&mut report, inputs);
    let judged = if way.is_empty() { &report.group_cas } else { &way };
    let context = Context {
        chain: &report.chain,
        way: judged,
        fault: answer.as_ref(),
        first_way: first_way.as_ref(),
        signatures: &signatures,
        group_cas: &report.group_cas,
        server_trust: &report.server_trust,
        others: &others,
        revocation_lists: &revocation_lists,
        keys: &report.keys,
        registration_id: inputs.registration_id.as_ref(),
        at: inputs.at,
        expires_within: inputs.expires_within,
        cloud: inputs.cloud,
        enrollment: inputs.enrollment,
    };
    for rule in rule::ALL {
        (rule.check)(&context, &mut report.findings);
    }
    rule::link_causes(&mut report.findings);
    let is_uploaded = |link: &Link| {
        let is_it = |ca: &Arc<Link>| ca.certificate.der == link.certificate.der;
        inputs.enrollment == Enrollment::Individual || report.group_cas.iter().any(is_it)
    };
    report.steps = step::steps(&way, is_uploaded, &signatures);
    report.checked = checked(&report, inputs);
    report
}

/// The way from the device's certificate to what the service has, which the rules explain: the path that holds, or, as
/// far as it can be told, the one that should.
fn way(
    chain: &Chain,
    uploaded: &[Arc<Link>],
    enrollment: Enrollment,
    answer: Option<&Result<Vec<Arc<Link>>, Fault>>,
    signatures: &Signatures<'_>,
) -> Vec<Arc<Link>> {
    let links: Vec<_> = chain.links().cloned().collect();
    if enrollment == Enrollment::Individual {
        return chain.leaf.iter().cloned().collect();
    }
    if uploaded.is_empty() || chain.leaf.is_none() {
        return links;
    }
    if let Some(Ok(path)) = answer {
        // A certificate that stands in the files too is told by its place there.
        let own = |link: &Arc<Link>| {
            let mut own = links.iter().filter(|own| own.certificate.der == link.certificate.der);
            Arc::clone(own.next().unwrap_or(link))
        };
        return path.iter().map(own).collect();
    }
    let is_uploaded = |link: &Arc<Link>| uploaded.iter().any(|ca| ca.certificate.der == link.certificate.der);
    if let Some(last) = links.iter().position(is_uploaded) {
        return links.into_iter().take(last + 1).collect();
    }
    let is_issuer = |ca: &Certificate, link: &Certificate| ca.subject.says_the_same(&link.issuer);
    let has_signed =
        |ca: &Certificate, link: &Certificate| is_issuer(ca, link) && signatures.has_signed(ca, link).is_ok();
    let up_to = |is_above: &dyn Fn(&Certificate, &Certificate) -> bool| {
        links.iter().enumerate().find_map(|(at, link)| {
            let ca = uploaded.iter().find(|ca| is_above(&ca.certificate, &link.certificate))?;
            Some(links.iter().take(at + 1).chain([ca]).cloned().collect::<Vec<_>>())
        })
    };
    // If nothing was signed by any of them, one that has the name may be the right one, made anew.
    up_to(&has_signed).or_else(|| up_to(&is_issuer)).unwrap_or(links)
}

/// Where the device's own certificate and key are there, a key or a store that stays shut and that nobody called the device's
/// is another's, and what is no certificate at all just lies beside them.
fn forgive_others(report: &mut Report, inputs: &Inputs, shut: &[Place]) {
    let Some(leaf) = &report.chain.leaf else { return };
    let is_its = |(key, _): &&(KeyFacts, Place)| key.matches(&leaf.certificate.public_key) == KeyMatch::Yes;
    let Some((_, own)) = report.keys.iter().find(is_its) else { return };
    let mut is_any_left = false;
    let lies_beside = |place: &Place| {
        let mut files = inputs.files.iter().filter(|file| file.place().path == place.path);
        files.all(|file| file.purpose() == Purpose::Any)
    };
    for finding in &mut report.findings {
        let is_beside = lies_beside(&finding.place);
        if rule::key::is_of_shut_key(finding) {
            if shut.contains(&finding.place) {
                *finding = rule::key::anothers(finding, own);
            } else {
                is_any_left = true;
            }
        } else if rule::key::is_of_shut_store(finding) {
            if is_beside {
                *finding = rule::key::anothers(finding, own);
            } else {
                is_any_left = true;
            }
        } else if is_beside && purpose::is_of_another_thing(finding) {
            finding.severity = Severity::Note;
        }
    }
    report.is_passphrase_missing &= is_any_left;
}

/// Beside the device's certificate, which has its public key, a file of public keys is one that nobody reads.
fn forgive_public_keys(report: &mut Report, inputs: &Inputs) {
    if report.chain.leaf.is_none() {
        return;
    }
    let is_needless = |file: &&Read| file.purpose() == Purpose::Any && file.file().is_of_public_keys();
    let needless: Vec<_> = inputs.files.iter().filter(is_needless).map(Read::place).collect();
    let is_of = |finding: &&mut Finding| {
        needless.iter().any(|file| file.path == finding.place.path && file.input == finding.place.input)
    };
    for finding in report.findings.iter_mut().filter(is_of) {
        finding.severity = Severity::Note;
    }
}
