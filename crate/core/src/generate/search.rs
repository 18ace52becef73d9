//! Making a private key, step by step: an RSA key takes seconds in a browser, and somebody may not want to wait.

use std::num::NonZeroU32;

use crypto_bigint::{BoxedUint, Odd};
use crypto_primes::hazmat::{MillerRabin, SetBits, random_odd_integer};
use zeroize::Zeroizing;

use super::{KeyType, PrivateKey, Random, sieve::Sieve};

/// The search for a private key.
///
/// Each [`step`](Self::step) is short (an RSA step tests one candidate for a prime, some milliseconds), so that
/// its caller can show progress, yield to others, or stop by dropping it.
pub struct KeySearch {
    key_type: KeyType,
    primes: Vec<Zeroizing<BoxedUint>>,
    sieve: Option<Sieve>,
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
            self.sieve = Some(Sieve::new(start, bits));
            return None;
        };
        self.candidates = self.candidates.saturating_add(1);
        is_prime(&candidate, random).then_some(candidate)
    }
}

/// How often a number of the shortest length that is searched has to pass the test of Miller and Rabin, so that it is none but
/// once in 2^128 (FIPS 186-5 appendix C.1).
const ROUNDS: usize = 8;

/// With two as the base first, which takes the least time and finds almost all that are none.
fn is_prime(candidate: &BoxedUint, random: &mut Random) -> bool {
    let Some(candidate) = Odd::new(candidate.clone()).into_option() else { return false };
    let test = MillerRabin::new(candidate);
    test.test_base_two().is_probably_prime()
        && (0..ROUNDS).all(|_| test.test_random_base(&mut random.0).is_probably_prime())
}

impl std::fmt::Debug for KeySearch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeySearch").field("key_type", &self.key_type).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_rounds_as_it_takes() {
        let least = crypto_primes::hazmat::minimum_mr_iterations(1024, 128);
        assert!(least.is_some_and(|least| least <= ROUNDS), "{least:?}");
    }
}
