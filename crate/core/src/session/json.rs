//! Members of a report's JSON.

use serde_json::{Map, Value};

/// JSON text from the service as a value; text that is no JSON stays text.
pub(super) fn from_json_text(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

/// Puts a member in, if there is one.
pub(super) fn put(object: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object.insert(key.into(), value.into());
    }
}
