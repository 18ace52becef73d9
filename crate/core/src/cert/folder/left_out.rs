//! What is left out of a folder, and why.

use std::fmt;

/// Why a file is no device's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LeftOut {
    /// It holds certificates and keys that another file has, which was taken.
    Copy,
    /// It holds an older certificate of a device.
    Superseded,
    /// It holds CA certificates that stand above no device here.
    Authority,
    /// It holds the private key of a CA.
    AuthorityKey,
    /// It holds a private key of no certificate here.
    OtherKey,
    /// It holds a certificate for a server.
    Server,
    /// It holds the CA of an IoT Edge device.
    EdgeCa,
    /// It holds a proof of possession.
    ProofOfPossession,
    /// It holds a store that stayed shut.
    Shut,
    /// It holds a certificate signing request.
    Request,
    /// It holds a revocation list.
    RevocationList,
    /// It holds something else, such as a public key.
    Other,
    /// It holds neither certificate nor key.
    Nothing,
}

impl LeftOut {
    /// The word used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Superseded => "superseded",
            Self::Authority => "ca-of-no-device",
            Self::AuthorityKey => "ca-key",
            Self::OtherKey => "key-of-no-certificate",
            Self::Server => "server",
            Self::EdgeCa => "edge-ca",
            Self::ProofOfPossession => "proof-of-possession",
            Self::Shut => "not-opened",
            Self::Request => "request",
            Self::RevocationList => "revocation-list",
            Self::Other => "other",
            Self::Nothing => "no-certificate-or-key",
        }
    }
}

/// What the file holds.
impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Copy => "a copy of what was taken",
            Self::Superseded => "an older certificate of a device",
            Self::Authority => "CA certificates above no device here",
            Self::AuthorityKey => "the private key of a CA",
            Self::OtherKey => "a private key of no certificate here",
            Self::Server => "the certificate of a server",
            Self::EdgeCa => "the CA of an IoT Edge device",
            Self::ProofOfPossession => "a proof of possession",
            Self::Shut => "a key or a store that stayed shut",
            Self::Request => "a certificate signing request",
            Self::RevocationList => "a revocation list",
            Self::Other => "no certificate and no private key",
            Self::Nothing => "neither certificate nor key",
        })
    }
}
