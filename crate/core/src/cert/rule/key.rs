//! The private key: whether it can be read, whether it is the leaf's, and whether keys are strong enough.

use crate::{
    cert::{
        der::kind::Kind,
        rule::context::{Context, Rule},
        secret::{
            ec::{CurveForm, OddLength},
            error::KeyError,
            key::{KeyFacts, KeyMatch},
        },
        x509::public_key::{KeyType, PublicKey},
    },
    finding::{
        Finding, Place,
        Severity::{Error, Note, Warning},
        catalogue, say,
    },
};

pub(super) const RULE: Rule = Rule { check };

const MIN_RSA_BITS: u32 = 2048;

/// A private key that could not be read.
pub(in crate::cert) fn unreadable(error: KeyError, place: &Place) -> Finding {
    let finding = match error {
        KeyError::PassphraseMissing => say::KeyPassphraseMissing.finding(),
        KeyError::PassphraseWrong => say::KeyPassphraseWrong.finding(),
        KeyError::UnknownEncryption => say::KeyEncryptionUnknown::Strange.finding(),
        KeyError::TooCostly(why) => say::KeyEncryptionUnknown::Costly { why: &why }.finding(),
        KeyError::Malformed | KeyError::Changed => say::KeyMalformed::Changed.finding(),
    };
    finding.at(place.clone())
}

/// A private key that was opened, and that others may not open.
pub(in crate::cert) fn legacy(place: &Place) -> Finding {
    say::KeyLegacyEncryption.finding().severity(Warning).at(place.clone())
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
    say::StoreNotOpened::NotWhole.finding().severity(Warning).at(place.clone())
}

/// Whether it says that a store stayed shut.
pub(in crate::cert) fn is_of_shut_store(finding: &Finding) -> bool {
    finding.definition == &catalogue::STORE_NOT_OPENED && finding.severity == Error
}

/// A key or a store that stayed shut beside the device's own key, which is at `own`.
pub(in crate::cert) fn anothers(shut: &Finding, own: &Place) -> Finding {
    let place = &shut.place;
    let is_beside = own.path == place.path;
    let finding = match (is_of_shut_store(shut), is_beside) {
        (true, true) => say::StoreNotOpened::AnothersBeside.finding(),
        (true, false) => say::StoreNotOpened::Anothers { own }.finding(),
        (false, true) => say::KeyEncryptionUnknown::AnothersBeside.finding(),
        (false, false) => say::KeyEncryptionUnknown::Anothers { own }.finding(),
    };
    finding.severity(Note).at(place.clone())
}

