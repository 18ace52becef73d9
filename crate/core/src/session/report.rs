//! What a run comes to, as it is told to people and programs: the same for every way in.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    class::Class,
    json::{from_json_text, put},
    outcome::{FailureCause, HubCheck, Outcome, Retry, Tally},
    reply::Assigned,
    stage::Stage,
    time::Seconds,
    transport::TransportFailure,
};
use crate::{
    finding::{self, Finding, Naming},
    name::Endpoint,
    service::Answer,
};

/// The version of the schema that [`ProvisioningReport::to_json`] writes.
const VERSION: u32 = 1;

/// What a run comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the contract of the components writes and reads every field")]
pub struct ProvisioningReport {
    /// The hub, or why there is none.
    pub result: Result<Assigned, NotAssigned>,
    /// What the assigned hub said, where it was asked.
    pub hub: Option<HubCheck>,
    /// What it took.
    pub tally: Tally,
}

/// Why there is no hub.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the contract of the components writes and reads every field")]
pub struct NotAssigned {
    /// By whose fault.
    pub class: Class,
    /// Where it was.
    pub stage: Stage,
    /// What is wrong, the most telling first.
    pub findings: Vec<Finding>,
    /// The service's answer, if it refused.
    pub answer: Option<Answer>,
    /// The transport's failure, if there was no connection.
    pub transport: Option<TransportFailure>,
    /// After which time the same attempt can succeed; absent when something must be changed first.
    pub retry_after: Option<Duration>,
}

impl ProvisioningReport {
    /// The report of a machine's outcome.
    #[must_use]
    pub fn new(outcome: &Outcome, endpoint: &Endpoint) -> Self {
        match outcome {
            Ok(assignment) => Self {
                result: Ok(assignment.assigned.clone()),
                hub: assignment.hub.clone(),
                tally: assignment.tally,
            },
            Err(failure) => {
                let (answer, transport) = match &failure.cause {
                    FailureCause::Refused(answer) => (Some(answer.clone()), None),
                    FailureCause::Transport(transport) => (None, Some(transport.clone())),
                    FailureCause::OutOfTime { last, .. } => (None, last.clone()),
                    _ => (None, None),
                };
                let class = failure.cause.class();
                let retry_after = match failure.retry {
                    Retry::Pointless => None,
                    Retry::After(wait) => Some(wait),
                };
                let findings = vec![failure.to_finding(endpoint)];
                let not_assigned =
                    NotAssigned { class, stage: failure.stage, findings, answer, transport, retry_after };
                Self { result: Err(not_assigned), hub: None, tally: failure.tally }
            }
        }
    }

    /// The report of settings that are wrong.
    #[must_use]
    pub fn invalid_settings(findings: Vec<Finding>) -> Self {
        let not_assigned = NotAssigned {
            class: Class::InvalidSettings,
            stage: Stage::Dial,
            findings,
            answer: None,
            transport: None,
            retry_after: None,
        };
        Self { result: Err(not_assigned), hub: None, tally: Tally::default() }
    }

    /// The report as a JSON object (`schema/provision.json`): additive, absent parts are left out.
    #[must_use]
    pub fn to_json(&self, naming: Naming) -> Map<String, Value> {
        let mut object = Map::new();
        put(&mut object, "version", Some(VERSION));
        let mut findings = Vec::new();
        match &self.result {
            Ok(assigned) => {
                put(&mut object, "outcome", Some("assigned"));
                object.append(&mut assigned.to_json());
                put(&mut object, "hubCheck", self.hub.as_ref().map(hub_check));
                if let Some(Err(failed)) = &self.hub {
                    findings.extend(failed.iter().map(|it| finding::json::finding(it, naming)));
                }
            }
            Err(not_assigned) => {
                put(&mut object, "outcome", Some(not_assigned.class.as_str()));
                put(&mut object, "stage", Some(not_assigned.stage.as_str()));
                put(&mut object, "answer", not_assigned.answer.as_ref().map(answer));
                put(&mut object, "transport", not_assigned.transport.as_ref().map(transport));
                put(
                    &mut object,
                    "retryAfterSeconds",
                    not_assigned.retry_after.map(|wait| Seconds(wait).number()),
                );
                findings.extend(not_assigned.findings.iter().map(|it| finding::json::finding(it, naming)));
            }
        }
        put(&mut object, "findings", Some(findings));
        put(&mut object, "tally", Some(tally(&self.tally)));
        object
    }
}

fn answer(answer: &Answer) -> Value {
    let mut object = Map::new();
    put(&mut object, "channel", Some(answer.channel.as_str()));
    put(&mut object, "status", Some(answer.status));
    put(&mut object, "code", answer.code);
    put(&mut object, "message", answer.message.as_deref());
    put(&mut object, "trackingId", answer.tracking_id.as_deref());
    put(&mut object, "timestamp", answer.timestamp.as_deref());
    put(&mut object, "info", answer.info.as_deref().map(from_json_text));
    put(&mut object, "operationStatus", answer.operation_status.as_deref());
    put(&mut object, "body", Some(answer.body.as_str()));
    Value::Object(object)
}

fn hub_check(check: &HubCheck) -> Value {
    let mut object = Map::new();
    put(&mut object, "outcome", Some(if check.is_ok() { "taken" } else { "failed" }));
    put(&mut object, "twin", check.as_deref().ok().map(from_json_text));
    Value::Object(object)
}

fn transport(failure: &TransportFailure) -> Value {
    json!({ "kind": failure.kind.as_str(), "detail": failure.detail })
}

fn tally(tally: &Tally) -> Value {
    json!({
        "seconds": Seconds(tally.elapsed).number(),
        "dials": tally.dials,
        "requests": tally.requests,
        "bytesSent": tally.bytes_sent,
        "bytesReceived": tally.bytes_received,
    })
}
