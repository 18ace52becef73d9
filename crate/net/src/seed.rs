//! Dice for the core, which has none.

use dps_x509_core::session::Seed;
use tokio_rustls::rustls::crypto::ring;

/// Fresh random bytes for one conversation: they make its requests unique, spread its retries and mask its WebSocket
/// frames. No secret depends on them; where the operating system gives none, TLS does not come up either.
#[must_use]
pub fn seed() -> Seed {
    let mut bytes = [0; 16];
    let _ = ring::default_provider().secure_random.fill(&mut bytes);
    Seed(bytes)
}
