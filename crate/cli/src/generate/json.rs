//! What was made, as one JSON object.

use dps_x509_core::generate::File;
use serde_json::{Value, json};

use super::{made::Made, text::next};

/// The schema's version: `crate/core/schema/generate.json`.
const VERSION: u32 = 1;

pub(super) fn made(made: &Made) -> Value {
    let of_file = |file: &File| Value::Object(file.to_json(&made.path(&file.path)));
    let files: Vec<Value> = made.files.iter().map(of_file).collect();
    json!({ "version": VERSION, "isTest": true, "files": files, "next": next(made) })
}
