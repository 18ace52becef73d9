//! Messages of devices to their hub, and the newest of them for whoever asks.

use std::{
    collections::VecDeque,
    fmt::{self, Write as _},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use base64ct::{Base64, Encoding as _};
use bytes::Bytes;
use dps_x509_core::text::Line;
use serde::{Deserialize, Serialize};
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use super::property::Properties;
use crate::timestamp;

/// A message of a device, as its hub passes it on (`iot-hub-devguide-messages-construct`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeviceMessage {
    /// Counts the messages of all devices since the emulator was started, from 1.
    pub sequence: u64,
    /// The hub.
    pub hub: String,
    /// The device.
    pub device_id: String,
    /// When it came, as DPS writes times.
    pub enqueued: String,
    /// What the hub knows of it, and what the device said with names of the hub, such as `content-type`.
    pub system_properties: super::property::Bag,
    /// What the device said by names of its own; a name without a value has `None`.
    pub properties: super::property::Bag,
    /// The body as text, or in base64 where it is no UTF-8.
    pub body: String,
    /// Which of these.
    pub body_encoding: BodyEncoding,
    /// The length of the body in bytes.
    pub length: usize,
}

/// How the body of a message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum BodyEncoding {
    /// As the text that it is.
    #[serde(rename = "utf-8")]
    Utf8,
    /// In base64.
    #[serde(rename = "base64")]
    Base64,
}

/// What makes a message, besides its topic and its body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender<'a> {
    pub(crate) hub: &'a str,
    pub(crate) device_id: &'a str,
    pub(crate) model_id: Option<&'a str>,
}

impl DeviceMessage {
    pub(crate) fn new(
        sender: Sender<'_>,
        properties: &str,
        body: &Bytes,
        is_retained: bool,
        now: SystemTime,
    ) -> Self {
        Self::with(sender, Properties::parse(properties), body, is_retained, now)
    }

    /// The same with properties that do not come as the end of a topic.
    pub(crate) fn with(
        sender: Sender<'_>,
        properties: Properties,
        body: &Bytes,
        is_retained: bool,
        now: SystemTime,
    ) -> Self {
        let Properties { mut system, mut application } = properties;
        let (text, encoding) = match std::str::from_utf8(body) {
            Ok(text) => (text.to_owned(), BodyEncoding::Utf8),
            Err(_) => (Base64::encode_string(body), BodyEncoding::Base64),
        };
        if is_retained {
            application.insert("mqtt-retain".to_owned(), Some("true".to_owned()));
        }
        let enqueued = timestamp::utc(now);
        let known = [
            ("iothub-connection-device-id", Some(sender.device_id)),
            ("iothub-connection-auth-method", Some(r#"{"scope":"device","type":"x509","issuer":"iothub"}"#)),
            ("iothub-enqueuedtime", Some(enqueued.as_str())),
            ("iothub-message-source", Some("Telemetry")),
            ("dt-dataschema", sender.model_id),
        ];
        for (name, value) in known {
            if let Some(value) = value {
                system.insert(name.to_owned(), Some(value.to_owned()));
            }
        }
        Self {
            sequence: 0,
            hub: sender.hub.to_owned(),
            device_id: sender.device_id.to_owned(),
            enqueued,
            system_properties: system,
            properties: application,
            body: text,
            body_encoding: encoding,
            length: body.len(),
        }
    }

    /// What a device left to be said in the case that its connection breaks.
    pub(crate) fn into_will(mut self) -> Self {
        self.system_properties.insert("iothub-MessageType".to_owned(), Some("Will".to_owned()));
        self
    }

    /// A copy for the event stream, of bounded size.
    pub(crate) fn shown(&self) -> Self {
        let end = self.body.floor_char_boundary(crate::mqtt::Packet::SHOWN);
        Self { body: self.body.get(..end).unwrap_or_default().to_owned(), ..self.clone() }
    }

    fn size(&self) -> usize {
        let bag = |bag: &super::property::Bag| -> usize {
            bag.iter().map(|(name, value)| name.len() + value.as_ref().map_or(0, String::len) + 64).sum()
        };
        self.body.len() + bag(&self.system_properties) + bag(&self.properties) + 256
    }
}

/// One line, whatever the device wrote.
impl fmt::Display for DeviceMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = Line::on(f);
        write!(f, "message {} of {} at {}, {} bytes", self.sequence, self.device_id, self.hub, self.length)?;
        for (name, value) in &self.properties {
            write!(f, ", {name}")?;
            if let Some(value) = value {
                write!(f, "={value}")?;
            }
        }
        write!(f, ": {}", self.body)
    }
}

