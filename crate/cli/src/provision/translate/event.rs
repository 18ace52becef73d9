//! Events, owned, so that they can be kept for the transcript.

use std::time::Duration;

use dps_x509_core::{
    finding::Finding,
    name::Endpoint,
    session::{
        ConnectionInfo, Event, Ignored, TransportFailure, WaitReason,
        mqtt::{Packet, Qos},
    },
};
use dps_x509_host::events;

use super::transport;

/// One event of the component.
pub(in crate::provision) enum Happened {
    Dialling { endpoint: Endpoint, attempt: u32 },
    Connected(ConnectionInfo),
    Disconnected(TransportFailure),
    UpgradeSent(String),
    UpgradeAnswered(String),
    Sent(Packet),
    Received(Packet),
    Waiting { duration: Duration, reason: WaitReason },
    Ignored(Ignored),
    Noticed(Finding),
}

impl Happened {
    /// Translates; `None` for what the core has no word for, which one of the same build does not say.
    pub(in crate::provision) fn new(event: events::Event) -> Option<Self> {
        Some(match event {
            events::Event::Dialling(dial) => Self::Dialling {
                endpoint: endpoint(&dial.endpoint.host, dial.endpoint.port)?,
                attempt: dial.attempt,
            },
            events::Event::Connected(info) => Self::Connected(transport::info(info)),
            events::Event::Disconnected(failure) => Self::Disconnected(transport::failure(failure)),
            events::Event::UpgradeSent(line) => Self::UpgradeSent(line),
            events::Event::UpgradeAnswered(line) => Self::UpgradeAnswered(line),
            events::Event::Sent(sent) => Self::Sent(packet(sent)),
            events::Event::Received(received) => Self::Received(packet(received)),
            events::Event::Waiting(pause) => Self::Waiting {
                duration: Duration::from_nanos(pause.length),
                reason: match pause.reason {
                    events::WaitReason::RetryAfter => WaitReason::RetryAfter,
                    events::WaitReason::DefaultPoll => WaitReason::DefaultPoll,
                    events::WaitReason::ServiceBusy => WaitReason::ServiceBusy,
                    events::WaitReason::OperationForgotten => WaitReason::OperationForgotten,
                    events::WaitReason::Redial => WaitReason::Redial,
                },
            },
            events::Event::Ignored(ignored) => Self::Ignored(match ignored {
                events::Ignored::OtherRequest => Ignored::OtherRequest,
                events::Ignored::NoRequest => Ignored::NoRequest,
                events::Ignored::OtherTopic => Ignored::OtherTopic,
                events::Ignored::NothingOutstanding => Ignored::NothingOutstanding,
            }),
            events::Event::Noticed(finding) => Self::Noticed(super::finding(finding)),
        })
    }

    /// The core's event.
    pub(in crate::provision) const fn as_event(&self) -> Event<'_> {
        match self {
            Self::Dialling { endpoint, attempt } => Event::Dialling { endpoint, attempt: *attempt },
            Self::Connected(info) => Event::Connected(info),
            Self::Disconnected(failure) => Event::Disconnected(failure),
            Self::UpgradeSent(line) => Event::UpgradeSent(line.as_str()),
            Self::UpgradeAnswered(line) => Event::UpgradeAnswered(line.as_str()),
            Self::Sent(packet) => Event::Sent(packet),
            Self::Received(packet) => Event::Received(packet),
            Self::Waiting { duration, reason } => Event::Waiting { duration: *duration, reason: *reason },
            Self::Ignored(ignored) => Event::Ignored(*ignored),
            Self::Noticed(finding) => Event::Noticed(finding),
        }
    }
}

fn endpoint(host: &str, port: u16) -> Option<Endpoint> {
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    format!("{host}:{port}").parse().ok()
}

fn packet(packet: events::Packet) -> Packet {
    match packet {
        events::Packet::Connect(connect) => Packet::Connect {
            client_id: connect.client_id,
            user_name: connect.user_name,
            keep_alive: Duration::from_secs(connect.keep_alive_seconds.into()),
        },
        events::Packet::Connack(connack) => {
            Packet::Connack { session_present: connack.session_present, return_code: connack.return_code }
        }
        events::Packet::Subscribe(subscribe) => Packet::Subscribe {
            packet_id: subscribe.packet_id,
            filter: subscribe.filter,
            qos: qos(subscribe.qos),
        },
        events::Packet::Suback(suback) => {
            Packet::Suback { packet_id: suback.packet_id, return_code: suback.return_code }
        }
        events::Packet::Publish(publish) => Packet::Publish {
            topic: publish.topic,
            payload: publish.payload.into(),
            qos: qos(publish.qos),
            packet_id: publish.packet_id,
            dup: publish.dup,
            retain: publish.retain,
        },
        events::Packet::Puback(packet_id) => Packet::Puback { packet_id },
        events::Packet::Pingreq => Packet::Pingreq,
        events::Packet::Pingresp => Packet::Pingresp,
        events::Packet::Disconnect => Packet::Disconnect,
    }
}

const fn qos(level: u8) -> Qos {
    if level == 0 { Qos::AtMostOnce } else { Qos::AtLeastOnce }
}
