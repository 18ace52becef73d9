//! What happened, as a line of a log, whatever others wrote.

use std::fmt;

use dps_x509_core::text::Line;

use super::{TwinAuthor, What};

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(&mut Line::on(f))
    }
}

impl What {
    fn write(&self, f: &mut impl fmt::Write) -> fmt::Result {
        match self {
            Self::Opened { peer } => write!(f, "connection from {peer}"),
            Self::TurnedAway { peer, limit } => {
                write!(f, "connection from {peer} closed at once: there are {limit} already")
            }
            Self::TlsDone { version, suite, server_name, certificates } => {
                write!(f, "TLS done: {version}, {suite}")?;
                match server_name {
                    Some(server_name) => write!(f, ", for {server_name:?}")?,
                    None => f.write_str(", without SNI")?,
                }
                if certificates.is_empty() {
                    return f.write_str(", no client certificate");
                }
                f.write_str(", client certificates:")?;
                certificates.iter().enumerate().try_for_each(|(index, certificate)| {
                    write!(f, "{} {certificate}", if index == 0 { "" } else { ";" })
                })
            }
            Self::TlsFailed { server_name: Some(server_name), reason } => {
                write!(f, "TLS for {server_name:?} failed: {reason}")
            }
            Self::TlsFailed { server_name: None, reason } => write!(f, "TLS failed: {reason}"),
            Self::Received { packet } => write!(f, "<- {packet}"),
            Self::Sent { packet } => write!(f, "-> {packet}"),
            Self::Asked { method, target, body } => {
                write!(f, "<- {method} {target} ")?;
                f.write_str(body)
            }
            Self::Answered { status, body } => {
                write!(f, "-> {status} ")?;
                f.write_str(body)
            }
            Self::Decided { decision } => write!(f, "{decision}"),
            Self::Applied { behaviour, evidence } => write!(f, "{behaviour}; {evidence}"),
            Self::Telemetry { message } => write!(f, "{message}"),
            Self::TwinChanged { hub, device_id, by } => {
                let (who, what) = match by {
                    TwinAuthor::Device => ("the device", "reported properties"),
                    TwinAuthor::Service => ("the service", "desired properties or tags"),
                };
                write!(f, "twin of {device_id} at {hub}: {who} changed {what}")
            }
            Self::CloudMessage { hub, device_id, message_id, state } => {
                write!(f, "message ")?;
                f.write_str(message_id)?;
                write!(f, " to {device_id} at {hub}: {state}")
            }
            Self::Method { hub, device_id, name, status, problem } => {
                write!(f, "method {name} of {device_id} at {hub}: ")?;
                match (status, problem) {
                    (Some(status), _) => write!(f, "answered with status {status}"),
                    (None, problem) => f.write_str(problem.as_deref().unwrap_or("no answer")),
                }
            }
            Self::Fault { happening } => write!(f, "{happening}"),
            Self::Closed { reason } => write!(f, "closed: {reason}"),
            Self::AcceptFailed { reason } => write!(f, "a connection could not be accepted: {reason}"),
            Self::Configured { individuals, groups, ca_certificates } => write!(
                f,
                "configured: {individuals} individual enrollments, {groups} groups, {ca_certificates} CA certificates"
            ),
            Self::ConfigurationRefused { reason } => {
                write!(f, "the new configuration cannot be used, the old one stays in force: {reason}")
            }
            Self::FaultsScripted { faults } => write!(f, "faults in force from now on: {faults}"),
            Self::CaUploaded { name } => {
                write!(f, "the CA certificate {name} was uploaded, and is not verified yet")
            }
            Self::CaDeleted { name } => write!(f, "the CA certificate {name} was deleted"),
            Self::CaVerified { name, proven: true } => {
                write!(f, "the CA certificate {name} is verified by proof of possession")
            }
            Self::CaVerified { name, proven: false } => {
                write!(f, "the CA certificate {name} is marked as verified")
            }
            Self::RegistrationDeleted { registration_id } => {
                write!(f, "the registration of {registration_id} is deleted")
            }
            Self::StateFailed { reason } => {
                write!(
                    f,
                    "the state cannot be written, so that nothing is acknowledged that has to last: {reason}"
                )
            }
            Self::StateRecovered => f.write_str("the state can be written again"),
            Self::Missed { count } => write!(f, "{count} events were missed"),
        }
    }
}
