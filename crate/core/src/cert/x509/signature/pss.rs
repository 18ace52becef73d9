//! RSA with PSS padding in certificates (RFC 4055 section 3.1).

use rsa::Pss;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use x509_cert::spki::ObjectIdentifier;

use super::{Hash, SignatureError, rsa_key};
use crate::cert::{
    der::{Element, tag},
    x509::{algorithm::Algorithm, public_key::PublicKey},
};

/// RSASSA-PSS-params.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parameters {
    pub(super) hash: Hash,
    mask_hash: Hash,
    salt_length: usize,
}

impl Parameters {
    /// `None` if they are missing, malformed, or of another mask or trailer than everyone's.
    pub(super) fn read(algorithm: &Algorithm) -> Option<Self> {
        let list = Element::read(&algorithm.parameters, 0).ok().filter(|list| list.tag == tag::SEQUENCE)?;
        let (mut hash, mut mask_hash, mut salt_length) = (Hash::Sha1, Hash::Sha1, 20);
        for part in list.children() {
            let part = part.ok()?;
            let inner = part.children().next()?.ok()?;
            match part.tag {
                tag::CONTEXT_0 => hash = hash_of(&inner)?,
                tag::CONTEXT_1 => {
                    let mut mask = inner.children();
                    let oid =
                        ObjectIdentifier::from_bytes(mask.next_if(tag::OBJECT_IDENTIFIER)?.content).ok()?;
                    mask_hash = hash_of(&mask.next_if(tag::SEQUENCE)?).filter(|_| oid == MGF1)?;
                }
                tag::CONTEXT_2 => salt_length = usize::try_from(inner.small_integer()?).ok()?,
                tag::CONTEXT_3 if inner.small_integer() == Some(1) => {}
                _ => return None,
            }
        }
        Some(Self { hash, mask_hash, salt_length })
    }

    /// Whether a key with these parameters may sign with those (section 3.3).
    fn allow(self, signature: Self) -> bool {
        self.hash == signature.hash
            && self.mask_hash == signature.mask_hash
            && self.salt_length <= signature.salt_length
    }
}

const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");

fn hash_of(identifier: &Element<'_>) -> Option<Hash> {
    let oid = identifier.children().next_if(tag::OBJECT_IDENTIFIER)?;
    Hash::of(ObjectIdentifier::from_bytes(oid.content).ok()?)
}

pub(super) fn verify(
    key: &PublicKey,
    algorithm: &Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let parameters = Parameters::read(algorithm).ok_or(SignatureError::NotChecked)?;
    let Parameters { hash, mask_hash, salt_length } = parameters;
    // Two hashes in one signature are allowed, and nobody makes that.
    if hash != mask_hash {
        return Err(SignatureError::NotChecked);
    }
    let limits = key.algorithm.oid == algorithm.oid && !key.algorithm.parameters.is_empty();
    if limits && !Parameters::read(&key.algorithm).is_some_and(|of_key| of_key.allow(parameters)) {
        return Err(SignatureError::OtherKeyType);
    }
    let digest = hash.digest(message).ok_or(SignatureError::NotChecked)?;
    let key = rsa_key(key)?;
    match hash {
        Hash::Md5 => return Err(SignatureError::NotChecked),
        Hash::Sha1 => key.verify(Pss::<Sha1>::new_with_salt(salt_length), &digest, signature),
        Hash::Sha224 => key.verify(Pss::<Sha224>::new_with_salt(salt_length), &digest, signature),
        Hash::Sha256 => key.verify(Pss::<Sha256>::new_with_salt(salt_length), &digest, signature),
        Hash::Sha384 => key.verify(Pss::<Sha384>::new_with_salt(salt_length), &digest, signature),
        Hash::Sha512 => key.verify(Pss::<Sha512>::new_with_salt(salt_length), &digest, signature),
    }
    .map_err(|_| SignatureError::Mismatch)
}
