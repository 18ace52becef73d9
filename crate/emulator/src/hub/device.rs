//! One device at its hub: its twin, its session, and what waits for it. No locks, no waiting, no journal.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
    time::SystemTime,
};

use bytes::Bytes;
use tokio::sync::{Notify, oneshot};

use super::{
    cloud_message::{MOST, Queued},
    identity::Identity,
    method::{MethodAnswer, MethodCall},
    topic::{self, Filter},
    twin::{DesiredPatch, Twin, compose},
};
use crate::mqtt::Publish;

/// By the text of the filter: what it is for, and the QoS granted.
pub(crate) type Subscriptions = BTreeMap<String, (Filter, u8)>;

/// How many topics a device may subscribe to (`iot-mqtt-connect-to-iot-hub`).
const MOST_SUBSCRIPTIONS: usize = 5;
/// How many messages are on their way without an acknowledgement at the same time.
const MOST_IN_FLIGHT: usize = 16;
/// How many changes of desired properties wait for a slow reader, before they become one.
const MOST_PATCHES: usize = 64;
/// How many calls of methods wait for their answers.
const MOST_CALLS: usize = 64;

#[derive(Debug)]
pub(super) struct Device {
    pub(super) twin: Twin,
    pub(super) identity: Identity,
    pub(super) subscriptions: Subscriptions,
    /// Whether the session outlives its connection (clean session 0).
    pub(super) is_persistent: bool,
    pub(super) queue: VecDeque<Queued>,
    pub(super) last_sequence: u64,
    pub(super) last_activity: Option<SystemTime>,
    pub(super) connection: Option<Connection>,
}

/// The present connection of a device.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) number: u64,
    wake: Arc<Notify>,
    pushes: VecDeque<Push>,
    calls: HashMap<String, oneshot::Sender<MethodAnswer>>,
    last_id: u16,
    pub(super) is_dismissed: bool,
}

#[derive(Debug)]
enum Push {
    Desired(DesiredPatch),
    Method { rid: String, name: String, payload: Bytes },
}

/// What goes out to a device, and what became of messages by it.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    pub(crate) packets: Vec<Publish>,
    /// Messages that are on their way from now on.
    pub(crate) delivered: Vec<Queued>,
    /// Messages that are gone from the queue, since nobody acknowledges QoS 0.
    pub(crate) completed: Vec<Queued>,
    pub(crate) expired: Vec<Queued>,
    /// When a message is free again that somebody else has.
    pub(crate) next: Option<SystemTime>,
    /// Somebody wants the connection closed.
    pub(crate) is_dismissed: bool,
}

impl Device {
    pub(super) fn new(twin: Twin) -> Self {
        Self {
            twin,
            identity: Identity::default(),
            subscriptions: Subscriptions::new(),
            is_persistent: false,
            queue: VecDeque::new(),
            last_sequence: 0,
            last_activity: None,
            connection: None,
        }
    }

    /// A connection begins, in the place of an older one. Returns whether there is a session of before.
    pub(super) fn attach(&mut self, number: u64, wake: Arc<Notify>, is_clean: bool, now: SystemTime) -> bool {
        let is_present = !is_clean && self.is_persistent;
        if !is_present {
            self.forget_session();
        }
        self.is_persistent = !is_clean;
        self.queue.iter_mut().for_each(|queued| queued.is_in_flight = false);
        self.last_activity = Some(now);
        // Whoever waits for an answer on the old connection is told that there will be none.
        self.connection = Some(Connection {
            number,
            wake,
            pushes: VecDeque::new(),
            calls: HashMap::new(),
            last_id: 0,
            is_dismissed: false,
        });
        self.wake();
        is_present
    }

    pub(super) fn detach(&mut self, number: u64, now: SystemTime) {
        if !self.is_connected_as(number) {
            return;
        }
        self.connection = None;
        self.last_activity = Some(now);
        self.queue.iter_mut().for_each(|queued| queued.is_in_flight = false);
        if !self.is_persistent {
            self.forget_session();
        }
    }

