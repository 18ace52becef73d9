//! The last word: a strict verifier over the whole chain, where its top is known.
//!
//! It repeats what the other rules say in its own way, so it speaks only where they found nothing to stop for.

use crate::{
    cert::{
        path::search::{Rejection, Trust},
        rule::context::{Context, Rule},
        x509::{certificate::Certificate, extension::oid},
    },
    finding::{Finding, Severity::Error, catalogue},
};

pub(super) const RULE: Rule = Rule { check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let (Some(leaf), Some(at)) = (&context.chain.leaf, context.at) else { return };
    let tops = context.chain.root.iter().chain(context.group_cas);
    let anchors: Vec<_> = tops.map(|link| &link.certificate).collect();
    if anchors.is_empty() || findings.iter().any(|finding| finding.severity == Error) {
        return;
    }
    let trust = Trust {
        anchors,
        intermediates: context.chain.intermediates.iter().map(|link| &link.certificate).collect(),
        at,
        purpose: Some(oid::CLIENT_AUTH),
        server_name: None,
        max_depth: usize::MAX,
    };
    let known = |issuer: &Certificate, subject: &Certificate| context.chain.has_signed(issuer, subject);
    let Err(failure) = trust.verify_by(&leaf.certificate, &known) else { return };
    let shown = |path: &[&Certificate]| {
        path.iter().map(|it| format!("\"{}\"", it.subject)).collect::<Vec<_>>().join(" up to ")
    };
    let is_it = |one: &&Rejection<'_>| {
        one.certificate.der == failure.certificate.der && one.problem == failure.problem
    };
    let others = failure.rejections.iter().filter(|one| !is_it(one));
    let tried: String = others
        .map(|one| {
            format!("; also tried {}, at \"{}\": {}", shown(&one.path), one.certificate.subject, one.problem)
        })
        .collect();
    let place = context
        .chain
        .links()
        .chain(context.group_cas)
        .find(|link| link.certificate.der == failure.certificate.der)
        .map_or_else(|| leaf.place.clone(), |link| link.place.clone());
    findings.push(
        Finding::new(
            &catalogue::STRICT_VERIFIER_REFUSES,
            format!(
                "A verifier that keeps to RFC 5280 refuses the chain at \"{}\": {}.",
                failure.certificate.subject, failure.problem
            ),
            "Nothing, as long as DPS takes the chain; when certificates are issued anew, mend it.",
        )
        .found(format!("the path {}{tried}", shown(&failure.path)))
        .at(place),
    );
}
