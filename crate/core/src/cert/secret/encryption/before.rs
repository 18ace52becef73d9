//! The schemes before PBES2: those of PKCS#12 (RFC 7292 appendix C) and PBES1 (RFC 8018 section 6.1). OpenSSL 1.1 and
//! Windows wrote them for decades.

use cbc::cipher::{
    BlockCipherDecrypt, BlockModeDecrypt as _, InnerIvInit as _, KeyInit, StreamCipher as _,
    block_padding::Pkcs7, common::InnerUser,
};
use des::{Des, TdesEde2, TdesEde3};
use rc2::Rc2;
use rc4::Rc4;
use x509_cert::spki::ObjectIdentifier;
use zeroize::Zeroizing;

use super::derivation::{self, Use};
use crate::cert::{
    budget::Budget,
    der::{Element, oid, tag},
    secret::{error::KeyError, passphrase::Passphrase},
    x509::signature::Hash,
};

#[derive(Debug, Clone, Copy)]
enum Cipher {
    Des,
    Des2,
    Des3,
    Rc2,
    Rc4,
}

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
    match cipher {
        Cipher::Des => cbc(keyed::<Des>(&key)?, &vector, encrypted),
        Cipher::Des2 => cbc(keyed::<TdesEde2>(&key)?, &vector, encrypted),
        Cipher::Des3 => cbc(keyed::<TdesEde3>(&key)?, &vector, encrypted),
        Cipher::Rc2 => cbc(Rc2::new_with_eff_key_len(&key, key.len() * 8), &vector, encrypted),
        Cipher::Rc4 => {
            let mut out = Zeroizing::new(encrypted.to_vec());
            keyed::<Rc4>(&key)?.apply_keystream(&mut out);
            Ok(out)
        }
    }
}

fn keyed<C: KeyInit>(key: &[u8]) -> Result<C, KeyError> {
    C::new_from_slice(key).map_err(|_| KeyError::Malformed)
}

fn cbc<C>(cipher: C, vector: &[u8], encrypted: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError>
where
    C: BlockCipherDecrypt,
    cbc::Decryptor<C>: InnerUser<Inner = C>,
{
    let mode = cbc::Decryptor::<C>::inner_iv_slice_init(cipher, vector).map_err(|_| KeyError::Malformed)?;
    let mut buffer = Zeroizing::new(encrypted.to_vec());
    let opened = mode.decrypt_padded::<Pkcs7>(&mut buffer).map_err(|_| KeyError::PassphraseWrong)?.len();
    buffer.truncate(opened);
    Ok(buffer)
}
