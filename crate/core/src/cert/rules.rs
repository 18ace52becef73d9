//! The rules: one file a rule or a small family, each beside the definitions of its findings.

pub mod chain;
pub mod common_name;
pub mod damage;
pub mod key;
pub mod links;
pub mod purpose;
pub mod strict;
pub mod usage;
pub mod validity;

use std::sync::Arc;

use super::{
    chain::{Chain, Link},
    check::Enrollment,
    key::KeyFacts,
    time::UnixTime,
};
use crate::{
    finding::{Definition, Finding, Place},
    name::RegistrationId,
};

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The device's chain.
    pub chain: &'a Chain,
    /// The CA certificates that were uploaded to the service.
    pub group_cas: &'a [Arc<Link>],
    /// The roots by which the device trusts the server.
    pub server_trust: &'a [Arc<Link>],
    /// What is public of the private keys.
    pub keys: &'a [(KeyFacts, Place)],
    /// The registration ID that the device is to register as.
    pub registration_id: Option<&'a RegistrationId>,
    /// When.
    pub at: Option<UnixTime>,
    /// How the device is enrolled.
    pub enrollment: Enrollment,
}

/// One family of rules.
pub struct Rule {
    /// What it can find.
    pub definitions: &'static [&'static Definition],
    /// Looks, and appends what it finds.
    pub check: fn(&Context<'_>, &mut Vec<Finding>),
}

/// Every rule over the device's chain, in the order of the report.
pub const ALL: [Rule; 8] = [
    damage::RULE,
    key::RULE,
    common_name::RULE,
    validity::RULE,
    usage::RULE,
    chain::RULE,
    links::RULE,
    strict::RULE,
];

/// Everything that certificates and files can be found to be.
pub fn definitions() -> impl Iterator<Item = &'static Definition> {
    let files = super::file::DEFINITIONS.iter().chain(&purpose::DEFINITIONS).copied();
    files.chain(ALL.iter().flat_map(|rule| rule.definitions.iter().copied()))
}
