//! The pieces that a configuration is made of.

/// A piece of a device's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Piece {
    /// The ID scope of the DPS instance.
    IdScope,
    /// The registration ID.
    RegistrationId,
    /// `device-full-chain.pem`: the leaf, then what is sent with it.
    Chain,
    /// `device-cert.pem`: the leaf alone.
    Leaf,
    /// `intermediates.pem`: what is sent with the leaf, if there is anything.
    Intermediates,
    /// `server-roots.pem`: what the device trusts the server by.
    Roots,
    /// The private key, by its path.
    Key,
    /// `group-ca.pem`, for an enrollment group.
    GroupCa,
    /// Whether the device is enrolled individually or through a group.
    Enrollment,
    /// The name of the DPS instance.
    DpsName,
    /// The resource group of the DPS instance.
    ResourceGroup,
}
