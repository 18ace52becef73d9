//! Where keys, serial numbers and signatures get their randomness from.

use std::fmt;

use chacha20::{ChaCha20Rng, rand_core::SeedableRng as _};
use zeroize::Zeroize as _;

/// A cryptographic random generator (ChaCha20), seeded by the caller. Wiped when it is dropped, never shown.
///
/// The same seed makes the same keys: take it from the operating system, or in the browser from
/// `crypto.getRandomValues`, and use it once.
pub struct Random(pub(super) ChaCha20Rng);

impl Random {
    /// Takes 32 bytes that nobody can guess.
    #[must_use]
    pub fn from_seed(mut seed: [u8; 32]) -> Self {
        let random = Self(ChaCha20Rng::from_seed(seed));
        seed.zeroize();
        random
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random(…)")
    }
}
