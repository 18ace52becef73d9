//! What the service does to devices at their hubs.

use std::{fmt, sync::Arc, time::SystemTime};

use tokio::time::{Instant, timeout, timeout_at};
use uuid::Uuid;

use super::{
    cloud_message::{CloudMessage, CloudMessageError, Queued},
    hubs::{Hubs, Key},
    method::{MethodAnswer, MethodCall},
    twin::{Extent, TwinChange, TwinError},
};
use crate::{journal::Ticket, registration::device_key};

/// Why the service is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ServiceError {
    NoDevice(String),
    /// More than one hub has a device of that ID.
    Ambiguous(Vec<String>),
    /// The request itself.
    Invalid(String),
    Twin(TwinError),
    /// The twin has changed since it was read.
    ETag,
    Message(CloudMessageError),
    NotOnline,
    NoAnswer,
    TooManyCalls,
    Unwritten,
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDevice(device_id) => write!(f, "no hub has a device {device_id}: it was not provisioned"),
            Self::Ambiguous(hubs) => {
                write!(f, "several hubs have a device of that ID, name one of them: {}", hubs.join(", "))
            }
            Self::Invalid(what) => f.write_str(what),
            Self::Twin(error) => error.fmt(f),
            Self::ETag => f.write_str("the twin has another etag: it has changed since it was read"),
            Self::Message(error) => error.fmt(f),
            Self::NotOnline => {
                f.write_str("the device is not connected, or does not subscribe to the method")
            }
            Self::NoAnswer => f.write_str("the device has not answered in time"),
            Self::TooManyCalls => f.write_str("too many calls wait for answers of the device"),
            Self::Unwritten => f.write_str("the state cannot be written"),
        }
    }
}

impl Hubs {
    /// The device of that ID: of that hub, or of the only one that has it.
    pub(crate) fn find(&self, hub: Option<&str>, device_id: &str) -> Result<Key, ServiceError> {
        let none = || ServiceError::NoDevice(device_id.to_owned());
        if let Some(hub) = hub {
            let key = device_key(hub, device_id);
            return if self.lock().contains_key(&key) { Ok(key) } else { Err(none()) };
        }
        let mut found: Vec<Key> = self.lock().keys().filter(|(_, id)| id == device_id).cloned().collect();
        found.sort_unstable();
        match found.len() {
            0 => Err(none()),
            1 => Ok(found.remove(0)),
            _ => Err(ServiceError::Ambiguous(found.into_iter().map(|(hub, _)| hub).collect())),
        }
    }

    /// Changes tags and desired properties, if the twin is still the one that was read; the device is told.
    pub(crate) fn change_twin(
        &self,
        key: &Key,
        change: TwinChange,
        extent: Extent,
        etag: Option<&str>,
        now: SystemTime,
    ) -> Result<Option<Ticket>, ServiceError> {
        let mut devices = self.lock();
        let device = devices.get_mut(key).ok_or_else(|| ServiceError::NoDevice(key.1.clone()))?;
        let is_other = |etag: &str| etag != "*" && etag != device.twin.etag();
        if etag.map(|etag| etag.trim_start_matches("W/").trim_matches('"')).is_some_and(is_other) {
            return Err(ServiceError::ETag);
        }
        if let Some(patch) = device.twin.change(change, extent, now).map_err(ServiceError::Twin)? {
            device.push_desired(patch);
        }
        Ok(self.keep_twin(key, device))
    }

    /// Puts a message into the queue of a device. Returns its ID, and what to wait for.
    pub(crate) fn send(
        &self,
        key: &Key,
        message: CloudMessage,
        now: SystemTime,
    ) -> Result<(String, Option<Ticket>), ServiceError> {
        let mut devices = self.lock();
        let device = devices.get_mut(key).ok_or_else(|| ServiceError::NoDevice(key.1.clone()))?;
        let expired = device.expire(now);
        self.keep_settled(key, &expired);
        if !device.has_room() {
            return Err(ServiceError::Message(CloudMessageError::QueueFull));
        }
        let queued = Queued::new(message, device.last_sequence + 1, now).map_err(ServiceError::Message)?;
        device.last_sequence = queued.sequence;
        let ticket = self.keep_queued(key, &queued);
        let message_id = queued.message.message_id.clone();
        device.queue.push_back(queued);
        device.wake();
        Ok((message_id, ticket))
    }

    /// Calls a method and waits for the answer.
    pub(crate) async fn call(
        self: &Arc<Self>,
        key: &Key,
        call: &MethodCall,
    ) -> Result<MethodAnswer, ServiceError> {
        call.check().map_err(ServiceError::Invalid)?;
        self.wait_for(key, call).await?;
        let rid = Uuid::new_v4().simple().to_string();
        let answer = {
            let mut devices = self.lock();
            let device = devices.get_mut(key).filter(|device| device.takes_method(&call.method_name));
            let device = device.ok_or(ServiceError::NotOnline)?;
            device.call(rid, call).ok_or(ServiceError::TooManyCalls)?
        };
        match timeout(call.response_timeout(), answer).await {
            Ok(Ok(answer)) => Ok(answer),
            // The connection has ended, and its calls with it.
            Ok(Err(_)) => Err(ServiceError::NotOnline),
            Err(_) => Err(ServiceError::NoAnswer),
        }
    }

    /// Waits until a device takes calls of a method, as long as the call wants to.
    async fn wait_for(&self, key: &Key, call: &MethodCall) -> Result<(), ServiceError> {
        let deadline = Instant::now() + call.connect_timeout();
        loop {
            let ready = self.ready.notified();
            tokio::pin!(ready);
            // From here on nothing is missed.
            ready.as_mut().enable();
            if self.lock().get(key).is_some_and(|device| device.takes_method(&call.method_name)) {
                return Ok(());
            }
            timeout_at(deadline, ready).await.map_err(|_| ServiceError::NotOnline)?;
        }
    }

    /// Has the connection of a device closed; false if it has none.
    pub(crate) fn disconnect(&self, key: &Key) -> Result<bool, ServiceError> {
        let mut devices = self.lock();
        let device = devices.get_mut(key).ok_or_else(|| ServiceError::NoDevice(key.1.clone()))?;
        let Some(connection) = &mut device.connection else { return Ok(false) };
        connection.is_dismissed = true;
        device.wake();
        Ok(true)
    }
}
