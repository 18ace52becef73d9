//! Microsoft's Java SDK, version 2.
//!
//! Source: azure-iot-sdk-java `provisioning-X509-sample`; the signers are given one string each, without the leaf.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{Artifact, Language},
    name::{Endpoint, Transport},
};

pub(super) static TARGET: Target = Target {
    name: "java",
    title: "Java SDK: registers, then sends one message to the hub",
    family: Family::Sdk,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { web_socket: true, fixed_port: Some(Endpoint::DEFAULT_PORT), ..Limits::NONE },
    home: None,
    proof: Proof::Read(
        "javac compiles it against stubs of the SDK's declarations; the SDK itself was not there",
    ),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let protocol = if job.device.transport == Transport::WebSocket { "MQTT_WS" } else { "MQTT" };
    let program = job.fill(include_str!("java/Register.java"), Language::Java, &[("protocol", protocol)]);
    Files::new()
        .file(Artifact::new("src/main/java/Register.java", program))
        .file(Artifact::new("pom.xml", include_str!("java/pom.xml")))
        .guide(
            "Anywhere; the certificate files and the key stay where the program says. Java trusts the roots of its own \
             store: import server-roots.pem with keytool if they are missing.",
            "mvn compile exec:java",
            "`assigned to HUB as DEVICE`, then `telemetry sent`; exit code 0.",
        )
}
