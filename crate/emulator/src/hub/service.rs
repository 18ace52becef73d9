//! What the service does to devices at their hubs.

use std::{fmt, sync::Arc, time::SystemTime};

use serde_json::Value;
use tokio::time::{Instant, timeout, timeout_at};
use uuid::Uuid;

use super::{
    cloud_message::{CloudMessage, CloudMessageError, MOST, Queued},
    device::Device,
    feedback::Fate,
    hubs::{Hubs, Key},
    identity::{IdentityError, is_device_id},
    lock::Settlement,
    message::DeviceMessage,
    method::{MethodAnswer, MethodCall},
    twin::{Extent, Twin, TwinChange, TwinError},
};
use crate::{
    journal::{Record, Ticket},
    registration::device_key,
};

/// Why the service is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ServiceError {
    NoDevice(String),
    /// More than one hub has a device of that ID.
    Ambiguous(Vec<String>),
    /// The request itself.
    Invalid(String),
    /// It is to be made, and is there.
    Exists(String),
    Identity(IdentityError),
    Twin(TwinError),
    /// The twin has changed since it was read.
    ETag,
    Message(CloudMessageError),
    QueueFull,
    NotOnline,
    NoAnswer,
    TooManyCalls,
    Unwritten,
    /// A message is not under that lock.
    Lock,
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDevice(device_id) => write!(f, "no hub has a device {device_id}: it was not provisioned"),
            Self::Ambiguous(hubs) => {
                write!(f, "several hubs have a device of that ID, name one of them: {}", hubs.join(", "))
            }
            Self::Invalid(what) => f.write_str(what),
            Self::Exists(device_id) => write!(f, "there is a device {device_id} already"),
            Self::Identity(IdentityError::Invalid(what) | IdentityError::NotEmulated(what)) => {
                f.write_str(what)
            }
            Self::Twin(error) => error.fmt(f),
            Self::ETag => f.write_str("the twin has another etag: it has changed since it was read"),
            Self::Message(error) => error.fmt(f),
            Self::QueueFull => write!(f, "{MOST} messages wait for the device already, which is the limit"),
            Self::NotOnline => {
                f.write_str("the device is not connected, or does not subscribe to the method")
            }
            Self::NoAnswer => f.write_str("the device has not answered in time"),
            Self::TooManyCalls => f.write_str("too many calls wait for answers of the device"),
            Self::Unwritten => f.write_str("the state cannot be written"),
            Self::Lock => f.write_str("no message is under that lock (any more)"),
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
        if is_other(etag, &device.twin.etag()) {
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
        self.keep_settled(key, &expired, Fate::Expired);
        if !device.has_room() {
            return Err(ServiceError::QueueFull);
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

    /// Changes what the registry says of a device, and makes one that is not there.
    pub(crate) fn identify(
        &self,
        key: &Key,
        document: &Value,
        presence: Presence,
        etag: Option<&str>,
        now: SystemTime,
    ) -> Result<Option<Ticket>, ServiceError> {
        let mut devices = self.lock();
        let known = devices.get(key).map(|device| device.identity.clone());
        match (&known, presence) {
            (Some(_), Presence::New) => return Err(ServiceError::Exists(key.1.clone())),
            (None, Presence::Known) => return Err(ServiceError::NoDevice(key.1.clone())),
            (None, _) if !is_device_id(&key.1) => {
                return Err(ServiceError::Invalid(format!("{:.150?} is no ID of a device", key.1)));
            }
            (Some(known), _) if is_other(etag, &known.etag()) => return Err(ServiceError::ETag),
            _ => {}
        }
        let changed = known.unwrap_or_default().changed(document, now).map_err(ServiceError::Identity)?;
        let device = devices.entry(key.clone()).or_insert_with(|| Device::new(Twin::new(now)));
        if !changed.is_enabled {
            device.dismiss();
        }
        device.identity = changed;
        drop(self.keep_twin(key, device));
        // What is written later is on the disk later.
        Ok(self.keep_identity(key, device))
    }

    /// Takes a device out of the registry, with all that it has.
    pub(crate) fn remove(&self, key: &Key, etag: Option<&str>) -> Result<Option<Ticket>, ServiceError> {
        let mut devices = self.lock();
        let device = devices.get_mut(key).ok_or_else(|| ServiceError::NoDevice(key.1.clone()))?;
        if is_other(etag, &device.identity.etag()) {
            return Err(ServiceError::ETag);
        }
        device.dismiss();
        devices.remove(key);
        let (hub, device_id) = key.clone();
        Ok(self.append(|| Record::Forgotten { hub, device_id }))
    }

    /// The next message of a device that nobody has, under a lock; and those that have expired.
    pub(crate) fn receive(&self, key: &Key, now: SystemTime) -> (Option<Queued>, Vec<Queued>) {
        let mut devices = self.lock();
        let Some(device) = devices.get_mut(key) else { return (None, Vec::new()) };
        device.last_activity = Some(now);
        let expired = device.expire(now);
        self.keep_settled(key, &expired, Fate::Expired);
        let received = device.receive(now);
        // If this is lost, so is the lock, and somebody gets the message once more, which at-least-once allows.
        drop(received.as_ref().map(|queued| self.keep_queued(key, queued)));
        (received, expired)
    }

    /// Settles a message that a device has under a lock. Returns it, with what became of it if it is gone.
    pub(crate) fn settle(
        &self,
        key: &Key,
        token: Uuid,
        settlement: Settlement,
        now: SystemTime,
    ) -> Result<(Queued, Option<Fate>), ServiceError> {
        let mut devices = self.lock();
        let device = devices.get_mut(key).ok_or_else(|| ServiceError::NoDevice(key.1.clone()))?;
        device.last_activity = Some(now);
        let (queued, fate) = device.settle(token, settlement, now).ok_or(ServiceError::Lock)?;
        match fate {
            Some(fate) => self.keep_settled(key, std::slice::from_ref(&queued), fate),
            None => drop(self.keep_queued(key, &queued)),
        }
        Ok((queued, fate))
    }

    /// Takes all messages out of the queue of a device.
    pub(crate) fn purge(&self, key: &Key) -> Result<Vec<Queued>, ServiceError> {
        let mut devices = self.lock();
        let device = devices.get_mut(key).ok_or_else(|| ServiceError::NoDevice(key.1.clone()))?;
        let purged: Vec<Queued> = device.queue.drain(..).collect();
        self.keep_settled(key, &purged, Fate::Purged);
        Ok(purged)
    }

    /// Takes what has expired out of all queues.
    pub(crate) fn expire(&self, now: SystemTime) {
        for (key, device) in self.lock().iter_mut() {
            let expired = device.expire(now);
            self.keep_settled(key, &expired, Fate::Expired);
        }
    }

    /// Keeps a message of a device that has no connection for whoever asks.
    pub(crate) fn tell(&self, key: &Key, message: DeviceMessage, now: SystemTime) -> DeviceMessage {
        if let Some(device) = self.lock().get_mut(key) {
            device.last_activity = Some(now);
        }
        self.feed.push(message)
    }

    /// Has the connection of a device closed; false if it has none.
    pub(crate) fn disconnect(&self, key: &Key) -> Result<bool, ServiceError> {
        let mut devices = self.lock();
        let device = devices.get_mut(key).ok_or_else(|| ServiceError::NoDevice(key.1.clone()))?;
        Ok(device.dismiss())
    }
}

/// Whether a device is to be there before, for who puts it into the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    New,
    Known,
    Either,
}

/// Whether an `If-Match` means another etag than this.
fn is_other(wanted: Option<&str>, etag: &str) -> bool {
    let wanted = wanted.map(|wanted| wanted.trim_start_matches("W/").trim_matches('"'));
    wanted.is_some_and(|wanted| wanted != "*" && wanted != etag)
}
