//! The machine: whoever holds it brings sockets, TLS, a clock and sixteen random bytes.

use std::{collections::VecDeque, time::Duration};

use dps_x509_core::{
    finding::Finding,
    name::Endpoint,
    service::TlsAlert,
    session::{
        self, ConnectionId, ConnectionInfo, Event, Input, Instant, Output, Provisioning, ProvisioningReport,
        Seed, TransportFailure, TransportFailureKind as Kind, mqtt::Qos, transcript,
    },
};
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{naming, unknown, wrong, wrong_settings};

#[cfg(target_arch = "wasm32")]
macro_rules! union {
    ($($case:ident $word:literal),+ $(,)?) => {
        concat!(
            "/** Why a connection was not made, or ended, where that is a word and nothing besides. */\n",
            "export type PlainTransportFailure =",
            $("\n  | '", $word, "'",)+
            ";\n",
        )
    };
}

/// For the types of the package, whose list has no other home than the core's.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen(typescript_custom_section)]
const PLAIN_TRANSPORT_FAILURE: &str = dps_x509_core::plain_transport_failures!(union);

/// What to provision, in texts; durations in milliseconds.
#[wasm_bindgen]
#[derive(Default)]
pub struct Settings {
    texts: session::Settings,
}

#[wasm_bindgen]
impl Settings {
    /// The two that every device has.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(id_scope: String, registration_id: String) -> Self {
        let texts = session::Settings { id_scope, registration_id, ..session::Settings::default() };
        Self { texts }
    }

    /// Where to and how: `HOST[:PORT]`, API version, client version.
    pub fn service(
        &mut self,
        endpoint: Option<String>,
        api_version: Option<String>,
        client_version: Option<String>,
    ) {
        self.texts.endpoint = endpoint;
        self.texts.api_version = api_version;
        self.texts.client_version = client_version;
    }

    /// What MQTT travels in: `mqtt` or `websocket`.
    ///
    /// # Errors
    /// It is neither.
    pub fn transport(&mut self, text: &str) -> Result<(), String> {
        let unknown = |_| unknown(text, "transport of DPS");
        self.texts.transport = text.parse().map_err(unknown)?;
        Ok(())
    }

    /// JSON text for a custom allocation function.
    pub fn payload(&mut self, json: String) {
        self.texts.payload = Some(json);
    }

    /// Base64 of a PKCS#10 request in DER, for a certificate that DPS is to issue (preview).
    pub fn csr(&mut self, base64: String) {
        self.texts.csr = Some(base64);
    }

    /// Asks the assigned hub for the twin. It disconnects a running device of that name.
    #[wasm_bindgen(js_name = checkHub)]
    pub fn check_hub(&mut self) {
        self.texts.check_hub = true;
    }

    /// For the whole provisioning, and MQTT's keep-alive.
    pub fn durations(&mut self, timeout: Option<f64>, keep_alive: Option<f64>) {
        let duration = |millis: f64| Duration::try_from_secs_f64(millis / 1_000.0).unwrap_or(Duration::MAX);
        self.texts.timeout = timeout.map(duration);
        self.texts.keep_alive = keep_alive.map(duration);
    }

    /// Quality of service 0 instead of 1.
    #[wasm_bindgen(js_name = atMostOnce)]
    pub fn at_most_once(&mut self) {
        self.texts.qos = Qos::AtMostOnce;
    }
}

/// The number of the TLS alert of which a library's words speak.
#[wasm_bindgen(js_name = alertNumber)]
#[must_use]
pub fn alert_number(words: &str) -> Option<u8> {
    TlsAlert::in_text(words).map(TlsAlert::number)
}

/// One provisioning.
#[wasm_bindgen]
pub struct Machine {
    machine: Provisioning,
    endpoint: Endpoint,
    started: Instant,
    now: Instant,
    /// Warnings about the settings, which come before everything else.
    warnings: VecDeque<Finding>,
    server_chain: Vec<Vec<u8>>,
    transmit: Vec<u8>,
}

