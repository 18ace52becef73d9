//! What the IoT hub says, after the assignment or through DPS.

use super::{Row, Said, Symptom};
use crate::service::Answer;

static REPLACED: Symptom = Symptom::new(
    "DX736",
    "The IoT hub closed the connection because another one came with the same device ID (400027).",
    "Find the second client with this device ID: another process, a tool that checks the connection, a copied image.",
);
static SHOWN_AS_SELF_SIGNED: Symptom = Symptom::new(
    "DX735",
    "The device's identity at the hub is of the type self-signed: DPS stores the thumbprint of the leaf that was provisioned, \
     also for a group.",
    "Nothing, this is by design. After the leaf is renewed, the device has to provision again.",
);

pub(super) static ROWS: &[Row] = &[
    Row::read("iothubunauthorizedaccess", |_| {
        let message = Some("IotHubUnauthorizedAccess".to_owned());
        Some(Said::Mention(Box::new(Answer { message, ..Answer::default() })))
    }),
    Row::symptom("400027", &REPLACED),
    Row::symptom("connectionforcefullyclosedonnewconnection", &REPLACED),
    Row::symptom("\"selfsigned\"", &SHOWN_AS_SELF_SIGNED).near(&["type"]),
    Row::symptom("x.509 self-signed", &SHOWN_AS_SELF_SIGNED),
    Row::symptom("x.509 self signed", &SHOWN_AS_SELF_SIGNED),
];
