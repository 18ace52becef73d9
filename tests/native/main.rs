//! `native check` and `native session`: what the native core says of every case, whole, as one JSON object by name,
//! in the words of the npm package.
//!
//! Runners in other languages compare with it, so that a case need not hold every word.

use std::env;

use dps_x509_core::finding::Naming;
use dps_x509_tests::{case, conversation};
use serde_json::{Map, Value};

fn main() {
    let kind = env::args().nth(1);
    let cases: Map<String, Value> = match kind.as_deref() {
        Some("check") => {
            case::all().into_iter().map(|case| (case.name.clone(), case.run_as(Naming::JavaScript))).collect()
        }
        Some("session") => conversation::all(Naming::JavaScript).collect(),
        other => panic!("{other:?} is no kind of case"),
    };
    println!("{}", Value::Object(cases));
}
