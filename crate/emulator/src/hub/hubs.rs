//! All devices of all hubs: what their connections and the service do to them, and what has to last of it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::Notify;

use super::{
    cloud_message::Queued,
    connection::Attachment,
    device::{Device, Subscriptions},
    feedback::{Fate, Feedback, Waiting},
    identity::{Authentication, Identity},
    message::Feed,
    twin::{Extent, Twin, TwinChange},
};
use crate::{
    control::DeviceEntry,
    journal::{Journal, Record, Ticket},
    registration::device_key,
    timestamp,
};

/// A hub in lower case, and a device of it.
pub(crate) type Key = (String, String);

/// The devices of all hubs.
#[derive(Debug, Default)]
pub(crate) struct Hubs {
    devices: Mutex<HashMap<Key, Device>>,
    pub(crate) feed: Feed,
    pub(crate) feedback: Feedback,
    /// A device has come, or wants more than before.
    pub(super) ready: Notify,
    /// Of the connection that began last.
    last_number: AtomicU64,
    journal: Option<Arc<Journal>>,
}

/// What is kept of a device.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct KeptDevice {
    pub(crate) twin: Option<Twin>,
    /// Where the service has said something of it.
    pub(crate) identity: Option<Identity>,
    /// Of a session that outlives its connection.
    pub(crate) session: Option<Subscriptions>,
    pub(crate) queue: BTreeMap<u64, Queued>,
    pub(crate) last_sequence: u64,
}

impl Hubs {
    /// Goes on with what a journal has, and writes to it.
    pub(crate) fn restore(
        journal: Arc<Journal>,
        kept: HashMap<Key, KeptDevice>,
        feedback: BTreeMap<u64, Waiting>,
    ) -> Self {
        let device = |kept: KeptDevice| {
            let mut device = Device::new(kept.twin.unwrap_or_else(|| Twin::new(SystemTime::now())));
            device.identity = kept.identity.unwrap_or_default();
            device.is_persistent = kept.session.is_some();
            device.subscriptions = kept.session.unwrap_or_default();
            device.last_sequence = kept.last_sequence;
            device.queue = kept.queue.into_values().collect();
            device
        };
        let devices = kept.into_iter().map(|(key, kept)| (key, device(kept))).collect();
        let feedback = Feedback::restore(Arc::clone(&journal), feedback);
        Self { devices: Mutex::new(devices), feedback, journal: Some(journal), ..Self::default() }
    }

