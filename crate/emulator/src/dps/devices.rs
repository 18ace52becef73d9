//! What the service does to devices, with the events that tell of it.

use std::time::SystemTime;

use serde_json::{Value, json};

use super::{Dps, lock};
use crate::{
    event::{EventSender, MessageState, TwinAuthor, What},
    hub::{CloudMessage, Extent, Key, MethodAnswer, MethodCall, Presence, ServiceError, TwinChange},
    journal::Ticket,
    timestamp,
};

impl Dps {
    /// The twin of a device as the service sees it.
    pub(crate) fn device_document(&self, key: &Key) -> Result<Value, ServiceError> {
        let (hub, device_id) = key;
        let leaf = lock(&self.registrations).of_device(hub, device_id).and_then(|known| known.leaf);
        let document = self.hubs.document(key, leaf.map(|leaf| leaf.to_string()));
        document.ok_or_else(|| ServiceError::NoDevice(device_id.clone()))
    }

    /// A device as the registry of its hub has it.
    pub(crate) fn device_identity(&self, key: &Key) -> Result<Value, ServiceError> {
        let document = self.device_document(key)?;
        let member = |name: &str| document.get(name).cloned().unwrap_or_default();
        Ok(json!({
            "deviceId": member("deviceId"),
            "generationId": "1",
            "etag": member("deviceEtag"),
            "connectionState": member("connectionState"),
            "status": member("status"),
            "statusReason": member("statusReason"),
            "connectionStateUpdatedTime": timestamp::NEVER,
            "statusUpdatedTime": member("statusUpdateTime"),
            "lastActivityTime": member("lastActivityTime"),
            "cloudToDeviceMessageCount": member("cloudToDeviceMessageCount"),
            "authentication": {
                "type": member("authenticationType"),
                "x509Thumbprint": member("x509Thumbprint"),
                "symmetricKey": { "primaryKey": null, "secondaryKey": null },
            },
            "capabilities": member("capabilities"),
        }))
    }

    /// Puts a device into the registry of a hub, or changes what that says of it.
    pub(crate) async fn register_at_hub(
        &self,
        key: &Key,
        document: &Value,
        presence: Presence,
        etag: Option<&str>,
    ) -> Result<Value, ServiceError> {
        let ticket = self.hubs.identify(key, document, presence, etag, SystemTime::now())?;
        lasts(ticket).await?;
        self.device_identity(key)
    }

    /// Takes a device out of the registry of a hub. DPS keeps its registration: registered again, it is back.
    pub(crate) async fn remove_from_hub(&self, key: &Key, etag: Option<&str>) -> Result<(), ServiceError> {
        lasts(self.hubs.remove(key, etag)?).await
    }

    pub(crate) async fn change_twin(
        &self,
        key: &Key,
        change: TwinChange,
        extent: Extent,
        etag: Option<&str>,
        events: &EventSender,
    ) -> Result<(), ServiceError> {
        let ticket = self.hubs.change_twin(key, change, extent, etag, SystemTime::now())?;
        lasts(ticket).await?;
        let (hub, device_id) = key.clone();
        events.tell(|| What::TwinChanged { hub, device_id, by: TwinAuthor::Service });
        Ok(())
    }

    /// Puts a message into the queue of a device, and returns its ID.
    pub(crate) async fn send_message(
        &self,
        key: &Key,
        message: CloudMessage,
        events: &EventSender,
    ) -> Result<String, ServiceError> {
        let (message_id, ticket) = self.hubs.send(key, message, SystemTime::now())?;
        lasts(ticket).await?;
        let (hub, device_id) = key.clone();
        events.tell(|| What::CloudMessage {
            hub,
            device_id,
            message_id: message_id.clone(),
            state: MessageState::Enqueued,
        });
        Ok(message_id)
    }

    /// Calls a method of a device, and waits for its answer.
    pub(crate) async fn call_method(
        &self,
        key: &Key,
        call: &MethodCall,
        events: &EventSender,
    ) -> Result<MethodAnswer, ServiceError> {
        let answer = self.hubs.call(key, call).await;
        let (hub, device_id) = key.clone();
        events.tell(|| What::Method {
            hub,
            device_id,
            name: call.method_name.clone(),
            status: answer.as_ref().ok().map(|answer| answer.status),
            problem: answer.as_ref().err().map(ToString::to_string),
        });
        answer
    }
}

async fn lasts(ticket: Option<Ticket>) -> Result<(), ServiceError> {
    match ticket {
        Some(ticket) => ticket.await.map_err(|_| ServiceError::Unwritten),
        None => Ok(()),
    }
}
