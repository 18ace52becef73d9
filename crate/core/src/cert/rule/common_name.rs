//! The leaf's CN, which DPS takes as the registration ID.

use crate::{
    cert::{
        der::tag,
        path::{link::Link, role::Role},
        rule::context::{Context, Rule},
        x509::distinguished_name::Attribute,
    },
    finding::{Finding, say},
    name::{RegistrationId, RegistrationIdError},
};

/// Longest CN (RFC 5280 appendix A).
const MAX_LENGTH: usize = 64;

pub(super) const RULE: Rule = Rule { check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(leaf) = &context.chain.leaf else { return };
    let names: Vec<_> = leaf.certificate.subject.common_names().collect();
    let mut push = |finding: Finding| findings.push(finding.at(leaf.place.clone()));
    let [first, ..] = names.as_slice() else {
        let subject = &leaf.certificate.subject;
        push(match context.registration_id {
            Some(id) => say::CnMissing::Given { subject, id }.finding(),
            None => say::CnMissing::NotGiven { subject }.finding(),
        });
        return;
    };
    if names.len() > 1 {
        let all: Vec<_> = names.iter().map(|name| format!("CN={}", name.shown())).collect();
        push(say::CnAmbiguous { count: &names.len(), names: &all.join(", ") }.finding());
    }
    // The capitals of a verification code are no matter of taste.
    let is_code = Role::of(leaf, context.chain) == Role::ProofOfPossession;
    for name in &names {
        check_text(name, leaf, is_code, findings);
    }
    if let Some(wanted) = context.registration_id {
        compare(wanted, &names, first, leaf, findings);
    }
}

fn compare(
    wanted: &RegistrationId,
    names: &[&Attribute],
    first: &Attribute,
    leaf: &Link,
    findings: &mut Vec<Finding>,
) {
    let texts = || names.iter().filter_map(|name| name.text.as_deref());
    if texts().any(|text| text == wanted.as_str()) {
        return;
    }
    let (cn, id) = (&first.shown(), wanted);
    let same_but_case = texts().any(|text| text.eq_ignore_ascii_case(id.as_str()));
    let visible: String =
        first.text.iter().flat_map(|text| text.chars()).filter(char::is_ascii_graphic).collect();
    let finding = if same_but_case {
        say::CnCaseDiffers { cn, id }.finding()
    } else if visible.eq_ignore_ascii_case(id.as_str()) {
        say::CnIsNotRegistrationId::Alike { cn, id }.finding()
    } else {
        say::CnIsNotRegistrationId::Other { cn, id }.finding()
    };
    findings.push(finding.at(leaf.place.clone()));
}

fn check_text(name: &Attribute, leaf: &Link, is_code: bool, findings: &mut Vec<Finding>) {
    let cn = &name.shown();
    let mut push = |finding: Finding| findings.push(finding.at(leaf.place.clone()));
    if !matches!(name.tag, tag::UTF8_STRING | tag::PRINTABLE_STRING) {
        push(say::CnStringType { cn, string_type: &name.string_type() }.finding());
    }
    let Some(text) = &name.text else {
        push(say::CnNotARegistrationId::NoText { cn, string_type: &name.string_type() }.finding());
        return;
    };
    let length = text.chars().count();
    if length > MAX_LENGTH {
        push(say::CnTooLong { cn, length: &length, limit: &MAX_LENGTH }.finding());
    }
    match RegistrationId::new(text) {
        Ok(id) if id.has_uppercase() && !is_code => push(say::CnUpperCase { cn }.finding()),
        Ok(_) => {}
        // The length is said above, by the stricter limit.
        Err(RegistrationIdError::TooLong { .. }) => {}
        Err(why) => push(say::CnNotARegistrationId::Refused { cn, why: &why }.finding()),
    }
}
