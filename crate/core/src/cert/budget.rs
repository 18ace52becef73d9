//! What one call may spend in all, however many files, keys, stores and certificates it is given.
//!
//! Everything expensive draws on one [`Budget`], which is handed down to where the work is done. What it does not
//! allow is not done, and is told with the numbers.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// The work and the memory that a call may still spend. A clone is the same budget: what is spent by one is spent for
/// all, so that no way through a call has two.
#[derive(Debug, Clone)]
pub struct Budget {
    rounds: Pool,
    keys: Pool,
    signatures: Pool,
    memory: u64,
}

#[derive(Debug, Clone)]
struct Pool {
    limit: u64,
    left: Arc<AtomicU64>,
}

impl Pool {
    fn new(limit: u64) -> Self {
        Self { limit, left: Arc::new(AtomicU64::new(limit)) }
    }

    fn take(&self, asked: u64, resource: Resource) -> Result<(), Exhausted> {
        let taken = self.left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(asked));
        taken.map(|_| ()).map_err(|left| Exhausted { resource, asked, left, limit: self.limit })
    }
}

/// What is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// Rounds of key derivations: an iteration of PBKDF2, PKCS#12 or PBKDF1 for one block of output, or two mixed blocks
    /// of scrypt.
    Rounds,
    /// Octets of memory that one key derivation holds.
    Memory,
    /// Private keys that are read; the public half of most is made anew.
    Keys,
    /// Signatures that are checked.
    Signatures,
}

/// More was asked for than is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Exhausted {
    /// Of what.
    pub resource: Resource,
    /// How much was asked for.
    pub asked: u64,
    /// How much was left.
    pub left: u64,
    /// How much a call has in all.
    pub limit: u64,
}

impl Budget {
    /// Rounds of key derivations. OpenSSL asks for 2 048 for a key, password managers for some hundred thousand; GnuTLS for
    /// 600 000 for each part of a store: for a key, its chain of three and the MAC three million.
    pub const ROUNDS: u64 = 5_000_000;
    /// Octets of one key derivation. OpenSSL's scrypt takes 16 MiB.
    pub const MEMORY: u64 = 64 << 20;
    /// Private keys. A device has one.
    pub const KEYS: u64 = 1024;
    /// Signatures. A device's chain has three or four; a bundle of all public roots 150.
    pub const SIGNATURES: u64 = 512;

    /// Another one with so many rounds of key derivations, of which nothing is spent.
    #[must_use]
    pub fn with_rounds(self, rounds: u64) -> Self {
        Self { rounds: Pool::new(rounds), ..self }
    }

    /// Another one with so many private keys, of which none is read.
    #[must_use]
    pub fn with_keys(self, keys: u64) -> Self {
        Self { keys: Pool::new(keys), ..self }
    }

    /// Another one with so many signatures, of which none is checked.
    #[must_use]
    pub fn with_signatures(self, signatures: u64) -> Self {
        Self { signatures: Pool::new(signatures), ..self }
    }

    /// Takes rounds of a key derivation from it.
    ///
    /// # Errors
    /// [`Exhausted`]; nothing is taken.
    pub fn take_rounds(&self, asked: u64) -> Result<(), Exhausted> {
        self.rounds.take(asked, Resource::Rounds)
    }

    /// Takes one private key from it.
    ///
    /// # Errors
    /// [`Exhausted`].
    pub fn take_key(&self) -> Result<(), Exhausted> {
        self.keys.take(1, Resource::Keys)
    }

    /// Takes one signature from it.
    ///
    /// # Errors
    /// [`Exhausted`].
    pub fn take_signature(&self) -> Result<(), Exhausted> {
        self.signatures.take(1, Resource::Signatures)
    }

    /// Whether a key derivation may hold so many octets; they are free again afterwards.
    ///
    /// # Errors
    /// [`Exhausted`].
    pub const fn allows_memory(&self, asked: u64) -> Result<(), Exhausted> {
        let limit = self.memory;
        if asked > limit {
            return Err(Exhausted { resource: Resource::Memory, asked, left: limit, limit });
        }
        Ok(())
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            rounds: Pool::new(Self::ROUNDS),
            keys: Pool::new(Self::KEYS),
            signatures: Pool::new(Self::SIGNATURES),
            memory: Self::MEMORY,
        }
    }
}

/// The end of a sentence: `it asks for 9000000 rounds, of 5000000 for everything together 4997952 are left`.
impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { resource, asked, left, limit } = self;
        match resource {
            Resource::Rounds => {
                write!(f, "it asks for {asked} rounds, of {limit} for everything together {left} are left")
            }
            Resource::Memory => {
                write!(f, "it asks for {} MiB of memory, and {} MiB are allowed", asked >> 20, limit >> 20)
            }
            Resource::Keys => {
                write!(f, "all {limit} private keys that are read for everything together were read before")
            }
            Resource::Signatures => {
                write!(
                    f,
                    "all {limit} signatures that are checked for everything together were checked before"
                )
            }
        }
    }
}

impl std::error::Error for Exhausted {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_is_the_same_budget() {
        let budget = Budget::default();
        budget.clone().take_rounds(Budget::ROUNDS).unwrap();
        assert!(budget.take_rounds(1).is_err());
    }

    #[test]
    fn what_is_not_left_is_not_taken() {
        let budget = Budget::default();
        budget.take_rounds(Budget::ROUNDS - 1).unwrap();
        let refused = budget.take_rounds(2).unwrap_err();
        assert_eq!((refused.asked, refused.left, refused.limit), (2, 1, Budget::ROUNDS));
        budget.take_rounds(1).unwrap();
        assert!(budget.take_rounds(1).is_err());
        for _ in 0..Budget::SIGNATURES {
            budget.take_signature().unwrap();
        }
        assert!(budget.take_signature().unwrap_err().to_string().contains("512 signatures"));
        assert!(budget.allows_memory(16 << 20).is_ok());
        assert!(budget.allows_memory(484 << 20).unwrap_err().to_string().contains("484 MiB"));
    }
}
