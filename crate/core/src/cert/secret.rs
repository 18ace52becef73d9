//! Private keys, and the stores that hold them: what opens them, and what is public of them.

pub mod ec;
pub mod encryption;
pub mod error;
pub mod key;
pub mod passphrase;
#[cfg(any(test, feature = "ring"))]
mod quick;
pub mod store;
