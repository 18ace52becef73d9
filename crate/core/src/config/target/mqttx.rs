//! MQTTX: a file for its import dialogue.
//!
//! Source: emqx/MQTTX `src/views/connections/types.ts` and `src/components/ImportData.vue`.

use serde_json::json;

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{Artifact, Field, Group},
    name::Transport,
};

pub(super) static TARGET: Target = Target {
    name: "mqttx",
    title: "MQTTX: a connection for its import dialogue",
    family: Family::Mqtt,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { web_socket: true, ..Limits::NONE },
    home: None,
    proof: Proof::Read(
        "a JSON parser reads it, and it has what the importer's source asks for; MQTT.js, which MQTTX has underneath, registers with its values at the local DPS, over MQTT and WebSocket; the importer was not run",
    ),
    write,
};

fn write(job: &Job<'_>) -> Files {
    let is_web_socket = job.device.transport == Transport::WebSocket;
    let (protocol, path) = if is_web_socket { ("wss", "/$iothub/websocket") } else { ("mqtts", "") };
    let connection = json!([{
        "name": format!("DPS {}", job.text("registration_id")),
        "clientId": job.text("registration_id"),
        // Otherwise a time is appended, and the client ID is not the registration ID.
        "clientIdWithTime": false,
        "clean": true,
        "protocol": protocol,
        "host": job.text("host"),
        "port": job.port(),
        "path": path,
        "keepalive": 60,
        "connectTimeout": 30,
        "reconnect": false,
        "username": job.text("user_name"),
        "password": "",
        "ssl": true,
        "certType": "self",
        "rejectUnauthorized": true,
        "ca": job.text("roots_path"),
        "cert": job.text("chain_path"),
        "key": job.text("key_path"),
        "mqttVersion": "3.1.1",
        "unreadMessageCount": 0,
        "messages": [],
        "subscriptions": [
            { "topic": "$dps/registrations/res/#", "qos": 1, "alias": "", "color": "#5ABD8C", "retain": false }
        ],
        "client": { "connected": false },
        "will": { "lastWillTopic": "", "lastWillPayload": "", "lastWillQos": 0, "lastWillRetain": false }
    }]);
    Files::new().file(Artifact::new("mqttx.json", format!("{connection:#}\n"))).form(form(job)).guide(
        "In MQTTX: the menu of the connections, Import Data, format JSON.",
        "Connect; then publish {} to $dps/registrations/PUT/iotdps-register/?$rid=1 with QoS 1.",
        "A message on $dps/registrations/res/202/… . The target settings-sheet says how to go on from there.",
    )
}

/// The boxes of the dialogue for a new connection, as `src/lang/connections.ts` names them.
fn form(job: &Job<'_>) -> Vec<Group> {
    let is_web_socket = job.device.transport == Transport::WebSocket;
    let general = [
        Some(Field::new("client-id", "Client ID", job.text("registration_id"))),
        Some(Field::new("protocol", "Host: protocol", if is_web_socket { "wss://" } else { "mqtts://" })),
        Some(Field::new("host", "Host", job.text("host"))),
        Some(Field::new("port", "Port", job.port().to_string())),
        is_web_socket.then(|| Field::new("path", "Path", "/$iothub/websocket")),
        Some(Field::new("user-name", "Username", job.text("user_name"))),
        Some(Field::new("password", "Password", "")),
    ];
    let tls = vec![
        Field::new("tls", "SSL/TLS", "on"),
        Field::new("verify-server", "SSL Secure", "on"),
        Field::new("certificates", "Certificate", "CA or Self signed certificates"),
        Field::new("ca-file", "CA File", job.text("roots_path")),
        Field::new("client-certificate", "Client Certificate File", job.text("chain_path")),
        Field::new("client-key", "Client key file", job.text("key_path")),
    ];
    let advanced = vec![
        Field::new("mqtt-version", "MQTT Version", "3.1.1"),
        Field::new("keep-alive", "Keep Alive", "60"),
        Field::new("clean-session", "Clean Session", "on"),
    ];
    vec![
        Group { title: "General", boxes: general.into_iter().flatten().collect() },
        Group { title: "SSL/TLS", boxes: tls },
        Group { title: "Advanced", boxes: advanced },
    ]
}
