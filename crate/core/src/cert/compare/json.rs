//! A comparison as JSON, version 1: additive, unknown keys are to be ignored by readers.

use serde_json::{Map, Value, json};

use super::{
    comparison::Comparison,
    facts::Change,
    steps::{Slot, Step},
    subject::Subject,
};
use crate::{
    finding::{self, Finding, Naming},
    order,
};

/// The version of the schema that [`Comparison::to_json`] writes.
pub const VERSION: u32 = 1;

impl Comparison {
    /// The whole comparison, its findings in the words of a front end. Nothing secret.
    #[must_use]
    pub fn to_json(&self, naming: Naming) -> Map<String, Value> {
        let subject = match self.subject {
            Subject::Device => "device",
            Subject::Authority => "CA",
        };
        order::gathered([
            ("version".to_owned(), json!(VERSION)),
            ("verdict".to_owned(), json!(self.verdict.as_str())),
            ("subject".to_owned(), json!(subject)),
            ("changes".to_owned(), self.changes.iter().map(change).collect()),
            ("steps".to_owned(), self.steps.iter().map(step).collect()),
            ("findings".to_owned(), finding::json::findings(&self.findings, naming)),
        ])
    }
}

/// What there is to say where one side has nothing to compare.
#[must_use]
pub fn nothing(findings: &[Finding], naming: Naming) -> Map<String, Value> {
    order::gathered([
        ("version".to_owned(), json!(VERSION)),
        ("findings".to_owned(), finding::json::findings(findings, naming)),
    ])
}

fn change(change: &Change) -> Value {
    json!({ "part": change.part.as_str(), "old": change.old, "new": change.new })
}

fn step(step: &Step) -> Value {
    let mut object = json!({
        "target": step.target.as_str(),
        "sentence": step.action.to_string(),
        "standing": step.standing.as_str(),
        "source": step.source,
    });
    if let (Some(slot), Some(object)) = (step.slot.map(Slot::as_str), object.as_object_mut()) {
        object.insert("slot".to_owned(), json!(slot));
    }
    object
}
