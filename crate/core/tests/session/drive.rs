//! Plays a case against the machine, in virtual time.

use std::time::Duration;

use dps_x509_core::{
    finding::Naming,
    service::TlsAlert,
    session::{
        ConnectionId, ConnectionInfo, Event, Input, Instant, Output, Provisioning, ProvisioningReport, Seed,
        TransportFailure, TransportFailureKind, mqtt::Packet, transcript,
    },
};
use serde_json::Value;

use super::{
    case::Case,
    wire::{Peer, Step, parse},
};

/// What came of a conversation.
#[derive(Debug, PartialEq)]
pub(crate) struct Played {
    /// What a person reads.
    pub(crate) log: Vec<String>,
    /// The same without words, as cases have it.
    pub(crate) steps: Vec<String>,
    pub(crate) sent: Vec<Vec<u8>>,
    pub(crate) report: Value,
    /// The failure in one line.
    pub(crate) failure: Option<String>,
}

impl Played {
    pub(crate) fn outcome(&self) -> &str {
        self.report["outcome"].as_str().unwrap()
    }
}

type Split<'a> = &'a dyn Fn(&[u8]) -> Vec<Vec<u8>>;

/// Plays a case to its end, with the service's bytes split as told.
pub(crate) fn play(case: &Case, split: Option<Split<'_>>) -> Played {
    play_as(case, split, Naming::CommandLine)
}

/// The same, with the report in the words of a front end.
pub(crate) fn play_as(case: &Case, split: Option<Split<'_>>, naming: Naming) -> Played {
    let mut run = Run::new(case);
    run.naming = naming;
    for text in &case.steps {
        let (after, step) = parse(&case.name, text);
        run.pass(after);
        match step {
            Step::Receive(template) => {
                let bytes = template.fill(&run.peer);
                let chunks = split.map_or_else(|| vec![bytes.clone()], |split| split(&bytes));
                for chunk in chunks {
                    run.input(Input::Received(run.connection, &chunk));
                }
            }
            other => run.step(other),
        }
    }
    run.finish()
}

/// Plays a case to its end, with an earlier connection that speaks, ends and fails before every step.
pub(crate) fn play_with_late_words(case: &Case) -> Played {
    let mut run = Run::new(case);
    for text in &case.steps {
        let (after, step) = parse(&case.name, text);
        run.pass(after);
        let late = ConnectionId::new(run.connection.number() - 1);
        let failure = || TransportFailure::new(TransportFailureKind::Alert(TlsAlert::UNKNOWN_CA), "late");
        run.input(Input::Received(late, b"HTTP/1.1 400 Bad Request\r\n"));
        run.input(Input::Closed(late, Some(failure())));
        run.input(Input::Closed(late, None));
        run.input(Input::ConnectFailed(late, failure()));
        run.input(Input::Connected(late, ConnectionInfo::default()));
        run.step(step);
    }
    run.finish()
}

/// Plays the first `length` bytes of the service, then the connection ends with no time for another.
pub(crate) fn play_prefix(case: &Case, length: usize) -> Played {
    let mut run = Run::new(case);
    let mut left = length;
    for text in &case.steps {
        let (after, step) = parse(&case.name, text);
        run.pass(after);
        match step {
            Step::Receive(template) => {
                let bytes = template.fill(&run.peer);
                let kept = bytes.len().min(left);
                left -= kept;
                run.input(Input::Received(run.connection, &bytes[..kept]));
                if kept < bytes.len() {
                    break;
                }
            }
            other => run.step(other),
        }
    }
    run.now = run.now.max(Instant::from_millis(run.machine.deadline().as_millis() - 1));
    run.input(Input::Closed(run.connection, None));
    run.finish()
}

/// Plays a case with one byte of the service changed.
pub(crate) fn play_damaged(case: &Case, position: usize, mask: u8) -> Played {
    let mut run = Run::new(case);
    let mut before = 0;
    for text in &case.steps {
        let (after, step) = parse(&case.name, text);
        run.pass(after);
        match step {
            Step::Receive(template) => {
                let mut bytes = template.fill(&run.peer);
                if let Some(byte) = position.checked_sub(before).and_then(|index| bytes.get_mut(index)) {
                    *byte ^= mask;
                }
                before += bytes.len();
                run.input(Input::Received(run.connection, &bytes));
            }
            other => run.step(other),
        }
    }
    run.finish()
}

