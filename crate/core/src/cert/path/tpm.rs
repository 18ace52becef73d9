//! Certificates of the Trusted Computing Group: they speak of a TPM or of the machine around it, and no device shows
//! them in TLS.

use crate::cert::{
    der::oid::{CLIENT_AUTH, SUBJECT_ALT_NAME, TCG_ATTESTATION_KEY, TCG_ENDORSEMENT_KEY, TCG_PLATFORM},
    x509::certificate::Certificate,
};

/// What such a certificate is about, with its article (TCG EK Credential Profile 3.2.16, TCG Platform Certificate Profile
/// 3.2); `None` if it is none of them.
#[must_use]
pub fn is_about(certificate: &Certificate) -> Option<&'static str> {
    let usage = certificate.extended_key_usage.as_ref();
    if usage.is_some_and(|usage| usage.0.contains(&CLIENT_AUTH)) {
        return None;
    }
    let has = |oid| usage.is_some_and(|usage| usage.0.contains(&oid));
    if has(TCG_ENDORSEMENT_KEY) {
        Some("the endorsement key of a TPM")
    } else if has(TCG_ATTESTATION_KEY) {
        Some("an attestation key of a TPM")
    } else if has(TCG_PLATFORM) {
        Some("a platform with a TPM")
    } else if certificate.subject.common_names().next().is_none() && names_a_tpm(certificate) {
        Some("the endorsement key of a TPM")
    } else {
        None
    }
}

/// Whether the subjectAltName has maker, model or version of a TPM (2.23.133.2.1 to 3): older ones have no key purpose.
fn names_a_tpm(certificate: &Certificate) -> bool {
    const ATTRIBUTE: [u8; 5] = [0x06, 0x05, 0x67, 0x81, 0x05];
    certificate.extension(SUBJECT_ALT_NAME).is_some_and(|names| {
        names.value.windows(7).any(|part| part.starts_with(&ATTRIBUTE) && matches!(part, [.., 2, 1..=3]))
    })
}
