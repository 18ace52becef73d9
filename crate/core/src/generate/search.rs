//! Making a private key, step by step: an RSA key takes seconds in a browser, and somebody may not want to wait.

use std::num::NonZeroU32;

use crypto_bigint::BoxedUint;
use crypto_primes::{
    Flavor,
    hazmat::{SetBits, SmallFactorsSieve, random_odd_integer},
    is_prime,
};
use zeroize::Zeroizing;

use super::{KeyType, PrivateKey, Random};

/// The search for a private key.
///
/// Each [`step`](Self::step) is short (an RSA step tests one candidate for a prime, some milliseconds), so that
/// its caller can show progress, yield to others, or stop by dropping it.
pub struct KeySearch {
    key_type: KeyType,
    primes: Vec<Zeroizing<BoxedUint>>,
    sieve: Option<SmallFactorsSieve<BoxedUint>>,
    candidates: u32,
}

/// What a step came to.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a key is found or it is not")]
pub enum Step {
    /// Not found yet.
    Searching(Progress),
    /// Here it is. A further step begins the search for another key.
    Found(PrivateKey),
}

/// How far a search is. Luck decides: an RSA key of 2048 bits takes about 80 candidates, one of 4096 bits 160.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "two primes are searched, and nothing else")]
pub struct Progress {
    /// How many of the two primes are found.
    pub primes: usize,
    /// How many candidates have been tested.
    pub candidates: u32,
}

/// The public exponent that everybody takes.
const EXPONENT: u32 = 65_537;

impl KeySearch {
    /// Nothing is searched before the first step.
    #[must_use]
    pub const fn new(key_type: KeyType) -> Self {
        Self { key_type, primes: Vec::new(), sieve: None, candidates: 0 }
    }

    /// Searches to the end, without stopping.
    pub fn run(mut self, random: &mut Random) -> PrivateKey {
        loop {
            if let Step::Found(key) = self.step(random) {
                return key;
            }
        }
    }

    /// Searches a little further. The random generator must be the same or as good in every step.
    #[must_use]
    pub fn step(&mut self, random: &mut Random) -> Step {
        let Some(bits) = self.key_type.rsa_bits().and_then(|bits| NonZeroU32::new(bits / 2)) else {
            return Step::Found(match self.key_type {
                KeyType::P384 => PrivateKey::new_p384(random),
                _ => PrivateKey::new_p256(random),
            });
        };
        if let Some(prime) = self.test_next(bits, random) {
            self.sieve = None;
            self.primes.push(prime);
        }
        if let [first, second] = self.primes.as_slice() {
            let key = rsa::PrivateKey::from_p_q((**first).clone(), (**second).clone(), EXPONENT.into());
            self.primes.clear();
            // It fails for primes that are equal or do not go with the exponent: rare, and other primes will do.
            if let Ok(key) = key {
                self.candidates = 0;
                return Step::Found(PrivateKey::of_rsa(key));
            }
        }
        Step::Searching(Progress { primes: self.primes.len(), candidates: self.candidates })
    }

    /// Tests one number. From a random odd start with its two highest bits set, so that the product has its full
    /// length, those without small factors are tested in turn.
    fn test_next(&mut self, bits: NonZeroU32, random: &mut Random) -> Option<Zeroizing<BoxedUint>> {
        let Some(candidate) = self.sieve.as_mut().and_then(Iterator::next) else {
            let start = random_odd_integer::<BoxedUint, _>(&mut random.0, bits, SetBits::TwoMsb).ok()?;
            self.sieve = SmallFactorsSieve::new(start.get(), bits, false).ok();
            return None;
        };
        let candidate = Zeroizing::new(candidate);
        self.candidates = self.candidates.saturating_add(1);
        is_prime(Flavor::Any, &*candidate).then_some(candidate)
    }
}

impl std::fmt::Debug for KeySearch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeySearch").field("key_type", &self.key_type).finish_non_exhaustive()
    }
}
