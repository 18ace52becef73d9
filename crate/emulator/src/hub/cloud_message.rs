//! Messages of the cloud to a device (`iot-hub-devguide-messages-c2d`).

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{lock::Lock, property};
use crate::timestamp;

/// How many of them wait for one device at most.
pub(crate) const MOST: usize = 50;
/// How long one waits, where it does not say.
const TIME_TO_LIVE: Duration = Duration::from_secs(3600);
/// The longest that one may wait.
const LONGEST_TIME_TO_LIVE: Duration = Duration::from_secs(2 * 24 * 3600);
/// The largest one, in bytes.
const LARGEST: usize = 64 * 1024;

/// A message to a device.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct CloudMessage {
    /// The message ID; a new one if it is empty.
    pub message_id: String,
    /// What it answers to.
    pub correlation_id: Option<String>,
    /// Who it is from.
    pub user_id: Option<String>,
    /// The media type of the body.
    pub content_type: Option<String>,
    /// The encoding of the body, such as `utf-8`.
    pub content_encoding: Option<String>,
    /// Which feedback is wanted: `none`, `positive`, `negative` or `full`. It is for who asks by REST; events tell what
    /// becomes of the message in any case.
    pub ack: Option<String>,
    /// Properties by name.
    pub properties: BTreeMap<String, String>,
    /// The body.
    #[serde(with = "body")]
    pub body: Vec<u8>,
    /// After how many seconds it expires, two days at most; an hour if it does not say.
    pub time_to_live_seconds: Option<u64>,
}

impl CloudMessage {
    /// A message with this body.
    #[must_use]
    pub fn new(body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..Self::default() }
    }

    /// Adds a property.
    #[must_use]
    pub fn property(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.properties.insert(name.into(), value.into());
        self
    }
}

/// The body of a message in JSON: base64, whatever it holds.
mod body {
    use base64ct::{Base64, Encoding as _};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(body: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Base64::encode_string(body))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        Base64::decode_vec(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A message in the queue of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Queued {
    /// Counts the messages of the device.
    pub(crate) sequence: u64,
    pub(crate) message: CloudMessage,
    pub(crate) expires: SystemTime,
    /// How often it was sent to the device.
    #[serde(skip)]
    pub(crate) deliveries: u32,
    /// Its packet identifier, from the first time it is sent to the end of the session.
    #[serde(skip)]
    pub(crate) packet_id: Option<u16>,
    /// Sent on the present connection, and not acknowledged.
    #[serde(skip)]
    pub(crate) is_in_flight: bool,
    /// Who has it by HTTPS, and how long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) lock: Option<Lock>,
    /// How often it was put back by HTTPS.
    #[serde(default)]
    pub(crate) abandoned: u32,
}

/// Why a message is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CloudMessageError {
    TooLarge { size: usize },
    Property(String),
    Ack(String),
    TimeToLive { seconds: u64 },
}

impl fmt::Display for CloudMessageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { size } => write!(f, "the message has {size} bytes, the limit is {LARGEST}"),
            Self::Property(name) => write!(
                f,
                "the property {name:.100?} has no name, or name or value are not of printable ASCII characters"
            ),
            Self::TimeToLive { seconds } => write!(
                f,
                "a message does not wait for {seconds} seconds, but for {} (two days) at most",
                LONGEST_TIME_TO_LIVE.as_secs()
            ),
            Self::Ack(ack) => write!(f, "ack {ack:?} is none of none, positive, negative and full"),
        }
    }
}

