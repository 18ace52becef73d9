//! What the tasks are given: files that were read, what each is meant to hold, and how the device is enrolled.

mod purpose;
mod read;

use std::time::Duration;

pub use self::{purpose::Purpose, read::Read};
use crate::{
    cert::{
        budget::Budget,
        secret::{key::KeyFacts, passphrase::Passphrase},
        x509::time::UnixTime,
    },
    finding::Place,
    name::{Cloud, RegistrationId},
};

/// What is to be checked.
#[derive(Debug, Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "a caller says what it has")]
pub struct Inputs {
    /// The files, in the order in which they were given.
    pub files: Vec<Read>,
    /// Private keys of the device that stay in a token, and where that is said. Their public halves are compared.
    pub kept: Vec<(KeyFacts, Place)>,
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
    /// What opening and checking them may spend in all. Every task draws on this very one; a clone of the inputs shares it.
    pub budget: Budget,
}

/// How the device is enrolled in DPS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "DPS knows two ways, and nobody may have said which")]
pub enum Enrollment {
    /// Nobody said.
    #[default]
    Unknown,
    /// By its own certificate.
    Individual,
    /// By a CA that its chain leads to.
    Group,
}
