//! How Java's own keystores protect a key: the two schemes of Sun (OpenJDK `sun.security.provider.KeyProtector` for JKS,
//! `com.sun.crypto.provider.KeyProtector` for JCEKS).

use md5::Md5;
use sha1::Sha1;
use sha2::Digest as _;
use zeroize::Zeroizing;

use super::cipher::Cipher;
use crate::cert::{
    budget::Budget,
    der::{Element, tag},
    secret::{error::KeyError, passphrase::Passphrase},
};

/// Octets of SHA-1.
const DIGEST: usize = 20;

/// Opens a key of a JKS: salt, the key under a stream of SHA-1 hashes, and a hash over the key.
///
/// # Errors
/// [`KeyError`].
pub(super) fn open_jks(
    protected: &[u8],
    passphrase: Option<&Passphrase>,
    budget: &Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let (salt, rest) = protected.split_at_checked(DIGEST).ok_or(KeyError::Malformed)?;
    let (encrypted, digest) = rest
        .len()
        .checked_sub(DIGEST)
        .and_then(|end| rest.split_at_checked(end))
        .ok_or(KeyError::Malformed)?;
    let passphrase = passphrase.ok_or(KeyError::PassphraseMissing)?.as_utf16();
    budget.take_rounds(u64::try_from(encrypted.len().div_ceil(DIGEST) + 1).unwrap_or(u64::MAX))?;
    let hash = |octets: &[u8]| Sha1::new().chain_update(&*passphrase).chain_update(octets).finalize();
    let mut block = hash(salt);
    let mut opened = Zeroizing::new(Vec::with_capacity(encrypted.len()));
    for part in encrypted.chunks(DIGEST) {
        opened.extend(part.iter().zip(&block).map(|(octet, stream)| octet ^ stream));
        block = hash(&block);
    }
    if *hash(&opened) == *digest { Ok(opened) } else { Err(KeyError::PassphraseWrong) }
}

/// Opens a key of a JCEKS: `PBEWithMD5AndTripleDES`, which is none of the standard's schemes.
///
/// # Errors
/// [`KeyError`].
pub(super) fn open_jceks(
    parameters: &Element<'_>,
    encrypted: &[u8],
    passphrase: Option<&Passphrase>,
    budget: &Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let mut parts = parameters.children();
    let salt = parts.next_if(tag::OCTET_STRING).ok_or(KeyError::Malformed)?.content;
    let salt: [u8; 8] = salt.try_into().map_err(|_| KeyError::Malformed)?;
    let iterations = parts.next_if(tag::INTEGER).and_then(|it| it.small_integer()).unwrap_or(u32::MAX);
    let passphrase = passphrase.ok_or(KeyError::PassphraseMissing)?;
    budget.take_rounds(u64::from(iterations).saturating_mul(2))?;
    // Where both halves are the same, the first is meant to be turned round; this is what Java makes of it.
    let (first, second) = (&salt[..4], &salt[4..]);
    let turned = match *first {
        [a, b, _, d] if first == second => vec![d, a, b, d],
        _ => first.to_vec(),
    };
    let derived = |half: &[u8]| {
        let mut block = Zeroizing::new(half.to_vec());
        for _ in 0..iterations {
            let hash = Md5::new().chain_update(&*block).chain_update(passphrase.as_bytes());
            block = Zeroizing::new(hash.finalize().to_vec());
        }
        block
    };
    let all = Zeroizing::new([derived(&turned).as_slice(), derived(second).as_slice()].concat());
    let (key, vector) = all.split_at_checked(24).ok_or(KeyError::Malformed)?;
    Cipher::Des3.decrypt(key, vector, encrypted)
}
