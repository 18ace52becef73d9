//! What the machine wants done, in order, until the host asks for it.

use std::{collections::VecDeque, time::Duration};

use super::{
    connection_id::ConnectionId,
    event::{Event, Ignored, WaitReason},
    mqtt::{EncodeError, Packet, encode},
    outcome::Tally,
    provisioning::Output,
    transport::{ConnectionInfo, TransportFailure},
    websocket::WebSocket,
};
use crate::name::Endpoint;

#[derive(Debug)]
pub(super) enum Item {
    Connect(ConnectionId, Endpoint),
    Transmit(Vec<u8>),
    Close,
    Dialling { endpoint: Endpoint, attempt: u32 },
    Connected(ConnectionInfo),
    Disconnected(TransportFailure),
    UpgradeSent(String),
    UpgradeAnswered(String),
    Sent(Packet),
    Received(Packet),
    Waiting { duration: Duration, reason: WaitReason },
    Ignored(Ignored),
}

impl Item {
    /// The item as the host sees it, borrowed: no allocation per poll.
    pub(super) const fn as_output(&self) -> Output<'_> {
        Output::Event(match self {
            Self::Connect(connection, endpoint) => return Output::Connect(*connection, endpoint),
            Self::Transmit(bytes) => return Output::Transmit(bytes.as_slice()),
            Self::Close => return Output::Close,
            Self::Dialling { endpoint, attempt } => Event::Dialling { endpoint, attempt: *attempt },
            Self::Connected(info) => Event::Connected(info),
            Self::Disconnected(failure) => Event::Disconnected(failure),
            Self::UpgradeSent(line) => Event::UpgradeSent(line.as_str()),
            Self::UpgradeAnswered(line) => Event::UpgradeAnswered(line.as_str()),
            Self::Sent(packet) => Event::Sent(packet),
            Self::Received(packet) => Event::Received(packet),
            Self::Waiting { duration, reason } => Event::Waiting { duration: *duration, reason: *reason },
            Self::Ignored(ignored) => Event::Ignored(*ignored),
        })
    }
}

/// The queue of outputs, and the count of what goes through it.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: VecDeque<Item>,
    pub(super) tally: Tally,
}

impl Outbox {
    pub(super) fn push(&mut self, item: Item) {
        self.queue.push_back(item);
    }

    pub(super) fn pop(&mut self) -> Option<Item> {
        self.queue.pop_front()
    }

    /// Takes back a dial of which the host has not been told.
    pub(super) fn take_back_dial(&mut self) {
        if self.queue.iter().any(|item| matches!(item, Item::Connect(..))) {
            self.queue.retain(|item| !matches!(item, Item::Dialling { .. } | Item::Connect(..)));
            self.tally.dials = self.tally.dials.saturating_sub(1);
        }
    }

    /// Queues a packet's bytes and its event.
    pub(super) fn send(
        &mut self,
        packet: Packet,
        websocket: Option<&mut WebSocket>,
    ) -> Result<(), EncodeError> {
        let bytes = encode(&packet)?;
        self.tally.bytes_sent += u64::try_from(bytes.len()).unwrap_or_default();
        self.push(Item::Transmit(match websocket {
            Some(websocket) => websocket.content(&bytes),
            None => bytes,
        }));
        self.push(Item::Sent(packet));
        Ok(())
    }
}
