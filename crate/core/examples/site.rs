//! What the site's explanation pages are made of, as JSON: every code's page in the words of the command line, and every answer
//! of the service with what is known of it.

use dps_x509_core::{
    cert::Inputs,
    explain::{self, Explanation},
    finding::{Definition, Naming, Place},
    service::known,
};
use serde_json::{Value, json};

fn main() {
    let pages: Vec<_> =
        explain::pages(Naming::CommandLine).map(|(code, page)| finding(code, &page)).collect();
    let answers: Vec<_> = known::ALL.iter().map(answer).collect();
    println!("{}", json!({ "findings": pages, "answers": answers }));
}

fn finding(definition: &Definition, page: &str) -> Value {
    json!({
        "code": definition.code,
        "name": definition.name,
        "severity": definition.severity.as_str(),
        "standing": definition.standing.as_str(),
        "source": definition.source,
        "family": definition.family.as_str(),
        "markdown": page,
    })
}

fn answer(known: &known::Known) -> Value {
    let said = format!("{} {}", known.code, known.message);
    let explanation = Explanation::of_text(said.trim().as_bytes(), &Place::default(), &Inputs::default());
    json!({
        "code": known.code,
        "message": known.message,
        "standing": known.standing.as_str(),
        "source": known.source,
        "explanation": explanation.to_json(Naming::CommandLine),
    })
}
