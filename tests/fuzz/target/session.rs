//! The machine under any sequence of inputs, beside a model that reads the same bytes.
//!
//! No panic, bounded output for each input, waits that end, one outcome; any split of the bytes gives the same; and it comes
//! to a hub only if an answer to its last question says so.

use dps_x509_core::{
    name::{IdScope, RegistrationId, Transport},
    service::TlsAlert,
    session::{
        Config, ConnectionId, ConnectionInfo, Input, Instant, Outcome, Output, Provisioning, Seed,
        TransportFailure, TransportFailureKind,
        mqtt::{Decoder, Packet},
    },
};
use serde_json::Value;

/// Most that one input may lead to.
const MOST_OUTPUTS: usize = 10_000;

pub(super) fn run(bytes: &[u8]) {
    let (&first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let transport = if first & 1 == 0 { Transport::Mqtt } else { Transport::WebSocket };
    let whole = Run::of(transport, rest, usize::MAX);
    let split = Run::of(transport, rest, 1);
    assert_eq!(whole.outcome, split.outcome, "the split of the bytes makes a difference");
    assert_eq!(whole.sent, split.sent, "the split of the bytes makes a difference to what is sent");
}

struct Run {
    machine: Provisioning,
    now: Instant,
    connection: ConnectionId,
    /// What it sends, on all connections.
    sent: Vec<u8>,
    /// The last request for an upgrade.
    upgrade: Vec<u8>,
    /// What it has sent on this connection, and what came.
    sent_here: Vec<u8>,
    received: Vec<u8>,
    /// Whether it has been told that the connection is up; before, nothing counts that comes.
    is_up: bool,
    outcome: Option<Outcome>,
}

impl Run {
    fn of(transport: Transport, mut script: &[u8], most: usize) -> Self {
        let scope = IdScope::new("0ne00111111").unwrap();
        let mut config =
            Config::new(scope, RegistrationId::new("dev").unwrap(), "localhost".parse().unwrap());
        config.transport = transport;
        let now = Instant::from_millis(5);
        let mut run = Self {
            machine: Provisioning::new(config, Seed([1; 16]), now),
            now,
            connection: ConnectionId::new(0),
            sent: Vec::new(),
            upgrade: Vec::new(),
            sent_here: Vec::new(),
            received: Vec::new(),
            is_up: false,
            outcome: None,
        };
        run.take_outputs(transport);
        // An operation, and how much of what follows is its own.
        while let [operation, length, rest @ ..] = script {
            let (own, behind) = rest.split_at(usize::from(*length).min(rest.len()));
            script = behind;
            run.step(transport, *operation, own, most);
        }
        run
    }

    fn step(&mut self, transport: Transport, operation: u8, own: &[u8], most: usize) {
        let failure = |kind| TransportFailure::new(kind, String::from_utf8_lossy(own));
        let at = self.connection;
        match operation % 16 {
            0 | 1 => {
                self.is_up = true;
                self.handle(transport, Input::Connected(at, ConnectionInfo::default()));
            }
            2 => self.handle(transport, Input::ConnectFailed(at, failure(TransportFailureKind::TimedOut))),
            3 => self.handle(
                transport,
                Input::Closed(at, Some(failure(TransportFailureKind::Alert(TlsAlert::UNKNOWN_CA)))),
            ),
            4 => self.handle(transport, Input::Closed(at, None)),
            5 => {
                let millis =
                    own.iter().fold(0_u64, |sum, byte| sum.saturating_mul(16).saturating_add((*byte).into()));
                self.now = Instant::from_millis(self.now.as_millis().saturating_add(millis));
                self.handle(transport, Input::Timeout);
            }
            6 if own.len() == 7 => self.handle(transport, Input::Cancel),
            6 => {
                let late = ConnectionId::new(at.number().wrapping_sub(1));
                self.handle(transport, Input::Received(late, own));
            }
            7 => self.receive(transport, &upgraded(&self.upgrade), most),
            8 => self.packet(transport, b"\x20\x02\x00\x00", most),
            9 => self.packet(transport, b"\x90\x03\x00\x01\x01", most),
            10 => {
                // An answer to the last question, with a body of the script's own.
                let rid = self.rid().unwrap_or_default();
                let (status, body) = own.split_first().unwrap_or((&0, &[]));
                let status = [200, 202, 204, 299, 429, 404, 500, 401][usize::from(*status) % 8];
                let topic = format!("$dps/registrations/res/{status}/?$rid={rid}&retry-after=3");
                self.packet(transport, &publish(topic.as_bytes(), body), most);
            }
            11 => {
                let rid = self.rid().unwrap_or_default();
                let topic = format!("$dps/registrations/res/200/?$rid={rid}");
                let hub = String::from_utf8_lossy(own);
                let body = serde_json::json!({ "operationId": "4", "status": "assigned", "registrationState":
                    { "registrationId": "dev", "assignedHub": hub, "deviceId": "dev", "status": "assigned" } });
                self.packet(transport, &publish(topic.as_bytes(), body.to_string().as_bytes()), most);
            }
            12 => {
                let (topic, body) = own.split_at(own.len() / 2);
                self.packet(transport, &publish(topic, body), most);
            }
            13 => self.packet(transport, own, most),
            14 => self.packet(transport, &self.half_true(own), most),
            _ => self.receive(transport, own, most),
        }
    }

    /// An assignment that parts of the answer may deny.
    fn half_true(&self, own: &[u8]) -> Vec<u8> {
        let of = |place: usize| usize::from(own.get(place).copied().unwrap_or_default());
        let words = ["assigned", "Assigned", "assigning", "failed", "", "new"];
        let rid = self.rid().unwrap_or_default();
        let query = [
            format!("$rid={rid}"),
            format!("$RID={rid}"),
            format!("$rid={rid}&$rid=1"),
            format!("$rid=1&$rid={rid}"),
            format!("retry-after=1&$rid={rid}&$rid={rid}"),
            format!("$rid=1&rid={rid}"),
        ];
        let topic = format!("$dps/registrations/res/{}/?{}", 200 + of(0) % 4, query[of(1) % query.len()]);
        let (operation, id) = (["4", "5", ""][of(2) % 3], ["dev", "DEV", "", "another"][of(4) % 4]);
        let (outer, inner) = (words[of(3) % words.len()], words[of(6) % words.len()]);
        let hub = ["a.example", "b.example"][of(5) % 2];
        let body = serde_json::json!({ "operationId": operation, "status": outer, "registrationState":
            { "registrationId": id, "assignedHub": hub, "deviceId": "dev", "status": inner } });
        publish(topic.as_bytes(), body.to_string().as_bytes())
    }

    /// A packet, in a frame where there are frames.
    fn packet(&mut self, transport: Transport, packet: &[u8], most: usize) {
        match transport {
            Transport::WebSocket => {
                let mut frame = vec![0x82, 126];
                frame.extend(u16::try_from(packet.len()).unwrap_or(u16::MAX).to_be_bytes());
                frame.extend(packet);
                self.receive(transport, &frame, most);
            }
            _ => self.receive(transport, packet, most),
        }
    }

    fn receive(&mut self, transport: Transport, bytes: &[u8], most: usize) {
        if self.is_up {
            self.received.extend(bytes);
        }
        let at = self.connection;
        for part in bytes.chunks(most.min(bytes.len()).max(1)) {
            self.handle(transport, Input::Received(at, part));
        }
    }

    fn handle(&mut self, transport: Transport, input: Input<'_>) {
        self.machine.handle_input(self.now, input);
        self.take_outputs(transport);
    }

    fn take_outputs(&mut self, transport: Transport) {
        for number in 0.. {
            assert!(number < MOST_OUTPUTS, "one input, and no end of outputs");
            match self.machine.poll_output() {
                Output::Wait(wake) => {
                    assert!(wake > self.now, "a wait that is over");
                    assert!(self.outcome.is_none(), "a wait after the end");
                    assert!(self.now < self.machine.deadline(), "a wait behind the deadline");
                    return;
                }
                Output::Done(outcome) => {
                    let outcome = outcome.clone();
                    match &self.outcome {
                        Some(first) => assert_eq!(*first, outcome, "two outcomes"),
                        None => self.outcome = Some(outcome),
                    }
                    if transport == Transport::Mqtt {
                        self.prove();
                    }
                    return;
                }
                Output::Connect(connection, _) => {
                    self.connection = connection;
                    (self.sent_here, self.received, self.is_up) = (Vec::new(), Vec::new(), false);
                }
                Output::Transmit(bytes) => {
                    if bytes.starts_with(b"GET ") {
                        self.upgrade = bytes.to_vec();
                    }
                    self.sent.extend(bytes);
                    self.sent_here.extend(bytes);
                }
                _ => {}
            }
        }
    }

    /// The `$rid` of the last question on this connection.
    fn rid(&self) -> Option<String> {
        let marker = b"$rid=";
        let start = self.sent_here.windows(marker.len()).rposition(|window| window == marker)? + marker.len();
        let digits = self
            .sent_here
            .get(start..)?
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-');
        String::from_utf8(digits.copied().collect()).ok()
    }

    /// The operation that the last question on this connection is about. Those that need an escape are not looked at.
    fn operation(&self) -> Option<String> {
        let from = self.sent_here.windows(5).rposition(|window| window == b"$rid=")?;
        let question = String::from_utf8_lossy(self.sent_here.get(from..)?).into_owned();
        let is_of_id = |it: &char| it.is_ascii_alphanumeric() || "-._~%".contains(*it);
        let id: String = question.split_once("&operationId=")?.1.chars().take_while(is_of_id).collect();
        (!id.contains('%')).then_some(id)
    }

    /// A success is in the bytes of this connection.
    fn prove(&self) {
        let Some(Ok(assignment)) = &self.outcome else { return };
        let rid = self.rid().expect("a success without a question");
        let mut decoder = Decoder::default();
        decoder.push(&self.received);
        let mut is_proven = false;
        while let Ok(Some(packet)) = decoder.next_packet() {
            let Packet::Publish { topic, payload, .. } = packet else { continue };
            let Some((_, query)) =
                topic.strip_prefix("$dps/registrations/res/200/").and_then(|it| it.split_once('?'))
            else {
                continue;
            };
            let mut rids = query.split('&').filter_map(|part| part.strip_prefix("$rid=")).peekable();
            let is_answer = rids.peek().is_some() && rids.all(|it| it == rid);
            let body: Value = serde_json::from_slice(&payload).unwrap_or_default();
            let state = &body["registrationState"];
            let words = || [&body["status"], &state["status"]].into_iter().filter_map(Value::as_str);
            let operation = body["operationId"].as_str().filter(|it| !it.is_empty());
            is_proven |= is_answer
                && operation.zip(self.operation()).is_none_or(|(it, asked)| it == asked)
                && (0 < words().count() && words().all(|it| it.eq_ignore_ascii_case("assigned")))
                && state["registrationId"]
                    .as_str()
                    .is_none_or(|it| it.is_empty() || it.eq_ignore_ascii_case("dev"))
                && state["assignedHub"].as_str() == Some(assignment.assigned.assigned_hub.as_str())
                && state["deviceId"].as_str() == Some(assignment.assigned.device_id.as_str());
        }
        assert!(is_proven, "no answer says so: {assignment:?}");
    }
}

fn publish(topic: &[u8], body: &[u8]) -> Vec<u8> {
    let mut content = u16::try_from(topic.len()).unwrap_or_default().to_be_bytes().to_vec();
    content.extend(topic);
    content.extend(body);
    let mut packet = vec![0x30];
    let mut length = content.len();
    loop {
        let low = u8::try_from(length % 128).unwrap_or_default();
        length /= 128;
        packet.push(if length > 0 { low | 0x80 } else { low });
        if length == 0 {
            break;
        }
    }
    packet.extend(content);
    packet
}

fn upgraded(request: &[u8]) -> Vec<u8> {
    let request = String::from_utf8_lossy(request);
    let key = request.split("Sec-WebSocket-Key: ").nth(1).and_then(|it| it.split('\r').next());
    let accept = tungstenite::handshake::derive_accept_key(key.unwrap_or_default().as_bytes());
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"
    )
    .into_bytes()
}
