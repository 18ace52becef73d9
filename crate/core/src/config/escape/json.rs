//! JSON strings (RFC 8259 section 7).

/// As `serde_json` writes it.
pub(super) fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