/// Plays a case up to its last bytes, then the same packet without end.
pub(crate) fn play_flood(case: &Case, packet: &[u8]) -> Played {
    let mut run = Run::new(case);
    for text in case.steps.iter().take(case.steps.len() - 1) {
        let (after, step) = parse(&case.name, text);
        run.pass(after);
        run.step(step);
    }
    for _ in 0..LIVELOCK {
        if run.machine.outcome().is_some() {
            return run.finish();
        }
        run.input(Input::Received(run.connection, packet));
    }
    panic!("{}: the machine reads for ever", case.name);
}

/// Lets every connection come as far as the registration, then says the same packet three times, and ends it.
pub(crate) fn play_redialled_flood(case: &Case, packet: &[u8]) -> Played {
    let mut run = Run::new(case);
    for _ in 0..LIVELOCK {
        if run.machine.outcome().is_some() {
            return run.finish();
        }
        let dialled = run.connection;
        run.step(Step::Connected);
        for bytes in [&b"\x20\x02\x00\x00"[..], b"\x90\x03\x00\x01\x01", packet, packet, packet] {
            run.input(Input::Received(run.connection, bytes));
        }
        run.step(Step::Closed(None));
        while run.machine.outcome().is_none() && run.connection == dialled {
            run.pass(1_000);
        }
    }
    panic!("{}: the machine reads for ever", case.name);
}

/// Plays a case, then everything else that a host could say.
pub(crate) fn play_on_after_the_end(case: &Case) {
    let mut run = Run::new(case);
    for text in &case.steps {
        let (after, step) = parse(&case.name, text);
        run.pass(after);
        run.step(step);
    }
    run.run_out();
    let outcome = run.machine.outcome().cloned();
    let log = run.log.len();
    run.step(Step::Connected);
    run.input(Input::Received(run.connection, b"\x20\x02\x00\x00"));
    run.step(Step::Closed(None));
    run.step(Step::Cancel);
    run.pass(1_000_000);
    run.input(Input::Timeout);
    assert_eq!(run.machine.outcome().cloned(), outcome, "{}", case.name);
    assert_eq!(run.log.len(), log, "{}: something was said after the end", case.name);
}

/// More outputs or timers in a row than this is a livelock.
const LIVELOCK: usize = 10_000;

struct Run<'a> {
    case: &'a Case,
    /// Whose words the report has.
    naming: Naming,
    machine: Provisioning,
    now: Instant,
    wake: Instant,
    /// The connection that was dialled last.
    connection: ConnectionId,
    peer: Peer,
    log: Vec<String>,
    steps: Vec<String>,
    sent: Vec<Vec<u8>>,
}

impl<'a> Run<'a> {
    fn new(case: &'a Case) -> Self {
        // Not zero, so that nothing relies on a clock that starts with the provisioning.
        let now = Instant::from_millis(1_000);
        let machine = Provisioning::new(case.config(), Seed([7; 16]), now);
        let (connection, peer) = (ConnectionId::new(0), Peer::new(case));
        let (log, steps, sent) = (Vec::new(), Vec::new(), Vec::new());
        let naming = Naming::CommandLine;
        let mut run = Self { case, naming, machine, now, wake: now, connection, peer, log, steps, sent };
        // Whoever holds the machine tells of the warnings first.
        for warning in case.settings().parse().unwrap().1 {
            run.log.push(transcript::line(Duration::ZERO, &Event::Noticed(&warning)));
            run.steps.push(step(Duration::ZERO, &Event::Noticed(&warning)));
        }
        run.drain();
        run
    }

    fn step(&mut self, step: Step) {
        self.step_at(self.connection, step);
    }

