//! Provisionings, each by its number: whoever holds the module brings sockets, TLS, a clock and sixteen random bytes.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use base64ct::{Base64, Encoding};
use dps_x509_core::{
    finding::Finding,
    name::Endpoint,
    session::{
        self, ConnectionId, ConnectionInfo, Event, Instant, Output, Provisioning, ProvisioningReport, Seed,
        TransportFailure, TransportFailureKind, mqtt::Qos, transcript,
    },
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    answer::{NAMING, Wrong},
    configuration::transport,
    given::Bytes,
};

thread_local! {
    /// Those that run.
    static RUNNING: RefCell<BTreeMap<u32, Running>> = const { RefCell::new(BTreeMap::new()) };
}

struct Running {
    machine: Provisioning,
    endpoint: Endpoint,
    started: Instant,
    now: Instant,
    /// Warnings about the settings, which come before everything else.
    warnings: VecDeque<Finding>,
}

/// The settings; the time limit counts from `now`, in milliseconds on a clock that does not run backwards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Start {
    settings: Settings,
    seed: Bytes,
    now: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Settings {
    id_scope: String,
    registration_id: String,
    endpoint: Option<String>,
    api_version: Option<String>,
    client_version: Option<String>,
    payload: Option<Value>,
    csr: Option<String>,
    #[serde(default)]
    check_hub: bool,
    timeout_seconds: Option<u64>,
    keep_alive_seconds: Option<u64>,
    transport: Option<String>,
    #[serde(default = "one")]
    qos: u8,
}

const fn one() -> u8 {
    1
}

impl Settings {
    fn read(self) -> Result<session::Settings, Wrong> {
        Ok(session::Settings {
            id_scope: self.id_scope,
            registration_id: self.registration_id,
            endpoint: self.endpoint,
            transport: self.transport.as_deref().map(transport).transpose()?.unwrap_or_default(),
            api_version: self.api_version,
            client_version: self.client_version,
            payload: self.payload.map(|payload| payload.to_string()),
            csr: self.csr,
            check_hub: self.check_hub,
            timeout: self.timeout_seconds.map(Duration::from_secs),
            keep_alive: self.keep_alive_seconds.map(Duration::from_secs),
            qos: match self.qos {
                0 => Qos::AtMostOnce,
                1 => Qos::AtLeastOnce,
                other => return Err(format!("`qos` is 0 or 1, and not {other}.").into()),
            },
        })
    }
}

impl Start {
    /// The number of a new one.
    pub(crate) fn start(self) -> Result<Value, Wrong> {
        let (now, seed) = (Instant::from_millis(self.now), self.seed.exactly::<16>()?);
        let (config, warnings) = self.settings.read()?.parse().map_err(Wrong::of)?;
        let endpoint = config.endpoint.clone();
        let machine = Provisioning::new(config, Seed(*seed), now);
        let running = Running { machine, endpoint, started: now, now, warnings: warnings.into() };
        RUNNING.with_borrow_mut(|all| {
            let number = all.last_key_value().map_or(1, |(last, _)| last.saturating_add(1));
            all.insert(number, running);
            Ok(json!({ "session": number }))
        })
    }
}

/// One of those that run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Of {
    session: u32,
}

impl Of {
    /// The next thing to do.
    pub(crate) fn poll(&self) -> Result<Value, Wrong> {
        with(self.session, |running| Ok(running.poll()))
    }

    /// Forgets it.
    pub(crate) fn end(&self) -> Result<Value, Wrong> {
        let ended = RUNNING.with_borrow_mut(|all| all.remove(&self.session));
        ended.map(|_| json!({})).ok_or_else(|| unknown(self.session))
    }
}

fn with<T>(session: u32, work: impl FnOnce(&mut Running) -> Result<T, Wrong>) -> Result<T, Wrong> {
    RUNNING.with_borrow_mut(|all| work(all.get_mut(&session).ok_or_else(|| unknown(session))?))
}

fn unknown(session: u32) -> Wrong {
    format!("There is no session {session}.").into()
}

