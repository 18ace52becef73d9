//! Keystores of Java (`.jks`): JKS, and JCEKS of the same outline (OpenJDK `sun.security.provider.JavaKeyStore`,
//! `com.sun.crypto.provider.JceKeyStore`).
//!
//! Certificates stand in them as they are; each key is under its own passphrase, mostly the store's; and a hash over
//! passphrase and store is the end.

use sha1::{Digest as _, Sha1};
use zeroize::Zeroizing;

use super::content::Stored;
use crate::cert::{
    budget::Budget,
    der::{
        Element,
        kind::{KeyContainer, Kind},
        tag,
    },
    secret::{encryption, error::KeyError, passphrase::Passphrase},
};

/// What stands between passphrase and store where the hash is made.
const WHITENER: &[u8] = b"Mighty Aphrodite";
/// Octets of the hash.
const DIGEST: usize = 20;
/// Octets that are hashed for the price of one round.
const OCTETS_A_ROUND: usize = 64;

/// Certificates and keys of a JKS or JCEKS, in the order of the file. Secret keys of a JCEKS are left out.
///
/// The certificates need no passphrase, so none and a wrong one are no errors: a key that stays shut is given as it is.
///
/// # Errors
/// [`KeyError::Malformed`].
#[inline(never)]
pub fn jks(bytes: &[u8], passphrase: Option<&Passphrase>, budget: &Budget) -> Result<Vec<Stored>, KeyError> {
    let (content, _) = parts(bytes).ok_or(KeyError::Malformed)?;
    let entries = Entries::read(content).ok_or(KeyError::Malformed)?;
    let mut out = Vec::new();
    for entry in entries.0 {
        if let Some(protected) = entry.key {
            let (container, der) = match encryption::open_pkcs8(protected, passphrase, budget) {
                Ok(opened) => (KeyContainer::Pkcs8, opened),
                Err(_) => (KeyContainer::EncryptedPkcs8, Zeroizing::new(protected.to_vec())),
            };
            out.push(Stored { kind: Kind::PrivateKey(container), der });
        }
        let certificates = entry.certificates.into_iter();
        out.extend(
            certificates.map(|der| Stored { kind: Kind::Certificate, der: Zeroizing::new(der.to_vec()) }),
        );
    }
    Ok(out)
}

/// Whether the hash at the end of a keystore is that of the store under this passphrase. If the passphrase opens a key of it
/// and the hash is another, the store was changed, or it has another passphrase than its key.
///
/// # Errors
/// [`KeyError`]: malformed, or too much work.
#[inline(never)]
pub fn jks_is_whole(bytes: &[u8], passphrase: &Passphrase, budget: &Budget) -> Result<bool, KeyError> {
    let (content, digest) = parts(bytes).ok_or(KeyError::Malformed)?;
    budget.take_rounds(u64::try_from(content.len() / OCTETS_A_ROUND).unwrap_or(u64::MAX))?;
    let hash = Sha1::new().chain_update(&*passphrase.as_utf16()).chain_update(WHITENER).chain_update(content);
    Ok(*hash.finalize() == *digest)
}

/// The store, and the hash over it.
fn parts(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    bytes.split_at_checked(bytes.len().checked_sub(DIGEST)?)
}

/// One alias of a store.
struct Entry<'a> {
    /// An EncryptedPrivateKeyInfo.
    key: Option<&'a [u8]>,
    certificates: Vec<&'a [u8]>,
}

struct Entries<'a>(Vec<Entry<'a>>);

impl<'a> Entries<'a> {
    /// Everything in front of the hash.
    fn read(content: &'a [u8]) -> Option<Self> {
        let mut rest = Rest(content);
        rest.number()?;
        let version = rest.number().filter(|version| matches!(version, 1 | 2))?;
        let count = rest.number()?;
        let mut entries = Vec::new();
        for _ in 0..count {
            match rest.entry(version)? {
                Some(entry) => entries.push(entry),
                None => rest = rest.behind_object(version)?,
            }
        }
        rest.0.is_empty().then_some(Self(entries))
    }
}

/// What is not read yet.
#[derive(Clone, Copy)]
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_be_bytes)
    }

    /// Octets behind their count.
    fn octets(&mut self) -> Option<&'a [u8]> {
        let count = self.number()?;
        self.take(usize::try_from(count).ok()?)
    }

    /// A name behind its count.
    fn name(&mut self) -> Option<&'a [u8]> {
        let count = u16::from_be_bytes(self.take(2)?.try_into().ok()?);
        self.take(usize::from(count))
    }

    /// An entry; `Some(None)` is that of a secret key, up to the object that Java's serialisation wrote.
    fn entry(&mut self, version: u32) -> Option<Option<Entry<'a>>> {
        let kind = self.number()?;
        self.name()?;
        // When it was made.
        self.take(8)?;
        match kind {
            1 => {
                let key = self.octets().filter(|key| is_sequence(key))?;
                let count = self.number()?;
                let certificates = (0..count).map(|_| self.certificate(version)).collect::<Option<_>>()?;
                Some(Some(Entry { key: Some(key), certificates }))
            }
            2 => Some(Some(Entry { key: None, certificates: vec![self.certificate(version)?] })),
            3 => self.0.starts_with(&[0xac, 0xed]).then_some(None),
            _ => None,
        }
    }

    fn certificate(&mut self, version: u32) -> Option<&'a [u8]> {
        if version == 2 {
            self.name().filter(|name| *name == b"X.509")?;
        }
        self.octets().filter(|certificate| is_sequence(certificate))
    }

    /// Behind a serialised object, which does not say how long it is: where the next entry or the end is.
    fn behind_object(self, version: u32) -> Option<Self> {
        let starts = self.0.windows(4).enumerate().filter(|(_, four)| matches!(four, [0, 0, 0, 1..=3]));
        let rests = starts.filter_map(|(at, _)| self.0.get(at..).map(Self));
        let mut entries = rests.filter(|rest| Self(rest.0).entry(version).is_some());
        Some(entries.next().unwrap_or(Self(&[])))
    }
}

fn is_sequence(bytes: &[u8]) -> bool {
    Element::read(bytes, 0).is_ok_and(|one| one.tag == tag::SEQUENCE && one.bytes.len() == bytes.len())
}