#[wasm_bindgen]
impl Machine {
    /// Starts it; the time limit counts from `now`, in milliseconds on a monotonic clock.
    ///
    /// # Errors
    /// The settings are wrong, or the seed has not sixteen bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(settings: &Settings, seed: &[u8], now: f64) -> Result<Self, String> {
        let seed = seed.try_into().map_err(|_| wrong("A seed has sixteen random bytes.", &[]))?;
        let (config, warnings) = settings.texts.parse().map_err(|findings| wrong_settings(&findings))?;
        let (endpoint, now) = (config.endpoint.clone(), instant(now));
        let machine = Provisioning::new(config, Seed(seed), now);
        Ok(Self {
            machine,
            endpoint,
            started: now,
            now,
            warnings: warnings.into(),
            server_chain: Vec::new(),
            transmit: Vec::new(),
        })
    }

    /// A certificate of the server's chain, leaf first: belongs to the input that follows.
    #[wasm_bindgen(js_name = serverCertificate)]
    pub fn server_certificate(&mut self, der: Vec<u8>) {
        self.server_chain.push(der);
    }

    /// TCP and TLS are up.
    pub fn connected(
        &mut self,
        now: f64,
        connection: u32,
        peer: Option<String>,
        tls_version: Option<String>,
        cipher_suite: Option<String>,
    ) {
        let server_chain = std::mem::take(&mut self.server_chain);
        let info = ConnectionInfo { peer, tls_version, cipher_suite, server_chain };
        self.input(now, Input::Connected(ConnectionId::new(connection), info));
    }

    /// They could not be made.
    ///
    /// # Errors
    /// The kind is none.
    #[wasm_bindgen(js_name = connectFailed)]
    pub fn connect_failed(
        &mut self,
        now: f64,
        connection: u32,
        kind: &str,
        detail: String,
    ) -> Result<(), String> {
        let failure = self.failure(kind, detail)?;
        self.input(now, Input::ConnectFailed(ConnectionId::new(connection), failure));
        Ok(())
    }

    /// Bytes came, in any split.
    pub fn received(&mut self, now: f64, connection: u32, bytes: &[u8]) {
        self.input(now, Input::Received(ConnectionId::new(connection), bytes));
    }

    /// The connection ended, by a failure if a kind is given.
    ///
    /// # Errors
    /// The kind is none.
    pub fn closed(
        &mut self,
        now: f64,
        connection: u32,
        kind: Option<String>,
        detail: String,
    ) -> Result<(), String> {
        let failure = kind.map(|kind| self.failure(&kind, detail)).transpose()?;
        self.input(now, Input::Closed(ConnectionId::new(connection), failure));
        Ok(())
    }

    /// Time passed.
    pub fn timeout(&mut self, now: f64) {
        self.input(now, Input::Timeout);
    }

    /// It is to end.
    pub fn cancel(&mut self, now: f64) {
        self.input(now, Input::Cancel);
    }

    /// The next thing to do, as JSON text. The bytes of `transmit` are in [`Machine::bytes`].
    #[must_use]
    pub fn poll(&mut self) -> String {
        self.output().to_string()
    }

    /// The bytes of the last `transmit`, once.
    #[must_use]
    pub fn bytes(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.transmit)
    }

    /// When it must be over.
    #[must_use]
    pub fn deadline(&self) -> f64 {
        millis(self.machine.deadline())
    }
}

impl Machine {
    fn input(&mut self, now: f64, input: Input<'_>) {
        let now = instant(now);
        self.now = self.now.max(now);
        self.machine.handle_input(now, input);
    }

    fn output(&mut self) -> Value {
        let at = self.now.since(self.started);
        let happening = |event: &Event<'_>| {
            let line = transcript::line(at, event);
            json!({ "type": "event", "event": transcript::json(at, event, naming()), "line": line })
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
            Output::Transmit(bytes) => {
                self.transmit = bytes.to_vec();
                json!({ "type": "transmit" })
            }
            Output::Close => json!({ "type": "close" }),
            Output::Event(event) => happening(&event),
            Output::Wait(until) => json!({ "type": "wait", "until": until.as_millis() }),
            Output::Done(outcome) => {
                json!({ "type": "done", "report": ProvisioningReport::new(outcome, &self.endpoint).to_json(naming()) })
            }
            // The core is of the same build: it says nothing that this version does not know.
            _ => json!({ "type": "wait", "until": self.machine.deadline().as_millis() }),
        }
    }

    fn failure(&mut self, kind: &str, detail: String) -> Result<TransportFailure, String> {
        // That a peer is silent is for the session to say.
        let kind = Kind::parse(kind)
            .filter(|kind| *kind != Kind::Silent)
            .ok_or_else(|| unknown(kind, "kind of transport failure"))?;
        let mut failure = TransportFailure::new(kind, detail);
        failure.server_chain = std::mem::take(&mut self.server_chain);
        Ok(failure)
    }
}

#[allow(clippy::as_conversions, reason = "from a float there is no other way; it saturates")]
const fn instant(millis: f64) -> Instant {
    Instant::from_millis(millis.floor() as u64)
}

#[allow(clippy::as_conversions, reason = "milliseconds fit, for 285 000 years")]
const fn millis(instant: Instant) -> f64 {
    instant.as_millis() as f64
}
