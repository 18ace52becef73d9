//! What comes back.

use dps_x509_core::{
    finding::{Finding, Naming, json},
    text::{self, Quoted},
};
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

    /// A word that is none of those that are known.
    pub(crate) fn unknown(word: &str, what: &str) -> Self {
        format!("{} is no {what}.", Quoted(word)).into()
    }

    /// A request of another form. What stands there instead is quoted only as far as it is a word.
    pub(crate) fn not_understood(error: &serde_json::Error) -> Self {
        format!("The request is not understood: {}.", text::shortened(&error.to_string())).into()
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
