//! Who makes keys and signs with them: the core itself, or a platform that does it faster.

use std::future::{Future, ready};

use super::{KeyType, PrivateKey};

/// A platform that makes keys and signs, as the WebCrypto of a browser (`SubtleCrypto`). It is asked first each time, and
/// need not do anything: what it leaves is done by the core.
///
/// What it returns may be ready at once or come later; nothing here waits by itself.
pub trait Platform {
    /// A key of this kind. One of another kind is not taken.
    fn key(&mut self, key_type: KeyType) -> impl Future<Output = Option<PrivateKey>>;

    /// The signature over these bytes, with the algorithm that [`KeyType`] says of the key: for RSA as RFC 8017 section 8.2
    /// has it, for ECDSA both numbers in full length, one behind the other, as WebCrypto returns them (IEEE P1363).
    fn sign(&mut self, key: &PrivateKey, message: &[u8]) -> impl Future<Output = Option<Vec<u8>>>;
}

/// No platform: the core does everything.
pub(super) struct NoPlatform;

impl Platform for NoPlatform {
    fn key(&mut self, _: KeyType) -> impl Future<Output = Option<PrivateKey>> {
        ready(None)
    }

    fn sign(&mut self, _: &PrivateKey, _: &[u8]) -> impl Future<Output = Option<Vec<u8>>> {
        ready(None)
    }
}
