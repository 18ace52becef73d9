//! The service's REST interface: the bodies of an enrollment, and a script that sends them.
//!
//! Source: azure-rest-api-specs `deviceprovisioningservices/data-plane`, Individual Enrollment and Enrollment Group.

use serde_json::json;

use super::{Family, Files, Job, Limits, Piece, Proof, Target, curl::encoded};
use crate::config::{Artifact, Language};

pub(super) static TARGET: Target = Target {
    name: "rest",
    title: "REST: the body of the enrollment, and a script that sends it",
    family: Family::Azure,
    needs: &[Piece::Enrollment, Piece::RegistrationId, Piece::Leaf, Piece::GroupCa, Piece::DpsName],
    limits: Limits::NONE,
    home: None,
    proof: Proof::Run(
        "curl creates the enrollment with the script at the local DPS, and the device gets through with it; shellcheck reads the script",
    ),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let leaf = job.device.chain.first();
    let (file, path, body) = match (&job.device.group_ca, job.device.is_group()) {
        (Some(ca), true) => {
            let name = job.text("group_name");
            let x509 = json!({ "signingCertificates": { "primary": { "certificate": base64(&ca.text) } } });
            let body = json!({
                "enrollmentGroupId": name,
                "attestation": { "type": "x509", "x509": x509 },
                "provisioningStatus": "enabled",
            });
            ("enrollment-group.json", format!("enrollmentGroups/{}", encoded(name)), body)
        }
        _ => {
            let id = job.text("registration_id");
            let certificate = leaf.map(|leaf| base64(&leaf.text)).unwrap_or_default();
            let x509 = json!({ "clientCertificates": { "primary": { "certificate": certificate } } });
            let body = json!({
                "registrationId": id,
                "attestation": { "type": "x509", "x509": x509 },
                "provisioningStatus": "enabled",
            });
            ("enrollment.json", format!("enrollments/{}", encoded(id)), body)
        }
    };
    let url = format!(
        "https://{}{}/{path}?api-version=2021-10-01",
        job.text("dps_name"),
        job.device.cloud.global_host().trim_start_matches("global")
    );
    let script = format!(
        "#!/bin/sh\n# Creates the enrollment; run it in its own folder.\n# DPS_SAS holds a token of a policy with EnrollmentWrite: SharedAccessSignature sr=…\n\
         set -eu\n\n\
         # The token goes through standard input, where no list of processes shows it.\n\
         printf 'header = \"Authorization: %s\"\\n' \"${{DPS_SAS:?}}\" |\n  \
         curl --config - --silent --show-error --include --globoff --request PUT \\\n    \
         --header 'Content-Type: application/json' --data-binary @{file} \\\n    {}\n",
        Language::Posix.literal(&url)
    );
    Files::new()
        .file(Artifact::new(file, format!("{body:#}\n")))
        .file(Artifact::new("create.sh", script).executable())
        .guide(
            "Anywhere, all in one folder.",
            "DPS_SAS='SharedAccessSignature …' ./create.sh",
            "`HTTP/1.1 200` and the enrollment with its etag. 401 is the token, 409 an enrollment that is there already.",
        )
}

/// The base64 of the first certificate of a PEM text, in one line: DER, as the service's SDKs send it.
pub(super) fn base64(pem: &str) -> String {
    let inside = pem.lines().skip_while(|line| !line.starts_with("-----BEGIN")).skip(1);
    inside.take_while(|line| !line.starts_with("-----")).map(str::trim).collect()
}
