//! PKCS#12 stores (RFC 7292): `.p12`, `.pfx`.

use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use x509_cert::spki::ObjectIdentifier;
use zeroize::Zeroizing;

use super::content::{Stored, content_info};
use crate::cert::{
    budget::Budget,
    der::{
        Element, ber,
        kind::{KeyContainer, Kind},
        oid::{
            CERTIFICATE_BAG, DATA, ENCRYPTED_DATA, KEY_BAG, SAFE_CONTENTS_BAG, SHROUDED_KEY_BAG,
            X509_CERTIFICATE,
        },
        tag,
    },
    secret::{
        encryption::{
            self,
            derivation::{self, Use},
        },
        error::KeyError,
        passphrase::Passphrase,
    },
    x509::signature::Hash,
};

/// Bags in bags: as deep as anyone goes.
const MAX_NESTING: u32 = 4;

/// Certificates and keys of a PKCS#12 store, in the order of the file.
///
/// The MAC tells a wrong passphrase from damage. A store that was made without a passphrase, or with an empty one, is
/// opened without being asked for.
///
/// # Errors
/// [`KeyError`]: no passphrase, a wrong one, an encryption that nobody uses, changed since it was made, malformed.
#[inline(never)]
pub fn pkcs12(der: &[u8], passphrase: Option<&Passphrase>, budget: &Budget) -> Result<Vec<Stored>, KeyError> {
    let (safe, mac) = parts(der).ok_or(KeyError::Malformed)?;
    // The passphrase may be another file's.
    let (none, empty) = (Passphrase::none(), Passphrase::new(Vec::new()));
    let possible: Vec<&Passphrase> = passphrase.into_iter().chain([&none, &empty]).collect();
    let mut proven = None;
    for one in &possible {
        if let Some(mac) = &mac
            && proven.is_none()
            && mac.holds(safe, one, budget)?
        {
            proven = Some(*one);
        }
    }
    let open = |passphrase| {
        let mut opener = Opener { passphrase, budget, has_opened: false, out: Vec::new() };
        let opened = opener.open(safe);
        (opener, opened)
    };
    let (mut opener, mut opened) = open(proven.or(passphrase));
    // Without a MAC only opening it tells.
    let mut others = possible.iter().skip(usize::from(passphrase.is_some())).filter(|_| mac.is_none());
    while opened.is_err()
        && let Some(one) = others.next()
    {
        let (other, outcome) = open(Some(*one));
        if outcome.is_ok() {
            (opener, opened) = (other, outcome);
        }
    }
    let has_mac = mac.is_some();
    match opened {
        // Its passphrase is wrong, or it was changed; what could be opened shows which.
        _ if has_mac && proven.is_none() && passphrase.is_some() => {
            Err(if opener.has_opened { KeyError::Changed } else { KeyError::PassphraseWrong })
        }
        Ok(()) => Ok(opener.out),
        Err(KeyError::PassphraseWrong) if proven.is_some() => Err(KeyError::Malformed),
        Err(error) => Err(error),
    }
}

/// The octets of the AuthenticatedSafe, and its MAC (section 4).
fn parts(der: &[u8]) -> Option<(&[u8], Option<MacData<'_>>)> {
    let mut parts = Element::read(der, 0).ok()?.children();
    parts.next_if(tag::INTEGER)?;
    let (kind, content) = content_info(&parts.next_if(tag::SEQUENCE)?)?;
    let safe = Element::read(content, 0).ok().filter(|safe| kind == DATA && safe.tag == tag::OCTET_STRING)?;
    let mac = match parts.next_if(tag::SEQUENCE) {
        Some(mac) => MacData::read(&mac)?,
        None => None,
    };
    Some((safe.content, mac))
}

/// MacData (section 4).
struct MacData<'a> {
    hash: Hash,
    digest: &'a [u8],
    salt: &'a [u8],
    iterations: u32,
}

impl<'a> MacData<'a> {
    /// `Some(None)` is a MAC of another kind, which tells nothing.
    fn read(mac: &Element<'a>) -> Option<Option<Self>> {
        let mut parts = mac.children();
        let mut info = parts.next_if(tag::SEQUENCE)?.children();
        let algorithm = info.next_if(tag::SEQUENCE)?.children().next_if(tag::OBJECT_IDENTIFIER)?;
        let digest = info.next_if(tag::OCTET_STRING)?.content;
        let salt = parts.next_if(tag::OCTET_STRING)?.content;
        let iterations = match parts.next_if(tag::INTEGER) {
            Some(number) => number.small_integer().unwrap_or(u32::MAX),
            None => 1,
        };
        let oid = ObjectIdentifier::from_bytes(algorithm.content).ok()?;
        Some(Hash::of(oid).map(|hash| Self { hash, digest, salt, iterations }))
    }

