//! One MQTT connection, in WebSocket or not: CONNECT, SUBSCRIBE, then one request after the other.

use bytes::Bytes;

use super::{
    Config,
    event::Ignored,
    flood::{Flood, Idle},
    mqtt::{Decoder, EncodeError, Packet, Qos, Violation},
    outbox::{Item, Outbox},
    peer::Peer,
    seed::Dice,
    stage::Stage,
    time::Instant,
    topic::ResponseTopic,
    transport::{TransportFailure, TransportFailureKind},
    websocket::{Incoming, WebSocket, WebSocketFault},
};
use crate::{
    name::Transport,
    service::{Answer, Channel},
};

/// A request to DPS, or to the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Request {
    Register,
    Poll,
    Twin,
}

/// A request as it goes out.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) request: Request,
    pub(super) rid: String,
    pub(super) topic: String,
    pub(super) body: String,
    pub(super) qos: Qos,
}

/// What a packet brought the provisioning forward by.
#[derive(Debug)]
pub(super) enum Progress {
    /// Subscribed: requests can be sent.
    Ready,
    /// The answer to the outstanding request.
    Response { topic: ResponseTopic, body: Bytes, request: Request },
}

/// Why a connection is of no use any more, as far as this side sees it.
#[derive(Debug)]
pub(super) enum End {
    Refused(Box<Answer>),
    Violation(Violation),
    OutOfPlace {
        packet: &'static str,
    },
    WebSocket(WebSocketFault),
    Unsendable(EncodeError),
    Flooded(Flood),
    Silent,
    /// The peer said that it ends it, in the words of WebSocket.
    Closed(TransportFailure),
}

impl From<Flood> for End {
    fn from(flood: Flood) -> Self {
        Self::Flooded(flood)
    }
}

/// What a packet is to a connection.
#[derive(Debug)]
enum Meaning {
    Progress(Progress),
    /// It had to come, and asks for nothing.
    Expected,
    /// It answers nothing.
    Idle,
}

#[derive(Debug)]
enum Awaiting {
    Upgrade,
    Connack,
    Suback { packet_id: u16 },
    Response { rid: String, request: Request },
    Nothing,
}

#[derive(Debug)]
pub(super) struct Session {
    /// Around the MQTT stream, where there is one.
    websocket: Option<WebSocket>,
    decoder: Decoder,
    awaiting: Awaiting,
    /// When what is awaited must be there.
    answer_by: Instant,
    last_sent: Instant,
    /// When the outstanding PINGRESP must be there.
    pingresp_by: Option<Instant>,
    /// The PUBLISH whose PUBACK is still to come.
    unacknowledged: Option<u16>,
    packet_id: u16,
}

impl Session {
    /// Asks for WebSocket where that is wanted, else sends CONNECT.
    pub(super) fn start(
        config: &Config,
        peer: &Peer,
        dice: &mut Dice,
        now: Instant,
        out: &mut Outbox,
    ) -> Result<Self, End> {
        let mut session = Self {
            websocket: None,
            decoder: Decoder::default(),
            awaiting: Awaiting::Connack,
            answer_by: now + Config::RESPONSE_TIMEOUT,
            last_sent: now,
            pingresp_by: None,
            unacknowledged: None,
            packet_id: 0,
        };
        match config.transport {
            Transport::Mqtt => session.connect(config, peer, now, out)?,
            Transport::WebSocket => {
                let (websocket, request) = WebSocket::start(&peer.endpoint, dice.split());
                session.websocket = Some(websocket);
                session.awaiting = Awaiting::Upgrade;
                out.push(Item::Transmit(request.to_bytes()));
                out.push(Item::UpgradeSent(request.line()));
            }
        }
        Ok(session)
    }

    fn connect(&mut self, config: &Config, peer: &Peer, now: Instant, out: &mut Outbox) -> Result<(), End> {
        self.await_answer(Awaiting::Connack, now);
        let Peer { client_id, user_name, .. } = peer.clone();
        self.send(Packet::Connect { client_id, user_name, keep_alive: config.keep_alive }, now, out)
    }

