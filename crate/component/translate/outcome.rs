//! Outcomes, out of the core.

use dps_x509_core::{
    finding::Finding,
    name::Endpoint,
    service,
    session::{self, Class, Outcome, Retry},
};

use super::{finding, nanos, transport};
use crate::contract::session::{Answer, Assignment, Cause, Channel, Failure, HubCheck, Stage, Tally};

/// Settings that are wrong: nothing was dialled.
pub(crate) fn invalid(findings: Vec<Finding>) -> Failure {
    Failure {
        cause: Cause::InvalidSettings,
        stage: Stage::Dial,
        findings: findings.iter().map(finding::write).collect(),
        retry_after: None,
        tally: write_tally(session::Tally::default()),
    }
}

/// How it ended; the endpoint is what the finding speaks of.
pub(crate) fn write(outcome: &Outcome, endpoint: &Endpoint) -> Result<Assignment, Failure> {
    match outcome {
        Ok(assignment) => Ok(write_assignment(assignment.clone())),
        Err(failure) => Err(write_failure(failure, endpoint)),
    }
}

fn write_assignment(session::Assignment { assigned, hub, tally }: session::Assignment) -> Assignment {
    Assignment {
        assigned_hub: assigned.assigned_hub.to_string(),
        device_id: assigned.device_id,
        registration_id: assigned.registration_id,
        substatus: assigned.substatus,
        payload: assigned.payload,
        created: assigned.created,
        updated: assigned.updated,
        etag: assigned.etag,
        operation_id: assigned.operation_id,
        issued_certificates: assigned.issued_certificates,
        additional: assigned.additional,
        hub_check: hub.map(|check| match check {
            Ok(twin) => HubCheck::Taken(twin),
            Err(findings) => HubCheck::Failed(findings.iter().map(finding::write).collect()),
        }),
        tally: write_tally(tally),
    }
}

fn write_failure(failure: &session::Failure, endpoint: &Endpoint) -> Failure {
    Failure {
        cause: write_cause(&failure.cause),
        stage: match failure.stage {
            session::Stage::Dial => Stage::Dial,
            session::Stage::Upgrade => Stage::Upgrade,
            session::Stage::Connect => Stage::Connect,
            session::Stage::Subscribe => Stage::Subscribe,
            session::Stage::Register => Stage::Register,
            session::Stage::Wait => Stage::Wait,
            session::Stage::Poll => Stage::Poll,
            session::Stage::Twin => Stage::Twin,
        },
        findings: vec![finding::write(&failure.to_finding(endpoint))],
        retry_after: match failure.retry {
            Retry::Pointless => None,
            Retry::After(wait) => Some(nanos(wait)),
        },
        tally: write_tally(failure.tally),
    }
}

fn write_cause(cause: &session::Cause) -> Cause {
    match cause {
        session::Cause::Refused(answer) => Cause::Refused(write_answer(answer.clone())),
        session::Cause::Transport(failure) => Cause::Transport(transport::write(failure)),
        other => match other.class() {
            Class::InvalidSettings => Cause::InvalidSettings,
            Class::OutOfTime => Cause::OutOfTime,
            Class::Cancelled => Cause::Cancelled,
            // Violation, out of place, unreadable, flooded: the finding tells them apart.
            _ => Cause::Protocol,
        },
    }
}

fn write_answer(answer: service::Answer) -> Answer {
    Answer {
        channel: match answer.channel {
            service::Channel::Request => Channel::Request,
            service::Channel::Operation => Channel::Operation,
            service::Channel::Connack => Channel::Connack,
            service::Channel::Suback => Channel::Suback,
        },
        status: answer.status,
        code: answer.code,
        message: answer.message,
        tracking_id: answer.tracking_id,
        timestamp: answer.timestamp,
        info: answer.info,
        operation_status: answer.operation_status,
        body: answer.body,
    }
}

fn write_tally(tally: session::Tally) -> Tally {
    Tally {
        elapsed: nanos(tally.elapsed),
        dials: tally.dials,
        requests: tally.requests,
        bytes_sent: tally.bytes_sent,
        bytes_received: tally.bytes_received,
    }
}
