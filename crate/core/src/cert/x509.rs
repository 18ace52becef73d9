//! What a certificate or a request says, each by itself: parts, names, extensions, keys, signatures.

pub mod algorithm;
pub mod certificate;
pub(in crate::cert) mod curve;
pub mod distinguished_name;
pub mod extension;
pub mod outline;
pub mod public_key;
pub(in crate::cert) mod rare;
pub mod request;
pub mod revocation;
pub mod rfc5280;
pub mod server_name;
pub mod signature;
pub mod time;