    pub(super) fn is_connected_as(&self, number: u64) -> bool {
        self.connection.as_ref().is_some_and(|connection| connection.number == number)
    }

    /// Whether it is connected, and nobody has had that closed.
    pub(super) fn is_connected(&self) -> bool {
        self.connection.as_ref().is_some_and(|connection| !connection.is_dismissed)
    }

    fn forget_session(&mut self) {
        self.subscriptions.clear();
        self.queue.iter_mut().for_each(|queued| queued.packet_id = None);
    }

    /// Grants a filter; `None` if there are too many.
    pub(super) fn subscribe(&mut self, text: &str, filter: Filter, qos: u8) -> Option<u8> {
        if !self.subscriptions.contains_key(text) && self.subscriptions.len() >= MOST_SUBSCRIPTIONS {
            return None;
        }
        self.subscriptions.insert(text.to_owned(), (filter, qos.min(1)));
        self.wake();
        Some(qos.min(1))
    }

    /// The QoS of a subscription.
    pub(super) fn qos(&self, is_it: impl Fn(&Filter) -> bool) -> Option<u8> {
        self.subscriptions.values().filter(|(filter, _)| is_it(filter)).map(|(_, qos)| *qos).max()
    }

    /// Has the connection closed; false if there is none.
    pub(super) fn dismiss(&mut self) -> bool {
        let Some(connection) = self.connection.as_mut().filter(|connection| !connection.is_dismissed) else {
            return false;
        };
        connection.is_dismissed = true;
        // Whoever waits for an answer of it is told that there will be none.
        connection.calls.clear();
        self.wake();
        true
    }

    /// Has the connection look for what is to be delivered.
    pub(super) fn wake(&self) {
        if let Some(connection) = &self.connection {
            connection.wake.notify_one();
        }
    }

    /// Desired properties have changed: a device that is connected and wants to know is told.
    pub(super) fn push_desired(&mut self, patch: DesiredPatch) {
        if self.qos(|filter| *filter == Filter::Desired).is_none() {
            return;
        }
        let Some(connection) = &mut self.connection else { return };
        let is_patch = |push: &&Push| matches!(push, Push::Desired(_));
        let waiting = connection.pushes.iter().filter(is_patch).count();
        match connection.pushes.back_mut() {
            Some(Push::Desired(last)) if waiting >= MOST_PATCHES => {
                last.version = patch.version;
                compose(&mut last.body, patch.body);
            }
            _ => connection.pushes.push_back(Push::Desired(patch)),
        }
        self.wake();
    }

    /// Whether a method can be called now.
    pub(super) fn takes_method(&self, name: &str) -> bool {
        self.is_connected() && self.qos(|filter| filter.takes_method(name)).is_some()
    }

    /// Calls a method; `None` if too many calls wait.
    pub(super) fn call(&mut self, rid: String, call: &MethodCall) -> Option<oneshot::Receiver<MethodAnswer>> {
        let connection = self.connection.as_mut()?;
        connection.calls.retain(|_, caller| !caller.is_closed());
        if connection.calls.len() >= MOST_CALLS {
            return None;
        }
        let (caller, answer) = oneshot::channel();
        connection.calls.insert(rid.clone(), caller);
        let (name, payload) = (call.method_name.clone(), call.body());
        connection.pushes.push_back(Push::Method { rid, name, payload });
        self.wake();
        Some(answer)
    }

    /// Hands an answer to who waits for it; false if nobody does.
    pub(super) fn answer(&mut self, rid: &str, answer: MethodAnswer) -> bool {
        let caller = self.connection.as_mut().and_then(|connection| connection.calls.remove(rid));
        caller.is_some_and(|caller| caller.send(answer).is_ok())
    }

    pub(super) fn has_room(&self) -> bool {
        self.queue.len() < MOST
    }

