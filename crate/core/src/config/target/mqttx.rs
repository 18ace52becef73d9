//! MQTTX: a file for its import dialogue.
//!
//! Source: emqx/MQTTX `src/views/connections/types.ts` and `src/components/ImportData.vue`.

use serde_json::json;

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{config::Artifact, name::Transport};

pub(super) static TARGET: Target = Target {
    name: "mqttx",
    title: "MQTTX: a connection for its import dialogue",
    family: Family::Mqtt,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { web_socket: true, ..Limits::NONE },
    home: None,
    proof: Proof::Read(
        "a JSON parser reads it, and it has what the importer's source asks for; the importer was not run",
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
    Files::new().file(Artifact::new("mqttx.json", format!("{connection:#}\n"))).guide(
        "In MQTTX: the menu of the connections, Import Data, format JSON.",
        "Connect; then publish {} to $dps/registrations/PUT/iotdps-register/?$rid=1 with QoS 1.",
        "A message on $dps/registrations/res/202/… . The target settings-sheet says how to go on from there.",
    )
}
