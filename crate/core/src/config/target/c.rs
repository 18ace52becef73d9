//! Microsoft's C SDK.
//!
//! Source: azure-iot-sdk-c `provisioning_client/samples/prov_dev_client_ll_x509_sample`, whose options these are.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{Artifact, Language, finding},
    finding::Input,
    name::{Endpoint, Transport},
};

pub(super) static TARGET: Target = Target {
    name: "c",
    title: "C SDK: registers, then sends one message to the hub",
    family: Family::Sdk,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { web_socket: true, fixed_port: Some(Endpoint::DEFAULT_PORT), ..Limits::NONE },
    home: None,
    proof: Proof::Outside(
        "the SDK, release LTS_03_2025 and main of August 2026 (1.15.0), built with gcc 12 and OpenSSL: registers at the local DPS and reaches its hub, over MQTT and WebSocket, with P-256, P-384 and RSA keys; in the tests gcc compiles and runs it with a stand-in for the SDK",
    ),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let is_web_socket = job.device.transport == Transport::WebSocket;
    let more: &[(&str, &str)] = if is_web_socket {
        &[
            ("hub_header", "iothubtransportmqtt_websockets.h"),
            ("dps_header", "prov_transport_mqtt_ws_client.h"),
            ("hub_protocol", "MQTT_WebSocket_Protocol"),
            ("dps_protocol", "Prov_Device_MQTT_WS_Protocol"),
        ]
    } else {
        &[
            ("hub_header", "iothubtransportmqtt.h"),
            ("dps_header", "prov_transport_mqtt_client.h"),
            ("hub_protocol", "MQTT_Protocol"),
            ("dps_protocol", "Prov_Device_MQTT_Protocol"),
        ]
    };
    let files = Files::new()
        .file(Artifact::new("register.c", job.fill(include_str!("c/register.c"), Language::C, more)))
        .file(Artifact::new("CMakeLists.txt", include_str!("c/CMakeLists.txt")));
    let files = if job.device.intermediates().is_empty() {
        files
    } else {
        files.doubt(finding::doubtful(
            TARGET.name,
            Input::Cert,
            "on Windows the SDK's TLS (Schannel) sends the leaf alone (azure-iot-sdk-c#437)",
            "There, put the intermediates into the machine's Intermediate Certification Authorities, or build the SDK with OpenSSL.",
        ))
    };
    files.guide(
        "Beside the SDK's source: azure-iot-sdk-c in this folder, or its folder by -DAZURE_IOT_SDK=…",
        "git clone --recursive https://github.com/Azure/azure-iot-sdk-c && cmake -B build && cmake --build build && build/register",
        "`assigned to HUB as DEVICE`, then `telemetry sent`; exit code 0.",
    )
}
