//! What comes back.

use dps_x509_core::finding::{Finding, Naming, json};
use serde_json::{Value, json};

/// Its words are nobody's: inputs are called by their plain names.
pub(crate) const NAMING: Naming = Naming::Plain;

/// Why there is no result.
pub(crate) struct Wrong {
    message: String,
    findings: Vec<Finding>,
}

impl Wrong {
    /// With what is wrong, the first of which says it.
    pub(crate) fn of(findings: Vec<Finding>) -> Self {
        let message = findings.first().map(|finding| finding.message.said(NAMING));
        Self { message: message.unwrap_or_else(|| "The settings are wrong.".to_owned()), findings }
    }
}

impl<T: Into<String>> From<T> for Wrong {
    fn from(message: T) -> Self {
        Self { message: message.into(), findings: Vec::new() }
    }
}

/// The whole answer.
pub(crate) fn whole(outcome: Result<Value, Wrong>) -> String {
    let answer = match outcome {
        Ok(result) => json!({ "result": result }),
        Err(Wrong { message, findings }) => {
            json!({ "error": { "message": message, "findings": json::findings(&findings, NAMING) } })
        }
    };
    answer.to_string()
}
