//! Events.

use std::time::Duration;

use dps_x509_core::session::{
    self,
    mqtt::{self, Qos},
};

use super::{finding, nanos, same_cases, transport};
use crate::contract::transcript::{
    ConnackPacket, ConnectPacket, Dial, Event, Ignored, Packet, Pause, PublishPacket, SubackPacket,
    SubscribePacket, WaitReason,
};

same_cases! {
    session::WaitReason = WaitReason { RetryAfter, DefaultPoll, ServiceBusy, OperationForgotten; Redial }
    session::Ignored = Ignored { OtherRequest, NoRequest, NothingOutstanding; OtherTopic }
}

/// One thing that happened.
pub(crate) fn write(event: &session::Event<'_>) -> Event {
    match *event {
        session::Event::Dialling { endpoint, attempt } => {
            Event::Dialling(Dial { endpoint: transport::write_endpoint(endpoint), attempt })
        }
        session::Event::Connected(info) => Event::Connected(info.clone().into()),
        session::Event::Disconnected(failure) => Event::Disconnected(failure.clone().into()),
        session::Event::UpgradeSent(line) => Event::UpgradeSent(line.to_owned()),
        session::Event::UpgradeAnswered(line) => Event::UpgradeAnswered(line.to_owned()),
        session::Event::Sent(packet) => Event::Sent(packet.clone().into()),
        session::Event::Received(packet) => Event::Received(packet.clone().into()),
        session::Event::Waiting { duration, reason } => {
            Event::Waiting(Pause { length: nanos(duration), reason: reason.into() })
        }
        session::Event::Ignored(ignored) => Event::Ignored(ignored.into()),
        session::Event::Noticed(noticed) => Event::Noticed(finding::write(noticed)),
        // The core is of the same build: there is no other event.
        _ => Event::Ignored(Ignored::OtherTopic),
    }
}

/// Tells the core's event; what the core has no word for, as a guest of another version may say, is left out.
pub(crate) fn read(event: Event, tell: impl FnOnce(session::Event<'_>)) {
    match event {
        Event::Dialling(dial) => {
            if let Some(endpoint) = transport::read_endpoint(&dial.endpoint) {
                tell(session::Event::Dialling { endpoint: &endpoint, attempt: dial.attempt });
            }
        }
        Event::Connected(info) => tell(session::Event::Connected(&info.into())),
        Event::Disconnected(failure) => tell(session::Event::Disconnected(&failure.into())),
        Event::UpgradeSent(line) => tell(session::Event::UpgradeSent(&line)),
        Event::UpgradeAnswered(line) => tell(session::Event::UpgradeAnswered(&line)),
        Event::Sent(packet) => tell(session::Event::Sent(&packet.into())),
        Event::Received(packet) => tell(session::Event::Received(&packet.into())),
        Event::Waiting(pause) => {
            let (duration, reason) = (Duration::from_nanos(pause.length), pause.reason.into());
            tell(session::Event::Waiting { duration, reason });
        }
        Event::Ignored(ignored) => tell(session::Event::Ignored(ignored.into())),
        Event::Noticed(noticed) => {
            if let Ok(noticed) = finding::read(noticed) {
                tell(session::Event::Noticed(&noticed));
            }
        }
    }
}

impl From<mqtt::Packet> for Packet {
    fn from(packet: mqtt::Packet) -> Self {
        match packet {
            mqtt::Packet::Connect { client_id, user_name, keep_alive } => Self::Connect(ConnectPacket {
                client_id,
                user_name,
                keep_alive_seconds: u16::try_from(keep_alive.as_secs()).unwrap_or(u16::MAX),
            }),
            mqtt::Packet::Connack { session_present, return_code } => {
                Self::Connack(ConnackPacket { session_present, return_code })
            }
            mqtt::Packet::Subscribe { packet_id, filter, qos } => {
                Self::Subscribe(SubscribePacket { packet_id, filter, qos: qos.level() })
            }
            mqtt::Packet::Suback { packet_id, return_code } => {
                Self::Suback(SubackPacket { packet_id, return_code })
            }
            mqtt::Packet::Publish { topic, payload, qos, packet_id, dup, retain } => {
                let (payload, qos) = (payload.to_vec(), qos.level());
                Self::Publish(PublishPacket { topic, payload, qos, packet_id, dup, retain })
            }
            mqtt::Packet::Puback { packet_id } => Self::Puback(packet_id),
            mqtt::Packet::Pingreq => Self::Pingreq,
            mqtt::Packet::Pingresp => Self::Pingresp,
            // DISCONNECT; the core is of the same build, and there is no other.
            _ => Self::Disconnect,
        }
    }
}

impl From<Packet> for mqtt::Packet {
    fn from(packet: Packet) -> Self {
        match packet {
            Packet::Connect(ConnectPacket { client_id, user_name, keep_alive_seconds }) => {
                let keep_alive = Duration::from_secs(keep_alive_seconds.into());
                Self::Connect { client_id, user_name, keep_alive }
            }
            Packet::Connack(ConnackPacket { session_present, return_code }) => {
                Self::Connack { session_present, return_code }
            }
            Packet::Subscribe(SubscribePacket { packet_id, filter, qos }) => {
                Self::Subscribe { packet_id, filter, qos: read_qos(qos) }
            }
            Packet::Suback(SubackPacket { packet_id, return_code }) => {
                Self::Suback { packet_id, return_code }
            }
            Packet::Publish(PublishPacket { topic, payload, qos, packet_id, dup, retain }) => {
                let (payload, qos) = (payload.into(), read_qos(qos));
                Self::Publish { topic, payload, qos, packet_id, dup, retain }
            }
            Packet::Puback(packet_id) => Self::Puback { packet_id },
            Packet::Pingreq => Self::Pingreq,
            Packet::Pingresp => Self::Pingresp,
            Packet::Disconnect => Self::Disconnect,
        }
    }
}

const fn read_qos(level: u8) -> Qos {
    if level == 0 { Qos::AtMostOnce } else { Qos::AtLeastOnce }
}
