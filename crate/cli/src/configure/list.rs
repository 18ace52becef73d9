//! `configure --list`.

use dps_x509_core::config::{self, ALL, Family, Proof};
use serde_json::Value;

use crate::{exit::Exit, terminal};

/// Shows every target, by kind.
pub(super) fn show(json: bool) -> Exit {
    let shown = match json {
        true => terminal::json(format!("{:#}", Value::Object(config::targets()))),
        false => terminal::out(&table()),
    };
    // Whoever does not read on has read enough.
    shown.unwrap_or_default();
    Exit::Done
}

fn table() -> String {
    let mut text = String::new();
    for family in Family::ALL {
        text += &format!("{}\n", family.as_str());
        for target in ALL.iter().filter(|target| target.family == family) {
            text += &format!(
                "  {:<18}{}\n{:20}{}: {}\n",
                target.name,
                target.title,
                "",
                word(target.proof),
                target.proof.how()
            );
        }
        text += "\n";
    }
    text + "Every target that is possible with what is given: all\n"
}

const fn word(proof: Proof) -> &'static str {
    match proof {
        Proof::Run(_) => "run",
        Proof::Outside(_) => "run outside of the tests",
        Proof::Read(_) => "read",
        Proof::Documents(_) => "by its documents alone",
    }
}
