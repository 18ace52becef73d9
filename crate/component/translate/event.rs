//! Events, out of the core.

use dps_x509_core::session::{self, mqtt};

use super::{finding, nanos, transport};
use crate::contract::{
    transcript::{
        ConnackPacket, ConnectPacket, Dial, Event, Ignored, Packet, Pause, PublishPacket, SubackPacket,
        SubscribePacket, WaitReason,
    },
    transport::Endpoint,
};

/// One thing that happened.
pub(crate) fn write(event: &session::Event<'_>) -> Event {
    match *event {
        session::Event::Dialling { endpoint, attempt } => Event::Dialling(Dial {
            endpoint: Endpoint { host: endpoint.host().to_owned(), port: endpoint.port() },
            attempt,
        }),
        session::Event::Connected(info) => Event::Connected(transport::write_info(info)),
        session::Event::Disconnected(failure) => Event::Disconnected(transport::write(failure)),
        session::Event::UpgradeSent(line) => Event::UpgradeSent(line.to_owned()),
        session::Event::UpgradeAnswered(line) => Event::UpgradeAnswered(line.to_owned()),
        session::Event::Sent(packet) => Event::Sent(write_packet(packet)),
        session::Event::Received(packet) => Event::Received(write_packet(packet)),
        session::Event::Waiting { duration, reason } => {
            Event::Waiting(Pause { length: nanos(duration), reason: write_reason(reason) })
        }
        session::Event::Ignored(ignored) => Event::Ignored(write_ignored(ignored)),
        session::Event::Noticed(noticed) => Event::Noticed(finding::write(noticed)),
        // The core is of the same build: there is no other event.
        _ => Event::Ignored(Ignored::OtherTopic),
    }
}

fn write_packet(packet: &mqtt::Packet) -> Packet {
    match packet.clone() {
        mqtt::Packet::Connect { client_id, user_name, keep_alive } => Packet::Connect(ConnectPacket {
            client_id,
            user_name,
            keep_alive_seconds: u16::try_from(keep_alive.as_secs()).unwrap_or(u16::MAX),
        }),
        mqtt::Packet::Connack { session_present, return_code } => {
            Packet::Connack(ConnackPacket { session_present, return_code })
        }
        mqtt::Packet::Subscribe { packet_id, filter, qos } => {
            Packet::Subscribe(SubscribePacket { packet_id, filter, qos: qos.level() })
        }
        mqtt::Packet::Suback { packet_id, return_code } => {
            Packet::Suback(SubackPacket { packet_id, return_code })
        }
        mqtt::Packet::Publish { topic, payload, qos, packet_id, dup, retain } => {
            Packet::Publish(PublishPacket {
                topic,
                payload: payload.to_vec(),
                qos: qos.level(),
                packet_id,
                dup,
                retain,
            })
        }
        mqtt::Packet::Puback { packet_id } => Packet::Puback(packet_id),
        mqtt::Packet::Pingreq => Packet::Pingreq,
        mqtt::Packet::Pingresp => Packet::Pingresp,
        // DISCONNECT; the core is of the same build, and there is no other.
        _ => Packet::Disconnect,
    }
}

fn write_reason(reason: session::WaitReason) -> WaitReason {
    match reason {
        session::WaitReason::RetryAfter => WaitReason::RetryAfter,
        session::WaitReason::DefaultPoll => WaitReason::DefaultPoll,
        session::WaitReason::ServiceBusy => WaitReason::ServiceBusy,
        session::WaitReason::OperationForgotten => WaitReason::OperationForgotten,
        session::WaitReason::Redial => WaitReason::Redial,
    }
}

fn write_ignored(ignored: session::Ignored) -> Ignored {
    match ignored {
        session::Ignored::OtherRequest => Ignored::OtherRequest,
        session::Ignored::NoRequest => Ignored::NoRequest,
        session::Ignored::OtherTopic => Ignored::OtherTopic,
        session::Ignored::NothingOutstanding => Ignored::NothingOutstanding,
    }
}
