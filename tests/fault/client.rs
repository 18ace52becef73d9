//! A host of the machine: real TLS to one address, and a clock that jumps over the machine's waits.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};

use dps_x509_core::{
    finding::Naming,
    name::Endpoint,
    service::TlsAlert,
    session::{
        Config, ConnectionId, ConnectionInfo, Distrust, Event, Input, Instant, Output, Provisioning,
        ProvisioningReport, Seed, TransportFailure, TransportFailureKind as Kind,
    },
};
use rustls::{CertificateError, ClientConfig, ClientConnection, StreamOwned, pki_types::ServerName};

/// The hub that the emulator assigns.
pub(crate) const HUB: &str = "example-hub.azure-devices.net";

/// The time limit of a run, in the machine's time: enough for one fault of each kind.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(120);

/// How long the emulator is silent before it is asked for something else. Answers on the loopback take milliseconds.
pub(crate) const QUIET: Duration = Duration::from_secs(2);

/// How long it may take for anything at all, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// More outputs than any run has: the machine would go on for ever.
const LIVELOCK: usize = 100_000;

type Stream = StreamOwned<ClientConnection, TcpStream>;

pub(crate) struct Client {
    pub(crate) address: SocketAddr,
    pub(crate) tls: Arc<ClientConfig>,
    stream: Option<Stream>,
    /// What was dialled last.
    endpoint: Option<Endpoint>,
    connection: ConnectionId,
    now: Instant,
    waits: Vec<String>,
    /// Whether the machine has said that it waits for nothing but the time.
    is_pausing: bool,
}

/// What happened while the machine waited.
enum Woken {
    Received(Vec<u8>),
    Closed(Option<TransportFailure>),
    InTime,
}

impl Client {
    pub(crate) const fn new(address: SocketAddr, tls: Arc<ClientConfig>) -> Self {
        Self {
            address,
            tls,
            stream: None,
            endpoint: None,
            connection: ConnectionId::new(0),
            now: Instant::from_millis(0),
            waits: Vec::new(),
            is_pausing: false,
        }
    }

    /// Provisions, and says in a line what came of it: the outcome, the findings, and what was waited for.
    pub(crate) fn provision(mut self, config: Config) -> String {
        let endpoint = config.endpoint.clone();
        let mut machine = Provisioning::new(config, Seed([7; 16]), self.now);
        for _ in 0..LIVELOCK {
            let woken = match machine.poll_output() {
                Output::Connect(connection, endpoint) => match self.dial(endpoint) {
                    Ok(stream) => {
                        self.endpoint = Some(endpoint.clone());
                        self.stream = Some(stream);
                        self.connection = connection;
                        let info = ConnectionInfo::default();
                        machine.handle_input(self.now, Input::Connected(connection, info));
                        continue;
                    }
                    Err(failure) => {
                        machine.handle_input(self.now, Input::ConnectFailed(connection, failure));
                        continue;
                    }
                },
                Output::Transmit(bytes) => {
                    // What cannot be sent shows at the next read.
                    let _ = self.stream.as_mut().map(|stream| stream.write_all(bytes));
                    continue;
                }
                Output::Close => {
                    if let Some(mut stream) = self.stream.take() {
                        stream.conn.send_close_notify();
                        let _ = stream.flush();
                    }
                    continue;
                }
                Output::Event(event) => {
                    self.note(&event);
                    continue;
                }
                Output::Wait(wake) => self.wait(wake),
                Output::Done(outcome) => {
                    let report = ProvisioningReport::new(outcome, &endpoint);
                    return self.summary(&report);
                }
                other => panic!("an output that this host does not know: {other:?}"),
            };
            machine.handle_input(
                self.now,
                match &woken {
                    Woken::Received(bytes) => Input::Received(self.connection, bytes),
                    Woken::Closed(failure) => Input::Closed(self.connection, failure.clone()),
                    Woken::InTime => Input::Timeout,
                },
            );
        }
        panic!("the machine does not end: {:?}", self.waits);
    }

    fn note(&mut self, event: &Event<'_>) {
        match event {
            Event::Waiting { duration, reason } => {
                self.is_pausing = true;
                self.waits.push(format!("{} {:.1} s", reason.as_str(), duration.as_secs_f64()));
            }
            Event::Sent(_) | Event::Dialling { .. } => self.is_pausing = false,
            _ => {}
        }
    }

