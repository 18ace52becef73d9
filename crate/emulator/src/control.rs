//! The control interface: what an owner does with the instance while it runs, by HTTP on loopback.
//!
//! It asks nobody who they are: whoever can connect to loopback may do everything. Requests that a web page could
//! make (with an `Origin`, or for a host that is not loopback) are refused.
//!
//! | Call | Answer |
//! |---|---|
//! | `GET /status` | [`Status`] |
//! | `GET /enrollments` | array of [`EnrollmentEntry`] |
//! | `GET /registrations` | array of [`RegistrationEntry`] |
//! | `DELETE /registrations/{registrationId}` | 204, or 404; the device is gone from its hub as well |
//! | `GET /ca-certificates` | array of [`CaEntry`] |
//! | `PUT /ca-certificates/{name}`, the PEM of a CA certificate | 204; 409 if the name is taken. Not verified yet |
//! | `POST /ca-certificates/{name}/verification-code` | `{"verificationCode":"…"}` |
//! | `POST /ca-certificates/{name}/verify`, the PEM of a certificate whose CN is the code and that the CA signed | 204 |
//! | `POST /ca-certificates/{name}/mark-verified` | 204 |
//! | `GET /faults` | [`FaultList`] |
//! | `PUT /faults`, the keys `seed`, `scenarios` and `[[fault]]` of a configuration, as TOML | 204; they replace all others |
//! | `POST /reload` | 204; 400 with the reason if the file cannot be used, which leaves the old configuration in force |
//! | `POST /stop` | 204; the emulator ends |
//!
//! What cannot be done is answered with 400, 404 or 409 and `{"error":"…"}`. [`Client`] wraps the calls.

mod client;
mod entry;
mod route;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    pin::pin,
    sync::{Arc, Weak},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Request, StatusCode,
    body::Incoming,
    header::{HOST, ORIGIN},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

pub use client::{Client, ControlError};
pub use entry::{CaEntry, EnrollmentEntry, FaultDescription, FaultList, RegistrationEntry, Status, Totals};

use crate::{
    config::ConfigError,
    dps::Dps,
    event::EventSender,
    http::{Answer, empty},
    source::Source,
};
use route::{failure, route};

/// What the interface acts on.
#[derive(Debug)]
pub(crate) struct Owner {
    pub(crate) dps: Arc<Dps>,
    pub(crate) events: EventSender,
    pub(crate) source: Option<Arc<Source>>,
    pub(crate) endpoints: Vec<SocketAddr>,
    pub(crate) server_names: Vec<String>,
    pub(crate) root: Option<PathBuf>,
    /// Ends the emulator. Without its owner there is none, and it ends by itself.
    pub(crate) end: Weak<watch::Sender<bool>>,
}

impl Owner {
    fn status(&self) -> Status {
        let path = |path: &Path| path.display().to_string();
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            endpoints: self.endpoints.iter().map(ToString::to_string).collect(),
            server_names: self.server_names.clone(),
            root: self.root.as_deref().map(path),
            configuration: self.source.as_ref().map(|source| path(source.file())),
            totals: self.dps.totals(),
        }
    }

    /// `None` if there is no file.
    fn reload(&self) -> Option<Result<(), ConfigError>> {
        self.source.as_ref().map(|source| source.reload(&self.dps, &self.events))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Code {
    verification_code: String,
}

#[derive(Serialize, Deserialize)]
struct Failure {
    error: String,
}

/// No request takes longer to come.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a connection has for its last answer.
const PARTING: Duration = Duration::from_secs(1);
const MAX_BODY: usize = 256 * 1024;
const MAX_CONNECTIONS: usize = 64;

pub(crate) async fn serve(listener: TcpListener, owner: Arc<Owner>, mut ending: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => accepted,
            _ = ending.wait_for(|ending| *ending) => break,
            Some(_) = connections.join_next() => continue,
        };
        match accepted {
            Ok((tcp, _)) => drop(connections.spawn(serve_one(tcp, Arc::clone(&owner), ending.clone()))),
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Serves one connection; when the emulator ends, up to the end of the answer that it is at.
async fn serve_one(tcp: TcpStream, owner: Arc<Owner>, mut ending: watch::Receiver<bool>) {
    let service = service_fn(|request| answer(&owner, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(tcp), service);
    let mut connection = pin!(connection);
    // Whatever goes wrong is the client's to notice.
    tokio::select! {
        ended = connection.as_mut() => return ended.unwrap_or_default(),
        _ = ending.wait_for(|ending| *ending) => {}
    }
    connection.as_mut().graceful_shutdown();
    if let Ok(ended) = timeout(PARTING, connection).await {
        ended.unwrap_or_default();
    }
}

async fn answer(owner: &Owner, request: Request<Incoming>) -> Result<Answer, std::convert::Infallible> {
    if !is_local(&request) {
        return Ok(failure(StatusCode::FORBIDDEN, "only programs of this machine may ask".to_owned()));
    }
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let body = timeout(PATIENCE, Limited::new(request.into_body(), MAX_BODY).collect()).await;
    let Ok(Ok(body)) = body else { return Ok(empty(StatusCode::PAYLOAD_TOO_LARGE)) };
    let body = body.to_bytes();
    let parts: Vec<String> = path
        .trim_start_matches('/')
        .split('/')
        .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Ok(route(owner, &method, &parts, &body).await)
}

/// Whether the request is for loopback by name, and not made by a web page.
fn is_local(request: &Request<Incoming>) -> bool {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let is_address = host.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback());
    let is_name = host.split(':').next().is_some_and(|name| name.eq_ignore_ascii_case("localhost"));
    (is_address || is_name) && !request.headers().contains_key(ORIGIN)
}

type Body = Full<Bytes>;
