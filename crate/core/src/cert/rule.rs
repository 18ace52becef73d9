//! The rules: one file a rule or a small family, each beside the definitions of its findings.

pub mod chain;
pub mod common_name;
pub mod damage;
pub mod key;
pub mod links;
pub mod purpose;
pub mod role;
pub mod size;
pub mod strict;
pub mod usage;
pub mod validity;
pub mod verdict;

use std::{sync::Arc, time::Duration};

use crate::{
    cert::{
        check::Enrollment,
        der::kind::Kind,
        path::chain::{Chain, Link},
        secret::key::KeyFacts,
        x509::time::UnixTime,
    },
    finding::{Definition, Finding, Place},
    name::{Cloud, RegistrationId},
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
    /// What else is in the files that nobody said the purpose of: requests, keys, revocation lists.
    pub others: &'a [(Kind, Place)],
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

/// One family of rules.
pub struct Rule {
    /// What it can find.
    pub definitions: &'static [&'static Definition],
    /// Looks, and appends what it finds.
    pub check: fn(&Context<'_>, &mut Vec<Finding>),
}

/// Every rule over the device's chain, in the order of the report.
pub const ALL: [Rule; 11] = [
    damage::RULE,
    key::RULE,
    common_name::RULE,
    validity::RULE,
    usage::RULE,
    chain::RULE,
    links::RULE,
    strict::RULE,
    size::RULE,
    role::RULE,
    verdict::RULE,
];

/// Which finding is only the symptom of which other, if both are there.
const CAUSES: [(&Definition, &Definition); 16] = [
    (&common_name::MISMATCH, &role::EDGE_CA),
    (&usage::LEAF_IS_CA, &role::EDGE_CA),
    (&common_name::MISMATCH, &role::PROOF),
    (&common_name::CASE, &common_name::UPPER_CASE),
    (&common_name::MISMATCH, &common_name::ILLEGAL),
    (&chain::LEAF_ALONE, &crate::cert::file::TRUNCATED),
    (&chain::LEAF_ALONE, &crate::cert::file::BAD_BASE64),
    (&chain::NO_DEVICE, &role::SERVER_ROOT_IN_CHAIN),
    (&links::SIGNATURE, &strict::ALGORITHM),
    (&role::NO_SERVER_ROOT, &role::RETIRED_ROOT),
    (&verdict::STRICT, &damage::DAMAGED),
    (&verdict::STRICT, &strict::CRITICALITY),
    (&verdict::STRICT, &strict::INCONSISTENT),
    (&verdict::STRICT, &strict::SERIAL),
    (&verdict::STRICT, &strict::VERSION),
    (&verdict::STRICT, &strict::KEY_IDS),
];

/// Lets symptoms name their cause: one cause, not twelve symptoms.
pub(super) fn link_causes(findings: &mut [Finding]) {
    for (symptom, cause) in CAUSES {
        if !findings.iter().any(|finding| finding.definition == cause) {
            continue;
        }
        for finding in findings.iter_mut().filter(|finding| finding.definition == symptom) {
            finding.caused_by.get_or_insert(cause.code);
        }
    }
}

/// Everything that certificates and files can be found to be.
pub fn definitions() -> impl Iterator<Item = &'static Definition> {
    let files = crate::cert::file::DEFINITIONS.iter().chain(&purpose::DEFINITIONS).copied();
    files.chain(ALL.iter().flat_map(|rule| rule.definitions.iter().copied()))
}
