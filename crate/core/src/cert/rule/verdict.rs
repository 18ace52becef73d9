//! The last word: a strict verifier over the whole chain, where its top is known.
//!
//! It repeats what the other rules say in its own way, so it speaks only where they found nothing to stop for.

use std::sync::Arc;

use crate::{
    cert::{
        path::{
            link::Link,
            question::Fault,
            rigour::Rigour,
            search::{Problem, Rejection, Trust},
        },
        rule::context::{Context, Rule},
        x509::{certificate::Certificate, extension::oid},
    },
    finding::{
        Finding,
        Severity::{Error, Note},
        say,
    },
};

pub(super) const RULE: Rule = Rule { check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if findings.iter().any(|finding| finding.severity == Error) {
        return;
    }
    match context.fault {
        Some(fault) => findings.push(refused(fault)),
        None => match context.first_way {
            Some(fault) => findings.push(first_refused(fault)),
            None => strict(context, findings),
        },
    }
}

/// What a verifier refuses that does not go back, although a way holds.
fn first_refused(fault: &Fault) -> Finding {
    let (subject, why) = (&fault.link.certificate.subject, &fault.problem);
    let finding = if fault.problem == Problem::TakenForSelfSigned {
        say::StrictVerifierRefuses::SelfIssued { subject }.finding()
    } else {
        say::StrictVerifierRefuses::First { subject, why }.finding()
    };
    finding.severity(Error).found(shown(&fault.path)).at(fault.link.place.clone())
}

fn shown(path: &[Arc<Link>]) -> String {
    let names: Vec<_> = path.iter().map(|it| format!("\"{}\"", it.certificate.subject)).collect();
    format!("the path {}", names.join(" up to "))
}

/// What every verifier refuses, and no other rule has said.
fn refused(fault: &Fault) -> Finding {
    let (subject, why) = (&fault.link.certificate.subject, &fault.problem);
    say::StrictVerifierRefuses::Everybody { subject, why }
        .finding()
        .severity(Error)
        .found(shown(&fault.path))
        .at(fault.link.place.clone())
}

/// What only a verifier refuses that keeps to every word.
fn strict(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if context.chain.leaf.is_none() {
        return;
    }
    let ([leaf, .., anchor], Some(at)) = (context.way, context.at) else { return };
    let is_top_known = !context.group_cas.is_empty() || anchor.certificate.is_self_issued();
    if !is_top_known {
        return;
    }
    let trust = Trust {
        anchors: vec![&anchor.certificate],
        intermediates: context.way.iter().map(|link| &link.certificate).collect(),
        at,
        purpose: Some(oid::CLIENT_AUTH),
        server_name: None,
        max_depth: usize::MAX,
    };
    let Err(failure) = trust.verify_by(&leaf.certificate, context.signatures, Rigour::Strict) else {
        findings.extend(usage_missing(context));
        return;
    };
    let listed = |path: &[&Certificate]| {
        path.iter().map(|it| format!("\"{}\"", it.subject)).collect::<Vec<_>>().join(" up to ")
    };
    let is_it = |one: &&Rejection<'_>| {
        one.certificate.der == failure.certificate.der && one.problem == failure.problem
    };
    let others = failure.rejections.iter().filter(|one| !is_it(one));
    let tried: String = others
        .map(|one| {
            format!("; also tried {}, at \"{}\": {}", listed(&one.path), one.certificate.subject, one.problem)
        })
        .collect();
    let place = context
        .way
        .iter()
        .find(|link| link.certificate.der == failure.certificate.der)
        .map_or_else(|| leaf.place.clone(), |link| link.place.clone());
    let (subject, why) = (&failure.certificate.subject, &failure.problem);
    let finding = say::StrictVerifierRefuses::Strict { subject, why }.finding();
    findings.push(finding.found(format!("the path {}{tried}", listed(&failure.path))).at(place));
}

/// RFC 5280 wants a key usage in every CA certificate (section 4.2.1.3). Many roots have none, and of all verifiers
/// OpenSSL alone refuses them, and only where it is told to be strict.
fn usage_missing(context: &Context<'_>) -> Option<Finding> {
    let is_missing =
        |certificate: &Certificate| certificate.is_ca() && certificate.extension(oid::KEY_USAGE).is_none();
    let link = context.way.iter().find(|link| is_missing(&link.certificate))?;
    let missing = say::StrictVerifierRefuses::UsageMissing { subject: &link.certificate.subject };
    Some(missing.finding().severity(Note).at(link.place.clone()))
}
