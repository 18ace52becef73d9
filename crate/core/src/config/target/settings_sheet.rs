//! A sheet for graphical MQTT clients: what to type into which box.
//!
//! Source: the walk-through at busbyland.com for MQTT.fx, and DPS document `iot-mqtt-connect-to-iot-dps`.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{Artifact, Field, Group},
    name::Transport,
};

pub(super) static TARGET: Target = Target {
    name: "settings-sheet",
    title: "graphical clients: a sheet of what goes into which box (MQTT.fx, MQTT Explorer and their like)",
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
    let form = form(job);
    let mut sheet = "Settings for a graphical MQTT client\n====================================\n".to_owned();
    for Group { title, boxes } in &form {
        sheet += &format!("\n{title}\n{}\n", "-".repeat(title.len()));
        for Field { label, value, .. } in boxes {
            sheet += &format!("{label:<32}{}\n", if value.is_empty() { "leave empty" } else { value });
        }
    }
    sheet += include_str!("settings_sheet/register.txt");
    Files::new().file(Artifact::new("settings.txt", sheet)).form(form).guide(
        "Beside the client; the certificate files and the key stay where the sheet says.",
        "Type each value into its box, connect, subscribe, publish: in the order of the sheet.",
        "A message on $dps/registrations/res/202/… and, after the poll, one on …/200/… with \"status\":\"assigned\".",
    )
}

/// The boxes that clients of this kind have in common, as MQTT.fx names and orders them.
fn form(job: &Job<'_>) -> Vec<Group> {
    let is_web_socket = job.device.transport == Transport::WebSocket;
    let (protocol, path) = if is_web_socket {
        ("WebSocket over TLS (wss)", "/$iothub/websocket")
    } else {
        ("MQTT over TLS (mqtts)", "")
    };
    let general = vec![
        Field::new("protocol", "Protocol", protocol),
        Field::new("host", "Broker address (host)", job.text("host")),
        Field::new("port", "Broker port", job.port().to_string()),
        Field::new("path", "WebSocket path", path),
        Field::new("client-id", "Client ID", job.text("registration_id")),
        Field::new("time-in-client-id", "Append a time to the client ID", "no"),
        Field::new("mqtt-version", "MQTT version", "3.1.1"),
        Field::new("clean-session", "Clean session", "yes"),
        Field::new("keep-alive", "Keep alive", "60 seconds"),
        Field::new("will", "Last will", ""),
    ];
    let credentials = vec![
        Field::new("user-name", "User name", job.text("user_name")),
        Field::new("password", "Password", ""),
    ];
    let tls = vec![
        Field::new("tls-version", "TLS version", "1.2"),
        Field::new(
            "certificates",
            "Kind",
            "self-signed certificates, PEM files (not \"CA signed server certificate\")",
        ),
        Field::new("ca-file", "CA file", job.text("roots_path")),
        Field::new("client-certificate", "Client certificate file", job.text("chain_path")),
        Field::new("client-key", "Client key file", job.text("key_path")),
        Field::new("client-key-password", "Client key password", ""),
        Field::new("pem", "PEM formatted", "yes"),
        Field::new("verify-server", "Verify the server", "yes"),
    ];
    vec![
        Group { title: "General", boxes: general },
        Group { title: "Credentials", boxes: credentials },
        Group { title: "TLS", boxes: tls },
    ]
}
