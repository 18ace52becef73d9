//! Azure IoT Edge 1.2 and later: `/etc/aziot/config.toml`.
//!
//! Source: iotedge `edgelet/contrib/config/linux/template.toml`. DPS is spoken to over HTTPS.

use super::{Family, Files, Home, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{Artifact, Language},
    name::Endpoint,
};

pub(super) static TARGET: Target = Target {
    name: "iot-edge",
    title: "Azure IoT Edge: config.toml",
    family: Family::Device,
    needs: NEEDS,
    limits: Limits::NONE,
    home: HOME,
    proof: Proof::Read("a TOML parser reads every value back; IoT Edge itself was not run"),
    write,
};

pub(super) const NEEDS: &[Piece] = &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key];

/// The folders that its package makes, readable by its services alone.
pub(super) const HOME: Option<Home> =
    Some(Home { certificates: "/var/aziot/certs", secrets: "/var/aziot/secrets" });

fn write(job: &Job<'_>) -> Files {
    guided(job, config(job), "sudo iotedge config apply && sudo iotedge check")
}

/// What IoT Edge and the identity service share.
pub(super) fn config(job: &Job<'_>) -> String {
    let literal = |text: &str| Language::Toml.literal(text);
    let endpoint = match job.port() {
        // The service speaks HTTPS; the port of MQTT is not meant for it.
        Endpoint::DEFAULT_PORT => format!("https://{}/", job.text("host")),
        _ => format!("https://{}/", job.text("endpoint")),
    };
    let uri = |name: &str| literal(&file_uri(job.text(name)));
    job.fill(
        include_str!("edge/config.toml"),
        Language::Toml,
        &[
            ("global_endpoint", &literal(&endpoint)),
            ("chain_uri", &uri("chain_path")),
            ("key_uri", &uri("key_path")),
        ],
    )
}

pub(super) fn guided(job: &Job<'_>, config: String, apply: &str) -> Files {
    let copy = [
        ("device-full-chain.pem", job.text("chain_path"), "644", "aziotcs"),
        ("YOUR-DEVICE-KEY.pem", job.text("key_path"), "600", "aziotks"),
    ]
    .map(|(from, to, mode, user)| {
        format!("sudo install -D -o {user} -g {user} -m {mode} {from} {}", Language::Posix.literal(to))
    });
    Files::new().file(Artifact::new("config.toml", config)).guide(
        format!(
            "config.toml is /etc/aziot/config.toml, or is added to it. The other files: {}; {}. The server's root has to \
             be in the system's store (update-ca-certificates).",
            copy[0], copy[1]
        ),
        apply,
        "`check` shows the certificate's expiry, that key and certificate match, and that DPS can be reached.",
    )
}

/// A path as a file URI (RFC 8089), everything but unreserved characters and `/` encoded.
fn file_uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let lead = if path.starts_with('/') { "file://" } else { "file:///" };
    let show = |byte: u8| match byte {
        b'/' | b'-' | b'.' | b'_' | b'~' | b':' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    path.bytes().fold(lead.to_owned(), |uri, byte| uri + &show(byte))
}
