//! What `emulator` does to devices at their hubs.

use std::time::Duration;

use dps_x509_emulator::{
    CloudMessage, MethodCall,
    control::{Client, DeviceName},
};
use serde_json::json;

use super::{
    Answer, Failure,
    args::{Change, Device},
    text,
};

fn name(device: &Device) -> DeviceName<'_> {
    let name = DeviceName::new(&device.device_id);
    device.hub.as_deref().map_or(name, |hub| name.at(hub))
}

pub(super) async fn twin(
    control: &Client,
    device: &Device,
    change: Option<&Change>,
) -> Result<Answer, Failure> {
    let twin = match change {
        Some(Change::Set { change }) => control.change_twin(&name(device), change).await?,
        None => control.twin(&name(device)).await?,
    };
    Ok(Answer::new(format!("{twin:#}"), twin))
}

pub(super) async fn send(
    control: &Client,
    device: &Device,
    body: &str,
    properties: &[(String, String)],
    expires: Option<u64>,
) -> Result<Answer, Failure> {
    let mut message = CloudMessage::new(body);
    for (name, value) in properties {
        message = message.property(name, value);
    }
    message.time_to_live_seconds = expires;
    let message_id = control.send_message(&name(device), &message).await?;
    let text = format!("The message {message_id} waits for {}.", device.device_id);
    Ok(Answer::new(text, json!({ "messageId": message_id })))
}

pub(super) async fn call(control: &Client, device: &Device, call: &MethodCall) -> Result<Answer, Failure> {
    let answer = control.call_method(&name(device), call).await?;
    let text = format!("status {}\n{:#}", answer.status, answer.payload);
    Ok(Answer::new(text, json!(answer)))
}

pub(super) async fn messages(
    control: &Client,
    device_id: Option<&str>,
    after: u64,
    wait: Option<u64>,
) -> Result<Answer, Failure> {
    let list = control.messages(device_id, after, Duration::from_secs(wait.unwrap_or(0))).await?;
    if wait.is_some() && list.messages.is_empty() {
        return Err(Failure::NoMessage);
    }
    Ok(Answer::new(text::messages(&list), json!(list)))
}

pub(super) async fn disconnect(control: &Client, device: &Device) -> Result<Answer, Failure> {
    control.disconnect(&name(device)).await?;
    Ok(Answer::done(format!("The connection of {} is closed.", device.device_id)))
}
