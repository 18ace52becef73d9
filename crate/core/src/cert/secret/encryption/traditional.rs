//! The encryption of PEM itself (RFC 1421 section 4.6, `Proc-Type: 4,ENCRYPTED`), with the key derivation that OpenSSL
//! gave it (`EVP_BytesToKey` with MD5 and one round, PEM_read_bio(3)).

use md5::Md5;
use sha2::Digest as _;
use zeroize::Zeroizing;

use super::cipher::Cipher;
use crate::cert::{
    budget::Budget,
    secret::{error::KeyError, passphrase::Passphrase},
};

/// Opens a key: the value of its header `DEK-Info`, a line feed and what is encrypted.
///
/// # Errors
/// [`KeyError`].
pub(in crate::cert) fn open(
    block: &[u8],
    passphrase: Option<&Passphrase>,
    budget: &Budget,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let end = block.iter().position(|&octet| octet == b'\n').ok_or(KeyError::Malformed)?;
    let (header, encrypted) = block.split_at_checked(end + 1).ok_or(KeyError::Malformed)?;
    let header = str::from_utf8(header).map_err(|_| KeyError::Malformed)?;
    let (name, vector) = header.split_once(',').ok_or(KeyError::Malformed)?;
    let (cipher, length) = cipher(name.trim()).ok_or(KeyError::UnknownEncryption)?;
    let vector = octets(vector.trim()).ok_or(KeyError::Malformed)?;
    let salt =
        vector.get(..8).filter(|_| vector.len() == cipher.block_length()).ok_or(KeyError::Malformed)?;
    let passphrase = passphrase.ok_or(KeyError::PassphraseMissing)?;
    budget.take_rounds(2)?;
    cipher.decrypt(&key(passphrase, salt, length), &vector, encrypted)
}

/// A cipher by OpenSSL's name, and the octets of its key.
fn cipher(name: &str) -> Option<(Cipher, usize)> {
    Some(match name {
        "AES-128-CBC" => (Cipher::Aes128, 16),
        "AES-192-CBC" => (Cipher::Aes192, 24),
        "AES-256-CBC" => (Cipher::Aes256, 32),
        "DES-EDE3-CBC" => (Cipher::Des3, 24),
        "DES-CBC" => (Cipher::Des, 8),
        "RC2-CBC" => (Cipher::Rc2, 16),
        _ => return None,
    })
}

/// Each block of the key is the hash of the one before it, the passphrase and the salt.
fn key(passphrase: &Passphrase, salt: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(Vec::with_capacity(length + 16));
    let mut block = Zeroizing::new(Vec::new());
    while key.len() < length {
        let hash = Md5::new().chain_update(&*block).chain_update(passphrase.as_bytes()).chain_update(salt);
        block = Zeroizing::new(hash.finalize().to_vec());
        key.extend_from_slice(&block);
    }
    key.truncate(length);
    key
}

fn octets(hexadecimal: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = hexadecimal.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let octet = |pair: &[u32; 2]| u8::try_from(pair[0] << 4 | pair[1]).ok();
    let (pairs, rest) = digits.as_chunks::<2>();
    pairs.iter().map(octet).collect::<Option<Vec<_>>>().filter(|_| rest.is_empty())
}
