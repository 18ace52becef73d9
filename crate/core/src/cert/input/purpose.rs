//! What a file is given for.

/// What a file is meant to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "the contract of the components has a case for each")]
pub enum Purpose {
    /// Nobody said.
    #[default]
    Any,
    /// The leaf, and the intermediates that are sent with it.
    DeviceChain,
    /// The leaf's private key.
    DeviceKey,
    /// The certificate that was uploaded to the service as the group's CA.
    GroupCa,
    /// The roots by which the device trusts the server.
    ServerTrust,
}
