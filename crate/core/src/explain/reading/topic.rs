//! Topics, user names and paths: the status of a response, and who talks to whom about which device.

use super::{Hit, Peer, Row, Said};
use crate::session::topic::ResponseTopic;

pub(super) static ROWS: &[Row] = &[
    Row::read("$dps/registrations/res/", response),
    Row::read("/registrations/", device),
    Row::read("azure-devices-provisioning.", |_| Some(Said::Peer(Peer::Dps))),
    Row::read(".azure-devices.net", hub),
    Row::read(".azure-devices.us", hub),
    Row::read(".azure-devices.cn", hub),
    Row::read("devices/", |hit| {
        hit.after().windows(10).any(|part| part == b"/messages/").then_some(Said::Peer(Peer::Hub))
    }),
    Row::read("$iothub/", |_| Some(Said::Peer(Peer::Hub))),
];

/// `$dps/registrations/res/401/?$rid=1`
fn response(hit: &Hit<'_>) -> Option<Said> {
    let status = hit.after().get(..3)?;
    let topic = ["$dps/registrations/res/", std::str::from_utf8(status).ok()?].concat();
    let status = ResponseTopic::parse(&topic)?.status;
    Some(if status < 300 { Said::Peer(Peer::Dps) } else { Said::Status(status) })
}

/// `{idScope}/registrations/{registrationId}/api-version=…`, as an MQTT user name or as a REST path.
fn device(hit: &Hit<'_>) -> Option<Said> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:%@".contains(byte);
    let (before, after) = (hit.before(), hit.after());
    let scope = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let scope = before.get(before.len() - scope..).filter(|scope| scope.len() >= 8)?;
    let id =
        after.get(..after.iter().take_while(|byte| is_name(byte)).count()).filter(|id| !id.is_empty())?;
    let rest = after.get(id.len()..)?;
    let is_dialogue = rest.starts_with(b"/api-version")
        || rest.starts_with(b"/register")
        || rest.starts_with(b"/operations");
    is_dialogue.then(|| Said::Device {
        id_scope: String::from_utf8_lossy(scope).into_owned(),
        registration_id: String::from_utf8_lossy(id).into_owned(),
    })
}

/// A host name, not the body's member that assigns it.
fn hub(hit: &Hit<'_>) -> Option<Said> {
    let line = hit.line();
    let is_assigned = line.windows(11).any(|part| part == b"assignedhub");
    (!is_assigned).then_some(Said::Peer(Peer::Hub))
}
