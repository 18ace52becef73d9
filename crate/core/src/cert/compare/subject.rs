//! What is compared, and what a change comes to.

/// What a change comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Relation {
    /// The same bytes.
    Unchanged,
    /// The same certificate with other certificates above it.
    OtherChain,
    /// The same name and the same key.
    Renewal,
    /// The same name and another key.
    NewKey,
    /// Another name: for DPS another device, or another CA.
    DifferentIdentity,
}

impl Relation {
    /// The word used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::OtherChain => "other-chain",
            Self::Renewal => "renewal",
            Self::NewKey => "new-key",
            Self::DifferentIdentity => "different-identity",
        }
    }
}

/// What the compared certificates are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a certificate is a device's or a CA's")]
pub enum Subject {
    /// A device's certificate.
    Device,
    /// A CA's.
    Authority,
}
