//! Files: what they are, how they should have been, what changed between them.

use dps_x509_core::cert::{
    self, compare,
    repair::{Repair, repair},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    answer::{NAMING, Wrong},
    given::{File, Settings, files},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Files {
    files: Vec<File>,
    #[serde(default)]
    settings: Settings,
}

impl Files {
    /// `check.json`.
    pub(crate) fn inspect(self) -> Result<Value, Wrong> {
        let (inputs, doubts) = self.settings.inputs(self.files)?;
        let mut report = cert::check(&inputs);
        report.findings.splice(0..0, doubts);
        Ok(cert::json::report(&report, NAMING))
    }

    /// The chain that a client sends, and each file in its turn.
    pub(crate) fn repair(self) -> Result<Value, Wrong> {
        let (inputs, _) = self.settings.inputs(self.files)?;
        let passphrase = inputs.passphrase.as_ref();
        let files: Value = inputs.files.iter().map(|file| remedy(repair(file, passphrase))).collect();
        Ok(json!({ "fullChain": cert::check(&inputs).full_chain_pem(), "files": files }))
    }
}

fn remedy(done: Repair) -> Value {
    match done {
        Repair::Needless => json!({ "outcome": "needless" }),
        Repair::Done { text, is_secret, is_without_key } => json!({
            "outcome": "done",
            "text": text.as_str(),
            "isSecret": is_secret,
            "isWithoutKey": is_without_key,
        }),
        Repair::Impossible(why) => json!({ "outcome": "impossible", "why": why.to_string() }),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Comparison {
    old: Vec<File>,
    new: Vec<File>,
    #[serde(default)]
    settings: Settings,
}

impl Comparison {
    /// `compare.json`; what has no one certificate to compare is among its findings.
    pub(crate) fn compare(self) -> Result<Value, Wrong> {
        let (old, _) = self.settings.inputs(self.old)?;
        let new = cert::Inputs { files: files(self.new, cert::Purpose::Any)?, ..old.clone() };
        let (enrollment, old, new) = (old.enrollment, cert::check(&old), cert::check(&new));
        Ok(Value::Object(match compare::compare(&old, &new, enrollment) {
            Ok(comparison) => comparison.to_json(NAMING),
            Err(findings) => compare::nothing(&findings, NAMING),
        }))
    }
}
