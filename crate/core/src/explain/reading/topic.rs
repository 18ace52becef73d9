//! Topics, user names and paths: the status of a response, and who talks to whom about which device.

use super::{placeholder, reader::Reader};
use crate::{
    explain::{
        catalogue::symptom::setting_missing,
        hit::Hit,
        statement::{Peer, Stage, Statement},
    },
    session::topic::ResponseTopic,
};

pub(super) static READERS: &[Reader] = &[
    Reader { word: "$dps/registrations/res/", read: response },
    Reader { word: "$dps/registrations/res/202/", read: |_| Some(Statement::Stage(Stage::Connected)) },
    Reader { word: "/registrations/", read: device },
    Reader { word: "azure-devices-provisioning.", read: |_| Some(Statement::Peer(Peer::Dps)) },
    Reader { word: ".azure-devices.net", read: hub },
    Reader { word: ".azure-devices.us", read: hub },
    Reader { word: ".azure-devices.cn", read: hub },
    Reader { word: "devices/", read: messages },
    Reader { word: "$iothub/", read: iothub },
];

/// `devices/{deviceId}/messages/events/`
fn messages(hit: &Hit<'_>) -> Option<Statement> {
    hit.after().windows(10).any(|part| part == b"/messages/").then_some(Statement::Peer(Peer::Hub))
}

/// `$iothub/twin/res/200/`
fn iothub(hit: &Hit<'_>) -> Option<Statement> {
    let is_topic = hit.before().ends_with(b"$")
        && hit.after().starts_with(b"/")
        && !hit.after().starts_with(b"/websocket");
    is_topic.then_some(Statement::Peer(Peer::Hub))
}

/// `$dps/registrations/res/401/?$rid=1`
fn response(hit: &Hit<'_>) -> Option<Statement> {
    let status = hit.after().strip_prefix(b"/")?.get(..3)?;
    let topic = ["$dps/registrations/res/", std::str::from_utf8(status).ok()?].concat();
    let status = ResponseTopic::parse(&topic)?.status;
    Some(if status < 300 { Statement::Peer(Peer::Dps) } else { Statement::Status(status) })
}

/// `{idScope}/registrations/{registrationId}/api-version=…`, as an MQTT user name or as a REST path.
fn device(hit: &Hit<'_>) -> Option<Statement> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:%@".contains(byte);
    let (before, after) = (hit.before().strip_suffix(b"/")?, hit.after().strip_prefix(b"/")?);
    let framed = before.rsplit(|byte| matches!(byte, b'/' | b' ' | b'"' | b'\'' | b'=' | b':')).next()?;
    let framed = String::from_utf8_lossy(framed);
    // Where both are, a document says how the path is made.
    let is_of_document = !placeholder::is_nothing(&framed) && unfilled(after).is_some();
    if end_of_id(after).is_some() && placeholder::is_one(&framed) && !is_of_document {
        return Some(Statement::Symptom(&setting_missing::PLACEHOLDER_SCOPE, Some(format!("\"{framed}\""))));
    }
    let scope = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let scope = before.get(before.len() - scope..).filter(|scope| scope.len() >= 8)?;
    // `The link address '0ne00112233/registrations/' did not match`.
    if after.first().is_none_or(|next| b"'\"`".contains(next)) {
        return Some(Statement::Symptom(&setting_missing::REGISTRATION_ID, None));
    }
    if let Some(unfilled) = unfilled(after) {
        return Some(unfilled);
    }
    let id =
        after.get(..after.iter().take_while(|byte| is_name(byte)).count()).filter(|id| !id.is_empty())?;
    let rest = after.get(id.len()..)?;
    BEHIND.iter().any(|next| rest.starts_with(next)).then(|| Statement::Device {
        id_scope: String::from_utf8_lossy(scope).into_owned(),
        registration_id: String::from_utf8_lossy(id).into_owned(),
    })
}

/// What follows the registration ID in a user name and in the paths of REST.
const BEHIND: [&[u8]; 3] = [b"/api-version", b"/register", b"/operations"];

/// Where in what follows the word the registration ID ends.
fn end_of_id(after: &[u8]) -> Option<usize> {
    const LONGEST: usize = 64;
    let ends = |next: &&[u8]| after.windows(next.len()).position(|part| part == *next);
    BEHIND.iter().find_map(ends).filter(|end| *end <= LONGEST)
}

/// What stands where the registration ID belongs, and is none: nothing, or what a template had there.
fn unfilled(after: &[u8]) -> Option<Statement> {
    let id = String::from_utf8_lossy(after.get(..end_of_id(after)?)?).into_owned();
    if id.is_empty() {
        return Some(Statement::Symptom(&setting_missing::REGISTRATION_ID, None));
    }
    let is_name = ["registration_id", "registrationid"].iter().any(|name| id.eq_ignore_ascii_case(name));
    (is_name || placeholder::is_one(&id))
        .then(|| Statement::Symptom(&setting_missing::PLACEHOLDER, Some(format!("\"{id}\""))))
}

/// A host name, not the body's member that assigns it.
fn hub(hit: &Hit<'_>) -> Option<Statement> {
    let line = hit.line();
    let is_assigned = line.windows(11).any(|part| part == b"assignedhub");
    (!is_assigned).then_some(Statement::Peer(Peer::Hub))
}