    fn holds(&self, safe: &[u8], passphrase: &Passphrase, budget: &Budget) -> Result<bool, KeyError> {
        macro_rules! hmac {
            ($digest:ty, $key:expr) => {
                Hmac::<$digest>::new_from_slice($key)
                    .is_ok_and(|mac| mac.chain_update(safe).verify_slice(self.digest).is_ok())
            };
        }
        budget.take_rounds(u64::from(self.iterations))?;
        let (passphrase, hash) = (passphrase.as_bmp_string(), self.hash);
        let key = derivation::pkcs12(hash, &passphrase, self.salt, self.iterations, Use::Mac, hash.length());
        Ok(match hash {
            Hash::Md5 => hmac!(Md5, &key),
            Hash::Sha1 => hmac!(Sha1, &key),
            Hash::Sha224 => hmac!(Sha224, &key),
            Hash::Sha256 => hmac!(Sha256, &key),
            Hash::Sha384 => hmac!(Sha384, &key),
            Hash::Sha512 => hmac!(Sha512, &key),
        })
    }
}

struct Opener<'a> {
    passphrase: Option<&'a Passphrase>,
    budget: &'a Budget,
    /// Whether the passphrase opened anything.
    has_opened: bool,
    out: Vec<Stored>,
}

impl Opener<'_> {
    /// AuthenticatedSafe (section 4.1). Goes on behind a part that stays shut, and gives the first error.
    fn open(&mut self, safe: &[u8]) -> Result<(), KeyError> {
        let definite = inner(safe);
        let list = Element::read(&definite, 0).ok().filter(|list| list.tag == tag::SEQUENCE);
        let mut outcome = Ok(());
        for part in list.ok_or(KeyError::Malformed)?.children() {
            outcome = outcome.and(part.map_err(|_| KeyError::Malformed).and_then(|part| self.part(&part)));
        }
        outcome
    }

    fn part(&mut self, part: &Element<'_>) -> Result<(), KeyError> {
        let (kind, content) = content_info(part).ok_or(KeyError::Malformed)?;
        let content = Element::read(content, 0).map_err(|_| KeyError::Malformed)?;
        match kind {
            DATA => self.bags(content.content, MAX_NESTING),
            ENCRYPTED_DATA => {
                let opened = self.encrypted_data(&content)?;
                self.has_opened = true;
                self.bags(&opened, MAX_NESTING)
            }
            _ => Err(KeyError::UnknownEncryption),
        }
    }

    /// EncryptedData (RFC 5652 section 8): version, then type, algorithm and `[0]` content.
    fn encrypted_data(&mut self, data: &Element<'_>) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let read = || {
            let mut parts = data.children();
            parts.next_if(tag::INTEGER)?;
            let mut info = parts.next_if(tag::SEQUENCE)?.children();
            info.next_if(tag::OBJECT_IDENTIFIER)?;
            let algorithm = info.next_if(tag::SEQUENCE)?;
            let content = info.next()?.ok()?;
            let octets = match content.tag {
                // In parts, where BER was: the parts are octet strings.
                tag::CONTEXT_0 => {
                    content.children().map_while(Result::ok).flat_map(|part| part.content).copied().collect()
                }
                _ => content.content.to_vec(),
            };
            Some((algorithm, octets))
        };
        let (algorithm, content) = read().ok_or(KeyError::Malformed)?;
        encryption::open_sequence(&algorithm, &content, self.passphrase, self.budget)
    }

    /// SafeContents (section 4.2).
    fn bags(&mut self, contents: &[u8], depth: u32) -> Result<(), KeyError> {
        let definite = inner(contents);
        let list = Element::read(&definite, 0).ok().filter(|list| list.tag == tag::SEQUENCE);
        for bag in list.ok_or(KeyError::Malformed)?.children() {
            let bag = bag.map_err(|_| KeyError::Malformed)?;
            let (kind, value) = content_info(&bag).ok_or(KeyError::Malformed)?;
            match kind {
                CERTIFICATE_BAG => self.out.extend(certificate_bag(value)),
                KEY_BAG => self.key(KeyContainer::Pkcs8, Zeroizing::new(value.to_vec())),
                SHROUDED_KEY_BAG => self.shrouded_key(value),
                SAFE_CONTENTS_BAG if depth > 0 => self.bags(value, depth - 1)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// A key that stays shut is given as it is: who reads it finds out why, and the certificates are there all the same.
    fn shrouded_key(&mut self, value: &[u8]) {
        match encryption::open_pkcs8(value, self.passphrase, self.budget) {
            Ok(opened) => {
                self.has_opened = true;
                self.key(KeyContainer::Pkcs8, opened);
            }
            Err(_) => self.key(KeyContainer::EncryptedPkcs8, Zeroizing::new(value.to_vec())),
        }
    }

    fn key(&mut self, container: KeyContainer, der: Zeroizing<Vec<u8>>) {
        self.out.push(Stored { kind: Kind::PrivateKey(container), der });
    }
}

/// What stands in octets, with definite lengths. NSS writes BER there as well, and the MAC is over the octets as they are.
fn inner(octets: &[u8]) -> Zeroizing<Vec<u8>> {
    ber::to_definite(octets).unwrap_or_else(|| Zeroizing::new(octets.to_vec()))
}

fn certificate_bag(value: &[u8]) -> Option<Stored> {
    let (kind, content) = content_info(&Element::read(value, 0).ok()?)?;
    let octets = Element::read(content, 0)
        .ok()
        .filter(|octets| kind == X509_CERTIFICATE && octets.tag == tag::OCTET_STRING)?;
    Some(Stored { kind: Kind::Certificate, der: Zeroizing::new(octets.content.to_vec()) })
}
