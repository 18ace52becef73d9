//! What the IoT hub says, after the assignment or through DPS.

use super::{
    Row, Said,
    symptom::{hub_connection_replaced, hub_goes_by_thumbprint},
};
use crate::service::Answer;

pub(super) static ROWS: &[Row] = &[
    Row::read("iothubunauthorizedaccess", |_| {
        let message = Some("IotHubUnauthorizedAccess".to_owned());
        Some(Said::Mention(Box::new(Answer { message, ..Answer::default() })))
    }),
    Row::symptom("400027", &hub_connection_replaced::REPLACED),
    Row::symptom("connectionforcefullyclosedonnewconnection", &hub_connection_replaced::REPLACED),
    Row::symptom("\"selfsigned\"", &hub_goes_by_thumbprint::SHOWN_AS_SELF_SIGNED).near(&["type"]),
    Row::symptom("x.509 self-signed", &hub_goes_by_thumbprint::SHOWN_AS_SELF_SIGNED),
    Row::symptom("x.509 self signed", &hub_goes_by_thumbprint::SHOWN_AS_SELF_SIGNED),
];