    fn step_at(&mut self, at: ConnectionId, step: Step) {
        match step {
            Step::Connected => self.input(Input::Connected(
                at,
                ConnectionInfo {
                    peer: Some("192.0.2.1:8883".to_owned()),
                    tls_version: Some("TLSv1.2".to_owned()),
                    cipher_suite: Some("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384".to_owned()),
                    server_chain: Vec::new(),
                },
            )),
            Step::ConnectFailed(failure) => self.input(Input::ConnectFailed(at, failure)),
            Step::Receive(template) => {
                let bytes = template.fill(&self.peer);
                self.input(Input::Received(at, &bytes));
            }
            Step::Closed(failure) => self.input(Input::Closed(at, failure)),
            Step::Cancel => self.input(Input::Cancel),
            Step::Pass => {}
            Step::Jump(millis) => self.now = Instant::from_millis(self.now.as_millis() + millis),
            Step::Late(step) => self.step_at(ConnectionId::new(at.number() - 1), *step),
        }
    }

    fn input(&mut self, input: Input<'_>) {
        self.machine.handle_input(self.now, input);
        self.drain();
    }

    /// Lets time pass, waking the machine when it asked for it.
    fn pass(&mut self, millis: u64) {
        if millis == 0 {
            return;
        }
        let until = Instant::from_millis(self.now.as_millis() + millis);
        for _ in 0..LIVELOCK {
            if self.machine.outcome().is_some() || self.wake > until {
                self.now = until;
                return;
            }
            self.now = self.now.max(self.wake);
            self.input(Input::Timeout);
        }
        panic!("{}: the machine does not let time pass", self.case.name);
    }

    /// Lets time pass until it is over.
    fn run_out(&mut self) {
        for _ in 0..LIVELOCK {
            if self.machine.outcome().is_some() {
                return;
            }
            self.now = self.now.max(self.wake);
            self.input(Input::Timeout);
        }
        panic!("{}: the machine does not end", self.case.name);
    }

    fn drain(&mut self) {
        for _ in 0..LIVELOCK {
            match self.machine.poll_output() {
                Output::Connect(connection, _) => {
                    self.connection = connection;
                    self.sent.push(Vec::new());
                }
                Output::Transmit(bytes) => {
                    self.peer.take(bytes);
                    self.sent.last_mut().unwrap().extend(bytes);
                }
                Output::Close => {
                    self.log.push("            --  closing".to_owned());
                    self.steps.push("close".to_owned());
                }
                Output::Event(event) => {
                    if let Event::Sent(Packet::Publish { topic, .. }) = event {
                        let rid = topic.split("$rid=").nth(1).unwrap_or_default();
                        self.peer.rid = rid.split('&').next().unwrap_or_default().to_owned();
                    }
                    let at = self.now.since(Instant::from_millis(1_000));
                    self.log.push(transcript::line(at, &event));
                    self.steps.push(step(at, &event));
                }
                Output::Wait(wake) => {
                    assert!(wake > self.now, "{}: a wait that is over already", self.case.name);
                    assert!(wake <= self.machine.deadline(), "{}: a wait past the deadline", self.case.name);
                    self.wake = wake;
                    return;
                }
                Output::Done(_) => return,
                _ => panic!("{}: an output that this runner does not know", self.case.name),
            }
        }
        panic!("{}: the machine does not stop talking", self.case.name);
    }

    fn finish(mut self) -> Played {
        self.run_out();
        let outcome = self.machine.outcome().cloned().unwrap();
        let report =
            ProvisioningReport::new(&outcome, &self.case.config().endpoint).to_json(self.naming).into();
        let failure = outcome.err().map(|failure| failure.to_string());
        Played { log: self.log, steps: self.steps, sent: self.sent, report, failure }
    }
}

/// An event without the words for a person: `0.035 received CONNACK`, `2.049 waiting 2.000 s retry-after`.
fn step(at: Duration, event: &Event<'_>) -> String {
    let event = transcript::json(at, event, Naming::CommandLine);
    let text = |name: &str| event[name].as_str().map(str::to_owned);
    let seconds = event["seconds"].as_f64().map(|seconds| format!("{seconds:.3} s"));
    let finding = event["finding"]["code"].as_str().map(str::to_owned);
    let topic = text("topic").map(|topic| topic.split('?').next().unwrap_or_default().to_owned());
    let parts = [text("event"), text("packet"), text("endpoint"), topic, seconds, text("reason"), finding];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    format!("{:.3} {}", at.as_secs_f64(), parts.join(" "))
}
