//! Findings as JSON (`schema/finding.json`), version 1: additive, unknown keys are to be ignored by readers.

use serde_json::{Map, Value, json};

use super::{Finding, Naming, Place};

/// One finding as a JSON object, in the words of a front end. Absent parts are left out.
#[must_use]
pub fn finding(finding: &Finding, naming: Naming) -> Value {
    let mut object = Map::new();
    object.insert("code".into(), json!(finding.definition.code));
    object.insert("name".into(), json!(finding.definition.name));
    object.insert("title".into(), json!(finding.definition.title));
    object.insert("family".into(), json!(finding.definition.family.as_str()));
    object.insert("severity".into(), json!(finding.severity.as_str()));
    object.insert("standing".into(), json!(finding.standing.as_str()));
    object.insert("source".into(), json!(finding.definition.source));
    object.insert("message".into(), json!(finding.message.said(naming)));
    put(&mut object, "expected", finding.expected.clone());
    put(&mut object, "found", finding.found.clone());
    if !finding.place.is_empty() {
        object.insert("place".into(), place(&finding.place, naming));
    }
    object.insert("nextStep".into(), json!(finding.next_step.said(naming)));
    put(&mut object, "causedBy", finding.caused_by);
    put(&mut object, "page", finding.definition.url());
    Value::Object(object)
}

/// Several findings as a JSON array.
#[must_use]
pub fn findings<'a>(findings: impl IntoIterator<Item = &'a Finding>, naming: Naming) -> Value {
    findings.into_iter().map(|one| finding(one, naming)).collect()
}

/// A place as a JSON object, in the words of a front end. Absent parts are left out.
#[must_use]
pub fn place(place: &Place, naming: Naming) -> Value {
    let mut object = Map::new();
    put(&mut object, "input", place.input.as_ref().map(|input| input.said(naming)));
    put(&mut object, "path", place.path.clone());
    put(&mut object, "line", place.line);
    put(&mut object, "column", place.column);
    put(&mut object, "bytes", place.bytes.as_ref().map(|span| json!([span.start, span.end])));
    put(&mut object, "derBytes", place.der_bytes.as_ref().map(|span| json!([span.start, span.end])));
    put(&mut object, "object", place.object.clone());
    put(&mut object, "stage", place.stage.clone());
    Value::Object(object)
}

fn put(object: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object.insert(key.into(), value.into());
    }
}
