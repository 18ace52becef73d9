//! What the tasks are given: files, what each is meant to hold, and how the device is enrolled.

use std::time::Duration;

use crate::{
    cert::{budget::Budget, secret::passphrase::Passphrase, x509::time::UnixTime},
    finding::Place,
    name::{Cloud, RegistrationId},
};

/// What is to be checked.
#[derive(Debug, Clone, Default)]
pub struct Inputs<'a> {
    /// The files, in the order in which they were given.
    pub files: Vec<Input<'a>>,
    /// The registration ID that the device is to register as.
    pub registration_id: Option<RegistrationId>,
    /// When; without it nothing is said about validity.
    pub at: Option<UnixTime>,
    /// How long a certificate should still be valid; without it nothing is said before it has expired.
    pub expires_within: Option<Duration>,
    /// The cloud that the device is to be provisioned in; `None` for a server of one's own, such as an emulator, of
    /// which nothing is known.
    pub cloud: Option<Cloud>,
    /// How the device is enrolled.
    pub enrollment: Enrollment,
    /// The passphrase of an encrypted private key.
    pub passphrase: Option<Passphrase>,
    /// What reading and checking may spend in all.
    pub budget: Budget,
}

/// One file.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    /// What it is meant to hold.
    pub purpose: Purpose,
    /// The flag it came by and its path.
    pub place: Place,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What a file is meant to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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

/// How the device is enrolled in DPS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Enrollment {
    /// Nobody said.
    #[default]
    Unknown,
    /// By its own certificate.
    Individual,
    /// By a CA that its chain leads to.
    Group,
}
