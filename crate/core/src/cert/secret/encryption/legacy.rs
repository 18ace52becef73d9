//! The schemes before PBES2: those of PKCS#12 (RFC 7292 appendix C) and PBES1 (RFC 8018 section 6.1), which OpenSSL 1.1
//! and Windows wrote for decades, and those of Java.

use x509_cert::spki::ObjectIdentifier;
use zeroize::Zeroizing;

use super::{
    cipher::Cipher,
    derivation::{self, Use},
    sun,
};
use crate::cert::{
    budget::Budget,
    der::{Element, oid, tag},
    secret::{error::KeyError, passphrase::Passphrase},
    x509::signature::Hash,
};

/// Hash and cipher with the length of its key in octets.
#[derive(Debug, Clone, Copy)]
enum Scheme {
    Pkcs12(Cipher, usize),
    Pbes1(Hash, Cipher),
}

impl Scheme {
    fn of(oid: ObjectIdentifier) -> Option<Self> {
        use {Cipher as C, Hash as H};
        Some(match oid {
            oid::SHA1_AND_RC4_128 => Self::Pkcs12(C::Rc4, 16),
            oid::SHA1_AND_RC4_40 => Self::Pkcs12(C::Rc4, 5),
            oid::SHA1_AND_DES3 => Self::Pkcs12(C::Des3, 24),
            oid::SHA1_AND_DES2 => Self::Pkcs12(C::Des2, 16),
            oid::SHA1_AND_RC2_128 => Self::Pkcs12(C::Rc2, 16),
            oid::SHA1_AND_RC2_40 => Self::Pkcs12(C::Rc2, 5),
            oid::MD5_AND_DES => Self::Pbes1(H::Md5, C::Des),
            oid::MD5_AND_RC2 => Self::Pbes1(H::Md5, C::Rc2),
            oid::SHA1_AND_DES => Self::Pbes1(H::Sha1, C::Des),
            oid::SHA1_AND_RC2 => Self::Pbes1(H::Sha1, C::Rc2),
            _ => return None,
        })
    }
}

/// Opens what one of these schemes closed.
///
/// # Errors
/// [`KeyError`].
pub(super) fn open(
    algorithm: &Element<'_>,
    encrypted: &[u8],
    passphrase: Option<&Passphrase>,
    budget: &Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mut parts = algorithm.children();
    let oid = parts.next_if(tag::OBJECT_IDENTIFIER).ok_or(KeyError::Malformed)?;
    let oid = ObjectIdentifier::from_bytes(oid.content).map_err(|_| KeyError::Malformed)?;
    match oid {
        oid::SUN_JKS => return sun::open_jks(encrypted, passphrase, budget),
        oid::SUN_JCEKS => {
            let parameters = parts.next_if(tag::SEQUENCE).ok_or(KeyError::Malformed)?;
            return sun::open_jceks(&parameters, encrypted, passphrase, budget);
        }
        _ => {}
    }
    let scheme = Scheme::of(oid).ok_or(KeyError::UnknownEncryption)?;
    let parameters = parts.next_if(tag::SEQUENCE).ok_or(KeyError::Malformed)?;
    let mut parameters = parameters.children();
    let salt = parameters.next_if(tag::OCTET_STRING).ok_or(KeyError::Malformed)?.content;
    let iterations = parameters.next_if(tag::INTEGER).and_then(|it| it.small_integer()).unwrap_or(u32::MAX);
    let passphrase = passphrase.ok_or(KeyError::PassphraseMissing)?;
    // Of key and vector each block of the hash is made by itself; none of these keys has more than two.
    budget.take_rounds(u64::from(iterations).saturating_mul(3))?;
    let (cipher, key, vector) = match scheme {
        Scheme::Pkcs12(cipher, length) => {
            let passphrase = passphrase.as_bmp_string();
            let derive = |purpose, length| {
                derivation::pkcs12(Hash::Sha1, &passphrase, salt, iterations, purpose, length)
            };
            (cipher, derive(Use::Key, length), derive(Use::Vector, 8))
        }
        Scheme::Pbes1(hash, cipher) => {
            let derived = derivation::pbkdf1(hash, passphrase.as_bytes(), salt, iterations);
            let (key, vector) = derived.split_at_checked(8).ok_or(KeyError::Malformed)?;
            (cipher, Zeroizing::new(key.to_vec()), Zeroizing::new(vector.to_vec()))
        }
    };
    cipher.decrypt(&key, &vector, encrypted)
}
