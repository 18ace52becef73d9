//! Plays a session case against the machine in the component, in virtual time, as any host would drive it.

use dps_x509_core::session::{self, Seed};
use serde_json::Value;
use wasmtime::component::ResourceAny;

use crate::{
    case::Case,
    mapping,
    toolkit::{
        Toolkit,
        bindings::exports::dps_x509::device::{
            machine::{Input, Output},
            session::Failure,
            transcript::{Event, Packet},
            transport::ConnectionInfo,
        },
    },
    wire::{Peer, Step, parse},
};

/// What came of a conversation.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) log: Vec<String>,
    pub(crate) sent: Vec<Vec<u8>>,
    pub(crate) report: Value,
}

/// Plays a case to its end.
pub(crate) fn play(case: &Case) -> Played {
    let mut run = Run::new(case);
    for text in &case.steps {
        let (after, step) = parse(&case.name, text);
        run.pass(after);
        run.step_at(run.connection, step);
    }
    run.finish()
}

/// Settings without an ID scope and a registration ID.
pub(crate) fn start_with_no_settings() -> Result<ResourceAny, Failure> {
    let mut toolkit = Toolkit::new();
    start(&mut toolkit, session::Settings::default(), 0)
}

fn start(toolkit: &mut Toolkit, from: session::Settings, now: u64) -> Result<ResourceAny, Failure> {
    let settings = mapping::settings::write(from, Seed([7; 16]));
    let machine = toolkit.exports.dps_x509_device_machine();
    machine.provisioning().call_start(&mut toolkit.store, &settings, now).unwrap()
}

/// More outputs or timers in a row than this is a livelock.
const LIVELOCK: usize = 10_000;

struct Run<'a> {
    case: &'a Case,
    toolkit: Toolkit,
    machine: ResourceAny,
    now: u64,
    wake: u64,
    is_done: bool,
    /// The connection that was dialled last.
    connection: u32,
    peer: Peer,
    log: Vec<String>,
    sent: Vec<Vec<u8>>,
}

impl<'a> Run<'a> {
    fn new(case: &'a Case) -> Self {
        // Not zero, so that nothing relies on a clock that starts with the provisioning.
        let now = 1_000;
        let mut toolkit = Toolkit::new();
        let machine = start(&mut toolkit, case.settings(), now).unwrap();
        let (peer, log, sent) = (Peer::new(case), Vec::new(), Vec::new());
        let (wake, is_done, connection) = (now, false, 0);
        let mut run = Self { case, toolkit, machine, now, wake, is_done, connection, peer, log, sent };
        run.drain();
        run
    }

    fn step_at(&mut self, at: u32, step: Step) {
        match step {
            Step::Connected => {
                let info = ConnectionInfo {
                    peer: Some("192.0.2.1:8883".to_owned()),
                    tls_version: Some("TLSv1.2".to_owned()),
                    cipher_suite: Some("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384".to_owned()),
                    server_chain: Vec::new(),
                };
                self.input(&Input::Connected((at, info)));
            }
            Step::ConnectFailed(failure) => self.input(&Input::ConnectFailed((at, failure.into()))),
            Step::Receive(template) => self.input(&Input::Received((at, template.fill(&self.peer)))),
            Step::Closed(failure) => self.input(&Input::Closed((at, failure.map(Into::into)))),
            Step::Cancel => self.input(&Input::Cancel),
            Step::Pass => {}
            Step::Jump(millis) => self.now += millis,
            Step::Late(step) => self.step_at(at - 1, *step),
        }
    }

    fn input(&mut self, input: &Input) {
        let exports = self.toolkit.exports.dps_x509_device_machine();
        let provisioning = exports.provisioning();
        provisioning.call_handle_input(&mut self.toolkit.store, self.machine, self.now, input).unwrap();
        self.drain();
    }

    /// Lets time pass, waking the machine when it asked for it.
    fn pass(&mut self, millis: u64) {
        if millis == 0 {
            return;
        }
        let until = self.now + millis;
        for _ in 0..LIVELOCK {
            if self.is_done || self.wake > until {
                self.now = until;
                return;
            }
            self.now = self.now.max(self.wake);
            self.input(&Input::Timeout);
        }
        panic!("{}: the machine does not let time pass", self.case.name);
    }

    fn drain(&mut self) {
        let exports = self.toolkit.exports.dps_x509_device_machine();
        let provisioning = exports.provisioning();
        for _ in 0..LIVELOCK {
            match provisioning.call_poll_output(&mut self.toolkit.store, self.machine).unwrap() {
                Output::Connect(dial) => {
                    self.connection = dial.connection;
                    self.sent.push(Vec::new());
                }
                Output::Transmit(bytes) => {
                    self.peer.take(&bytes);
                    self.sent.last_mut().unwrap().extend(bytes);
                }
                Output::Close => self.log.push("            --  closing".to_owned()),
                Output::Event(happening) => {
                    if let Event::Sent(Packet::Publish(publish)) = happening.event {
                        let rid = publish.topic.split("$rid=").nth(1).unwrap_or_default();
                        self.peer.rid = rid.split('&').next().unwrap_or_default().to_owned();
                    }
                    self.log.push(happening.line);
                }
                Output::Wait(wake) => {
                    self.wake = wake;
                    return;
                }
                Output::Done(_) => {
                    self.is_done = true;
                    return;
                }
            }
        }
        panic!("{}: the machine does not stop talking", self.case.name);
    }

    fn finish(mut self) -> Played {
        for _ in 0..LIVELOCK {
            if self.is_done {
                let exports = self.toolkit.exports.dps_x509_device_machine();
                let report =
                    exports.provisioning().call_report(&mut self.toolkit.store, self.machine).unwrap();
                let report = serde_json::from_str(&report.unwrap()).unwrap();
                return Played { log: self.log, sent: self.sent, report };
            }
            self.now = self.now.max(self.wake);
            self.input(&Input::Timeout);
        }
        panic!("{}: the machine does not end", self.case.name);
    }
}
