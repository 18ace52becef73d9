//! The conversations of `tests/case/session`, read and played as in the core's own tests.
#![allow(dead_code, unreachable_pub, reason = "the core's tests split and damage the bytes as well")]

#[path = "../../crate/core/tests/session/case.rs"]
mod case;
#[path = "../../crate/core/tests/session/drive.rs"]
mod drive;
#[path = "../../crate/core/tests/session/wire.rs"]
mod wire;

use dps_x509_core::finding::Naming;
use serde_json::{Value, json};

use crate::expectation;

/// What the core makes of every case, whole and in the words of a front end: its name, and `log`, `sent`, `report`.
pub fn all(naming: Naming) -> impl Iterator<Item = (String, Value)> {
    case::all().into_iter().map(move |case| {
        let played = drive::play_as(&case, None, naming);
        let sent: Value = played.sent.iter().map(|bytes| wire::to_hex(bytes)).collect();
        (case.name, json!({ "log": played.log, "sent": sent, "report": played.report }))
    })
}
