//! The control interface: what an owner does with the instance while it runs, by HTTP on loopback.
//!
//! It asks nobody who they are: whoever can connect to loopback may do everything. Requests that a web page could
//! make (with an `Origin`, or for a host that is not loopback) are refused.
//!
//! | Call | Answer |
//! |---|---|
//! | `GET /enrollments` | array of [`EnrollmentEntry`] |
//! | `GET /registrations` | array of [`RegistrationEntry`] |
//! | `DELETE /registrations/{registrationId}` | 204, or 404; the device is gone from its hub as well |
//! | `GET /ca-certificates` | array of [`CaEntry`] |
//! | `POST /ca-certificates/{name}/verification-code` | `{"verificationCode":"…"}` |
//! | `POST /ca-certificates/{name}/verify`, the PEM of a certificate whose CN is the code and that the CA signed | 204 |
//! | `POST /ca-certificates/{name}/mark-verified` | 204 |
//!
//! What cannot be done is answered with 400 or 404 and `{"error":"…"}`. [`Client`] wraps the calls.

mod client;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Method, Request, StatusCode,
    body::Incoming,
    header::{HOST, ORIGIN},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

pub use client::{Client, ControlError};

use crate::{
    dps::Dps,
    event::{EventSender, What},
    http::{Answer, empty, json},
    journal::Ticket,
    proof::ProofError,
};

/// An enrollment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnrollmentEntry {
    /// `individual` or `group`.
    pub kind: String,
    /// The registration ID, or the name of the group.
    pub name: String,
    /// Whether devices are provisioned or refused.
    pub enabled: bool,
    /// SHA-256 of the certificates, the primary one first.
    pub thumbprints: Vec<String>,
    /// The device ID, where it is not the registration ID.
    pub device_id: Option<String>,
}

/// A registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RegistrationEntry {
    /// The registration ID.
    pub registration_id: String,
    /// The device ID at the hub.
    pub device_id: String,
    /// The hub.
    pub assigned_hub: String,
    /// What decided, such as `group factory`.
    pub enrollment: Option<String>,
    /// SHA-256 of the leaf that was provisioned.
    pub thumbprint: Option<String>,
    /// When the device registered first, as DPS writes times.
    pub created: String,
    /// When it was assigned last.
    pub updated: String,
    /// Changes with each assignment.
    pub etag: String,
    /// How often it was assigned.
    pub count: u64,
}

/// An uploaded CA certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CaEntry {
    /// Its name.
    pub name: String,
    /// The subject in the form of RFC 4514.
    pub subject: String,
    /// SHA-256.
    pub thumbprint: String,
    /// Whether it is verified.
    pub verified: bool,
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
const MAX_BODY: usize = 256 * 1024;
const MAX_CONNECTIONS: usize = 64;

pub(crate) async fn serve(
    listener: TcpListener,
    dps: Arc<Dps>,
    events: EventSender,
    mut ending: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => accepted,
            _ = ending.wait_for(|ending| *ending) => return,
            Some(_) = connections.join_next() => continue,
        };
        let Ok((tcp, _)) = accepted else {
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (dps, events) = (Arc::clone(&dps), events.clone());
        connections.spawn(async move {
            let service = service_fn(|request| answer(&dps, &events, request));
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .serve_connection(TokioIo::new(tcp), service);
            // Whatever goes wrong is the client's to notice.
            connection.await.unwrap_or_default();
        });
    }
}

async fn answer(
    dps: &Dps,
    events: &EventSender,
    request: Request<Incoming>,
) -> Result<Answer, std::convert::Infallible> {
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
    Ok(route(dps, events, &method, &parts, &body).await)
}

/// Whether the request is for loopback by name, and not made by a web page.
fn is_local(request: &Request<Incoming>) -> bool {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let is_address = host.parse::<SocketAddr>().is_ok_and(|address| address.ip().is_loopback());
    let is_name = host.split(':').next().is_some_and(|name| name.eq_ignore_ascii_case("localhost"));
    (is_address || is_name) && !request.headers().contains_key(ORIGIN)
}

async fn route(dps: &Dps, events: &EventSender, method: &Method, parts: &[&str], body: &Bytes) -> Answer {
    match (method, parts) {
        (&Method::GET, ["enrollments"]) => found(&dps.enrollments()),
        (&Method::GET, ["registrations"]) => found(&dps.registrations()),
        (&Method::DELETE, ["registrations", registration_id]) => {
            if let Some(ticket) = dps.delete_registration(registration_id) {
                if !lasts(ticket).await {
                    return unwritten();
                }
                let registration_id = (*registration_id).to_owned();
                events.tell(|| What::RegistrationDeleted { registration_id });
                empty(StatusCode::NO_CONTENT)
            } else {
                failure(StatusCode::NOT_FOUND, format!("{registration_id} is not registered"))
            }
        }
        (&Method::GET, ["ca-certificates"]) => found(&dps.ca_certificates()),
        (&Method::POST, ["ca-certificates", name, "verification-code"]) => {
            match dps.new_verification_code(name) {
                Ok(verification_code) => found(&Code { verification_code }),
                Err(error) => unproven(&error),
            }
        }
        (&Method::POST, ["ca-certificates", name, "verify"]) => {
            verified(events, name, true, dps.prove(name, body)).await
        }
        (&Method::POST, ["ca-certificates", name, "mark-verified"]) => {
            verified(events, name, false, dps.mark_verified(name)).await
        }
        _ => failure(StatusCode::NOT_FOUND, "there is no such call".to_owned()),
    }
}

async fn verified(
    events: &EventSender,
    name: &str,
    proven: bool,
    result: Result<Option<Ticket>, ProofError>,
) -> Answer {
    match result {
        Ok(ticket) => {
            if !lasts(ticket).await {
                return unwritten();
            }
            events.tell(|| What::CaVerified { name: name.to_owned(), proven });
            empty(StatusCode::NO_CONTENT)
        }
        Err(error) => unproven(&error),
    }
}

/// Whether a change is on the disk, where there is one.
async fn lasts(ticket: Option<Ticket>) -> bool {
    match ticket {
        Some(ticket) => ticket.await.is_ok(),
        None => true,
    }
}

fn unwritten() -> Answer {
    failure(StatusCode::INTERNAL_SERVER_ERROR, "the state cannot be written".to_owned())
}

fn unproven(error: &ProofError) -> Answer {
    let status = match error {
        ProofError::NoCa(_) => StatusCode::NOT_FOUND,
        _ => StatusCode::BAD_REQUEST,
    };
    failure(status, error.to_string())
}

fn found(body: &impl Serialize) -> Answer {
    json(StatusCode::OK, serde_json::to_string(body).unwrap_or_default())
}

fn failure(status: StatusCode, error: String) -> Answer {
    json(status, serde_json::to_string(&Failure { error }).unwrap_or_default())
}

type Body = Full<Bytes>;