    /// Takes what has expired out of the queue.
    pub(super) fn expire(&mut self, now: SystemTime) -> Vec<Queued> {
        let is_over = |queued: &Queued| queued.expires <= now;
        let expired = self.queue.iter().filter(|queued| is_over(queued)).cloned().collect();
        self.queue.retain(|queued| !is_over(queued));
        expired
    }

    /// The device has got a message.
    pub(super) fn acknowledge(&mut self, packet_id: u16) -> Option<Queued> {
        let is_it = |queued: &Queued| queued.is_in_flight && queued.packet_id == Some(packet_id);
        let place = self.queue.iter().position(is_it)?;
        // There is room for another one on its way.
        self.wake();
        self.queue.remove(place)
    }

    /// What goes out now.
    pub(super) fn deliver(&mut self, device_id: &str, now: SystemTime) -> Delivery {
        let mut delivery = Delivery { expired: self.expire(now), ..Delivery::default() };
        let desired = self.qos(|filter| *filter == Filter::Desired);
        let device_bound = self.qos(|filter| *filter == Filter::DeviceBound);
        let Some(connection) = &mut self.connection else { return delivery };
        delivery.is_dismissed = connection.is_dismissed;
        while let Some(push) = connection.pushes.pop_front() {
            let (topic, qos, payload) = match push {
                Push::Desired(patch) => {
                    let body = Bytes::from(patch.for_device());
                    (topic::desired_patch(patch.version), desired.unwrap_or(0), body)
                }
                Push::Method { rid, name, payload } => (topic::method_call(&name, &rid), 0, payload),
            };
            let id = if qos > 0 { next_id(&mut connection.last_id, &self.queue) } else { 0 };
            delivery.packets.push(Publish { topic, qos, id, dup: false, retain: false, payload });
        }
        let Some(qos) = device_bound else { return delivery };
        let locks = self.queue.iter().filter_map(|queued| queued.lock).filter(|lock| lock.holds(now));
        delivery.next = locks.map(|lock| lock.until).min();
        let mut in_flight = self.queue.iter().filter(|queued| queued.is_in_flight).count();
        for index in 0..self.queue.len() {
            let id = next_id(&mut connection.last_id, &self.queue);
            let Some(queued) = self.queue.get_mut(index) else { break };
            if !queued.is_free(now) || in_flight >= MOST_IN_FLIGHT {
                continue;
            }
            let dup = qos > 0 && queued.packet_id.is_some();
            let id = if qos > 0 { *queued.packet_id.get_or_insert(id) } else { 0 };
            queued.is_in_flight = true;
            queued.deliveries = queued.deliveries.saturating_add(1);
            in_flight += 1;
            delivery.packets.push(Publish {
                topic: topic::device_bound(device_id, &queued.bag(device_id)),
                qos,
                id,
                dup,
                retain: false,
                payload: Bytes::from(queued.message.body.clone()),
            });
            delivery.delivered.push(queued.clone());
        }
        if qos == 0 {
            let (gone, rest): (Vec<_>, Vec<_>) = self.queue.drain(..).partition(|queued| queued.is_in_flight);
            (delivery.completed, self.queue) = (gone, rest.into());
            // No more than so many at once: the others follow when these are written.
            if !self.queue.is_empty() {
                connection.wake.notify_one();
            }
        }
        delivery
    }

    /// A packet identifier for an answer.
    pub(super) fn next_packet_id(&mut self) -> u16 {
        self.connection.as_mut().map_or(1, |connection| next_id(&mut connection.last_id, &self.queue))
    }
}

/// 1 to 65,535, and again from 1; never one that a message has.
fn next_id(last: &mut u16, queue: &VecDeque<Queued>) -> u16 {
    loop {
        *last = last.checked_add(1).unwrap_or(1);
        // There are fewer messages than identifiers.
        if queue.iter().all(|queued| queued.packet_id != Some(*last)) {
            return *last;
        }
    }
}

#[cfg(test)]
mod tests;
