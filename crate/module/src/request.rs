//! What can be asked.

use dps_x509_core::{config, explain, finding::catalogue};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    answer::{self, NAMING, Wrong},
    buffer, certificate, configuration, conversation, explanation, generation,
};

/// A request: the name of what is asked, with its members.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Request {
    Inspect(certificate::Files),
    Repair(certificate::Files),
    Compare(certificate::Comparison),
    Codes(Nothing),
    Explain(Code),
    ExplainText(explanation::Said),
    ExplainRefusal(explanation::Refused),
    Targets(Nothing),
    Configure(configuration::Wish),
    Cloud(configuration::Named),
    Generate(Box<generation::Wish>),
    Start(Box<conversation::Start>),
    Input(conversation::Input),
    Poll(conversation::Of),
    End(conversation::Of),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    code: String,
}

/// The answer to the request in a buffer, which is wiped.
pub(crate) fn answer(address: u32, length: u32) -> String {
    let Some(bytes) = buffer::take(address) else {
        return answer::whole(Err("There is no buffer where the request is said to be.".into()));
    };
    let request = usize::try_from(length).ok().and_then(|length| bytes.get(..length));
    answer::whole(match request {
        Some(request) => read(request).and_then(Request::answer),
        None => Err("The request is longer than its buffer.".into()),
    })
}

fn read(bytes: &[u8]) -> Result<Request, Wrong> {
    serde_json::from_slice(bytes).map_err(|error| Wrong::not_understood(&error))
}

impl Request {
    fn answer(self) -> Result<Value, Wrong> {
        match self {
            Self::Inspect(files) => files.inspect(),
            Self::Repair(files) => files.repair(),
            Self::Compare(comparison) => comparison.compare(),
            Self::Codes(Nothing {}) => Ok(catalogue::ALL.iter().map(|definition| definition.code).collect()),
            Self::Explain(Code { code }) => page(&code),
            Self::ExplainText(said) => said.explain(),
            Self::ExplainRefusal(refused) => refused.explain(),
            Self::Targets(Nothing {}) => Ok(Value::Object(config::targets())),
            Self::Configure(wish) => wish.configure(),
            Self::Cloud(named) => named.cloud(),
            Self::Generate(wish) => wish.generate(),
            Self::Start(start) => start.start(),
            Self::Input(input) => input.take(),
            Self::Poll(of) => of.poll(),
            Self::End(of) => of.end(),
        }
    }
}

fn page(code: &str) -> Result<Value, Wrong> {
    let unknown = || Wrong::unknown(code, "code of a finding");
    let definition = catalogue::by_code(&code.to_uppercase()).ok_or_else(unknown)?;
    Ok(json!({
        "code": definition.code,
        "name": definition.name,
        "severity": definition.severity.to_string(),
        "standing": definition.standing.to_string(),
        "source": definition.source,
        "markdown": explain::page(definition.code, NAMING).ok_or_else(unknown)?,
    }))
}
