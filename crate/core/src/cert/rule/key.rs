//! The private key: whether it can be read, whether it is the leaf's, and whether keys are strong enough.

use crate::{
    cert::{
        der::kind::Kind,
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
const DECRYPT: &str = "`openssl pkcs8 -topk8 -in OLD-KEY.pem -out device-key.pem` (asks for the passphrases; with -nocrypt \
    the new file has none)";

/// A private key that could not be read.
pub(in crate::cert) fn unreadable(error: KeyError, place: &Place) -> Finding {
    let (definition, message, next) = match error {
        KeyError::PassphraseMissing => return say::KeyPassphraseMissing.finding().at(place.clone()),
        KeyError::PassphraseWrong => return say::KeyPassphraseWrong.finding().at(place.clone()),
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

/// A private key that was opened, and that others may not open.
pub(in crate::cert) fn legacy(place: &Place) -> Finding {
    Finding::new(
        &catalogue::KEY_LEGACY_ENCRYPTION,
        "The private key is encrypted in the old way of OpenSSL (Proc-Type: 4,ENCRYPTED). It was opened here; many TLS \
         libraries no longer do, and one round of MD5 stands between a thief and a guess.",
        format!("Convert it: {DECRYPT}"),
    )
    .severity(Warning)
    .at(place.clone())
}

/// Whether it says that a private key stayed shut.
pub(in crate::cert) fn is_of_shut_key(finding: &Finding) -> bool {
    let shut = [
        &catalogue::KEY_PASSPHRASE_MISSING,
        &catalogue::KEY_PASSPHRASE_WRONG,
        &catalogue::KEY_ENCRYPTION_UNKNOWN,
    ];
    shut.contains(&finding.definition)
}

/// A Java keystore that has another hash at its end than the passphrase of its key makes.
pub(in crate::cert) fn store_not_whole(place: &Place) -> Finding {
    Finding::new(
        &catalogue::STORE_NOT_OPENED,
        "The hash at the end of the Java keystore does not fit, though the passphrase opens a key in it: the store has another \
         passphrase than the key, or something in it was changed since it was made.",
        "Have Java check it with the store's own passphrase: `keytool -list -keystore FILE`",
    )
    .severity(Warning)
    .at(place.clone())
}

/// Whether it says that a store stayed shut.
pub(in crate::cert) fn is_of_shut_store(finding: &Finding) -> bool {
    finding.definition == &catalogue::STORE_NOT_OPENED && finding.severity == Error
}

/// A key or a store that stayed shut beside the device's own key, which is at `own`.
pub(in crate::cert) fn anothers(shut: &Finding, own: &Place) -> Finding {
    let place = &shut.place;
    let (definition, what) = if is_of_shut_store(shut) {
        (&catalogue::STORE_NOT_OPENED, "store")
    } else {
        (&catalogue::KEY_ENCRYPTION_UNKNOWN, "private key")
    };
    let own = if own.path == place.path { "in the same file".to_owned() } else { own.to_string() };
    Finding::new(
        definition,
        format!("This {what} was not opened, nor has it to be: the device's own key is there ({own})."),
        "Nothing, unless it is the device's as well; then give its passphrase.",
    )
    .severity(Note)
    .at(place.clone())
}

/// A store that could not be opened.
pub(in crate::cert) fn store_unreadable(kind: Kind, error: KeyError, place: &Place) -> Finding {
    const INTO_PKCS12: &str = "Convert it: `keytool -importkeystore -srckeystore FILE -destkeystore device.p12 \
        -deststoretype PKCS12`";
    const PKCS12_APART: &str = "Take it apart: `openssl pkcs12 -in FILE -nokeys -out device-full-chain.pem; openssl pkcs12 \
        -in FILE -nocerts -nodes -out device-key.pem` (add -legacy for an old one).";
    let apart = if kind == Kind::Jks { &INTO_PKCS12 } else { &PKCS12_APART };
    let what = kind.to_string();
    let store = &what.strip_prefix("a ").unwrap_or(&what);
    let finding = match error {
        KeyError::PassphraseMissing => say::StoreNotOpened::PassphraseMissing { store }.finding(),
        KeyError::PassphraseWrong => say::StoreNotOpened::PassphraseWrong { store }.finding(),
        KeyError::Changed => say::StoreNotOpened::Changed { store }.finding(),
        KeyError::Malformed => say::StoreNotOpened::Malformed { store }.finding(),
        KeyError::TooCostly(why) => say::StoreNotOpened::Costly { store, why: &why, apart }.finding(),
        KeyError::UnknownEncryption => say::StoreNotOpened::Strange { store, apart }.finding(),
    };
    finding.at(place.clone())
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    compare(context, findings);
    for link in context.way {
        let who = format!("The key of \"{}\"", link.certificate.subject);
        let key = &link.certificate.public_key;
        if !key.is_on_its_curve() {
            findings.push(off_its_curve(&who, &link.place));
        } else if key.has_described_curve() {
            findings.push(described_curve(&who, &link.place));
        } else {
            findings.extend(judge(key.key_type(), &who, &link.place));
        }
    }
    // The private half of a key that has been judged says the same again.
    let is_judged = |key: &KeyFacts| {
        context.way.iter().any(|link| key.matches(&link.certificate.public_key) == KeyMatch::Yes)
    };
    let leaf = context.chain.leaf.as_ref().map(|leaf| &leaf.certificate.public_key);
    let is_own = |key: &KeyFacts| leaf.is_some_and(|leaf| key.matches(leaf) == KeyMatch::Yes);
    let has_own = context.keys.iter().any(|(key, _)| is_own(key));
    for (facts, place) in context.keys.iter().filter(|(facts, _)| !is_judged(facts)) {
        let who = "The private key";
        let finding = if facts.has_described_curve {
            Some(described_curve(who, place))
        } else {
            judge(facts.key_type, who, place)
        };
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
             `openssl pkey -in device-key.pem -pubout; openssl x509 -in device-cert.pem -noout -pubkey`",
        )
        .at(place.clone());
    let (wanted, there) = (leaf.certificate.public_key.key_type(), key.key_type);
    if wanted != there {
        finding =
            finding.expected(format!("a private key, {wanted}")).found(format!("a private key, {there}"));
    }
    findings.push(finding);
}

/// RFC 5480 section 2.1.1: the curve is named.
fn described_curve(who: &str, place: &Place) -> Finding {
    Finding::new(
        &catalogue::CURVE_WRITTEN_OUT,
        format!(
            "{who} has its curve written out in numbers in place of its name. RFC 5480 forbids that in certificates, and \
             OpenSSL and most TLS libraries refuse it."
        ),
        "Write the key anew with the name of its curve, and issue the certificate again for it: `openssl ec -in OLD-KEY.pem \
         -param_enc named_curve -out device-key.pem`",
    )
    .expected("the name of a curve")
    .at(place.clone())
}

/// No tool makes such a key: a character of the text was changed, and the length stayed.
fn off_its_curve(who: &str, place: &Place) -> Finding {
    Finding::new(
        &catalogue::KEY_MALFORMED,
        format!(
            "{who} is no point of its curve: the text was changed since the certificate was made, by a character that is \
             another now. Nothing tells which."
        ),
        "Copy the certificate again from where it was issued.",
    )
    .at(place.clone())
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
