//! Whether what the device sends leads to the CA that the service knows.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use crate::{
    cert::{
        der::{hex, kind::Kind},
        input::Enrollment,
        path::{
            authority::{self, Evidence},
            chain::Chain,
            link::Link,
            role::{Role, ServerRoot},
            tpm,
        },
        rule::context::{Context, Rule},
        secret::key::KeyMatch,
        x509::extension::oid,
    },
    finding::{
        Family, Finding, Place,
        Severity::{Error, Note, Warning},
        say,
    },
};

pub(super) const RULE: Rule = Rule { check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    no_device(context, findings);
    completeness(context, findings);
    order(context, findings);
    superfluous(context, findings);
}

/// Says what the certificates are instead. An Edge CA and the like have findings of their own.
fn no_device(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let chain = context.chain;
    if chain.leaf.is_some() {
        return;
    }
    let there: Vec<_> = chain.links().chain(&chain.strangers).collect();
    let [first, rest @ ..] = there.as_slice() else {
        // What cannot be read may be the certificate.
        let is_lost = findings.iter().any(|finding| finding.is_error_of(Family::is_about_files));
        findings.extend(no_certificate(context.others).filter(|_| !is_lost));
        return;
    };
    let told = |link: &Arc<Link>| {
        format!("\"{}\", {}", link.certificate.subject, Role::of(link, chain).with_article())
    };
    let finding = if rest.is_empty() {
        let evidence = authority::evidence(&first.certificate).unwrap_or(Evidence::Mark);
        say::DeviceCertificateMissing::Authority { what: &told(first), evidence: &evidence }.finding()
    } else {
        say::DeviceCertificateMissing::Authorities.finding()
    };
    let found: Vec<_> = there.iter().copied().map(told).collect();
    findings.push(finding.found(found.join("; ")).at(first.place.clone()));
}

/// No certificate at all: what is there instead, and how to come from it to one.
fn no_certificate(others: &[(Kind, Place)]) -> Option<Finding> {
    let is_request = |(kind, _): &&(Kind, Place)| *kind == Kind::CertificateRequest;
    let is_key = |(kind, _): &&(Kind, Place)| matches!(kind, Kind::PrivateKey(_));
    let (kind, place) =
        others.iter().find(is_request).or_else(|| others.iter().find(is_key)).or(others.first())?;
    let what = kind;
    let finding = match kind {
        Kind::CertificateRequest => say::DeviceCertificateMissing::Request { what }.finding(),
        Kind::PrivateKey(_) => say::DeviceCertificateMissing::Key { what }.finding(),
        _ => say::DeviceCertificateMissing::Other { what }.finding(),
    };
    Some(finding.at(place.clone()))
}

fn completeness(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let chain = context.chain;
    let Some(leaf) = &chain.leaf else { return };
    // A proof of possession is sent by no device.
    if context.enrollment == Enrollment::Individual || Role::of(leaf, chain) == Role::ProofOfPossession {
        return;
    }
    if is_alone_in_group(context, leaf) {
        let alone = say::GroupCaNotReached::SelfSigned { subject: &leaf.certificate.subject };
        findings.push(alone.finding().at(leaf.place.clone()));
        return;
    }
    match (context.group_cas, chain.missing_issuer()) {
        ([ca, ..], _) if !is_group_reached(context) && !is_namesake_told(context) => {
            findings.push(not_reached(ca, chain, leaf));
        }
        ([], Some(issuer)) if chain.intermediates.is_empty() && !is_namesake_told(context) => {
            findings.push(say::LeafAlone { issuer: &issuer }.finding().at(leaf.place.clone()));
        }
        _ => {}
    }
}

/// Whether it is a self-signed certificate that is to be known by a CA. One that is a CA itself may have been uploaded as
/// the group's.
fn is_alone_in_group(context: &Context<'_>, leaf: &Link) -> bool {
    let certificate = &leaf.certificate;
    let is_uploaded = context.group_cas.iter().any(|ca| ca.certificate.der == certificate.der);
    let is_for_group = context.enrollment == Enrollment::Group || !context.group_cas.is_empty();
    is_for_group && context.signatures.is_self_signed(certificate) && !(is_uploaded && certificate.is_ca())
}