    /// Records are written in the order of these calls, so whoever makes a change calls under its lock.
    pub(super) fn append(&self, record: impl FnOnce() -> Record) -> Option<Ticket> {
        self.journal.as_ref().map(|journal| journal.append(&record()))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, HashMap<Key, Device>> {
        self.devices.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// DPS has put a device there. A new one has the initial twin of its enrollment; one that was there keeps its
    /// own. What comes from another hub comes with all that it has.
    pub(crate) fn provision(
        &self,
        hub: &str,
        device_id: &str,
        from: Option<&str>,
        initial_twin: Option<&TwinChange>,
        now: SystemTime,
    ) {
        let key = device_key(hub, device_id);
        let mut devices = self.lock();
        let moved = from.map(|hub| device_key(hub, device_id)).filter(|from| *from != key);
        if let Some(from) = moved
            && let Some(mut device) = devices.remove(&from)
        {
            device.connection = None;
            drop(self.append(|| Record::Forgotten { hub: from.0, device_id: from.1 }));
            self.keep_all(&key, &device);
            devices.insert(key, device);
            return;
        }
        if let Some(device) = devices.get_mut(&key) {
            // What DPS says counts from now on.
            if device.identity.authentication != Authentication::Provisioned {
                device.identity.authentication = Authentication::Provisioned;
                drop(self.keep_identity(&key, device));
            }
            return;
        }
        let mut twin = Twin::new(now);
        if let Some(initial) = initial_twin {
            // It was read from a configuration, which checks it.
            twin.change(initial.clone(), Extent::Whole, now).map(drop).unwrap_or_default();
        }
        let device = Device::new(twin);
        self.keep_twin(&key, &device);
        devices.insert(key, device);
    }

    /// A device is gone from its hub, with all that it has.
    pub(crate) fn forget(&self, hub: &str, device_id: &str) {
        let key = device_key(hub, device_id);
        let mut devices = self.lock();
        if let Some(mut device) = devices.remove(&key) {
            device.dismiss();
            drop(self.append(|| Record::Forgotten { hub: key.0, device_id: key.1 }));
        }
    }

    /// How many devices a hub has that may connect, and how many that may not; of all hubs without one.
    pub(crate) fn count(&self, hub: Option<&str>) -> (usize, usize) {
        let devices = self.lock();
        let here = devices.iter().filter(|((of, _), _)| hub.is_none_or(|hub| hub == of));
        let (enabled, disabled): (Vec<_>, Vec<_>) = here.partition(|(_, device)| device.identity.is_enabled);
        (enabled.len(), disabled.len())
    }

    /// A device connects. Returns also whether it has a session of before, and what to wait for.
    pub(crate) fn attach(
        self: &Arc<Self>,
        hub: &str,
        device_id: &str,
        is_clean: bool,
        model_id: Option<&str>,
        now: SystemTime,
    ) -> (Attachment, bool, Option<Ticket>) {
        let key = device_key(hub, device_id);
        let number = self.last_number.fetch_add(1, Ordering::Relaxed) + 1;
        let wake = Arc::new(Notify::new());
        let mut devices = self.lock();
        let device = devices.entry(key.clone()).or_insert_with(|| Device::new(Twin::new(now)));
        let was_persistent = device.is_persistent;
        let is_present = device.attach(number, Arc::clone(&wake), is_clean, now);
        let has_changed = was_persistent == is_clean;
        let mut ticket = has_changed.then(|| self.keep_session(&key, device)).flatten();
        if model_id.is_some() && device.twin.model_id.as_deref() != model_id {
            device.twin.model_id = model_id.map(str::to_owned);
            // What is written later is on the disk later.
            ticket = self.keep_twin(&key, device);
        }
        drop(devices);
        self.ready.notify_waiters();
        (Attachment::new(Arc::clone(self), key, number, wake), is_present, ticket)
    }

    pub(super) fn keep_twin(&self, key: &Key, device: &Device) -> Option<Ticket> {
        self.append(|| Record::Twin {
            hub: key.0.clone(),
            device_id: key.1.clone(),
            twin: Box::new(device.twin.clone()),
        })
    }

    pub(super) fn keep_session(&self, key: &Key, device: &Device) -> Option<Ticket> {
        self.append(|| Record::Session {
            hub: key.0.clone(),
            device_id: key.1.clone(),
            subscriptions: device.is_persistent.then(|| device.subscriptions.clone()),
        })
    }

    pub(super) fn keep_queued(&self, key: &Key, queued: &Queued) -> Option<Ticket> {
        self.append(|| Record::Queued {
            hub: key.0.clone(),
            device_id: key.1.clone(),
            queued: Box::new(queued.clone()),
        })
    }

    /// Messages are gone from the queue of a device.
    pub(super) fn keep_settled(&self, key: &Key, settled: &[Queued], fate: Fate) {
        if settled.is_empty() {
            return;
        }
        self.feedback.note(key, settled, fate, SystemTime::now());
        for queued in settled {
            // If this is lost, the device gets the message once more, which at-least-once allows.
            drop(self.append(|| Record::Settled {
                hub: key.0.clone(),
                device_id: key.1.clone(),
                sequence: queued.sequence,
            }));
        }
    }

    pub(super) fn keep_identity(&self, key: &Key, device: &Device) -> Option<Ticket> {
        self.append(|| Record::Identity {
            hub: key.0.clone(),
            device_id: key.1.clone(),
            identity: Box::new(device.identity.clone()),
        })
    }

    fn keep_all(&self, key: &Key, device: &Device) {
        drop(self.keep_twin(key, device));
        drop(self.keep_session(key, device));
        if device.identity != Identity::default() {
            drop(self.keep_identity(key, device));
        }
        device.queue.iter().for_each(|queued| drop(self.keep_queued(key, queued)));
    }

    /// What the registry says of a device.
    pub(crate) fn identity(&self, hub: &str, device_id: &str) -> Option<Identity> {
        self.lock().get(&device_key(hub, device_id)).map(|device| device.identity.clone())
    }

    /// The document of the service about a device; `leaf` is what DPS left behind.
    pub(crate) fn document(&self, key: &Key, leaf: Option<String>) -> Option<Value> {
        let devices = self.lock();
        let device = devices.get(key)?;
        let members = device.identity.members(&key.1, leaf);
        let mut document: Map<String, Value> =
            members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        document.extend(device.twin.for_service());
        let state = if device.is_connected() { "Connected" } else { "Disconnected" };
        document.insert("connectionState".to_owned(), state.into());
        let never = || timestamp::NEVER.to_owned();
        let active = device.last_activity.map_or_else(never, timestamp::utc);
        document.insert("lastActivityTime".to_owned(), active.into());
        document.insert("cloudToDeviceMessageCount".to_owned(), device.queue.len().into());
        Some(document.into())
    }

    /// The devices of a hub, or of all, by hub and ID.
    pub(crate) fn entries_of(&self, hub: Option<&str>) -> impl Iterator<Item = DeviceEntry> {
        self.entries().into_iter().filter(move |entry| hub.is_none_or(|hub| hub == entry.hub))
    }

    /// All devices, by hub and ID.
    pub(crate) fn entries(&self) -> Vec<DeviceEntry> {
        let devices = self.lock();
        let entries = devices.iter().map(|((hub, device_id), device)| DeviceEntry {
            hub: hub.clone(),
            device_id: device_id.clone(),
            connected: device.is_connected(),
            last_activity: device.last_activity.map(timestamp::utc),
            waiting_messages: device.queue.len(),
        });
        let mut entries: Vec<_> = entries.collect();
        entries
            .sort_unstable_by(|one, other| (&one.hub, &one.device_id).cmp(&(&other.hub, &other.device_id)));
        entries
    }
}