    fn wait(&mut self, wake: Instant) -> Woken {
        if !self.is_pausing
            && let Some(woken) = self.read().or_else(|| {
                self.see_it_work();
                self.read()
            })
        {
            return woken;
        }
        self.now = self.now.max(wake);
        Woken::InTime
    }

    /// What comes, if it comes before [`QUIET`] is over.
    fn read(&mut self) -> Option<Woken> {
        let mut space = [0; 16 * 1024];
        Some(match self.stream.as_mut()?.read(&mut space) {
            Ok(0) => self.closed(None),
            Ok(length) => Woken::Received(space[..length].to_vec()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => return None,
            Err(error) => {
                let failure = failure(&error);
                self.closed(Some(failure))
            }
        })
    }

    /// Another connection's handshake: on a machine that is busy, an emulator that answers nothing is told from one
    /// that has not come to it yet. No fault of the handshake goes together with silence, so none is counted wrongly.
    fn see_it_work(&self) {
        if let (Some(_), Some(endpoint)) = (&self.stream, &self.endpoint) {
            self.dial(endpoint).unwrap();
        }
    }

    fn closed(&mut self, failure: Option<TransportFailure>) -> Woken {
        self.stream = None;
        Woken::Closed(failure)
    }

    pub(crate) fn dial(&self, endpoint: &Endpoint) -> Result<Stream, TransportFailure> {
        let refused = |error: std::io::Error| TransportFailure::new(Kind::Refused, error.to_string());
        let tcp = TcpStream::connect(self.address).map_err(refused)?;
        tcp.set_read_timeout(Some(PATIENCE)).unwrap();
        tcp.set_nodelay(true).unwrap();
        let name = ServerName::try_from(endpoint.host().to_owned()).unwrap();
        let connection = ClientConnection::new(Arc::clone(&self.tls), name).unwrap();
        let mut stream = StreamOwned::new(connection, tcp);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).map_err(|error| failure(&error))?;
        }
        stream.sock.set_read_timeout(Some(QUIET)).unwrap();
        Ok(stream)
    }

    fn summary(&self, report: &ProvisioningReport) -> String {
        let mut parts = outcome(report);
        parts.push(format!("{} dials", report.tally.dials));
        let mut waits = self.waits.as_slice();
        while let Some(wait) = waits.first() {
            let count = waits.iter().take_while(|it| *it == wait).count();
            parts.push(if count == 1 { wait.clone() } else { format!("{wait} x{count}") });
            waits = &waits[count..];
        }
        parts.join(", ")
    }
}

/// What came of it: the outcome, the stage, the findings.
pub(crate) fn outcome(report: &ProvisioningReport) -> Vec<String> {
    if let Ok(assigned) = &report.result {
        assert_eq!((assigned.assigned_hub.as_str(), assigned.device_id.as_str()), (HUB, "device-1"));
    }
    told(&report.to_json(Naming::CommandLine))
}

/// The same of a report in JSON.
pub(crate) fn told(json: &serde_json::Map<String, serde_json::Value>) -> Vec<String> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut parts = vec![json.get("outcome").map(text).unwrap_or_default()];
    if let Some(check) = json.get("hubCheck") {
        parts.push(format!("hub {}", text(&check["outcome"])));
    }
    parts.extend(json.get("stage").map(text));
    parts.extend(json["findings"].as_array().unwrap().iter().map(|finding| text(&finding["code"])));
    parts
}

/// What rustls says, in the machine's words.
fn failure(error: &std::io::Error) -> TransportFailure {
    let tls = error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>());
    let kind = match tls {
        Some(rustls::Error::AlertReceived(alert)) => Kind::Alert(TlsAlert::new((*alert).into())),
        Some(rustls::Error::InvalidCertificate(reason)) => Kind::ServerNotTrusted(match reason {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Distrust::Expired,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Distrust::WrongName
            }
            CertificateError::UnknownIssuer => Distrust::UnknownIssuer,
            _ => Distrust::Invalid,
        }),
        Some(_) => Kind::NotTls,
        None => match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Kind::TimedOut,
            _ => Kind::Closed,
        },
    };
    TransportFailure::new(kind, error.to_string())
}