    pub(super) const fn stage(&self) -> Stage {
        match &self.awaiting {
            Awaiting::Upgrade => Stage::Upgrade,
            Awaiting::Connack => Stage::Connect,
            Awaiting::Suback { .. } => Stage::Subscribe,
            Awaiting::Response { request: Request::Register, .. } => Stage::Register,
            Awaiting::Response { request: Request::Poll, .. } => Stage::Poll,
            Awaiting::Response { request: Request::Twin, .. } => Stage::Twin,
            Awaiting::Nothing => Stage::Wait,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        match &mut self.websocket {
            Some(websocket) => websocket.push(bytes),
            None => self.decoder.push(bytes),
        }
    }

    /// Works through the packets received until one brings the provisioning forward; `None` if none is left.
    pub(super) fn next(
        &mut self,
        config: &Config,
        peer: &Peer,
        now: Instant,
        idle: &mut Idle,
        out: &mut Outbox,
    ) -> Result<Option<Progress>, End> {
        loop {
            let before = self.decoder.taken();
            let Some(packet) = self.decoder.next_packet().map_err(End::Violation)? else {
                if !self.unwrap(config, peer, now, idle, out)? {
                    return Ok(None);
                }
                continue;
            };
            let length = self.decoder.taken() - before;
            out.tally.bytes_received += length;
            out.push(Item::Received(packet.clone()));
            match self.handle(packet, peer, now, out)? {
                Meaning::Expected => {}
                Meaning::Idle => idle.packet(length)?,
                Meaning::Progress(progress) => {
                    if matches!(progress, Progress::Response { .. }) {
                        idle.forget();
                    }
                    return Ok(Some(progress));
                }
            }
        }
    }

    /// Takes what comes next out of its WebSocket; says whether something came.
    fn unwrap(
        &mut self,
        config: &Config,
        peer: &Peer,
        now: Instant,
        idle: &mut Idle,
        out: &mut Outbox,
    ) -> Result<bool, End> {
        let Some(websocket) = &mut self.websocket else { return Ok(false) };
        let incoming = websocket.next().map_err(|fault| {
            if let WebSocketFault::Refused(answer) = &fault {
                out.push(Item::UpgradeAnswered(answer.line()));
            }
            End::WebSocket(fault)
        })?;
        match incoming {
            None => return Ok(false),
            Some(Incoming::Upgraded(line)) => {
                out.push(Item::UpgradeAnswered(line));
                self.connect(config, peer, now, out)?;
            }
            // A frame without content is one for its own sake.
            Some(Incoming::Frame { header, content: 0 }) => idle.packet(header)?,
            Some(Incoming::Frame { header, .. }) => idle.bytes(header)?,
            Some(Incoming::Content(piece)) => self.decoder.push(&piece),
            Some(Incoming::Ping(content)) => {
                out.push(Item::Transmit(websocket.pong(&content)));
                idle.packet(content.len())?;
            }
            Some(Incoming::Pong) => idle.packet(0)?,
            Some(Incoming::Closed(detail)) => {
                out.push(Item::Transmit(websocket.close()));
                return Err(End::Closed(TransportFailure::new(TransportFailureKind::Closed, detail)));
            }
        }
        Ok(true)
    }

    fn handle(
        &mut self,
        packet: Packet,
        peer: &Peer,
        now: Instant,
        out: &mut Outbox,
    ) -> Result<Meaning, End> {
        let name = packet.name();
        match (&self.awaiting, packet) {
            (Awaiting::Connack, Packet::Connack { return_code: 0, .. }) => {
                let packet_id = self.next_packet_id();
                self.await_answer(Awaiting::Suback { packet_id }, now);
                let filter = peer.filter();
                self.send(Packet::Subscribe { packet_id, filter, qos: Qos::AtLeastOnce }, now, out)?;
                Ok(Meaning::Expected)
            }
            (Awaiting::Connack, Packet::Connack { return_code, .. }) => {
                Err(End::Refused(refusal(Channel::Connack, return_code)))
            }
            (Awaiting::Suback { .. }, Packet::Suback { return_code: 0x80, .. }) => {
                Err(End::Refused(refusal(Channel::Suback, 0x80)))
            }
            (Awaiting::Suback { packet_id: expected }, Packet::Suback { packet_id, .. })
                if *expected == packet_id =>
            {
                self.awaiting = Awaiting::Nothing;
                Ok(Meaning::Progress(Progress::Ready))
            }
            (Awaiting::Suback { .. }, Packet::Suback { .. }) => {
                Err(End::OutOfPlace { packet: "a SUBACK for another SUBSCRIBE" })
            }
            (Awaiting::Upgrade | Awaiting::Connack, _) => Err(End::OutOfPlace { packet: name }),
            (_, Packet::Publish { topic, payload, packet_id, .. }) => {
                if let Some(packet_id) = packet_id {
                    self.send(Packet::Puback { packet_id }, now, out)?;
                }
                let response = self.response(peer, &topic, payload, out);
                Ok(response.map_or(Meaning::Idle, Meaning::Progress))
            }
            (_, Packet::Pingresp) => Ok(match self.pingresp_by.take() {
                Some(_) => Meaning::Expected,
                None => Meaning::Idle,
            }),
            // The answer counts, not the acknowledgement of the question; one may overtake the other.
            (_, Packet::Puback { packet_id }) if self.unacknowledged == Some(packet_id) => {
                self.unacknowledged = None;
                Ok(Meaning::Expected)
            }
            (_, Packet::Puback { .. }) => Ok(Meaning::Idle),
            _ => Err(End::OutOfPlace { packet: name }),
        }
    }

    fn response(&mut self, peer: &Peer, topic: &str, body: Bytes, out: &mut Outbox) -> Option<Progress> {
        let Some(topic) = ResponseTopic::parse_below(peer.responses, topic) else {
            out.push(Item::Ignored(Ignored::OtherTopic));
            return None;
        };
        let Awaiting::Response { rid, request } = &self.awaiting else {
            out.push(Item::Ignored(Ignored::NothingOutstanding));
            return None;
        };
        // What names no request proves nothing: it may have been sent before the question.
        let Some(answered) = &topic.rid else {
            out.push(Item::Ignored(Ignored::NoRequest));
            return None;
        };
        if answered != rid {
            out.push(Item::Ignored(Ignored::OtherRequest));
            return None;
        }
        let request = *request;
        self.awaiting = Awaiting::Nothing;
        Some(Progress::Response { topic, body, request })
    }

    /// Publishes a request; its answer is awaited from now on.
    pub(super) fn ask(&mut self, question: Question, now: Instant, out: &mut Outbox) -> Result<(), End> {
        let Question { request, rid, topic, body, qos } = question;
        let packet_id = (qos == Qos::AtLeastOnce).then(|| self.next_packet_id());
        self.unacknowledged = packet_id;
        self.await_answer(Awaiting::Response { rid, request }, now);
        out.tally.requests += 1;
        let payload = Bytes::from(body);
        self.send(Packet::Publish { topic, payload, qos, packet_id, dup: false, retain: false }, now, out)
    }

    /// When [`Session::tick`] has something to do.
    pub(super) fn wake(&self, config: &Config) -> Instant {
        let answer_by = if self.is_idle() { Instant::LAST } else { self.answer_by };
        let ping = match self.pingresp_by {
            Some(by) => by,
            // Before CONNACK there is nothing to keep alive: the first packet that the server takes is CONNECT
            // (MQTT-3.1.0-1), and whether it takes that is not known yet.
            None if config.keep_alive.is_zero()
                || matches!(self.awaiting, Awaiting::Upgrade | Awaiting::Connack) =>
            {
                Instant::LAST
            }
            None => self.last_sent + config.keep_alive,
        };
        answer_by.min(ping)
    }

    /// Whether no answer is outstanding, so that a request can be sent.
    pub(super) const fn is_idle(&self) -> bool {
        matches!(self.awaiting, Awaiting::Nothing)
    }

    /// Gives up on silence, and keeps the connection alive (MQTT 3.1.1 section 3.1.2.10).
    pub(super) fn tick(&mut self, config: &Config, now: Instant, out: &mut Outbox) -> Result<(), End> {
        if now < self.wake(config) {
            return Ok(());
        }
        let overdue =
            (!self.is_idle() && now >= self.answer_by) || self.pingresp_by.is_some_and(|by| now >= by);
        if overdue {
            return Err(End::Silent);
        }
        self.pingresp_by = Some(now + Config::RESPONSE_TIMEOUT);
        self.send(Packet::Pingreq, now, out)
    }

    fn send(&mut self, packet: Packet, now: Instant, out: &mut Outbox) -> Result<(), End> {
        self.last_sent = now;
        out.send(packet, self.websocket.as_mut()).map_err(End::Unsendable)
    }

    /// Says farewell to a server that has accepted.
    pub(super) fn disconnect(&mut self, now: Instant, out: &mut Outbox) {
        // DISCONNECT has no parts that could fail to encode.
        let _ = self.send(Packet::Disconnect, now, out);
        if let Some(websocket) = &mut self.websocket {
            out.push(Item::Transmit(websocket.close()));
        }
    }

    fn await_answer(&mut self, awaiting: Awaiting, now: Instant) {
        self.awaiting = awaiting;
        self.answer_by = now + Config::RESPONSE_TIMEOUT;
    }

    /// 1 to 65,535, then again (MQTT-2.3.1-1); one is outstanding at a time.
    const fn next_packet_id(&mut self) -> u16 {
        self.packet_id = if self.packet_id == u16::MAX { 1 } else { self.packet_id + 1 };
        self.packet_id
    }
}

fn refusal(channel: Channel, status: u8) -> Box<Answer> {
    Box::new(Answer { channel, status: u16::from(status), ..Answer::default() })
}
