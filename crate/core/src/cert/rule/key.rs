//! The private key: whether it can be read, whether it is the leaf's, and whether keys are strong enough.

use crate::{
    cert::{
        rule::context::{Context, Rule},
        secret::{
            error::KeyError,
            key::{KeyFacts, KeyMatch},
        },
        x509::public_key::KeyType,
    },
    finding::{
        Finding, Place,
        Severity::{Error, Note, Warning},
        catalogue, say,
    },
};

pub(super) const RULE: Rule = Rule { check };

const MIN_RSA_BITS: u32 = 2048;
const DECRYPT: &str = "openssl pkcs8 -topk8 -in OLD-KEY.pem -out device-key.pem (asks for the passphrases; with -nocrypt \
    the new file has none)";

/// A private key that could not be read.
pub(in crate::cert) fn unreadable(error: KeyError, place: &Place) -> Finding {
    let (definition, message, next) = match error {
        KeyError::PassphraseMissing => return say::KeyPassphraseMissing.finding().at(place.clone()),
        KeyError::PassphraseWrong => return say::KeyPassphraseWrong.finding().at(place.clone()),
        KeyError::LegacyEncryption => (
            &catalogue::KEY_LEGACY_ENCRYPTION,
            "The private key is encrypted in the old way of OpenSSL (Proc-Type: 4,ENCRYPTED), which many TLS libraries \
             no longer read."
                .to_owned(),
            format!("Convert it: {DECRYPT}"),
        ),
        KeyError::UnknownEncryption => (
            &catalogue::KEY_ENCRYPTION_UNKNOWN,
            "The private key is encrypted in a way that this tool does not open, so it was not compared with the \
             certificate."
                .to_owned(),
            format!("Convert it: {DECRYPT}"),
        ),
        KeyError::TooCostly(exhausted) => (
            &catalogue::KEY_ENCRYPTION_UNKNOWN,
            format!("The private key was not opened, and not compared with the certificate: {exhausted}."),
            format!("Convert it: {DECRYPT}"),
        ),
        KeyError::Malformed | KeyError::Changed => (
            &catalogue::KEY_MALFORMED,
            "The private key is not what its outline promises; a part of it is missing or changed.".to_owned(),
            "Export or copy the key again.".to_owned(),
        ),
    };
    Finding::new(definition, message, next).at(place.clone())
}

/// Whether it says that a private key stayed shut.
pub(in crate::cert) fn is_of_shut_key(finding: &Finding) -> bool {
    let shut = [
        &catalogue::KEY_PASSPHRASE_MISSING,
        &catalogue::KEY_PASSPHRASE_WRONG,
        &catalogue::KEY_LEGACY_ENCRYPTION,
        &catalogue::KEY_ENCRYPTION_UNKNOWN,
    ];
    shut.contains(&finding.definition)
}

/// A key that stayed shut beside the device's own, which is at `own`.
pub(in crate::cert) fn anothers(place: &Place, own: &Place) -> Finding {
    let own = if own.path == place.path { "in the same file".to_owned() } else { own.to_string() };
    Finding::new(
        &catalogue::KEY_ENCRYPTION_UNKNOWN,
        format!("This private key was not opened. It is another's: the device's own key is there ({own})."),
        "Nothing; it does not belong on the device.",
    )
    .severity(Note)
    .at(place.clone())
}

