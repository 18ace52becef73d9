//! The rules: one file a rule or a small family.

pub mod chain;
pub mod common_name;
pub mod context;
pub mod damage;
pub mod key;
pub mod links;
pub mod purpose;
pub mod revocation;
pub mod role;
pub mod size;
pub mod strict;
pub mod usage;
pub mod validity;
pub mod verdict;

pub use context::{Context, Rule};

use crate::finding::{Definition, Finding, Severity, catalogue};

/// Every rule over the device's chain, in the order of the report.
pub const ALL: [Rule; 12] = [
    damage::RULE,
    key::RULE,
    common_name::RULE,
    validity::RULE,
    usage::RULE,
    chain::RULE,
    links::RULE,
    revocation::RULE,
    strict::RULE,
    size::RULE,
    role::RULE,
    verdict::RULE,
];

/// Which finding is only the symptom of which other, if both are there.
const CAUSES: [(&Definition, &Definition); 20] = [
    (&catalogue::GROUP_CA_NOT_REACHED, &catalogue::EMPTY_NAME),
    (&catalogue::WRONG_ISSUER_FILE, &catalogue::EMPTY_NAME),
    (&catalogue::KEY_DOES_NOT_MATCH, &catalogue::KEY_MALFORMED),
    (&catalogue::SIGNATURE_DOES_NOT_HOLD, &catalogue::KEY_MALFORMED),
    (&catalogue::CN_IS_NOT_REGISTRATION_ID, &catalogue::EDGE_CA_AS_IDENTITY),
    (&catalogue::LEAF_IS_CA, &catalogue::EDGE_CA_AS_IDENTITY),
    (&catalogue::CN_IS_NOT_REGISTRATION_ID, &catalogue::PROOF_OF_POSSESSION_AS_IDENTITY),
    (&catalogue::CN_CASE_DIFFERS, &catalogue::CN_UPPER_CASE),
    (&catalogue::CN_IS_NOT_REGISTRATION_ID, &catalogue::CN_NOT_A_REGISTRATION_ID),
    (&catalogue::LEAF_ALONE, &catalogue::FILE_TRUNCATED),
    (&catalogue::LEAF_ALONE, &catalogue::BAD_BASE64),
    (&catalogue::DEVICE_CERTIFICATE_MISSING, &catalogue::SERVER_ROOT_IN_DEVICE_CHAIN),
    (&catalogue::SIGNATURE_DOES_NOT_HOLD, &catalogue::ALGORITHM_INCONSISTENT),
    (&catalogue::SIGNATURE_DOES_NOT_HOLD, &catalogue::WRONG_ISSUER_FILE),
    (&catalogue::SERVER_ROOT_MISSING, &catalogue::SERVER_ROOT_RETIRED),
    (&catalogue::STRICT_VERIFIER_REFUSES, &catalogue::CERTIFICATE_MALFORMED),
    (&catalogue::STRICT_VERIFIER_REFUSES, &catalogue::WRONG_CRITICALITY),
    (&catalogue::STRICT_VERIFIER_REFUSES, &catalogue::EXTENSIONS_INCONSISTENT),
    (&catalogue::STRICT_VERIFIER_REFUSES, &catalogue::SERIAL_NUMBER),
    (&catalogue::STRICT_VERIFIER_REFUSES, &catalogue::KEY_IDENTIFIER_MISSING),
];

/// What is not told of an object beside its cause: one that is another thing altogether is not mended, and an old one
/// has none of what a new one has.
const SAID_BY_CAUSE: [(&Definition, &Definition); 11] = [
    (&catalogue::KEY_IDENTIFIER_MISSING, &catalogue::OLD_VERSION),
    (&catalogue::STRICT_VERIFIER_REFUSES, &catalogue::OLD_VERSION),
    (&catalogue::CN_MISSING, &catalogue::TPM_CERTIFICATE_AS_IDENTITY),
    (&catalogue::CN_IS_NOT_REGISTRATION_ID, &catalogue::TPM_CERTIFICATE_AS_IDENTITY),
    (&catalogue::CLIENT_AUTH_MISSING, &catalogue::TPM_CERTIFICATE_AS_IDENTITY),
    (&catalogue::DIGITAL_SIGNATURE_MISSING, &catalogue::TPM_CERTIFICATE_AS_IDENTITY),
    (&catalogue::LEAF_ALONE, &catalogue::TPM_CERTIFICATE_AS_IDENTITY),
    (&catalogue::EMPTY_NAME, &catalogue::TPM_CERTIFICATE_AS_IDENTITY),
    // Of a store that stays shut nobody knows whether what comes out of a text is right, and nothing can be repaired.
    (&catalogue::STRING_LITERAL, &catalogue::STORE_NOT_OPENED),
    (&catalogue::WRITTEN_OTHERWISE, &catalogue::STORE_NOT_OPENED),
    (&catalogue::MARKER_MISSING, &catalogue::STORE_NOT_OPENED),
];

/// Lets symptoms name their cause: one cause, not twelve symptoms.
pub(super) fn link_causes(findings: &mut Vec<Finding>) {
    for (symptom, cause) in SAID_BY_CAUSE {
        let causes = findings.iter().filter(|it| it.definition == cause && it.severity == cause.severity);
        let places: Vec<_> = causes.map(|finding| finding.place.clone()).collect();
        findings.retain(|finding| finding.definition != symptom || !places.contains(&finding.place));
    }
    // What counts less in a file, such as a value that nobody filled in beside one of the same kind, causes nothing.
    let counts = |finding: &&Finding| finding.severity > Severity::Note || !finding.family().is_about_files();
    for (symptom, cause) in CAUSES {
        if !findings.iter().filter(counts).any(|finding| finding.definition == cause) {
            continue;
        }
        for finding in findings.iter_mut().filter(|finding| finding.definition == symptom) {
            finding.caused_by.get_or_insert(cause.code);
        }
    }
}
