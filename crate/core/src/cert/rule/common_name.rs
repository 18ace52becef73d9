//! The leaf's CN, which DPS takes as the registration ID.

use crate::{
    cert::{
        der::tag,
        path::{link::Link, role::Role},
        rule::context::{Context, Rule},
        x509::distinguished_name::Attribute,
    },
    finding::{
        Definition, Finding,
        Severity::{Error, Note, Warning},
        Standing::{Documented, Observed, Unproven},
    },
    name::{RegistrationId, RegistrationIdError},
};

const ATTESTATION: &str = "DPS concepts-x509-attestation";

/// The CN is not the registration ID.
pub static MISMATCH: Definition =
    Definition::new("DX401", "cn-is-not-registration-id", Error, Documented, ATTESTATION);
/// The leaf has no CN.
pub static NONE: Definition = Definition::new(
    "DX402",
    "cn-missing",
    Error,
    Documented,
    "DPS concepts-x509-attestation; azure-iot-sdk-csharp#1109",
);
/// The leaf has several CNs.
pub static SEVERAL: Definition = Definition::new(
    "DX403",
    "cn-ambiguous",
    Warning,
    Unproven,
    "no source tells which of several CNs DPS takes; RFC 5280 is silent",
);
/// The CN cannot be a registration ID.
pub static ILLEGAL: Definition = Definition::new(
    "DX404",
    "cn-not-a-registration-id",
    Error,
    Documented,
    "DPS concepts-service; azure-iot-sdk-csharp#738, #742",
);
/// The CN is longer than X.509 allows.
pub static TOO_LONG: Definition = Definition::new(
    "DX405",
    "cn-too-long",
    Error,
    Documented,
    "RFC 5280 appendix A (ub-common-name); DPS concepts-x509-attestation",
);
/// CN and registration ID differ in case only.
pub static CASE: Definition =
    Definition::new("DX406", "cn-case-differs", Note, Documented, "DPS concepts-service (case-insensitive)");
/// The CN has upper-case letters.
pub static UPPER_CASE: Definition = Definition::new(
    "DX407",
    "cn-upper-case",
    Note,
    Observed,
    "azure-iot-sdk-c#405, azure-iot-sdk-csharp#547 (service of 2018), against iotedge PR#4575 (2021)",
);
/// The CN's string type is one of the old ones.
pub static STRING_TYPE: Definition = Definition::new(
    "DX408",
    "cn-string-type",
    Warning,
    Unproven,
    "RFC 5280 section 4.1.2.4; what DPS does with them is not known",
);

/// Longest CN (RFC 5280 appendix A).
const MAX_LENGTH: usize = 64;

pub(super) const RULE: Rule = Rule {
    definitions: &[&MISMATCH, &NONE, &SEVERAL, &ILLEGAL, &TOO_LONG, &CASE, &UPPER_CASE, &STRING_TYPE],
    check,
};

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
                &NONE,
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
                &SEVERAL,
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
            &CASE,
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
            &MISMATCH,
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
                &STRING_TYPE,
                format!("The CN is written as {}, which new certificates do not use.", name.string_type()),
                "Issue the certificate with the CN as UTF8String or PrintableString (OpenSSL: string_mask = utf8only).",
            )
            .expected("UTF8String or PrintableString"),
        );
    }
    let Some(text) = &name.text else {
        push(Finding::new(
            &ILLEGAL,
            format!("The CN is no text: its bytes are not what {} says.", name.string_type()),
            "Issue the certificate again with a CN of letters, digits, '-', '.', '_' and ':'.",
        ));
        return;
    };
    let length = text.chars().count();
    if length > MAX_LENGTH {
        push(
            Finding::new(
                &TOO_LONG,
                format!("The CN has {length} characters. X.509 allows {MAX_LENGTH}, although DPS takes registration IDs of 128."),
                "Choose a registration ID of at most 64 characters, and issue the certificate for it.",
            )
            .expected(format!("at most {MAX_LENGTH} characters")),
        );
    }
    match RegistrationId::new(text) {
        Ok(id) if id.has_uppercase() && !is_code => push(Finding::new(
            &UPPER_CASE,
            "The CN has upper-case letters. DPS documents registration IDs as case-insensitive; the service of 2018 \
             refused upper case.",
            "Nothing, unless DPS answers 400004; new devices are safest in lower case.",
        )),
        Ok(_) => {}
        // The length is said above, by the stricter limit.
        Err(RegistrationIdError::TooLong { .. }) => {}
        Err(error) => push(
            Finding::new(
                &ILLEGAL,
                format!("The CN \"{shown}\" cannot be a registration ID: {error}."),
                "Issue the certificate for a name of letters, digits, '-', '.', '_' and ':' that ends in a letter, a digit or '-'.",
            )
            .expected("letters, digits, '-', '.', '_' and ':'; a letter, a digit or '-' at the end"),
        ),
    }
}
