//! The control interface: what an owner does with the instance while it runs, by HTTP on loopback.
//!
//! Every call needs the emulator's [`Token`] (`Authorization: Bearer …`), so that other users of the machine are kept
//! out. Requests that a web page could make (with an `Origin`, or for a host that is not loopback) are refused.
//!
//! | Call | Answer |
//! |---|---|
//! | `GET /status` | [`Status`] |
//! | `GET /enrollments` | array of [`EnrollmentEntry`] |
//! | `GET /registrations` | array of [`RegistrationEntry`] |
//! | `DELETE /registrations/{registrationId}` | 204, or 404; the device is gone from its hub as well |
//! | `GET /ca-certificates` | array of [`CaEntry`] |
//! | `PUT /ca-certificates/{name}`, the PEM of a CA certificate | 204; 409 if the name is taken. Not verified yet |
//! | `DELETE /ca-certificates/{name}` | 204; 409 if it is the configuration's |
//! | `POST /ca-certificates/{name}/verification-code` | `{"verificationCode":"…"}` |
//! | `POST /ca-certificates/{name}/verify`, the PEM of a certificate whose CN is the code and that the CA signed | 204 |
//! | `POST /ca-certificates/{name}/mark-verified` | 204 |
//! | `GET /connection-strings` | [`ConnectionStrings`] for service SDKs |
//! | `GET /devices` | array of [`DeviceEntry`] |
//! | `GET /devices/{deviceId}/twin` | the twin, as the service sees it |
//! | `PATCH /devices/{deviceId}/twin`, an object with `tags` and `properties.desired` | the twin; the device is told |
//! | `POST /devices/{deviceId}/messages`, a [`CloudMessage`](crate::CloudMessage) | `{"messageId":"…"}` |
//! | `POST /devices/{deviceId}/methods`, a [`MethodCall`](crate::MethodCall) | [`MethodAnswer`](crate::MethodAnswer); 404 if the device is not connected, 504 if it does not answer |
//! | `POST /devices/{deviceId}/disconnect` | 204; 409 if it is not connected |
//! | `GET /messages`, with `device`, `after` and `wait` (seconds, up to 300) in the query | [`MessageList`](crate::MessageList): what devices sent, as soon as there is one with a larger sequence number than `after` |
//! | `GET /faults` | [`FaultList`] |
//! | `PUT /faults`, the keys `seed`, `scenarios` and `[[fault]]` of a configuration, as TOML | 204; they replace all others |
//! | `POST /reload` | 204; 400 with the reason if the file cannot be used, which leaves the old configuration in force |
//! | `POST /stop` | 204; the emulator ends |
//!
//! Where several hubs have a device of an ID, `hub` in the query says which one is meant.
//!
//! What cannot be done is answered with 400, 404 or 409 and `{"error":"…"}`. [`Client`] wraps the calls.

mod client;
mod device;
mod entry;
mod route;
mod token;

use std::{
    collections::VecDeque,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    pin::pin,
    sync::{
        Arc, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Request, StatusCode,
    body::Incoming,
    header::{AUTHORIZATION, HOST, ORIGIN},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
    task::JoinSet,
    time::{sleep, timeout},
};

pub use client::{Client, ControlError, DeviceName};
pub use entry::{
    CaEntry, ConnectionStrings, DeviceEntry, EnrollmentEntry, FaultDescription, FaultList, RegistrationEntry,
    Status, Totals,
};
pub use token::Token;

use crate::{
    config::ConfigError,
    dps::Dps,
    event::EventSender,
    http::{Answer, empty},
    service::ServiceKey,
    source::Source,
};
pub(crate) use route::lasts;
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
    pub(crate) token: Token,
    pub(crate) service_key: Arc<ServiceKey>,
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
            state_failure: self.dps.state_failure(),
            totals: self.dps.totals(),
        }
    }

    fn connection_strings(&self) -> ConnectionStrings {
        // 443 is what everybody dials who is told nothing else.
        let endpoint = self.endpoints.iter().find(|endpoint| endpoint.port() == 443);
        let endpoint = endpoint.or_else(|| self.endpoints.first());
        let port = endpoint.map_or(443, SocketAddr::port);
        let at = |host: &str| if port == 443 { host.to_owned() } else { format!("{host}:{port}") };
        let hub = |hub: &String| (hub.clone(), self.service_key.hub_connection_string(&at(hub)));
        ConnectionStrings {
            hubs: self.dps.hub_names().iter().map(hub).collect(),
            provisioning: self.service_key.provisioning_connection_string(&at(&host_of(endpoint))),
        }
    }

    /// `None` if there is no file.
    fn reload(&self) -> Option<Result<(), ConfigError>> {
        self.source.as_ref().map(|source| source.reload(&self.dps, &self.events))
    }
}

