//! Chance, given by the host: the core has no dice of its own.

/// Random bytes from the host, fresh for every provisioning.
///
/// They make `$rid`s unique across restarts, spread retries and mask WebSocket frames; no secret depends on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "sixteen bytes, and nothing else")]
pub struct Seed(pub [u8; 16]);

/// A stream of numbers from a seed (SplitMix64: small, and good enough for jitter).
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: Seed) -> Self {
        let number = u128::from_be_bytes(seed.0);
        let [low, high] =
            [number, number >> 64].map(|half| u64::try_from(half & u128::from(u64::MAX)).unwrap_or(0));
        Self(low ^ high.rotate_left(32))
    }

    /// Dice of their own for a part of the machine.
    pub(super) const fn split(&mut self) -> Self {
        Self(self.roll())
    }

    pub(super) const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
