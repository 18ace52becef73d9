//! What a rule is, and what it looks at.

use std::{sync::Arc, time::Duration};

use crate::{
    cert::{
        der::kind::Kind,
        input::Enrollment,
        path::{chain::Chain, link::Link, question::Fault, signatures::Signatures},
        secret::key::KeyFacts,
        x509::{revocation::RevocationList, time::UnixTime},
    },
    finding::{Finding, Place},
    name::{Cloud, RegistrationId},
};

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Context<'a> {
    /// The device's chain.
    pub chain: &'a Chain,
    /// The way from the device's certificate to what the service has, the leaf first: what has to hold. Where no file has
    /// anything of a chain, the CA certificates of the service, each for itself.
    pub way: &'a [Arc<Link>],
    /// Where the way does not hold for a usual verifier.
    pub fault: Option<&'a Fault>,
    /// Where a way does hold, but not the first one that there is for a verifier that does not go back.
    pub first_way: Option<&'a Fault>,
    /// Who signed whom.
    pub signatures: &'a Signatures<'a>,
    /// The CA certificates that were uploaded to the service.
    pub group_cas: &'a [Arc<Link>],
    /// The roots by which the device trusts the server.
    pub server_trust: &'a [Arc<Link>],
    /// What else is in the files that nobody said the purpose of: requests, keys, revocation lists.
    pub others: &'a [(Kind, Place)],
    /// The revocation lists in all files.
    pub revocation_lists: &'a [(RevocationList, Place)],
    /// What is public of the private keys.
    pub keys: &'a [(KeyFacts, Place)],
    /// The registration ID that the device is to register as.
    pub registration_id: Option<&'a RegistrationId>,
    /// When.
    pub at: Option<UnixTime>,
    /// How long a certificate should still be valid.
    pub expires_within: Option<Duration>,
    /// The cloud that the device is to be provisioned in.
    pub cloud: Option<Cloud>,
    /// How the device is enrolled.
    pub enrollment: Enrollment,
}

impl Context<'_> {
    /// Whether there is nothing to judge but the CA certificates of the service.
    pub(super) fn is_of_cas_alone(&self) -> bool {
        self.chain.links().next().is_none() && !self.way.is_empty()
    }
}

/// One family of rules.
#[expect(clippy::exhaustive_structs, reason = "a rule is what it checks")]
pub struct Rule {
    /// Looks, and appends what it finds.
    pub check: fn(&Context<'_>, &mut Vec<Finding>),
}
