//! A look at one connection without registering: WebSocket where that is wanted, CONNECT, SUBSCRIBE, DISCONNECT.
//!
//! Registering can assign a device anew; these packets change nothing at DPS. The host has made the connection and
//! verified the server; without that nothing may be sent.

use std::time::Duration;

use super::{
    Config, Event, Output, Seed,
    connection::{End, Progress, Session},
    flood::{Flood, Idle},
    outbox::{Item, Outbox},
    outcome::{Failure, FailureCause, Retry},
    peer::Peer,
    seed::Dice,
    stage::Stage,
    time::Instant,
    transport::{TransportFailure, TransportFailureKind},
    websocket::{Incoming, WebSocket},
};
use crate::name::Endpoint;

/// What the host tells a probe of its one connection.
#[derive(Debug)]
#[non_exhaustive]
pub enum ProbeInput<'a> {
    /// Bytes came, in any split.
    Received(&'a [u8]),
    /// The connection ended, by a failure if one is known.
    Closed(Option<TransportFailure>),
    /// Time passed. Needed when nothing else happens until the instant of [`ProbeOutput::Wait`].
    Timeout,
    /// The host wants it to end.
    Cancel,
}

/// What a probe tells its host.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ProbeOutput<'a> {
    /// Send these bytes.
    Transmit(&'a [u8]),
    /// Something for a person or a log; nothing has to be done.
    Event(Event<'a>),
    /// Nothing more to do before this instant, unless something comes in.
    Wait(Instant),
    /// It is over: close the connection. Said again for ever.
    Done(&'a Result<(), Failure>),
}

/// A look at one connection that is up. Inputs that do not fit are ignored; once it is done it stays done.
#[derive(Debug)]
pub struct Probe {
    subject: Subject,
    started: Instant,
    now: Instant,
    timeout: Duration,
    /// When the stage that is under way began.
    since: Instant,
    passed: Vec<(Stage, Duration)>,
    idle: Idle,
    out: Outbox,
    current: Item,
    outcome: Option<Result<(), Failure>>,
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one of them for each connection")]
enum Subject {
    /// Everything that a device does before it registers.
    Device { config: Config, peer: Peer, session: Option<Session> },
    /// The upgrade to WebSocket alone.
    Upgrade(WebSocket),
}

impl Probe {
    /// As a device: WebSocket if the configuration says so, CONNECT, SUBSCRIBE, DISCONNECT. The configuration's time
    /// limit counts from `now`, when the connection is up.
    #[must_use]
    pub fn device(config: Config, seed: Seed, now: Instant) -> Self {
        let (peer, timeout, mut dice) = (Peer::dps(&config), config.timeout, Dice::new(seed));
        let mut out = Outbox::default();
        let started = Session::start(&config, &peer, &mut dice, now, &mut out);
        let (session, end) = match started {
            Ok(session) => (Some(session), None),
            Err(end) => (None, Some(end)),
        };
        let mut probe = Self::new(Subject::Device { config, peer, session }, out, timeout, now);
        if let Some(end) = end {
            probe.fail(end.into());
        }
        probe
    }

    /// Without a device: the upgrade to WebSocket at this endpoint, and no MQTT.
    #[must_use]
    pub fn upgrade(endpoint: &Endpoint, timeout: Duration, seed: Seed, now: Instant) -> Self {
        let (websocket, request) = WebSocket::start(endpoint, Dice::new(seed));
        let mut out = Outbox::default();
        out.push(Item::Transmit(request.to_bytes()));
        out.push(Item::UpgradeSent(request.line()));
        Self::new(Subject::Upgrade(websocket), out, timeout, now)
    }

    fn new(subject: Subject, out: Outbox, timeout: Duration, now: Instant) -> Self {
        Self {
            subject,
            started: now,
            now,
            timeout,
            since: now,
            passed: Vec::new(),
            idle: Idle::default(),
            out,
            current: Item::Close,
            outcome: None,
        }
    }

    /// Takes an input. Time never runs backwards: an earlier `now` counts as the latest one seen.
    pub fn handle_input(&mut self, now: Instant, input: ProbeInput<'_>) {
        if self.outcome.is_some() {
            return;
        }
        self.now = self.now.max(now);
        match input {
            ProbeInput::Received(bytes) => self.received(bytes),
            ProbeInput::Closed(failure) => {
                let closed =
                    || TransportFailure::new(TransportFailureKind::Closed, "the peer closed the connection");
                self.fail(FailureCause::Transport(failure.unwrap_or_else(closed)));
            }
            ProbeInput::Cancel => self.fail(FailureCause::Cancelled),
            ProbeInput::Timeout => {}
        }
        self.run_timers();
    }

    /// The next thing for the host to do. To be called until it says [`ProbeOutput::Wait`] or [`ProbeOutput::Done`].
    #[must_use]
    pub fn poll_output(&mut self) -> ProbeOutput<'_> {
        while let Some(item) = self.out.pop() {
            // The host's own business here: the connection is made once and closed at the end.
            if !matches!(item, Item::Close | Item::Connect(..)) {
                self.current = item;
                return match self.current.as_output() {
                    Output::Transmit(bytes) => ProbeOutput::Transmit(bytes),
                    Output::Event(event) => ProbeOutput::Event(event),
                    _ => ProbeOutput::Wait(self.now),
                };
            }
        }
        match &self.outcome {
            Some(outcome) => ProbeOutput::Done(outcome),
            None => ProbeOutput::Wait(self.wake()),
        }
    }

    /// The stages that are over and went well, in order, with the time that each took.
    #[must_use]
    pub fn passed(&self) -> &[(Stage, Duration)] {
        &self.passed
    }

    /// Where it is; after a failure, where that was.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        match &self.subject {
            Subject::Device { session: Some(session), .. } => session.stage(),
            Subject::Device { session: None, .. } => Stage::Connect,
            Subject::Upgrade(_) => Stage::Upgrade,
        }
    }

    /// How long the stage that is under way has taken.
    #[must_use]
    pub const fn elapsed(&self) -> Duration {
        self.now.since(self.since)
    }

    fn received(&mut self, bytes: &[u8]) {
        match &mut self.subject {
            Subject::Upgrade(websocket) => {
                websocket.push(bytes);
                match websocket.next() {
                    Ok(Some(Incoming::Upgraded(line))) => {
                        self.out.push(Item::UpgradeAnswered(line));
                        self.out.push(Item::Transmit(websocket.close()));
                        self.finish_stage(Stage::Upgrade);
                        self.outcome = Some(Ok(()));
                    }
                    Ok(_) => {}
                    Err(fault) => self.fail(FailureCause::WebSocket(fault)),
                }
            }
            Subject::Device { session: Some(session), .. } => {
                session.push(bytes);
                self.read();
            }
            Subject::Device { session: None, .. } => {}
        }
    }

    /// Works through everything received, and notes each stage that it ends.
    fn read(&mut self) {
        loop {
            let Subject::Device { config, peer, session: Some(session) } = &mut self.subject else { return };
            let before = session.stage();
            let result = session.next(config, peer, self.now, &mut self.idle, &mut self.out);
            let after = session.stage();
            for stage in [Stage::Upgrade, Stage::Connect, Stage::Subscribe] {
                if before <= stage && stage < after {
                    self.finish_stage(stage);
                }
            }
            match result {
                Ok(None) => return,
                Ok(Some(Progress::Ready)) => {
                    let Subject::Device { session: Some(session), .. } = &mut self.subject else { return };
                    session.disconnect(self.now, &mut self.out);
                    self.outcome = Some(Ok(()));
                    return;
                }
                Ok(Some(Progress::Response { .. })) => {}
                Err(end) => return self.fail(end.into()),
            }
        }
    }

    fn finish_stage(&mut self, stage: Stage) {
        self.passed.push((stage, self.elapsed()));
        self.since = self.now;
    }

    fn wake(&self) -> Instant {
        let deadline = self.started + self.timeout;
        match &self.subject {
            Subject::Device { config, session: Some(session), .. } => session.wake(config).min(deadline),
            _ => deadline,
        }
    }

    fn run_timers(&mut self) {
        while self.outcome.is_none() && self.now >= self.wake() {
            if self.now >= self.started + self.timeout {
                return self.fail(FailureCause::OutOfTime { timeout: self.timeout, wait: None, last: None });
            }
            let Subject::Device { config, session: Some(session), .. } = &mut self.subject else { return };
            if let Err(end) = session.tick(config, self.now, &mut self.out) {
                self.fail(end.into());
            }
        }
    }

    fn fail(&mut self, cause: FailureCause) {
        let mut tally = self.out.tally;
        tally.elapsed = self.now.since(self.started);
        self.outcome = Some(Err(Failure { cause, stage: self.stage(), retry: Retry::Pointless, tally }));
    }
}

