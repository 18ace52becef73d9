//! The cases of `tests/case/session` through the module: the same bytes, lines and reports as from the core.

use std::fs;

use base64ct::{Base64, Encoding};
use dps_x509_core::{
    finding::Naming,
    session::{TransportFailure, TransportFailureKind as Kind},
};
use dps_x509_tests::environment::root;
use serde_json::{Map, Value, json};

use crate::{
    ask::Asked,
    case::{self, Case},
    drive,
    explanation::base64,
    wire::{Peer, Step, parse},
};

#[test]
fn conversations_go_as_written() {
    let mut asked = Asked::new();
    let mut failures = Vec::new();
    for case in case::all() {
        let (native, guest) = (drive::play_as(&case, None, Naming::Plain), play(&case, &mut asked));
        if (&native.log, &native.sent, &native.report) != (&guest.log, &guest.sent, &guest.report) {
            failures.push(format!("{}:\nnative {native:#?}\nguest {guest:#?}", case.name));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn settings_that_are_wrong_are_findings() {
    let settings = json!({ "idScope": "", "registrationId": "", "qos": 1 });
    let request = json!({ "start": { "settings": settings, "seed": base64(&[7; 16]), "now": 0 } });
    let answer = Asked::new().answer(&request);
    let codes = answer["error"]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["code"].as_str().unwrap());
    assert_eq!(codes.collect::<Vec<_>>(), ["DX101", "DX102"]);
}

/// What came of a conversation.
#[derive(Debug)]
struct Played {
    log: Vec<String>,
    sent: Vec<Vec<u8>>,
    report: Value,
}

fn play(case: &Case, asked: &mut Asked) -> Played {
    let mut run = Run::new(case, asked);
    for text in &case.steps {
        let (after, step) = parse(&case.name, text);
        run.pass(after);
        run.step_at(run.connection, step);
    }
    run.finish()
}

/// More outputs or timers in a row than this is a livelock.
const LIVELOCK: usize = 10_000;

struct Run<'a> {
    case: &'a Case,
    asked: &'a mut Asked,
    session: Value,
    now: u64,
    wake: u64,
    /// The connection that was dialled last.
    connection: u64,
    peer: Peer,
    log: Vec<String>,
    sent: Vec<Vec<u8>>,
    report: Option<Value>,
}

impl<'a> Run<'a> {
    fn new(case: &'a Case, asked: &'a mut Asked) -> Self {
        // Not zero, so that nothing relies on a clock that starts with the provisioning.
        let now = 1_000;
        let settings = settings(case);
        let request = json!({ "start": { "settings": settings, "seed": base64(&[7; 16]), "now": now } });
        let session = asked.result(&request)["session"].take();
        let (peer, log, sent) = (Peer::new(case), Vec::new(), Vec::new());
        let mut run =
            Self { case, asked, session, now, wake: now, connection: 0, peer, log, sent, report: None };
        run.drain();
        run
    }

    fn step_at(&mut self, at: u64, step: Step) {
        match step {
            Step::Connected => self.input(&json!({ "connected": {
                "connection": at,
                "peer": "192.0.2.1:8883",
                "tlsVersion": "TLSv1.2",
                "cipherSuite": "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            } })),
            Step::ConnectFailed(failure) => {
                self.input(&json!({ "connect-failed": ended(at, Some(&failure)) }))
            }
            Step::Receive(template) => {
                let bytes = template.fill(&self.peer);
                self.input(&json!({ "received": { "connection": at, "base64": base64(&bytes) } }));
            }
            Step::Closed(failure) => self.input(&json!({ "closed": ended(at, failure.as_ref()) })),
            Step::Cancel => self.input(&json!("cancel")),
            Step::Pass => {}
            Step::Jump(millis) => self.now += millis,
            Step::Late(step) => self.step_at(at - 1, *step),
        }
    }

    fn input(&mut self, happened: &Value) {
        let input = json!({ "session": self.session, "now": self.now, "happened": happened });
        self.asked.result(&json!({ "input": input }));
        self.drain();
    }

    /// Lets time pass, waking the machine when it asked for it.
    fn pass(&mut self, millis: u64) {
        if millis == 0 {
            return;
        }
        let until = self.now + millis;
        for _ in 0..LIVELOCK {
            if self.report.is_some() || self.wake > until {
                self.now = until;
                return;
            }
            self.now = self.now.max(self.wake);
            self.input(&json!("timeout"));
        }
        panic!("{}: the machine does not let time pass", self.case.name);
    }

    fn drain(&mut self) {
        for _ in 0..LIVELOCK {
            let mut output = self.asked.result(&json!({ "poll": { "session": self.session } }));
            match output["type"].as_str().unwrap() {
                "connect" => {
                    self.connection = output["connection"].as_u64().unwrap();
                    self.sent.push(Vec::new());
                }
                "transmit" => {
                    let bytes = Base64::decode_vec(output["base64"].as_str().unwrap()).unwrap();
                    self.peer.take(&bytes);
                    self.sent.last_mut().unwrap().extend(bytes);
                }
                "close" => self.log.push("            --  closing".to_owned()),
                "event" => {
                    let topic = output["event"]["topic"].as_str().unwrap_or_default();
                    if let (Some("sent"), Some((_, rid))) =
                        (output["event"]["event"].as_str(), topic.split_once("$rid="))
                    {
                        self.peer.rid = rid.split('&').next().unwrap_or_default().to_owned();
                    }
                    self.log.push(output["line"].as_str().unwrap().to_owned());
                }
                "wait" => {
                    self.wake = output["until"].as_u64().unwrap();
                    return;
                }
                "done" => {
                    self.report = Some(output["report"].take());
                    return;
                }
                other => panic!("{}: {other} is no output", self.case.name),
            }
        }
        panic!("{}: the machine does not stop talking", self.case.name);
    }

    fn finish(mut self) -> Played {
        for _ in 0..LIVELOCK {
            if let Some(report) = self.report.take() {
                let of = json!({ "session": self.session });
                self.asked.result(&json!({ "end": of }));
                assert!(self.asked.answer(&json!({ "poll": of }))["error"].is_object());
                return Played { log: self.log, sent: self.sent, report };
            }
            self.now = self.now.max(self.wake);
            self.input(&json!("timeout"));
        }
        panic!("{}: the machine does not end", self.case.name);
    }
}

/// As the file has them, in the words that the module takes.
fn settings(case: &Case) -> Value {
    let path = root().join("tests/case/session").join(&case.name).with_extension("json");
    let mut file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    file["settings"].take()
}

fn ended(at: u64, failure: Option<&TransportFailure>) -> Value {
    let mut out = Map::from_iter([("connection".to_owned(), json!(at))]);
    if let Some(failure) = failure {
        out.insert("kind".to_owned(), json!(kind(failure)));
        out.insert("detail".to_owned(), json!(failure.detail));
        let chain = failure.server_chain.iter().map(|der| base64(der)).collect();
        out.insert("serverChain".to_owned(), chain);
    }
    Value::Object(out)
}

/// The kind with what belongs to it behind a slash.
fn kind(failure: &TransportFailure) -> String {
    let word = failure.kind.as_str();
    match failure.kind {
        Kind::Alert(alert) => format!("{word}/{}", alert.number()),
        Kind::Proxy(fault) => format!("{word}/{}", kebab(&format!("{fault:?}"))),
        Kind::ServerNotTrusted(why) => format!("{word}/{}", kebab(&format!("{why:?}"))),
        _ => word.to_owned(),
    }
}

/// The words of a case's name: `NotHttp` is `not-http`.
fn kebab(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push('-');
        }
        words.extend(letter.to_lowercase());
    }
    words
}
