//! ESP-IDF 5: the configuration of its MQTT client, with the PEM files embedded by CMake.
//!
//! Source: ESP-IDF Programming Guide, ESP-MQTT and Build System (Embedding Binary Data).

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{Artifact, Language},
    name::Transport,
};

pub(super) static TARGET: Target = Target {
    name: "esp-idf",
    title: "ESP-IDF: the configuration of its MQTT client, PEM files embedded by CMake",
    family: Family::Device,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { web_socket: true, ..Limits::NONE },
    home: None,
    proof: Proof::Read(
        "gcc compiles the header against esp-mqtt 1.1 and the headers of ESP-IDF 6.2 for its linux target, outside of the tests, and in the tests against a stub, where Mbed TLS 2.28 registers with its values at the local DPS; nothing was built with idf.py",
    ),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let endpoint = job.text("endpoint");
    let uri = match job.device.transport {
        Transport::Mqtt => format!("mqtts://{endpoint}"),
        Transport::WebSocket => format!("wss://{endpoint}/$iothub/websocket"),
    };
    let uri = Language::C.literal(&uri);
    // CMake ends a bracket argument at its own number of signs and replaces nothing inside.
    let bracket = |name: &str| format!("[==[{}]==]", job.text(name));
    let (chain, key, roots) = (bracket("chain_path"), bracket("key_path"), bracket("roots_path"));
    let cmake: String = [("CHAIN", chain), ("KEY", key), ("ROOTS", roots)]
        .map(|(name, path)| format!("set(DPS_{name} {path})\n"))
        .concat();
    Files::new()
        .file(Artifact::new("dps_mqtt.h", job.fill(include_str!("esp_idf/dps_mqtt.h"), Language::C, &[("uri", &uri)])))
        .file(Artifact::new("dps.cmake", cmake + include_str!("esp_idf/dps.cmake")))
        .guide(
            "In the project's main folder. At the end of its CMakeLists.txt: include(dps.cmake).",
            "esp_mqtt_client_init(&dps_mqtt_config) after the clock is set by NTP; CONFIG_MQTT_BUFFER_SIZE of 2048 or \
             more. Connected, subscribe to DPS_RESPONSES and publish DPS_REGISTER_BODY to DPS_REGISTER.",
            "MQTT_EVENT_CONNECTED, then MQTT_EVENT_DATA on $dps/registrations/res/202/… .",
        )
}
