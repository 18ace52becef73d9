//! Odd numbers without small factors, among which a prime is searched.
//!
//! The sieve of `crypto-primes` does the same, by tables that add 25 kB to every module for browsers. Here they are made when
//! they are needed, in a millisecond or two beside the seconds that the search takes.

use std::num::NonZeroU32;

use crypto_bigint::{BoxedUint, Limb, NonZero, Odd};
use zeroize::Zeroizing;

/// Factors below it are looked for: one odd number in nine has none.
const SMALL: u32 = 1 << 14;

/// How far from its start a sieve goes; to begin anew is as good, and no sum here overflows.
const FURTHEST: u32 = 1 << 20;

/// The odd numbers from one on, without those that have small factors.
pub(super) struct Sieve {
    start: Zeroizing<BoxedUint>,
    /// How long the numbers may be.
    bits: u32,
    distance: u32,
    /// Small primes, and what the start leaves when it is divided by them.
    remainders: Zeroizing<Vec<(u32, u32)>>,
}

impl Sieve {
    pub(super) fn new(start: Odd<BoxedUint>, bits: NonZeroU32) -> Self {
        let start = Zeroizing::new(start.get());
        let remainder = |prime: u32| {
            let divisor = NonZero::new(Limb::from(prime)).into_option()?;
            Some((prime, u32::try_from(start.rem_limb(divisor).0).ok()?))
        };
        let remainders = Zeroizing::new(small_primes().filter_map(remainder).collect());
        Self { start, bits: bits.get(), distance: 0, remainders }
    }
}

impl Iterator for Sieve {
    type Item = Zeroizing<BoxedUint>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.distance < FURTHEST {
            let distance = self.distance;
            self.distance += 2;
            if self.remainders.iter().all(|(prime, remainder)| !(remainder + distance).is_multiple_of(*prime))
            {
                let number = Zeroizing::new(self.start.wrapping_add(BoxedUint::from(distance)));
                return (number.bit_width_vartime() <= self.bits).then_some(number);
            }
        }
        None
    }
}

/// The odd ones below [`SMALL`].
fn small_primes() -> impl Iterator<Item = u32> {
    let is_prime = |number: &u32| {
        (3..)
            .step_by(2)
            .take_while(|factor| factor * factor <= *number)
            .all(|factor| !number.is_multiple_of(factor))
    };
    (3..SMALL).step_by(2).filter(is_prime)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(start: u64, bits: u32) -> Sieve {
        let start = Odd::new(BoxedUint::from(start)).into_option().expect("it is odd");
        Sieve::new(start, NonZeroU32::new(bits).expect("a length"))
    }

    #[test]
    fn what_is_left_has_no_small_factor_and_nothing_else_is_left_out() {
        let start = (1 << 40) + 1;
        let found: Vec<u64> = from(start, 41)
            .take(50)
            .map(|number| number.to_string_radix_vartime(10).parse().expect("a number"))
            .collect();
        let is_free = |number: &u64| (2..u64::from(SMALL)).all(|factor| !number.is_multiple_of(factor));
        let expected: Vec<u64> = (start..).step_by(2).filter(is_free).take(50).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn it_ends_before_numbers_are_too_long() {
        let start = (1 << 40) - 299;
        let numbers: Vec<_> = from(start, 40).collect();
        assert!(!numbers.is_empty() && numbers.len() < 150);
        assert!(numbers.iter().all(|number| number.bit_width() == 40));
    }
}
