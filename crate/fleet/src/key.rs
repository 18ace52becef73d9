//! What a device is remembered by.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// A device of an ID scope, in 16 bytes: a million of them have to fit into memory.
///
/// The first half of a SHA-256: that two devices of a million have the same has a chance of 1 in 10^27.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; 16]);

impl Key {
    /// Of a device. DPS takes registration IDs without regard to case.
    #[must_use]
    pub fn of(id_scope: &str, registration_id: &str) -> Self {
        Self::hash(&[id_scope, &registration_id.to_ascii_lowercase()])
    }

    /// Of a row whose device nobody knows.
    #[must_use]
    pub fn of_row(number: u64) -> Self {
        Self::hash(&["row", "", &number.to_string()])
    }

    fn hash(parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.as_bytes());
            // None of them has this in it.
            hash.update([0]);
        }
        let digest: [u8; 32] = hash.finalize().into();
        let (half, _) = digest.as_chunks::<16>();
        Self(half.first().copied().unwrap_or_default())
    }

    /// In which of so many parts it is, from 0.
    #[must_use]
    pub(crate) fn part_of(&self, parts: u32) -> u32 {
        let (first, _) = self.0.as_chunks::<8>();
        let number = u64::from_be_bytes(first.first().copied().unwrap_or_default());
        u32::try_from(number % u64::from(parts.max(1))).unwrap_or_default()
    }
}

/// As 32 hexadecimal digits, which the subject of a message ends with.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_and_name_make_a_device_and_case_does_not() {
        assert_eq!(Key::of("0ne1", "Pump"), Key::of("0ne1", "pump"));
        assert_ne!(Key::of("0ne1", "pump"), Key::of("0ne2", "pump"));
        assert_ne!(Key::of("0ne1", "2pump"), Key::of("0ne12", "pump"));
        assert_ne!(Key::of_row(1), Key::of_row(2));
        // Queues remember devices by it: it never changes.
        assert_eq!(Key::of("0ne00000000", "sensor-1").to_string(), "6f599e0d89072ad1993cb44bfe4c7ec0");
    }
}