/// Messages of a list, and how many were dropped before anybody asked for them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MessageList {
    /// The messages, the oldest first.
    pub messages: Vec<DeviceMessage>,
    /// How many messages of all devices are gone already: the newest 10,000 are kept, and 64 MiB of them.
    pub dropped: u64,
}

/// Which messages somebody wants.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) device_id: Option<String>,
    /// Only those with a larger sequence number.
    pub(crate) after: u64,
    /// How long to wait for the first of them.
    pub(crate) wait: Duration,
}

/// The newest messages of all devices. They are kept in memory only.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    kept: Mutex<Kept>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    messages: VecDeque<DeviceMessage>,
    size: usize,
    last: u64,
    dropped: u64,
}

impl Feed {
    const MOST: usize = 10_000;
    const LARGEST: usize = 64 * 1024 * 1024;

    /// Numbers a message and keeps it.
    pub(crate) fn push(&self, mut message: DeviceMessage) -> DeviceMessage {
        let mut kept = self.lock();
        kept.last += 1;
        message.sequence = kept.last;
        kept.size += message.size();
        kept.messages.push_back(message.clone());
        while kept.messages.len() > Self::MOST || kept.size > Self::LARGEST {
            let Some(oldest) = kept.messages.pop_front() else { break };
            kept.size -= oldest.size();
            kept.dropped += 1;
        }
        drop(kept);
        self.arrived.notify_waiters();
        message
    }

    /// The messages that are wanted, as soon as there is one.
    pub(crate) async fn list(&self, wanted: &Wanted) -> MessageList {
        let deadline = Instant::now() + wanted.wait;
        loop {
            let arrived = self.arrived.notified();
            tokio::pin!(arrived);
            // From here on no message is missed.
            arrived.as_mut().enable();
            let list = self.look(wanted);
            if !list.messages.is_empty() || timeout_at(deadline, arrived).await.is_err() {
                return list;
            }
        }
    }

    fn look(&self, wanted: &Wanted) -> MessageList {
        let kept = self.lock();
        let is_wanted = |message: &&DeviceMessage| {
            message.sequence > wanted.after
                && wanted.device_id.as_ref().is_none_or(|device_id| *device_id == message.device_id)
        };
        MessageList {
            messages: kept.messages.iter().filter(is_wanted).cloned().collect(),
            dropped: kept.dropped,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(device_id: &str, body: &'static [u8]) -> DeviceMessage {
        let sender = Sender { hub: "hub", device_id, model_id: Some("dtmi:a;1") };
        DeviceMessage::new(sender, "$.ct=a%2Fb&x=1", &Bytes::from_static(body), true, SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn a_message_is_taken_apart() {
        let message = message("dev", &[0xFF, 0]);
        assert_eq!((message.body.as_str(), message.body_encoding), ("/wA=", BodyEncoding::Base64));
        let property = |name: &str| message.properties.get(name).cloned().flatten();
        assert_eq!((property("x").as_deref(), property("mqtt-retain").as_deref()), (Some("1"), Some("true")));
        let system = |name: &str| message.system_properties.get(name).cloned().flatten();
        assert_eq!(system("content-type").as_deref(), Some("a/b"));
        assert_eq!(system("dt-dataschema").as_deref(), Some("dtmi:a;1"));
    }

    #[tokio::test]
    async fn whoever_waits_gets_what_arrives() {
        let feed = Feed::default();
        feed.push(message("a", b"1"));
        let wanted = |device_id: &str, after| Wanted {
            device_id: Some(device_id.to_owned()),
            after,
            wait: Duration::from_secs(20),
        };
        let later = async {
            tokio::task::yield_now().await;
            feed.push(message("a", b"2"));
            feed.push(message("b", b"3"));
        };
        let wants = wanted("b", 1);
        let (list, ()) = tokio::join!(feed.list(&wants), later);
        assert_eq!(list.messages.len(), 1);
        assert_eq!((list.messages[0].sequence, list.messages[0].body.as_str()), (3, "3"));
        let none = Wanted { after: 3, ..Wanted::default() };
        assert_eq!(feed.list(&none).await, MessageList::default());
    }

    #[test]
    fn the_oldest_are_dropped() {
        let feed = Feed::default();
        for _ in 0..Feed::MOST + 5 {
            feed.push(message("a", b""));
        }
        let list = feed.look(&Wanted::default());
        assert_eq!((list.messages.len(), list.dropped, list.messages[0].sequence), (Feed::MOST, 5, 6));
    }
}
