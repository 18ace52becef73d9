#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod access;
mod cancellation;
mod connection;
mod dial;
mod failure;
mod identity;
#[cfg(feature = "pkcs11")]
pub mod pkcs11;
pub mod probe;
mod provision;
mod proxy;
mod route;
mod seed;
mod tls;
mod trust;
mod verifier;

pub use access::Access;
pub use cancellation::Cancellation;
pub use connection::Connection;
pub use dps_x509_core as core;
pub use identity::{Identity, IdentityError};
pub use provision::provision;
pub use proxy::{Bypass, Proxy, ProxyError};
pub use route::{Redirection, RedirectionError, Route};
pub use seed::seed;
pub use tokio_rustls::rustls;
pub use trust::{Trust, TrustError, Trusted};
