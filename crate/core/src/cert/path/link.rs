//! One certificate of a chain, and whether one can have issued another.

use crate::{
    cert::x509::{
        certificate::Certificate,
        signature::{self, SignatureError},
    },
    finding::Place,
};

/// A certificate and where it came from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Link {
    /// The certificate.
    pub certificate: Certificate,
    /// Flag, path, line, and the subject as the object.
    pub place: Place,
    /// Which of the files it stands in, counted from 0.
    pub file: usize,
    /// Which value of the file, such as a string of a document; `None` for a member of a store.
    pub value: Option<u32>,
}

impl Link {
    /// Whether both stand in one text, in which order counts: that of a file, or of one value of a document. The members
    /// of a store have no order.
    #[must_use]
    pub fn stands_with(&self, other: &Self) -> bool {
        self.file == other.file && self.value == other.value && self.value.is_some()
    }
}

/// Whether `issuer` can have issued `subject`: its name is the issuer's, and key identifiers do not contradict.
#[must_use]
pub fn may_have_issued(issuer: &Certificate, subject: &Certificate) -> bool {
    issuer.subject.says_the_same(&subject.issuer) && !key_ids_contradict(issuer, subject)
}

/// Whether what the subject says of its issuer's certificate (key identifier, serial number, issuer) is another's: the
/// issuer has the right name and is the wrong certificate. OpenSSL takes no such issuer, whatever its key.
#[must_use]
pub fn key_ids_contradict(issuer: &Certificate, subject: &Certificate) -> bool {
    let Some(asked) = &subject.authority else { return false };
    let is_other_key =
        matches!((&asked.key_id, &issuer.subject_key_id), (Some(wanted), Some(there)) if wanted != there);
    let is_other_serial = asked.serial.as_ref().is_some_and(|serial| *serial != issuer.serial);
    let is_other_issuer = asked.issuer.as_ref().is_some_and(|name| !name.says_the_same(&issuer.issuer));
    is_other_key || is_other_serial || is_other_issuer
}

/// Whether the issuer's key made the subject's signature.
///
/// # Errors
/// [`SignatureError`]; [`SignatureError::NotChecked`] says that nothing is known.
pub fn has_signed(issuer: &Certificate, subject: &Certificate) -> Result<(), SignatureError> {
    signature::verify(&issuer.public_key, subject)
}
