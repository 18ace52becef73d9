//! Outcomes.

use std::time::Duration;

use dps_x509_core::{
    name::{HubName, HubNameError},
    service::{Answer, Channel},
    session::{Class, Report, Shortfall, Stage, Tally, reply::Assigned},
};
use dps_x509_host::{Outcome, provisioning as wit};

use super::transport;

/// The report; a component that assigns something that is no hub is not believed.
pub(in crate::provision) fn report(outcome: Outcome) -> Result<Report, HubNameError> {
    match outcome {
        Ok(assignment) => {
            let tally = tally(&assignment.tally);
            let hub = assignment.hub_check.map(|check| match check {
                wit::HubCheck::Taken(twin) => Ok(twin),
                wit::HubCheck::Failed(findings) => Err(findings.into_iter().map(super::finding).collect()),
            });
            let mut assigned = Assigned::new(HubName::new(&assignment.assigned_hub)?, assignment.device_id);
            assigned.registration_id = assignment.registration_id;
            assigned.substatus = assignment.substatus;
            assigned.payload = assignment.payload;
            assigned.created = assignment.created;
            assigned.updated = assignment.updated;
            assigned.etag = assignment.etag;
            assigned.operation_id = assignment.operation_id;
            assigned.issued_certificates = assignment.issued_certificates;
            assigned.additional = assignment.additional;
            Ok(Report { result: Ok(assigned), hub, tally })
        }
        Err(failure) => {
            let tally = tally(&failure.tally);
            Ok(Report { result: Err(shortfall(failure)), hub: None, tally })
        }
    }
}

fn shortfall(failure: wit::Failure) -> Shortfall {
    let (class, answer, transport) = match failure.cause {
        wit::Cause::InvalidSettings => (Class::InvalidSettings, None, None),
        wit::Cause::Refused(refused) => (Class::Refused, Some(answer(refused)), None),
        wit::Cause::Transport(failure) => (Class::NoConnection, None, Some(transport::failure(failure))),
        wit::Cause::Protocol => (Class::Protocol, None, None),
        wit::Cause::OutOfTime => (Class::OutOfTime, None, None),
        wit::Cause::Cancelled => (Class::Cancelled, None, None),
    };
    Shortfall {
        class,
        stage: match failure.stage {
            wit::Stage::Dial => Stage::Dial,
            wit::Stage::Upgrade => Stage::Upgrade,
            wit::Stage::Connect => Stage::Connect,
            wit::Stage::Subscribe => Stage::Subscribe,
            wit::Stage::Register => Stage::Register,
            wit::Stage::Wait => Stage::Wait,
            wit::Stage::Poll => Stage::Poll,
            wit::Stage::Twin => Stage::Twin,
        },
        findings: failure.findings.into_iter().map(super::finding).collect(),
        answer,
        transport,
        retry_after: failure.retry_after.map(Duration::from_nanos),
    }
}

fn answer(answer: wit::Answer) -> Answer {
    Answer {
        channel: match answer.channel {
            wit::Channel::Request => Channel::Request,
            wit::Channel::Operation => Channel::Operation,
            wit::Channel::Connack => Channel::Connack,
            wit::Channel::Suback => Channel::Suback,
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

const fn tally(tally: &wit::Tally) -> Tally {
    Tally {
        elapsed: Duration::from_nanos(tally.elapsed),
        dials: tally.dials,
        requests: tally.requests,
        bytes_sent: tally.bytes_sent,
        bytes_received: tally.bytes_received,
    }
}
