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
    proof: Proof::Outside(
        "the SDK, repository as of June 2026 (device client 2.5.1, provisioning client 2.1.3), built with javac 17: registers at the local DPS and reaches its hub, over MQTT and WebSocket, with PKCS#8, SEC 1 and PKCS#1 keys; in the tests javac compiles and java runs it with a stand-in for the SDK; Maven was not there",
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
