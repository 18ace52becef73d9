//! Which call does what.

use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde::Serialize;

use super::{Code, Failure, FaultDescription, FaultList, Owner, device};
use crate::{
    dps::{DeleteError, UploadError},
    event::{EventSender, What},
    fault::FaultScript,
    http::{Answer, empty, json},
    journal::Ticket,
    proof::ProofError,
};

/// Answers a request for a path, given in its percent-decoded parts, with the pairs of its query.
pub(super) async fn route(
    owner: &Owner,
    method: &Method,
    parts: &[&str],
    query: &[(String, String)],
    body: &Bytes,
) -> Answer {
    let Owner { dps, events, .. } = owner;
    match (method, parts) {
        (&Method::GET, ["status"]) => found(&owner.status()),
        (&Method::GET, ["connection-strings"]) => found(&owner.connection_strings()),
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
        (&Method::PUT, ["ca-certificates", name]) => match dps.upload_ca(name, body) {
            Ok(ticket) => uploaded(events, name, ticket).await,
            Err(error @ UploadError::NameTaken(_)) => failure(StatusCode::CONFLICT, error.to_string()),
            Err(error @ UploadError::Certificate(_)) => failure(StatusCode::BAD_REQUEST, error.to_string()),
        },
        (&Method::DELETE, ["ca-certificates", name]) => match dps.delete_ca(name) {
            Ok(ticket) => deleted(events, name, ticket).await,
            Err(error @ DeleteError::NoCa(_)) => failure(StatusCode::NOT_FOUND, error.to_string()),
            Err(error @ DeleteError::Configured(_)) => failure(StatusCode::CONFLICT, error.to_string()),
        },
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
        (&Method::GET, ["faults"]) => found(&faults(&dps.scripted_faults())),
        (&Method::PUT, ["faults"]) => match FaultScript::from_toml(&String::from_utf8_lossy(body)) {
            Ok(script) => {
                let faults = script.faults.len();
                dps.script_faults(script);
                events.tell(|| What::FaultsScripted { faults });
                empty(StatusCode::NO_CONTENT)
            }
            Err(error) => failure(StatusCode::BAD_REQUEST, error),
        },
        (&Method::POST, ["reload"]) => match owner.reload() {
            Some(Ok(())) => empty(StatusCode::NO_CONTENT),
            Some(Err(error)) => failure(StatusCode::BAD_REQUEST, error.to_string()),
            None => failure(StatusCode::NOT_FOUND, "the emulator was not started from a file".to_owned()),
        },
        (&Method::POST, ["stop"]) => {
            // This answer still goes out: connections of this interface end after the answer they are at.
            if let Some(end) = owner.end.upgrade() {
                end.send_replace(true);
            }
            empty(StatusCode::NO_CONTENT)
        }
        (_, ["devices" | "messages", ..]) => device::route(owner, method, parts, query, body).await,
        _ => failure(StatusCode::NOT_FOUND, "there is no such call".to_owned()),
    }
}

fn faults(script: &FaultScript) -> FaultList {
    FaultList { seed: script.seed, faults: script.faults.iter().map(FaultDescription::from).collect() }
}

async fn uploaded(events: &EventSender, name: &str, ticket: Option<Ticket>) -> Answer {
    if !lasts(ticket).await {
        return unwritten();
    }
    events.tell(|| What::CaUploaded { name: name.to_owned() });
    empty(StatusCode::NO_CONTENT)
}

async fn deleted(events: &EventSender, name: &str, ticket: Option<Ticket>) -> Answer {
    if !lasts(ticket).await {
        return unwritten();
    }
    events.tell(|| What::CaDeleted { name: name.to_owned() });
    empty(StatusCode::NO_CONTENT)
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
pub(crate) async fn lasts(ticket: Option<Ticket>) -> bool {
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

pub(super) fn found(body: &impl Serialize) -> Answer {
    json(StatusCode::OK, serde_json::to_string(body).unwrap_or_default())
}

pub(super) fn failure(status: StatusCode, error: String) -> Answer {
    json(status, serde_json::to_string(&Failure { error }).unwrap_or_default())
}
