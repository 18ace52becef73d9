//! Microsoft's Node.js SDK.
//!
//! Source: azure-iot-sdk-node `provisioning/device/samples/register_x509.js`. Its provisioning transport takes no roots,
//! so the script starts itself once more with `NODE_EXTRA_CA_CERTS`, which Node.js reads at its start.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{Artifact, Language},
    name::{Endpoint, Transport},
};

pub(super) static TARGET: Target = Target {
    name: "node",
    title: "Node.js SDK: registers, then sends one message to the hub",
    family: Family::Sdk,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { web_socket: true, fixed_port: Some(Endpoint::DEFAULT_PORT), ..Limits::NONE },
    home: None,
    proof: Proof::Run(
        "the SDK from npm, unmodified, registers with the program at the local DPS and reaches its hub; tsc checks it",
    ),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let protocol = if job.device.transport == Transport::WebSocket { "MqttWs" } else { "Mqtt" };
    let program = job.fill(include_str!("node/register.js"), Language::JavaScript, &[("protocol", protocol)]);
    Files::new()
        .file(Artifact::new("register.js", program))
        .file(Artifact::new("package.json", include_str!("node/package.json")))
        .guide(
            "Anywhere; the certificate files and the key stay where the program says.",
            "npm install && npm start",
            "`assigned to HUB as DEVICE`, then `telemetry sent`; exit code 0.",
        )
}
