//! Eclipse Paho for Python 2: the DPS dialogue by hand, then the hub.
//!
//! Topics and bodies: DPS document `iot-mqtt-connect-to-iot-dps`, IoT Hub document `iot-mqtt-connect-to-iot-hub`.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{Artifact, Language},
    name::Transport,
};

pub(super) static TARGET: Target = Target {
    name: "paho",
    title: "Eclipse Paho for Python: a script that registers, then sends one message to the hub",
    family: Family::Mqtt,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { web_socket: true, ..Limits::NONE },
    home: None,
    proof: Proof::Run("Paho 2.2 registers with the script at the local DPS and reaches its hub"),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let is_web_socket = job.device.transport == Transport::WebSocket;
    let (transport, hub_port) = if is_web_socket { ("websockets", "443") } else { ("tcp", "8883") };
    let transport = Language::Python.literal(transport);
    let script = job.fill(
        include_str!("paho/register.py"),
        Language::Python,
        &[("transport", &transport), ("hub_port", hub_port)],
    );
    Files::new()
        .file(Artifact::new("register.py", script))
        .file(Artifact::new("requirements.txt", "paho-mqtt>=2.1,<3\n"))
        .guide(
            "Anywhere; the certificate files and the key stay where the script says.",
            "python3 -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python register.py",
            "Each packet as it comes, `assigned to HUB as DEVICE`, then `telemetry sent`; exit code 0.",
        )
}
