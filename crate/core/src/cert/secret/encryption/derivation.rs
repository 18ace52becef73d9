//! How the schemes before PBES2 make keys out of a passphrase.

use std::iter;

use md5::Md5;
use sha1::Sha1;
use sha2::{
    Digest, Sha224, Sha256, Sha384, Sha512,
    digest::{block_api::BlockSizeUser, typenum::Unsigned as _},
};
use zeroize::Zeroizing;

use crate::cert::x509::signature::Hash;

/// What a derived key is for (RFC 7292 appendix B.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cert) enum Use {
    /// Encryption.
    Key,
    /// The initial vector.
    Vector,
    /// The MAC.
    Mac,
}

/// The key derivation of PKCS#12 (RFC 7292 appendix B.2). `passphrase` is as
/// `Passphrase::as_bmp_string` has it.
pub(in crate::cert) fn pkcs12(
    hash: Hash,
    passphrase: &[u8],
    salt: &[u8],
    iterations: u32,
    purpose: Use,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let derive = match hash {
        Hash::Md5 => derive::<Md5>,
        Hash::Sha1 => derive::<Sha1>,
        Hash::Sha224 => derive::<Sha224>,
        Hash::Sha256 => derive::<Sha256>,
        Hash::Sha384 => derive::<Sha384>,
        Hash::Sha512 => derive::<Sha512>,
    };
    derive(passphrase, salt, iterations, purpose, length)
}

fn derive<D: Digest + BlockSizeUser>(
    passphrase: &[u8],
    salt: &[u8],
    iterations: u32,
    purpose: Use,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    let block = D::BlockSize::USIZE;
    let diversifier = vec![
        match purpose {
            Use::Key => 1,
            Use::Vector => 2,
            Use::Mac => 3,
        };
        block
    ];
    // Steps 2 to 4: salt and passphrase, each repeated up to whole blocks.
    let filled = |part: &[u8]| {
        let length = part.len().div_ceil(block) * block;
        part.iter().copied().cycle().take(length).collect::<Vec<u8>>()
    };
    let mut input = Zeroizing::new([filled(salt), filled(passphrase)].concat());
    let mut out = Zeroizing::new(Vec::with_capacity(length + block));
    while out.len() < length {
        let mut digest = D::new().chain_update(&diversifier).chain_update(&*input).finalize();
        for _ in 1..iterations {
            digest = D::digest(&digest);
        }
        out.extend_from_slice(&digest);
        // Step 6 (b) and (c): the digest, repeated, and one are added to every block of the input.
        let addend: Vec<u8> = digest.iter().copied().cycle().take(block).collect();
        for part in input.chunks_mut(block) {
            let mut carry = 1_u16;
            for (octet, add) in part.iter_mut().zip(&addend).rev() {
                let [high, low] = (u16::from(*octet) + u16::from(*add) + carry).to_be_bytes();
                (*octet, carry) = (low, u16::from(high));
            }
        }
    }
    out.truncate(length);
    out
}

/// PBKDF1 (RFC 8018 section 5.1), with MD5 or SHA-1: sixteen octets, of which eight are the key.
pub(super) fn pbkdf1(hash: Hash, passphrase: &[u8], salt: &[u8], iterations: u32) -> Zeroizing<Vec<u8>> {
    let once = |input: &[u8]| match hash {
        Hash::Md5 => Md5::digest(input).to_vec(),
        _ => Sha1::digest(input).to_vec(),
    };
    let first = once(&Zeroizing::new([passphrase, salt].concat()));
    let mut derived = Zeroizing::new(
        iter::repeat_n((), usize::try_from(iterations).unwrap_or(0).saturating_sub(1))
            .fold(first, |digest, ()| once(&digest)),
    );
    derived.truncate(16);
    derived
}