impl Queued {
    pub(crate) fn new(
        mut message: CloudMessage,
        sequence: u64,
        now: SystemTime,
    ) -> Result<Self, CloudMessageError> {
        let properties = message.properties.iter();
        let size: usize = properties.map(|(name, value)| name.len() + value.len()).sum();
        let size = size + message.body.len();
        if size > LARGEST {
            return Err(CloudMessageError::TooLarge { size });
        }
        let is_plain = |text: &str| text.bytes().all(|byte| (0x20..0x7F).contains(&byte));
        let mut bad = message.properties.iter().filter(|(name, value)| {
            name.is_empty() || name.starts_with("$.") || !is_plain(name) || !is_plain(value)
        });
        if let Some((name, _)) = bad.next() {
            return Err(CloudMessageError::Property(name.clone()));
        }
        if let Some(ack) = message.ack.as_ref().filter(|ack| !ACKS.contains(&ack.as_str())) {
            return Err(CloudMessageError::Ack(ack.clone()));
        }
        if message.message_id.is_empty() {
            message.message_id = Uuid::new_v4().to_string();
        }
        let time_to_live = message.time_to_live_seconds.map_or(TIME_TO_LIVE, Duration::from_secs);
        if time_to_live > LONGEST_TIME_TO_LIVE {
            return Err(CloudMessageError::TimeToLive { seconds: time_to_live.as_secs() });
        }
        let expires = now + time_to_live;
        Ok(Self {
            sequence,
            message,
            expires,
            deliveries: 0,
            packet_id: None,
            is_in_flight: false,
            lock: None,
            abandoned: 0,
        })
    }

    /// Whether nobody has it at the moment.
    pub(crate) fn is_free(&self, now: SystemTime) -> bool {
        !self.is_in_flight && self.lock.is_none_or(|lock| !lock.holds(now))
    }

    /// The property bag in the topic: the hub's own properties first, as traces show.
    pub(crate) fn bag(&self, device_id: &str) -> String {
        let message = &self.message;
        let to = format!("/devices/{device_id}/messages/devicebound");
        let expires = message.time_to_live_seconds.map(|_| timestamp::utc(self.expires));
        let own = [
            ("$.mid", Some(message.message_id.as_str())),
            ("$.to", Some(to.as_str())),
            ("$.exp", expires.as_deref()),
            ("$.cid", message.correlation_id.as_deref()),
            ("$.uid", message.user_id.as_deref()),
            ("$.ct", message.content_type.as_deref()),
            ("$.ce", message.content_encoding.as_deref()),
            ("iothub-ack", message.ack.as_deref()),
        ];
        let own = own.into_iter().filter(|(_, value)| value.is_some());
        let properties = message.properties.iter().map(|(name, value)| (name.as_str(), Some(value.as_str())));
        property::write(own.chain(properties))
    }
}

const ACKS: [&str; 4] = ["none", "positive", "negative", "full"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_judged_and_written_as_documented() {
        let message = CloudMessage {
            message_id: "m 1".to_owned(),
            ack: Some("full".to_owned()),
            ..CloudMessage::new("hi").property("a", "b c")
        };
        let queued = Queued::new(message.clone(), 1, SystemTime::UNIX_EPOCH).unwrap();
        let bag = "%24.mid=m%201&%24.to=%2Fdevices%2Fdev%2Fmessages%2Fdevicebound&iothub-ack=full&a=b%20c";
        assert_eq!(queued.bag("dev"), bag);
        assert_eq!(queued.expires, SystemTime::UNIX_EPOCH + TIME_TO_LIVE);
        let json = serde_json::to_string(&queued).unwrap();
        assert_eq!(serde_json::from_str::<Queued>(&json).unwrap(), queued);
        for bad in [
            CloudMessage::new(vec![0; LARGEST + 1]),
            CloudMessage::new("").property("", "x"),
            CloudMessage::new("").property("x", "ü"),
            CloudMessage::new("").property("$.mid", "x"),
            CloudMessage { ack: Some("maybe".to_owned()), ..CloudMessage::new("") },
            CloudMessage { time_to_live_seconds: Some(172_801), ..CloudMessage::new("") },
        ] {
            assert!(Queued::new(bad.clone(), 1, SystemTime::UNIX_EPOCH).is_err(), "{bad:?}");
        }
    }
}
