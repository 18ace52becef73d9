//! A look at one connection without registering: WebSocket where that is wanted, CONNECT, SUBSCRIBE, DISCONNECT.
//!
//! Registering can assign a device anew; these packets change nothing at DPS. The host has made the connection and
//! verified the server; without that nothing may be sent.

#[cfg(test)]
mod tests;

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
