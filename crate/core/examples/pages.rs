//! Every explanation page as one JSON object by code, for whoever ships the texts beside the code: in the words of the npm
//! package, or with the argument `page` in those of the page.

use dps_x509_core::{explain, finding::Naming};
use serde_json::{Map, json};

fn main() {
    let is_page = std::env::args().nth(1).is_some_and(|whose| whose == "page");
    let naming = if is_page { Naming::Page } else { Naming::JavaScript };
    let pages: Map<_, _> = explain::pages(naming)
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
