//! What the leaf says it may be used for.

use crate::{
    cert::{
        rule::context::{Context, Rule},
        x509::extension::oid,
    },
    finding::{Finding, say},
};

pub(super) const RULE: Rule = Rule { check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(leaf) = &context.chain.leaf else { return };
    let certificate = &leaf.certificate;
    let mut push = |finding: Finding| findings.push(finding.at(leaf.place.clone()));
    if let Some(usage) =
        certificate.extended_key_usage.as_ref().filter(|usage| !usage.allows(oid::CLIENT_AUTH))
    {
        let usages = or_empty(usage.names(), "an empty extendedKeyUsage");
        push(say::ClientAuthMissing { usages: &usages }.finding());
    }
    if let Some(usage) = certificate.key_usage.filter(|usage| !usage.digital_signature()) {
        let usages = or_empty(usage.names(), "an empty keyUsage");
        push(say::DigitalSignatureMissing { usages: &usages }.finding());
    }
    if certificate.is_ca() {
        push(say::LeafIsCa.finding());
    }
}

fn or_empty<T: AsRef<str>>(names: impl Iterator<Item = T>, empty: &str) -> String {
    let names: Vec<T> = names.collect();
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    if names.is_empty() { empty.to_owned() } else { names.join(", ") }
}
