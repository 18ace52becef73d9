//! A sheet for graphical MQTT clients: what to type into which box.
//!
//! Source: the walk-through at busbyland.com for MQTT.fx, and DPS document `iot-mqtt-connect-to-iot-dps`.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{config::Artifact, name::Transport};

pub(super) static TARGET: Target = Target {
    name: "settings-sheet",
    title: "a sheet for graphical clients (MQTT.fx, MQTT Explorer and their like): what goes into which box",
    family: Family::Mqtt,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { web_socket: true, ..Limits::NONE },
    home: None,
    proof: Proof::Documents(
        "the values are those that Paho and mosquitto_sub connect with; no graphical client was run",
    ),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let is_web_socket = job.device.transport == Transport::WebSocket;
    let (protocol, path) = if is_web_socket {
        ("WebSocket over TLS (wss)", "/$iothub/websocket")
    } else {
        ("MQTT over TLS (mqtts)", "none")
    };
    let port = job.port().to_string();
    let groups: [(&str, &[(&str, &str)]); 3] = [
        (
            "General",
            &[
                ("Protocol", protocol),
                ("Broker address (host)", job.text("host")),
                ("Broker port", &port),
                ("WebSocket path", path),
                ("Client ID", job.text("registration_id")),
                ("Append a time to the client ID", "no"),
                ("MQTT version", "3.1.1"),
                ("Clean session", "yes"),
                ("Keep alive", "60 seconds"),
                ("Last will", "none"),
            ],
        ),
        ("Credentials", &[("User name", job.text("user_name")), ("Password", "leave empty")]),
        (
            "TLS",
            &[
                ("TLS version", "1.2"),
                ("Kind", "self-signed certificates, PEM files (not \"CA signed server certificate\")"),
                ("CA file", job.text("roots_path")),
                ("Client certificate file", job.text("chain_path")),
                ("Client key file", job.text("key_path")),
                ("Client key password", "leave empty"),
                ("PEM formatted", "yes"),
                ("Verify the server", "yes"),
            ],
        ),
    ];
    let mut sheet = "Settings for a graphical MQTT client\n====================================\n".to_owned();
    for (group, rows) in groups {
        sheet += &format!("\n{group}\n{}\n", "-".repeat(group.len()));
        for (name, value) in rows {
            sheet += &format!("{name:<32}{value}\n");
        }
    }
    sheet += include_str!("settings_sheet/register.txt");
    Files::new().file(Artifact::new("settings.txt", sheet)).guide(
        "Beside the client; the certificate files and the key stay where the sheet says.",
        "Type each value into its box, connect, subscribe, publish: in the order of the sheet.",
        "A message on $dps/registrations/res/202/… and, after the poll, one on …/200/… with \"status\":\"assigned\".",
    )
}
