//! Passphrases.

use std::fmt;

use zeroize::Zeroizing;

/// A passphrase. Wiped when it is dropped, never shown.
#[derive(Clone)]
pub struct Passphrase {
    bytes: Zeroizing<Vec<u8>>,
    /// An empty passphrase and none differ in PKCS#12.
    is_none: bool,
}

impl Passphrase {
    /// Takes the bytes as they are; a line break at the end of a file is the caller's to cut.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { bytes: Zeroizing::new(bytes), is_none: false }
    }

    /// What a PKCS#12 store is made with that has no passphrase.
    pub(in crate::cert) fn none() -> Self {
        Self { is_none: true, ..Self::new(Vec::new()) }
    }

    /// The bytes, for a host whose TLS opens the key by itself.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// As Java has it: UTF-16 with the high octet first.
    pub(in crate::cert) fn as_utf16(&self) -> Zeroizing<Vec<u8>> {
        let mut octets = bmp_string(&self.bytes);
        let length = octets.len().saturating_sub(2);
        octets.truncate(length);
        octets
    }

    /// As PKCS#12 has it.
    pub(in crate::cert) fn as_bmp_string(&self) -> Zeroizing<Vec<u8>> {
        if self.is_none { Zeroizing::default() } else { bmp_string(&self.bytes) }
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// The passphrase as RFC 7292 appendix B.1 wants it: UTF-16 with the high octet first, and two zeros at the end. What
/// is no UTF-8 is taken octet by octet.
fn bmp_string(passphrase: &[u8]) -> Zeroizing<Vec<u8>> {
    let units: Zeroizing<Vec<u16>> = Zeroizing::new(match std::str::from_utf8(passphrase) {
        Ok(text) => text.encode_utf16().collect(),
        Err(_) => passphrase.iter().copied().map(u16::from).collect(),
    });
    Zeroizing::new(units.iter().chain(&[0]).flat_map(|unit| unit.to_be_bytes()).collect())
}