/// A PKCS#12 store that could not be opened.
pub(in crate::cert) fn store_unreadable(error: KeyError, place: &Place) -> Finding {
    let said = match error {
        KeyError::PassphraseMissing => say::StoreNotOpened::PassphraseMissing,
        KeyError::PassphraseWrong => say::StoreNotOpened::PassphraseWrong,
        KeyError::Changed => say::StoreNotOpened::Changed,
        KeyError::Malformed => say::StoreNotOpened::Malformed,
        KeyError::TooCostly(why) => {
            return say::StoreNotOpened::Costly { why: &why }.finding().at(place.clone());
        }
        KeyError::LegacyEncryption | KeyError::UnknownEncryption => say::StoreNotOpened::Strange,
    };
    said.finding().at(place.clone())
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    compare(context, findings);
    for link in context.way {
        let who = format!("The key of \"{}\"", link.certificate.subject);
        findings.extend(judge(link.certificate.public_key.key_type(), &who, &link.place));
    }
    // The private half of a key that has been judged says the same again.
    let is_judged = |key: &KeyFacts| {
        context.way.iter().any(|link| key.matches(&link.certificate.public_key) == KeyMatch::Yes)
    };
    let leaf = context.chain.leaf.as_ref().map(|leaf| &leaf.certificate.public_key);
    let is_own = |key: &KeyFacts| leaf.is_some_and(|leaf| key.matches(leaf) == KeyMatch::Yes);
    let has_own = context.keys.iter().any(|(key, _)| is_own(key));
    for (facts, place) in context.keys.iter().filter(|(facts, _)| !is_judged(facts)) {
        let finding = judge(facts.key_type, "The private key", place);
        // Beside the device's own key another one may be as weak as it likes.
        findings.extend(finding.map(|finding| if has_own { finding.severity(Note) } else { finding }));
    }
}

fn compare(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(leaf) = &context.chain.leaf else { return };
    let is_any_match =
        context.keys.iter().any(|(key, _)| key.matches(&leaf.certificate.public_key) != KeyMatch::No);
    let Some((key, place)) = context.keys.first().filter(|_| !is_any_match) else { return };
    let owner = context
        .chain
        .links()
        .chain(&context.chain.strangers)
        .find(|link| key.matches(&link.certificate.public_key) == KeyMatch::Yes);
    let owner = owner.map_or_else(String::new, |link| {
        format!(" It is the key of \"{}\", which is in the files too.", link.certificate.subject)
    });
    let mut finding = Finding::new(
            &catalogue::KEY_DOES_NOT_MATCH,
            format!(
                "The private key does not belong to the device's certificate \"{}\": the certificate was issued for \
                 another key.{owner}",
                leaf.certificate.subject
            ),
            "Find the key that the certificate's request was made with, or issue a certificate for this key. To compare: \
             openssl pkey -in device-key.pem -pubout; openssl x509 -in device-cert.pem -noout -pubkey",
        )
        .at(place.clone());
    let (wanted, there) = (leaf.certificate.public_key.key_type(), key.key_type);
    if wanted != there {
        finding =
            finding.expected(format!("a private key, {wanted}")).found(format!("a private key, {there}"));
    }
    findings.push(finding);
}

fn judge(key_type: KeyType, who: &str, place: &Place) -> Option<Finding> {
    let finding = match key_type {
        KeyType::Rsa { bits, .. } if bits < MIN_RSA_BITS => Finding::new(
            &catalogue::KEY_TOO_WEAK,
            format!("{who} is RSA with {bits} bits; shorter ones than {MIN_RSA_BITS} can be broken, and Azure lists none."),
            "Make a new key, EC P-256 or RSA 2048 and up, and issue the certificate for it.",
        )
        .expected(format!("RSA with {MIN_RSA_BITS} bits or more")),
        KeyType::Rsa { exponent: Some(exponent), .. } if exponent < 65_537 || exponent % 2 == 0 => Finding::new(
            &catalogue::KEY_TOO_WEAK,
            format!("{who} has the RSA exponent {exponent}; small exponents have led to forged signatures."),
            "Make a new key; every current tool takes the exponent 65537.",
        )
        .severity(if exponent < 3 || exponent % 2 == 0 { Error } else { Warning })
        .expected("an RSA exponent of 65537"),
        KeyType::Rsa { .. } | KeyType::P256 | KeyType::P384 | KeyType::P521 => return None,
        KeyType::Malformed => Finding::new(
            &catalogue::KEY_MALFORMED,
            format!("{who} cannot be read: its parameters or its bits are not those of its algorithm."),
            "Make a new key with a named curve (EC P-256) or RSA, and issue the certificate for it.",
        ),
        other => Finding::new(
            &catalogue::KEY_TYPE_UNPROVEN,
            format!("{who} is {other}. Nothing shows that DPS takes it; RSA and EC P-256, P-384 and P-521 are documented."),
            "For a device that must work, use EC P-256 or RSA 2048.",
        )
        .expected("RSA, or EC on P-256, P-384 or P-521"),
    };
    Some(finding.found(key_type.to_string()).at(place.clone()))
}