/// What happened, and when.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    session: u32,
    now: u64,
    happened: Happened,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Happened {
    Connected(Connected),
    ConnectFailed(Ended),
    Received(Received),
    Closed(Ended),
    Timeout,
    Cancel,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Connected {
    connection: u32,
    peer: Option<String>,
    tls_version: Option<String>,
    cipher_suite: Option<String>,
    #[serde(default)]
    server_chain: Vec<Bytes>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Received {
    connection: u32,
    base64: Bytes,
}

/// Without a kind it ended as it should.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Ended {
    connection: u32,
    kind: Option<String>,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    server_chain: Vec<Bytes>,
}

impl Ended {
    fn failure(self) -> Result<Option<TransportFailure>, Wrong> {
        let Some(name) = self.kind else { return Ok(None) };
        let unknown = || Wrong::unknown(&name, "kind of transport failure");
        // That a peer is silent is for the session to say.
        let kind = TransportFailureKind::parse(&name).filter(|kind| *kind != TransportFailureKind::Silent);
        let mut failure = TransportFailure::new(kind.ok_or_else(unknown)?, self.detail);
        failure.server_chain = chain(self.server_chain);
        Ok(Some(failure))
    }
}

fn chain(chain: Vec<Bytes>) -> Vec<Vec<u8>> {
    chain.into_iter().map(|Bytes(der)| der.to_vec()).collect()
}

impl Input {
    /// Tells it.
    pub(crate) fn take(self) -> Result<Value, Wrong> {
        let now = Instant::from_millis(self.now);
        with(self.session, |running| {
            running.now = running.now.max(now);
            running.take(now, self.happened)?;
            Ok(json!({}))
        })
    }
}

impl Running {
    fn take(&mut self, now: Instant, happened: Happened) -> Result<(), Wrong> {
        let received;
        let input = match happened {
            Happened::Connected(Connected { connection, peer, tls_version, cipher_suite, server_chain }) => {
                let server_chain = chain(server_chain);
                let info = ConnectionInfo { peer, tls_version, cipher_suite, server_chain };
                session::Input::Connected(ConnectionId::new(connection), info)
            }
            Happened::ConnectFailed(ended) => {
                let at = ConnectionId::new(ended.connection);
                let failure = ended.failure()?.ok_or("A connection that failed has a `kind`.")?;
                session::Input::ConnectFailed(at, failure)
            }
            Happened::Received(Received { connection, base64: Bytes(bytes) }) => {
                received = bytes;
                session::Input::Received(ConnectionId::new(connection), &received)
            }
            Happened::Closed(ended) => {
                session::Input::Closed(ConnectionId::new(ended.connection), ended.failure()?)
            }
            Happened::Timeout => session::Input::Timeout,
            Happened::Cancel => session::Input::Cancel,
        };
        self.machine.handle_input(now, input);
        Ok(())
    }

    fn poll(&mut self) -> Value {
        let at = self.now.since(self.started);
        let happening = |event: &Event<'_>| {
            let line = transcript::line(at, event);
            json!({ "type": "event", "event": transcript::json(at, event, NAMING), "line": line })
        };
        if let Some(warning) = self.warnings.pop_front() {
            return happening(&Event::Noticed(&warning));
        }
        match self.machine.poll_output() {
            Output::Connect(connection, endpoint) => json!({
                "type": "connect",
                "connection": connection.number(),
                "host": endpoint.host(),
                "port": endpoint.port(),
            }),
            Output::Transmit(bytes) => json!({ "type": "transmit", "base64": Base64::encode_string(bytes) }),
            Output::Close => json!({ "type": "close" }),
            Output::Event(event) => happening(&event),
            Output::Wait(until) => json!({ "type": "wait", "until": until.as_millis() }),
            Output::Done(outcome) => {
                let report = ProvisioningReport::new(outcome, &self.endpoint);
                json!({ "type": "done", "report": report.to_json(NAMING) })
            }
            // The core is of the same build: it says nothing that this version does not know.
            _ => json!({ "type": "wait", "until": self.machine.deadline().as_millis() }),
        }
    }
}