/// A store that could not be opened.
pub(in crate::cert) fn store_unreadable(kind: Kind, error: KeyError, place: &Place) -> Finding {
    let is_java = kind == Kind::Jks;
    let what = kind.to_string();
    let store = &what.strip_prefix("a ").unwrap_or(&what);
    let finding = match error {
        KeyError::PassphraseMissing => say::StoreNotOpened::PassphraseMissing { store }.finding(),
        KeyError::PassphraseWrong => say::StoreNotOpened::PassphraseWrong { store }.finding(),
        KeyError::Changed => say::StoreNotOpened::Changed { store }.finding(),
        KeyError::Malformed => say::StoreNotOpened::Malformed { store }.finding(),
        KeyError::TooCostly(why) if is_java => say::StoreNotOpened::CostlyJava { store, why: &why }.finding(),
        KeyError::TooCostly(why) => say::StoreNotOpened::Costly { store, why: &why }.finding(),
        KeyError::UnknownEncryption if is_java => say::StoreNotOpened::StrangeJava { store }.finding(),
        KeyError::UnknownEncryption => say::StoreNotOpened::Strange { store }.finding(),
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
            let who = &who;
            findings.push(say::CurveWrittenOut::Certificate { who }.finding().at(link.place.clone()));
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
    let own = context.keys.iter().filter(|(facts, _)| is_own(facts));
    for (facts, place) in own {
        findings.extend(facts.odd_length.map(|length| odd_length(length, place)));
        // Where the certificate has its curve so as well, both are made anew.
        let is_told = leaf.is_some_and(PublicKey::has_described_curve);
        let form = curve_form(facts, place).filter(|_| !is_told);
        // OpenSSL reads a key whose curve is written out; its certificate, which names it, is what the service sees.
        let is_read = facts.curve_form == CurveForm::Described;
        findings.extend(form.map(|finding| if is_read { finding.severity(Warning) } else { finding }));
    }
    for (facts, place) in context.keys.iter().filter(|(facts, _)| !is_judged(facts)) {
        let finding = curve_form(facts, place).or_else(|| judge(facts.key_type, "The private key", place));
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
    let subject = &leaf.certificate.subject;
    let finding = match owner.map(|owner| &owner.certificate.subject) {
        None => say::KeyDoesNotMatch::Other { subject }.finding(),
        Some(owner) => say::KeyDoesNotMatch::OwnerThere { subject, owner }.finding(),
    };
    let mut finding = finding.at(place.clone());
    let (wanted, there) = (leaf.certificate.public_key.key_type(), key.key_type);
    if wanted != there {
        finding =
            finding.expected(format!("a private key, {wanted}")).found(format!("a private key, {there}"));
    }
    findings.push(finding);
}

/// RFC 5915 section 3: the curve is named.
fn curve_form(facts: &KeyFacts, place: &Place) -> Option<Finding> {
    if facts.curve_form == CurveForm::Named { None } else { unusual_curve(facts, place) }
}

/// A function of its own, for the package for JavaScript to leave it to its second module.
#[inline(never)]
fn unusual_curve(facts: &KeyFacts, place: &Place) -> Option<Finding> {
    let key_type = &facts.key_type;
    let finding = match (facts.curve_form, facts.key_type) {
        (CurveForm::Described, KeyType::EcUnnamed) => say::CurveWrittenOut::Unknown.finding(),
        (CurveForm::Described, _) => say::CurveWrittenOut::Key { key_type }.finding(),
        (CurveForm::Missing, KeyType::EcUnnamed) => say::CurveNotNamed::Unknown.finding(),
        (CurveForm::Missing, _) => say::CurveNotNamed::Known { key_type }.finding(),
        _ => return None,
    };
    Some(finding.at(place.clone()))
}

/// OpenSSL, GnuTLS and Go read such a key. Others take the length at its word.
fn odd_length(length: OddLength, place: &Place) -> Finding {
    let odd = say::KeyMalformed::OddLength { there: &length.there, wanted: &length.wanted };
    odd.finding().severity(Warning).at(place.clone())
}

/// No tool makes such a key: a character of the text was changed, and the length stayed.
fn off_its_curve(who: &str, place: &Place) -> Finding {
    say::KeyMalformed::OffItsCurve { who: &who }.finding().at(place.clone())
}

fn judge(key_type: KeyType, who: &str, place: &Place) -> Option<Finding> {
    let (who, key) = (&who, &key_type);
    let finding = match key_type {
        KeyType::Rsa { bits, .. } if bits < MIN_RSA_BITS => {
            say::KeyTooWeak::Short { who, bits: &bits, least: &MIN_RSA_BITS, key_type: key }.finding()
        }
        KeyType::Rsa { exponent: Some(exponent), .. } if exponent < 65_537 || exponent % 2 == 0 => {
            say::KeyTooWeak::Exponent { who, exponent: &exponent, key_type: key }
                .finding()
                .severity(if exponent < 3 || exponent % 2 == 0 { Error } else { Warning })
        }
        KeyType::Rsa { .. } | KeyType::P256 | KeyType::P384 | KeyType::P521 => return None,
        KeyType::Ec(_) | KeyType::Other(_) if key_type.is_unassigned() => {
            say::KeyMalformed::Unassigned { who, key_type: key }.finding()
        }
        KeyType::Malformed => say::KeyMalformed::Unreadable { who, key_type: key }.finding(),
        _ => say::KeyTypeUnproven { who, key_type: key }.finding(),
    };
    Some(finding.at(place.clone()))
}
