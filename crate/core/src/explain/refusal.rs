//! The joined cause of a refusal.

use crate::{
    cert::{
        Report,
        rules::{chain, common_name, damage, links, strict, usage, validity},
    },
    finding::{Definition, Finding, Severity},
    service::Answer,
};

/// A refusal's code and the certificate findings that can be behind it, the likeliest first.
type Causes = (&'static str, &'static [&'static Definition]);

const CAUSES: [Causes; 8] = [
    // 400004
    ("DX701", &[&common_name::ILLEGAL, &common_name::TOO_LONG, &common_name::NONE, &common_name::UPPER_CASE]),
    // 401000
    (
        "DX705",
        &[
            &common_name::MISMATCH,
            &common_name::NONE,
            &common_name::SEVERAL,
            &chain::OUT_OF_ORDER,
            &chain::GROUP_CA_NOT_REACHED,
            &common_name::STRING_TYPE,
        ],
    ),
    // 401002 "Invalid certificate"
    (
        "DX706",
        &[
            &validity::EXPIRED,
            &validity::NOT_YET_VALID,
            &usage::NO_CLIENT_AUTH,
            &usage::NO_DIGITAL_SIGNATURE,
            &links::SIGNATURE,
            &links::WRONG_ISSUER,
            &links::NO_CA,
            &links::NO_KEY_CERT_SIGN,
            &links::PATH_LENGTH,
            &strict::WEAK_HASH,
            &chain::OUT_OF_ORDER,
            &chain::GROUP_CA_NOT_REACHED,
            // Seen where Schannel sent no intermediates: azure-iot-sdk-c#437.
            &chain::LEAF_ALONE,
            &damage::DAMAGED,
            &usage::LEAF_IS_CA,
            &common_name::MISMATCH,
        ],
    ),
    // 401002 "CA certificate not found."
    ("DX707", &[&chain::LEAF_ALONE, &chain::GROUP_CA_NOT_REACHED, &chain::OUT_OF_ORDER, &validity::EXPIRED]),
    // 401002 "Signing certificate info did not match chain elements."
    (
        "DX708",
        &[&chain::GROUP_CA_NOT_REACHED, &links::WRONG_ISSUER, &chain::LEAF_ALONE, &chain::OUT_OF_ORDER],
    ),
    // 401002 with words that fit several causes
    (
        "DX709",
        &[
            &validity::EXPIRED,
            &validity::NOT_YET_VALID,
            &common_name::MISMATCH,
            &usage::NO_CLIENT_AUTH,
            &links::SIGNATURE,
            &links::WRONG_ISSUER,
            &chain::OUT_OF_ORDER,
            &chain::GROUP_CA_NOT_REACHED,
            &chain::LEAF_ALONE,
        ],
    ),
    // 404201
    ("DX711", &[&common_name::MISMATCH, &common_name::NONE, &common_name::SEVERAL]),
    // CONNACK with a return code other than 0: seen for a leaf alone, azure-iot-sdk-csharp#330
    (
        "DX718",
        &[&common_name::MISMATCH, &validity::EXPIRED, &chain::LEAF_ALONE, &chain::GROUP_CA_NOT_REACHED],
    ),
];

/// The refusal as a finding, followed by what in the device's files is likely behind it, the likeliest first.
///
/// The likeliest one becomes an error, and the refusal names it as its cause. If nothing in the files explains the
/// refusal, its next step says so; without any certificate in the report nothing is said about them.
#[must_use]
pub fn refusal(answer: &Answer, report: &Report) -> Vec<Finding> {
    let mut refusal = answer.to_finding();
    let candidates = CAUSES.iter().find(|(code, _)| *code == refusal.code()).map(|(_, causes)| *causes);
    let Some(candidates) = candidates else { return vec![refusal] };
    let mut causes: Vec<Finding> = candidates
        .iter()
        .flat_map(|definition| report.findings.iter().filter(|finding| finding.definition == *definition))
        .cloned()
        .collect();
    match causes.first_mut() {
        Some(cause) => {
            cause.severity = Severity::Error;
            refusal = refusal.caused_by(cause.definition);
        }
        None if report.chain.leaf.is_some() => {
            refusal.next_step = format!(
                "Nothing in the certificate files explains this, so the cause is most likely on the side of the \
                 service. {}",
                refusal.next_step
            );
        }
        None => {}
    }
    causes.insert(0, refusal);
    causes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain;

    #[test]
    fn every_cause_is_a_finding_of_certificates_and_every_refusal_one_of_the_service() {
        for (code, causes) in CAUSES {
            assert!(explain::definition(code).is_some_and(|d| d.code.starts_with("DX7")), "{code}");
            for cause in causes {
                assert!(crate::cert::definitions().any(|definition| definition == *cause), "{}", cause.code);
            }
        }
    }
}
