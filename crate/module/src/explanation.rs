//! What a text, a code or an answer of the service means.

use dps_x509_core::{
    cert,
    explain::{self, Explanation},
    finding::{Place, json},
    service::{Answer, Channel},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    answer::{NAMING, Wrong},
    given::{Bytes, File, Settings, Text, content},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    text: Option<Text>,
    base64: Option<Bytes>,
    #[serde(default)]
    files: Vec<File>,
    #[serde(default)]
    settings: Settings,
}

impl Said {
    /// `explanation.json`, with its text.
    pub(crate) fn explain(self) -> Result<Value, Wrong> {
        let said = content(self.text, self.base64)?;
        let (inputs, _) = self.settings.inputs(self.files)?;
        let explanation = match str::from_utf8(&said).ok().and_then(Explanation::code) {
            Some(code) => Explanation::of_code(code, &inputs),
            None => Explanation::of_text(&said, &Place::default(), &inputs),
        };
        let mut out = explanation.to_json(NAMING);
        if let Some(object) = out.as_object_mut() {
            object.insert("text".to_owned(), json!(explanation.to_text(NAMING)));
        }
        Ok(out)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refused {
    answer: Refusal,
    #[serde(default)]
    files: Vec<File>,
    #[serde(default)]
    settings: Settings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    #[serde(default)]
    channel: Way,
    status: u16,
    code: Option<u32>,
    message: Option<String>,
}

/// On which way it came.
#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Way {
    #[default]
    Request,
    Operation,
    Connack,
    Suback,
}

impl Refused {
    /// Findings: the refusal, then what in the files is behind it.
    pub(crate) fn explain(self) -> Result<Value, Wrong> {
        let Refusal { channel, status, code, message } = self.answer;
        let channel = match channel {
            Way::Request => Channel::Request,
            Way::Operation => Channel::Operation,
            Way::Connack => Channel::Connack,
            Way::Suback => Channel::Suback,
        };
        let answer = Answer { channel, status, code, message, ..Answer::default() };
        let (inputs, _) = self.settings.inputs(self.files)?;
        Ok(json::findings(&explain::refusal(&answer, &cert::check(&inputs)), NAMING))
    }
}
