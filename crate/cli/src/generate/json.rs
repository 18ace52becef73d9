//! What was made, as one JSON object.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::{
    made::{File, Made},
    text::next,
};

/// The schema's version: `crate/core/schema/generate.json`.
const VERSION: u32 = 1;

pub(super) fn made(made: &Made) -> Value {
    let files: Vec<Value> = made.files.iter().map(|file| of_file(made, file)).collect();
    json!({ "version": VERSION, "isTest": true, "files": files, "next": next(made) })
}

fn of_file(made: &Made, file: &File) -> Value {
    let mut object = Map::from_iter([
        ("path".to_owned(), json!(made.path(&file.name))),
        ("kind".to_owned(), json!(file.kind.as_str())),
        ("isSecret".to_owned(), json!(file.kind.is_secret())),
    ]);
    if let Some(id) = &file.registration_id {
        object.insert("registrationId".to_owned(), json!(id.as_str()));
    }
    if let Some((subject, validity)) = &file.certificate {
        object.insert("subject".to_owned(), json!(subject));
        object.insert("notBefore".to_owned(), json!(rfc3339(validity.not_before())));
        object.insert("notAfter".to_owned(), json!(rfc3339(validity.not_after())));
    }
    Value::Object(object)
}

pub(super) fn rfc3339(since_1970: Duration) -> String {
    humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + since_1970).to_string()
}
