//! What a run comes to.

use std::time::Duration;

use dps_x509_core::{
    finding::Finding,
    name::HubName,
    service,
    session::{self, Class, NotAssigned, ProvisioningReport, reply::Assigned},
};

use super::{NotUnderstood, finding, nanos, same_cases, same_fields};
use crate::contract::session::{Answer, Assignment, Cause, Channel, Failure, HubCheck, Stage, Tally};

same_cases! {
    session::Stage = Stage { Dial, Upgrade, Connect, Subscribe, Register, Wait, Poll; Twin }
    service::Channel = Channel { Request, Operation, Connack; Suback }
}

same_fields! {
    service::Answer = Answer {
        channel, status, code, message, tracking_id, timestamp, info, operation_status, body,
    }
}

/// What was assigned, but for what the contract says beside it.
macro_rules! assigned {
    ($($field:ident),+ $(,)?) => {
        fn write_assigned(assigned: Assigned, hub_check: Option<HubCheck>, tally: Tally) -> Assignment {
            let assigned_hub = assigned.assigned_hub.to_string();
            Assignment { assigned_hub, device_id: assigned.device_id, $($field: assigned.$field,)+ hub_check, tally }
        }

        fn read_assigned(
            assignment: Assignment,
        ) -> Result<(Assigned, Option<HubCheck>, Tally), NotUnderstood> {
            let hub = HubName::new(&assignment.assigned_hub)
                .map_err(|error| NotUnderstood(format!("the hub \"{}\": {error}", assignment.assigned_hub)))?;
            let mut assigned = Assigned::new(hub, assignment.device_id);
            $(assigned.$field = assignment.$field;)+
            Ok((assigned, assignment.hub_check, assignment.tally))
        }
    };
}

assigned! {
    registration_id, substatus, payload, created, updated, etag, operation_id, issued_certificates, additional,
}

/// Settings that are wrong: nothing was dialled.
pub(crate) fn invalid(findings: &[Finding]) -> Failure {
    Failure {
        cause: Cause::InvalidSettings,
        stage: Stage::Dial,
        findings: findings.iter().map(finding::write).collect(),
        retry_after: None,
        tally: write_tally(session::Tally::default()),
    }
}

/// How it ended.
#[allow(clippy::result_large_err, reason = "the contract's own type, made once a run")]
pub(crate) fn write(report: ProvisioningReport) -> Result<Assignment, Failure> {
    let tally = write_tally(report.tally);
    match report.result {
        Ok(assigned) => {
            let hub_check = report.hub.map(|check| match check {
                Ok(twin) => HubCheck::Taken(twin),
                Err(findings) => HubCheck::Failed(findings.iter().map(finding::write).collect()),
            });
            Ok(write_assigned(assigned, hub_check, tally))
        }
        Err(not_assigned) => Err(Failure {
            stage: not_assigned.stage.into(),
            findings: not_assigned.findings.iter().map(finding::write).collect(),
            retry_after: not_assigned.retry_after.map(nanos),
            cause: write_cause(not_assigned),
            tally,
        }),
    }
}

/// How it ended; a guest that assigns something that is no hub is not believed.
pub(crate) fn read(outcome: Result<Assignment, Failure>) -> Result<ProvisioningReport, NotUnderstood> {
    let findings =
        |all: Vec<_>| all.into_iter().map(finding::read).collect::<Result<Vec<_>, NotUnderstood>>();
    match outcome {
        Ok(assignment) => {
            let (assigned, hub_check, tally) = read_assigned(assignment)?;
            let hub = match hub_check {
                None => None,
                Some(HubCheck::Taken(twin)) => Some(Ok(twin)),
                Some(HubCheck::Failed(failed)) => Some(Err(findings(failed)?)),
            };
            Ok(ProvisioningReport { result: Ok(assigned), hub, tally: read_tally(&tally) })
        }
        Err(failure) => {
            let (class, answer, transport) = read_cause(failure.cause);
            let not_assigned = NotAssigned {
                class,
                stage: failure.stage.into(),
                findings: findings(failure.findings)?,
                answer,
                transport,
                retry_after: failure.retry_after.map(Duration::from_nanos),
            };
            Ok(ProvisioningReport { result: Err(not_assigned), hub: None, tally: read_tally(&failure.tally) })
        }
    }
}

fn write_cause(not_assigned: NotAssigned) -> Cause {
    let NotAssigned { class, answer, transport, .. } = not_assigned;
    match (class, answer, transport) {
        (Class::Refused, Some(answer), _) => Cause::Refused(answer.into()),
        (Class::NoConnection, _, Some(failure)) => Cause::Transport(failure.into()),
        (Class::OutOfTime, _, last) => Cause::OutOfTime(last.map(Into::into)),
        (Class::InvalidSettings, ..) => Cause::InvalidSettings,
        (Class::Cancelled, ..) => Cause::Cancelled,
        // A refusal has an answer, and no connection a failure.
        (Class::Protocol | Class::Refused | Class::NoConnection, ..) => Cause::Protocol,
    }
}

fn read_cause(cause: Cause) -> (Class, Option<service::Answer>, Option<session::TransportFailure>) {
    match cause {
        Cause::InvalidSettings => (Class::InvalidSettings, None, None),
        Cause::Refused(answer) => (Class::Refused, Some(answer.into()), None),
        Cause::Transport(failure) => (Class::NoConnection, None, Some(failure.into())),
        Cause::Protocol => (Class::Protocol, None, None),
        Cause::OutOfTime(last) => (Class::OutOfTime, None, last.map(Into::into)),
        Cause::Cancelled => (Class::Cancelled, None, None),
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

const fn read_tally(tally: &Tally) -> session::Tally {
    session::Tally {
        elapsed: Duration::from_nanos(tally.elapsed),
        dials: tally.dials,
        requests: tally.requests,
        bytes_sent: tally.bytes_sent,
        bytes_received: tally.bytes_received,
    }
}
