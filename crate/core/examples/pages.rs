//! Every explanation page as one JSON object by code, for whoever ships the texts beside the code.

use dps_x509_core::explain;
use serde_json::{Map, json};

fn main() {
    let pages: Map<_, _> = explain::PAGES
        .iter()
        .map(|(definition, page)| {
            let page = json!({
                "name": definition.name,
                "severity": definition.severity.as_str(),
                "standing": definition.standing.as_str(),
                "source": definition.source,
                "markdown": page,
            });
            (definition.code.to_owned(), page)
        })
        .collect();
    println!("{}", serde_json::Value::Object(pages));
}