impl From<End> for FailureCause {
    fn from(end: End) -> Self {
        match end {
            End::Refused(answer) => Self::Refused(*answer),
            End::Violation(violation) => Self::Violation(violation),
            End::OutOfPlace { packet } => Self::OutOfPlace { packet },
            End::WebSocket(fault) => Self::WebSocket(fault),
            End::Unsendable(error) => Self::Unsendable(error),
            End::Flooded(Flood { packets, bytes }) => Self::Flooded { packets, bytes },
            End::Closed(failure) => Self::Transport(failure),
            End::Silent => {
                let detail = format!("no answer within {} s", Config::RESPONSE_TIMEOUT.as_secs());
                Self::Transport(TransportFailure::new(TransportFailureKind::Silent, detail))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        name::{IdScope, RegistrationId, Transport},
        service::Channel,
    };

    fn probe(transport: Transport) -> Probe {
        let endpoint = "dps.example".parse().unwrap();
        let mut config = Config::new(
            IdScope::new("0ne00111111").unwrap(),
            RegistrationId::new("dev-1").unwrap(),
            endpoint,
        );
        config.transport = transport;
        Probe::device(config, Seed([7; 16]), at(0))
    }

    fn at(millis: u64) -> Instant {
        Instant::from_millis(millis)
    }

    /// What is sent until there is nothing more to do, and the outcome if there is one.
    fn drain(probe: &mut Probe) -> (Vec<u8>, Option<Result<(), Failure>>) {
        let mut sent = Vec::new();
        loop {
            match probe.poll_output() {
                ProbeOutput::Transmit(bytes) => sent.extend_from_slice(bytes),
                ProbeOutput::Event(_) => {}
                ProbeOutput::Wait(_) => return (sent, None),
                ProbeOutput::Done(outcome) => return (sent, Some(outcome.clone())),
            }
        }
    }

    fn receive(probe: &mut Probe, millis: u64, bytes: &[u8]) -> (Vec<u8>, Option<Result<(), Failure>>) {
        probe.handle_input(at(millis), ProbeInput::Received(bytes));
        drain(probe)
    }

    #[test]
    fn a_device_connects_subscribes_and_leaves_without_registering() {
        let mut probe = probe(Transport::Mqtt);
        let (connect, outcome) = drain(&mut probe);
        assert_eq!((connect.first(), outcome), (Some(&0x10), None));
        let (subscribe, outcome) = receive(&mut probe, 5, b"\x20\x02\x00\x00");
        assert_eq!((subscribe.first(), outcome), (Some(&0x82), None));
        let (disconnect, outcome) = receive(&mut probe, 12, b"\x90\x03\x00\x01\x01");
        assert_eq!((disconnect.as_slice(), outcome), (&b"\xe0\x00"[..], Some(Ok(()))));
        let millis = Duration::from_millis;
        assert_eq!(probe.passed(), [(Stage::Connect, millis(5)), (Stage::Subscribe, millis(7))]);
        // Sticky.
        assert_eq!(receive(&mut probe, 13, b"\x00"), (Vec::new(), Some(Ok(()))));
    }

    #[test]
    fn every_split_of_the_answers_comes_to_the_same() {
        let answers = b"\x20\x02\x00\x00\x90\x03\x00\x01\x01";
        for cut in 0..=answers.len() {
            let mut probe = probe(Transport::Mqtt);
            let (head, tail) = answers.split_at(cut);
            receive(&mut probe, 1, head);
            assert_eq!(receive(&mut probe, 2, tail).1, Some(Ok(())), "{cut}");
        }
    }

    #[test]
    fn refusals_say_where_they_came_from() {
        let mut connack = probe(Transport::Mqtt);
        let (_, outcome) = receive(&mut connack, 1, b"\x20\x02\x00\x05");
        let failure = outcome.unwrap().unwrap_err();
        assert!(
            matches!(&failure.cause, FailureCause::Refused(it) if it.channel == Channel::Connack && it.status == 5)
        );
        assert_eq!((failure.stage, connack.passed()), (Stage::Connect, &[][..]));
        let mut suback = probe(Transport::Mqtt);
        let (_, outcome) = receive(&mut suback, 1, b"\x20\x02\x00\x00\x90\x03\x00\x01\x80");
        let failure = outcome.unwrap().unwrap_err();
        assert!(
            matches!(&failure.cause, FailureCause::Refused(it) if it.channel == Channel::Suback),
            "{failure:?}"
        );
        assert_eq!(failure.stage, Stage::Subscribe);
    }

    #[test]
    fn silence_and_the_end_of_the_connection_end_it() {
        let mut silent = probe(Transport::Mqtt);
        silent.handle_input(Instant::LAST, ProbeInput::Timeout);
        assert!(matches!(
            drain(&mut silent).1,
            Some(Err(Failure { cause: FailureCause::OutOfTime { .. }, .. }))
        ));
        let mut closed = probe(Transport::Mqtt);
        closed.handle_input(at(1), ProbeInput::Closed(None));
        let failure = drain(&mut closed).1.unwrap().unwrap_err();
        let kind = TransportFailureKind::Closed;
        assert!(matches!(failure.cause, FailureCause::Transport(it) if it.kind == kind));
    }

    #[test]
    fn the_upgrade_alone_needs_no_device() {
        let endpoint: Endpoint = "dps.example:443".parse().unwrap();
        let timeout = Duration::from_secs(1);
        let mut probe = Probe::upgrade(&endpoint, timeout, Seed([7; 16]), at(0));
        let (request, _) = drain(&mut probe);
        assert!(request.starts_with(b"GET /$iothub/websocket HTTP/1.1\r\nHost: dps.example\r\n"));
        let (sent, outcome) = receive(&mut probe, 1, b"HTTP/1.1 403 Forbidden\r\n\r\n");
        assert!(sent.is_empty());
        assert!(matches!(
            outcome,
            Some(Err(Failure { cause: FailureCause::WebSocket(_), stage: Stage::Upgrade, .. }))
        ));
    }
}