/// Whether the way ends at what was uploaded. Whether it holds all the way is for the other rules.
fn is_group_reached(context: &Context<'_>) -> bool {
    let top = context.way.last();
    top.is_some_and(|top| context.group_cas.iter().any(|ca| ca.certificate.der == top.certificate.der))
}

/// A CA of the right name and the wrong key, or of the right key and another name, is the cause; it has its own finding.
fn is_namesake_told(context: &Context<'_>) -> bool {
    context.chain.namesake.is_some() || context.chain.misnamed.is_some()
}

fn not_reached(ca: &Link, chain: &Chain, leaf: &Arc<Link>) -> Finding {
    let top = chain.intermediates.last().unwrap_or(leaf);
    let (issuer, group, top_name) =
        (&top.certificate.issuer, &ca.certificate.subject, &top.certificate.subject);
    let finding = match chain.missing_issuer() {
        Some(missing) => {
            say::GroupCaNotReached::IssuerMissing { issuer, group, top: top_name, missing: &missing }
                .finding()
        }
        None => say::GroupCaNotReached::Whole { issuer, group, top: top_name }.finding(),
    };
    finding.at(top.place.clone())
}

fn order(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let chain = context.chain;
    let Some(leaf) = &chain.leaf else { return };
    let listed = |links: &[&Arc<Link>]| {
        let names: Vec<_> = links.iter().map(|link| format!("\"{}\"", link.certificate.subject)).collect();
        names.join(", then ")
    };
    if !chain.is_in_order {
        let order = listed(&chain.links().collect::<Vec<_>>());
        findings.push(say::ChainOutOfOrder::Wrong { order: &order }.finding().at(leaf.place.clone()));
    } else if chain.is_interrupted {
        // What ends the way may be in the file as well, and need not be sent.
        let sent: Vec<_> = chain.sent(context.group_cas).collect();
        let above: Vec<_> =
            chain.links().filter(|link| !sent.iter().any(|it| Arc::ptr_eq(it, link))).collect();
        let (order, above) = (listed(&sent), listed(&above));
        let interrupted = say::ChainOutOfOrder::Interrupted { above: &above, order: &order };
        findings.push(interrupted.finding().severity(Warning).at(leaf.place.clone()));
    }
}