/// What whoever is on this machine calls an address that is listened on: `localhost` where that leads there.
fn host_of(endpoint: Option<&SocketAddr>) -> String {
    match endpoint.map(SocketAddr::ip) {
        Some(IpAddr::V4(ip)) if ip != Ipv4Addr::LOCALHOST && !ip.is_unspecified() => ip.to_string(),
        Some(IpAddr::V6(ip)) if ip != Ipv6Addr::LOCALHOST && !ip.is_unspecified() => format!("[{ip}]"),
        _ => "localhost".to_owned(),
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
const MAX_HEAD: usize = 16 * 1024;
const MAX_CONNECTIONS: usize = 64;

/// A connection's place. Whoever has shown the token keeps it for as long as the call takes.
#[derive(Debug, Default)]
struct Place {
    calls: AtomicUsize,
    leave: Notify,
}

pub(crate) async fn serve(listener: TcpListener, owner: Arc<Owner>, mut ending: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let mut places: VecDeque<Arc<Place>> = VecDeque::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = ending.wait_for(|ending| *ending) => break,
            Some(_) = connections.join_next() => continue,
        };
        let Ok((tcp, _)) = accepted else {
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        // Whose connection has ended holds its place no more.
        places.retain(|place| Arc::strong_count(place) > 1);
        if places.len() >= MAX_CONNECTIONS && !make_place(&mut places) {
            continue;
        }
        let place = Arc::new(Place::default());
        places.push_back(Arc::clone(&place));
        connections.spawn(serve_one(tcp, place, Arc::clone(&owner), ending.clone()));
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Sends away who has been idle for longest; false if nobody is idle.
fn make_place(places: &mut VecDeque<Arc<Place>>) -> bool {
    let idle = places.iter().position(|place| place.calls.load(Ordering::Relaxed) == 0);
    let idle = idle.and_then(|index| places.remove(index));
    idle.inspect(|place| place.leave.notify_one()).is_some()
}

/// Serves one connection; when the emulator ends, up to the end of the answer that it is at.
async fn serve_one(tcp: TcpStream, place: Arc<Place>, owner: Arc<Owner>, mut ending: watch::Receiver<bool>) {
    let service = service_fn(|request| answer(&owner, &place, request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(tcp), service);
    let mut connection = pin!(connection);
    // Whatever goes wrong is the client's to notice.
    tokio::select! {
        ended = connection.as_mut() => return ended.unwrap_or_default(),
        () = place.leave.notified() => return,
        _ = ending.wait_for(|ending| *ending) => {}
    }
    connection.as_mut().graceful_shutdown();
    if let Ok(ended) = timeout(PARTING, connection).await {
        ended.unwrap_or_default();
    }
}

async fn answer(
    owner: &Owner,
    place: &Place,
    request: Request<Incoming>,
) -> Result<Answer, std::convert::Infallible> {
    if !is_local(&request) {
        return Ok(failure(StatusCode::FORBIDDEN, "only programs of this machine may ask".to_owned()));
    }
    if !is_authorized(&request, &owner.token) {
        let words = "the emulator's token is needed, which only its user can read";
        return Ok(failure(StatusCode::UNAUTHORIZED, words.to_owned()));
    }
    place.calls.fetch_add(1, Ordering::Relaxed);
    let answer = answer_owner(owner, request).await;
    place.calls.fetch_sub(1, Ordering::Relaxed);
    Ok(answer)
}

async fn answer_owner(owner: &Owner, request: Request<Incoming>) -> Answer {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let query = pairs(request.uri().query().unwrap_or_default());
    let body = timeout(PATIENCE, Limited::new(request.into_body(), MAX_BODY).collect()).await;
    let Ok(Ok(body)) = body else { return empty(StatusCode::PAYLOAD_TOO_LARGE) };
    let body = body.to_bytes();
    let parts: Vec<String> = path
        .trim_start_matches('/')
        .split('/')
        .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    route(owner, &method, &parts, &query, &body).await
}

/// The pairs of a query, decoded.
fn pairs(query: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| (decoded(key), decoded(value))).collect()
}

/// Whether the request has the token.
fn is_authorized(request: &Request<Incoming>, token: &Token) -> bool {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    header.and_then(|value| value.strip_prefix("Bearer ")).is_some_and(|presented| token.is(presented.trim()))
}

/// Whether the request is for loopback by name, and not made by a web page.
fn is_local(request: &Request<Incoming>) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter().map(|host| host.to_str().unwrap_or_default());
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    // Where the first line says another host, that is the one that was asked for (RFC 9112 section 3.2.2).
    let is_asked_for = request.uri().authority().is_none_or(|authority| authority.as_str() == host);
    let is_address = host.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback());
    let (name, port) = host.split_once(':').unwrap_or((host, "80"));
    let is_name = name.eq_ignore_ascii_case("localhost") && port.parse::<u16>().is_ok();
    is_asked_for && (is_address || is_name) && !request.headers().contains_key(ORIGIN)
}

type Body = Full<Bytes>;
