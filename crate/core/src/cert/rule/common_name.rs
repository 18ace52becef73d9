//! The leaf's CN, which DPS takes as the registration ID.

use crate::{
    cert::{
        der::tag,
        path::{link::Link, role::Role},
        rule::context::{Context, Rule},
        x509::distinguished_name::Attribute,
    },
    finding::{Finding, catalogue},
    name::{RegistrationId, RegistrationIdError},
};

/// Longest CN (RFC 5280 appendix A).
const MAX_LENGTH: usize = 64;

pub(super) const RULE: Rule = Rule { check };

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(leaf) = &context.chain.leaf else { return };
    let names: Vec<_> = leaf.certificate.subject.common_names().collect();
    let finding = |definition, message: String, next: String| {
        Finding::new(definition, message, next).at(leaf.place.clone())
    };
    let [first, ..] = names.as_slice() else {
        let wanted = context.registration_id.map_or("the registration ID", RegistrationId::as_str);
        findings.push(
            finding(
                &catalogue::CN_MISSING,
                "The device's certificate has no CN in its subject, so it names no registration ID.".to_owned(),
                format!("Issue a certificate with the subject CN={wanted}; other names such as the SAN are not used."),
            )
            .expected(format!("CN={wanted}"))
            .found(leaf.certificate.subject.to_string()),
        );
        return;
    };
    if names.len() > 1 {
        let all: Vec<_> = names.iter().map(|name| format!("CN={}", name.shown())).collect();
        findings.push(
            finding(
                &catalogue::CN_AMBIGUOUS,
                format!(
                    "The device's certificate has {} CNs; which of them DPS takes is not known.",
                    names.len()
                ),
                "Issue a certificate with just one CN, the registration ID.".to_owned(),
            )
            .expected("one CN")
            .found(all.join(", ")),
        );
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
    let shown = first.shown();
    let same_but_case = texts().any(|text| text.eq_ignore_ascii_case(wanted.as_str()));
    let finding = if same_but_case {
        Finding::new(
            &catalogue::CN_CASE_DIFFERS,
            format!(
                "The certificate's CN \"{shown}\" and the registration ID \"{wanted}\" differ in upper and lower case; \
                 DPS documents registration IDs as case-insensitive."
            ),
            "Nothing, unless DPS refuses; then write both alike, in lower case.",
        )
    } else {
        let visible: String =
            first.text.iter().flat_map(|text| text.chars()).filter(char::is_ascii_graphic).collect();
        let hint = if visible.eq_ignore_ascii_case(wanted.as_str()) {
            " They look alike, but the CN has spaces or invisible characters."
        } else {
            ""
        };
        Finding::new(
            &catalogue::CN_IS_NOT_REGISTRATION_ID,
            format!(
                "The certificate's CN is \"{shown}\", the registration ID is \"{wanted}\". With X.509, DPS takes the CN \
                 as the registration ID.{hint}"
            ),
            format!("Register as \"{shown}\", or issue a certificate with the subject CN={wanted}."),
        )
    };
    findings
        .push(finding.expected(format!("CN={wanted}")).found(format!("CN={shown}")).at(leaf.place.clone()));
}

fn check_text(name: &Attribute, leaf: &Link, is_code: bool, findings: &mut Vec<Finding>) {
    let shown = name.shown();
    let mut push =
        |finding: Finding| findings.push(finding.found(format!("CN={shown}")).at(leaf.place.clone()));
    if !matches!(name.tag, tag::UTF8_STRING | tag::PRINTABLE_STRING) {
        push(
            Finding::new(
                &catalogue::CN_STRING_TYPE,
                format!("The CN is written as {}, which new certificates do not use.", name.string_type()),
                "Issue the certificate with the CN as UTF8String or PrintableString (OpenSSL: string_mask = utf8only).",
            )
            .expected("UTF8String or PrintableString"),
        );
    }
    let Some(text) = &name.text else {
        push(Finding::new(
            &catalogue::CN_NOT_A_REGISTRATION_ID,
            format!("The CN is no text: its bytes are not what {} says.", name.string_type()),
            "Issue the certificate again with a CN of letters, digits, '-', '.', '_' and ':'.",
        ));
        return;
    };
    let length = text.chars().count();
    if length > MAX_LENGTH {
        push(
            Finding::new(
                &catalogue::CN_TOO_LONG,
                format!("The CN has {length} characters. X.509 allows {MAX_LENGTH}, although DPS takes registration IDs of 128."),
                "Choose a registration ID of at most 64 characters, and issue the certificate for it.",
            )
            .expected(format!("at most {MAX_LENGTH} characters")),
        );
    }
    match RegistrationId::new(text) {
        Ok(id) if id.has_uppercase() && !is_code => push(Finding::new(
            &catalogue::CN_UPPER_CASE,
            "The CN has upper-case letters. DPS documents registration IDs as case-insensitive; the service of 2018 \
             refused upper case.",
            "Nothing, unless DPS answers 400004; new devices are safest in lower case.",
        )),
        Ok(_) => {}
        // The length is said above, by the stricter limit.
        Err(RegistrationIdError::TooLong { .. }) => {}
        Err(error) => push(
            Finding::new(
                &catalogue::CN_NOT_A_REGISTRATION_ID,
                format!("The CN \"{shown}\" cannot be a registration ID: {error}."),
                "Issue the certificate for a name of letters, digits, '-', '.', '_' and ':' that ends in a letter, a digit or '-'.",
            )
            .expected("letters, digits, '-', '.', '_' and ':'; a letter, a digit or '-' at the end"),
        ),
    }
}