fn superfluous(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let chain = context.chain;
    let is_namesake = |link: &&Arc<Link>| {
        [&chain.namesake, &chain.misnamed].into_iter().flatten().any(|told| Arc::ptr_eq(told, link))
    };
    let is_servers = |link: &&Arc<Link>| ServerRoot::of(&link.certificate).is_some();
    let is_strange = |link: &&Arc<Link>| {
        let is_told = is_namesake(link) || is_servers(link) || chain.renewed_by(link).is_some();
        !is_told && !chain.is_alternative(link)
    };
    // Without the device's certificate nothing can be told to be strange to it.
    let strangers = chain.strangers.iter().filter(|_| chain.leaf.is_some());
    let strangers: Vec<_> = strangers.filter(is_strange).collect();
    // Of each file and kind, how many there are, and which is the first.
    let mut counts: BTreeMap<(usize, bool), (usize, usize)> = BTreeMap::new();
    for (index, link) in strangers.iter().enumerate() {
        counts.entry((link.file, link.certificate.is_ca())).or_insert((0, index)).0 += 1;
    }
    // What stands in another value of the leaf's document is not in what a client is given.
    let is_apart = |link: &Link| {
        chain.leaf.as_ref().is_some_and(|leaf| leaf.file == link.file && !leaf.stands_with(link))
    };
    // A key tells which of several is meant, unless the other one's is there as well.
    let has_key = |link: &Link| {
        context.keys.iter().any(|(key, _)| key.matches(&link.certificate.public_key) == KeyMatch::Yes)
    };
    let is_told =
        |link: &Link| context.registration_id.is_some() || !(context.keys.is_empty() || has_key(link));
    for (index, link) in strangers.iter().enumerate() {
        let is_ca = link.certificate.is_ca();
        let (in_file, first) = counts.get(&(link.file, is_ca)).copied().unwrap_or((1, index));
        let finding = if in_file <= MOST_STRANGERS {
            stranger(link)
        } else if first != index {
            continue;
        } else if is_ca {
            bundle(in_file)
        } else {
            let device = chain.leaf.as_ref().map(|leaf| leaf.certificate.subject.to_string());
            let device = &device.unwrap_or_default();
            say::StrangerInChain::Others { count: &in_file, device }.finding()
        };
        let finding = finding.at(link.place.clone());
        // Which of several devices is meant, a registration ID or a key has to tell; a verdict on one is none on the others.
        findings.push(match (is_ca || is_told(link), is_apart(link)) {
            (true, true) => finding.severity(Note),
            (false, _) if may_be_meant(link, chain) => finding.severity(Error),
            _ => finding,
        });
    }
    if !chain.duplicates.is_empty() {
        twice(chain, findings);
    }
    let stands_with_leaf = |root: &&Arc<Link>| chain.leaf.as_ref().is_some_and(|leaf| leaf.stands_with(root));
    // Where it stands in between, that is said instead.
    if let Some(root) = chain.root.as_ref().filter(stands_with_leaf).filter(|_| !chain.is_interrupted) {
        findings
            .push(say::RootIncluded { subject: &root.certificate.subject }.finding().at(root.place.clone()));
    }
}

/// Certificates that stand in one text twice; in two files it is no fault of either. A function of its own, for the package for
/// JavaScript to leave it to its second module.
#[inline(never)]
fn twice(chain: &Chain, findings: &mut Vec<Finding>) {
    let place = |link: &Link| Some(format!("{} {} {}", link.file, link.value?, hex(&link.certificate.der)));
    let mut there: HashMap<String, Vec<&Arc<Link>>> = HashMap::new();
    for link in chain.links().chain(&chain.strangers).chain(&chain.duplicates) {
        if let Some(place) = place(link) {
            there.entry(place).or_default().push(link);
        }
    }
    for link in &chain.duplicates {
        let is_twice = place(link).and_then(|place| there.get(&place)).is_some_and(|all| all.len() > 1);
        let finding = say::DuplicateCertificate { subject: &link.certificate.subject }.finding();
        findings.extend(is_twice.then(|| finding.at(link.place.clone())));
    }
}

/// Whether a stranger may be the device that is asked about as well as the leaf is: another device's certificate, and not
/// a server's.
fn may_be_meant(link: &Link, chain: &Chain) -> bool {
    let certificate = &link.certificate;
    let is_client =
        certificate.extended_key_usage.as_ref().is_none_or(|usage| usage.allows(oid::CLIENT_AUTH));
    let is_another =
        chain.leaf.as_ref().is_some_and(|leaf| leaf.certificate.subject.der != certificate.subject.der);
    is_client && is_another && tpm::is_about(certificate).is_none()
}

/// More CAs than these in a file that signed nothing of the chain are a bundle, and more of others a list of devices.
const MOST_STRANGERS: usize = 3;

/// A bundle of CAs: one finding, and no fault of the device's.
fn bundle(count: usize) -> Finding {
    say::StrangerInChain::Bundle { count: &count }.finding().severity(Note)
}

/// A device's certificate among those of another device is another mistake than a CA too many.
fn stranger(link: &Link) -> Finding {
    let subject = &link.certificate.subject;
    if link.certificate.is_ca() {
        return say::StrangerInChain::Authority { subject }.finding();
    }
    if let Some(what) = tpm::is_about(&link.certificate) {
        return say::StrangerInChain::Hardware { subject, what: &what }.finding().severity(Note);
    }
    say::StrangerInChain::Anothers { subject }.finding()
}
