//! One object of a file.

use std::fmt;

use zeroize::Zeroizing;

use super::base64;
use crate::{
    cert::der::kind::{KeyContainer, Kind},
    finding::Place,
};

/// One object of a file. Its bytes are wiped when it is dropped, and `Debug` does not show them.
#[derive(Clone)]
#[non_exhaustive]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Its DER; the bytes of a Java keystore; for a key under the encryption of PEM itself the value of `DEK-Info`, a line
    /// feed and the encrypted bytes.
    pub der: Zeroizing<Vec<u8>>,
    /// The label of its PEM block, as written.
    pub label: Option<String>,
    /// Where it begins.
    pub place: Place,
    /// Which value of the file it stands in, 0 for the text of the file itself: among the objects of one value order
    /// counts, as for a client that is given the value. `None` for a member of a store, which has no order.
    pub value: Option<u32>,
    /// Whether it is written in a way that strict readers refuse; [`Item::to_pem`] is the repair.
    pub is_damaged: bool,
}

/// An object as PEM that every reader takes (RFC 7468). `None` for what has no PEM form.
#[must_use]
pub fn to_pem(kind: Kind, der: &[u8]) -> Option<Zeroizing<String>> {
    kind.label().filter(|_| !der.is_empty()).map(|label| base64::to_pem(label, "", der))
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, der, label, place, value, is_damaged } = self;
        f.debug_struct("Item")
            .field("kind", kind)
            .field("bytes", &der.len())
            .field("label", label)
            .field("place", place)
            .field("value", value)
            .field("is_damaged", is_damaged)
            .finish()
    }
}

impl Item {
    /// One of the file itself with nothing wrong with it.
    pub(super) const fn plain(
        kind: Kind,
        der: Zeroizing<Vec<u8>>,
        label: Option<String>,
        place: Place,
    ) -> Self {
        Self { kind, der, label, place, value: Some(0), is_damaged: false }
    }

    /// The object as PEM that every reader takes: the same DER, its right label. `None` for what has no PEM form.
    #[must_use]
    pub fn to_pem(&self) -> Option<Zeroizing<String>> {
        match (self.kind, self.label.as_deref()) {
            (Kind::PrivateKey(KeyContainer::LegacyEncrypted), Some(label)) => {
                let end = self.der.iter().position(|&octet| octet == b'\n')?;
                let (dek_info, encrypted) = (self.der.get(..end)?, self.der.get(end + 1..)?);
                let headers =
                    format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: {}\n\n", str::from_utf8(dek_info).ok()?);
                Some(base64::to_pem(label, &headers, encrypted))
            }
            _ => to_pem(self.kind, &self.der),
        }
    }

    /// What this item, a store, holds, at the store's place. It is as damaged as the store's frame.
    pub(in crate::cert) fn holding(&self, kind: Kind, der: Zeroizing<Vec<u8>>) -> Self {
        // No command of OpenSSL takes a key out of a Java keystore, as none does out of a store in a text.
        let is_damaged = self.is_damaged || self.kind == Kind::Jks;
        Self { kind, der, label: None, place: self.place.clone(), value: None, is_damaged }
    }

    /// The same without its bytes, if they hold a secret.
    pub(in crate::cert) fn without_secret(&self) -> Self {
        let Self { kind, der, label, place, value, is_damaged } = self;
        let der = if kind.is_secret() { Zeroizing::default() } else { der.clone() };
        Self {
            kind: *kind,
            der,
            label: label.clone(),
            place: place.clone(),
            value: *value,
            is_damaged: *is_damaged,
        }
    }
}
