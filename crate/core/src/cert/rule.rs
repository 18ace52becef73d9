//! The rules: one file a rule or a small family, each beside the definitions of its findings.

pub mod chain;
pub mod common_name;
pub mod context;
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

pub use context::{Context, Rule};

use crate::finding::{Definition, Finding};

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
