//! Who signed whom: each signature is checked once, and all of them within the budget of the call.

use std::{cell::RefCell, collections::BTreeMap};

use crate::cert::{
    budget::Budget,
    x509::{
        certificate::Certificate,
        revocation::RevocationList,
        signature::{self, SignatureError},
    },
};

/// Where issuer and subject have their bytes.
type Pair = (*const u8, *const u8);

/// What is known of signatures, and the budget for those that are not known yet.
#[derive(Debug)]
pub struct Signatures<'b> {
    budget: &'b Budget,
    /// The bytes stay where they are for the whole call.
    known: RefCell<BTreeMap<Pair, Result<(), SignatureError>>>,
}

impl<'b> Signatures<'b> {
    /// Nothing is known yet.
    #[must_use]
    pub const fn new(budget: &'b Budget) -> Self {
        Self { budget, known: RefCell::new(BTreeMap::new()) }
    }

    /// Whether the issuer's key made the subject's signature. Both must live as long as `self` is asked.
    ///
    /// # Errors
    /// [`SignatureError`]; [`SignatureError::NotChecked`] and [`SignatureError::Exhausted`] say that nothing is known.
    pub fn has_signed(&self, issuer: &Certificate, subject: &Certificate) -> Result<(), SignatureError> {
        let pair = (issuer.der.as_ptr(), subject.der.as_ptr());
        if let Some(known) = self.known.borrow().get(&pair) {
            return *known;
        }
        let checked = match self.budget.take_signature() {
            Ok(()) => signature::verify(&issuer.public_key, subject),
            Err(exhausted) => Err(SignatureError::Exhausted(exhausted)),
        };
        self.known.borrow_mut().insert(pair, checked);
        checked
    }

    /// Whether the issuer's key made the signature of a revocation list.
    ///
    /// # Errors
    /// [`SignatureError`]; [`SignatureError::NotChecked`] and [`SignatureError::Exhausted`] say that nothing is known.
    pub fn has_signed_list(&self, issuer: &Certificate, list: &RevocationList) -> Result<(), SignatureError> {
        match self.budget.take_signature() {
            Ok(()) => list.verify(&issuer.public_key),
            Err(exhausted) => Err(SignatureError::Exhausted(exhausted)),
        }
    }

    /// Whether the certificate is signed by its own key, and not merely issued under its own name: the new certificate
    /// of a CA that renewed its key has that name too, and is signed with the old key (RFC 4210 section 4.4).
    #[must_use]
    pub fn is_self_signed(&self, certificate: &Certificate) -> bool {
        certificate.is_self_issued() && self.has_signed(certificate, certificate).is_ok()
    }
}
