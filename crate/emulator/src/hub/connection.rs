//! What a connected device does to what its hub has of it.

use std::{sync::Arc, time::SystemTime};

use serde_json::{Map, Value};
use tokio::sync::Notify;

use super::{
    cloud_message::Queued,
    device::{Delivery, Device},
    feedback::Fate,
    hubs::{Hubs, Key},
    message::DeviceMessage,
    method::MethodAnswer,
    topic::Filter,
    twin::TwinError,
};
use crate::{journal::Ticket, json};

/// A device's connection to its hub; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Attachment {
    hubs: Arc<Hubs>,
    key: Key,
    number: u64,
    wake: Arc<Notify>,
}

impl Attachment {
    pub(super) const fn new(hubs: Arc<Hubs>, key: Key, number: u64, wake: Arc<Notify>) -> Self {
        Self { hubs, key, number, wake }
    }

    /// Told when there is something to deliver.
    pub(crate) fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Acts on the device, as long as this is its connection.
    fn with<T>(&self, act: impl FnOnce(&mut Device) -> T) -> Option<T> {
        let mut devices = self.hubs.lock();
        let device = devices.get_mut(&self.key).filter(|device| device.is_connected_as(self.number))?;
        device.last_activity = Some(SystemTime::now());
        Some(act(device))
    }

    /// The QoS granted for each filter, 0x80 where none is, and what to wait for.
    pub(crate) fn subscribe(&self, filters: Vec<(&str, u8, Option<Filter>)>) -> (Vec<u8>, Option<Ticket>) {
        let count = filters.len();
        let granted = self.with(|device| {
            let codes = filters.into_iter().map(|(text, qos, filter)| {
                filter.and_then(|filter| device.subscribe(text, filter, qos)).unwrap_or(0x80)
            });
            let codes: Vec<u8> = codes.collect();
            (codes, device.is_persistent.then(|| self.hubs.keep_session(&self.key, device)).flatten())
        });
        self.hubs.ready.notify_waiters();
        granted.unwrap_or_else(|| (vec![0x80; count], None))
    }

    pub(crate) fn unsubscribe(&self, filters: &[String]) -> Option<Ticket> {
        self.with(|device| {
            filters.iter().for_each(|filter| drop(device.subscriptions.remove(filter)));
            device.is_persistent.then(|| self.hubs.keep_session(&self.key, device)).flatten()
        })
        .flatten()
    }

    /// The twin as the device sees it, in JSON.
    pub(crate) fn twin(&self) -> Option<String> {
        self.with(|device| device.twin.for_device())
    }

    /// Merges a patch into the reported properties. Returns their version, and what to wait for.
    ///
    /// # Errors
    /// The patch is not allowed.
    pub(crate) fn report(
        &self,
        body: &[u8],
        expected: Option<u64>,
        now: SystemTime,
    ) -> Result<(u64, Option<Ticket>), TwinError> {
        let patch: Map<String, Value> =
            json::read(body).map_err(|error| TwinError::Json(error.to_string()))?;
        let reported = self.with(|device| {
            let version = device.twin.report(&patch, expected, now)?;
            Ok((version, self.hubs.keep_twin(&self.key, device)))
        });
        // Another connection of the device has taken over, which closes this one.
        reported.unwrap_or(Ok((0, None)))
    }

    /// The device has got a message.
    pub(crate) fn acknowledge(&self, packet_id: u16) -> Option<Queued> {
        self.with(|device| {
            let queued = device.acknowledge(packet_id)?;
            self.hubs.keep_settled(&self.key, std::slice::from_ref(&queued), Fate::Success);
            Some(queued)
        })
        .flatten()
    }

    /// Hands the answer of a method to who waits for it; false if nobody does.
    pub(crate) fn answer(&self, rid: &str, answer: MethodAnswer) -> bool {
        self.with(|device| device.answer(rid, answer)).unwrap_or(false)
    }

    /// Keeps a message for whoever asks.
    pub(crate) fn tell(&self, message: DeviceMessage) -> DeviceMessage {
        // That it sends is activity.
        self.with(|_| ()).unwrap_or_default();
        self.hubs.feed.push(message)
    }

    /// What goes out now.
    pub(crate) fn deliver(&self, now: SystemTime) -> Delivery {
        let mut devices = self.hubs.lock();
        let Some(device) = devices.get_mut(&self.key) else {
            return Delivery { is_dismissed: true, ..Delivery::default() };
        };
        if !device.is_connected_as(self.number) {
            return Delivery::default();
        }
        let delivery = device.deliver(&self.key.1, now);
        self.hubs.keep_settled(&self.key, &delivery.completed, Fate::Success);
        self.hubs.keep_settled(&self.key, &delivery.expired, Fate::Expired);
        delivery
    }

    /// The QoS of the answers about twins, and a packet identifier for one.
    pub(crate) fn twin_answer(&self) -> Option<(u8, u16)> {
        self.with(|device| {
            let qos = device.qos(|filter| *filter == Filter::Twin)?;
            Some((qos, if qos > 0 { device.next_packet_id() } else { 0 }))
        })
        .flatten()
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        if let Some(device) = self.hubs.lock().get_mut(&self.key) {
            device.detach(self.number, SystemTime::now());
        }
    }
}
