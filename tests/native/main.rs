//! `native check` and `native session`: what the native core says of every case, whole, as one JSON object by name,
//! in the words of the npm package; with `python` behind it, of the Python package.
//!
//! Runners in other languages compare with it, so that a case need not hold every word.

use std::env;

use dps_x509_core::finding::Naming;
use dps_x509_tests::{case, conversation};
use serde_json::{Map, Value};

fn main() {
    let kind = env::args().nth(1);
    let naming = match env::args().nth(2).as_deref() {
        None => Naming::JavaScript,
        Some("python") => Naming::Python,
        Some(other) => panic!("{other:?} is no front end"),
    };
    let cases: Map<String, Value> = match kind.as_deref() {
        Some("check") => {
            case::all().into_iter().map(|case| (case.name.clone(), case.run_as(naming))).collect()
        }
        Some("session") => conversation::all(naming).collect(),
        other => panic!("{other:?} is no kind of case"),
    };
    println!("{}", Value::Object(cases));
}
