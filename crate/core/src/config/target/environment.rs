//! Environment variables: the names that the samples of Microsoft's SDKs read.
//!
//! Sources: azure-iot-sdk-python `provision_x509.py`, azure-iot-sdk-node `register_x509.js`, azure-sdk-for-c samples.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{Artifact, Language},
    name::Endpoint,
};

pub(super) static TARGET: Target = Target {
    name: "environment",
    title: "environment variables: for the SDKs' own samples (Python, Node.js, Embedded C)",
    family: Family::Tool,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { web_socket: true, fixed_port: Some(Endpoint::DEFAULT_PORT), ..Limits::NONE },
    home: None,
    proof: Proof::Run("sh reads every value back as it was; shellcheck reads the file"),
    write,
};

/// The variable, and what it holds.
const VARIABLES: [(&str, &str); 13] = [
    ("PROVISIONING_HOST", "host"),
    ("PROVISIONING_IDSCOPE", "id_scope"),
    ("PROVISIONING_REGISTRATION_ID", "registration_id"),
    ("DPS_X509_REGISTRATION_ID", "registration_id"),
    ("X509_CERT_FILE", "chain_path"),
    ("X509_KEY_FILE", "key_path"),
    ("CERTIFICATE_FILE", "chain_path"),
    ("KEY_FILE", "key_path"),
    ("AZ_IOT_PROVISIONING_ID_SCOPE", "id_scope"),
    ("AZ_IOT_PROVISIONING_REGISTRATION_ID", "registration_id"),
    ("AZ_IOT_DEVICE_X509_TRUST_PEM_FILE_PATH", "roots_path"),
    ("NODE_EXTRA_CA_CERTS", "roots_path"),
    ("SSL_CERT_FILE", "roots_path"),
];

fn write(job: &Job<'_>) -> Files {
    let lines = |show: &dyn Fn(&str, &str) -> String| -> String {
        VARIABLES.iter().map(|(name, value)| show(name, job.text(value))).collect()
    };
    let env = lines(&|name, value| format!("{name}={}\n", Language::Posix.literal(value)));
    let shell = lines(&|name, value| format!("export {name}={}\n", Language::Posix.literal(value)));
    let power = lines(&|name, value| format!("$env:{name} = {}\r\n", Language::PowerShell.literal(value)));
    let mark = if power.is_ascii() { "" } else { "\u{feff}" };
    let mut files = Files::new()
        .file(Artifact::new(
            "device.env",
            format!("# For systemd's EnvironmentFile=, and for `set -a; . ./device.env`.\n{env}"),
        ))
        .file(Artifact::new("device.sh", format!("# shellcheck shell=sh\n{shell}")))
        .file(Artifact::new("device.ps1", format!("{mark}{power}")));
    if VARIABLES.iter().all(|(_, value)| Language::Cmd.can_hold(job.text(value))) {
        // The quotes stand around the whole assignment, so a backslash at the end escapes nothing.
        let batch = lines(&|name, value| format!("set \"{name}={}\"\r\n", value.replace('%', "%%")));
        files = files.file(Artifact::new("device.cmd", format!("@chcp 65001 >NUL\r\n{batch}")));
    }
    files.guide(
        "Anywhere; the certificate files and the key stay where the variables say.",
        ". ./device.sh in a POSIX shell, . .\\device.ps1 in PowerShell, call device.cmd in cmd; then the SDK's sample.",
        "The sample finds its settings. SSL_CERT_FILE and NODE_EXTRA_CA_CERTS make OpenSSL and Node.js trust the roots.",
    )
}
