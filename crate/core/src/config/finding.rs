//! What can prevent a configuration, or make it doubtful.

use super::target::{ALL, Target};
use crate::finding::{
    Definition, Finding, Place,
    Severity::{Error, Warning},
    Standing::Documented,
};

static UNKNOWN: Definition =
    Definition::new("DX121", "target-unknown", Error, Documented, "`dps-x509 configure --list`");
static LACKING: Definition =
    Definition::new("DX122", "target-input-missing", Error, Documented, "the client's own configuration");
static NOT_CARRIED: Definition = Definition::new(
    "DX123",
    "target-cannot-carry",
    Error,
    Documented,
    "the client's own documents and sources",
);
static DOUBTFUL: Definition = Definition::new(
    "DX124",
    "target-doubtful",
    Warning,
    Documented,
    "the client's own documents and sources",
);
static KEY_EMBEDDED: Definition =
    Definition::new("DX125", "private-key-embedded", Warning, Documented, "--embed-key");

/// Everything that a configuration can be found to be.
pub static DEFINITIONS: [&Definition; 5] = [&UNKNOWN, &LACKING, &NOT_CARRIED, &DOUBTFUL, &KEY_EMBEDDED];

/// No target has this name. `similar` is the nearest one, if the caller found one.
#[must_use]
pub fn unknown(name: &str, similar: Option<&str>) -> Finding {
    let next_step = match similar {
        Some(similar) => format!("Did you mean {similar}? `dps-x509 configure --list` shows them all."),
        None => "`dps-x509 configure --list` shows them all.".to_owned(),
    };
    let names = ALL.iter().map(|target| target.name).collect::<Vec<_>>().join(", ");
    Finding::new(&UNKNOWN, format!("No target is called \"{}\".", name.escape_debug()), next_step)
        .at(Place::input("TARGET"))
        .expected(format!("one of {names}"))
        .found(name.escape_debug().to_string())
}

/// A target needs what was not given. `flag` is the input that gives it, `what` it is in words.
#[must_use]
pub fn lacking(target: &Target, flag: &str, what: &str) -> Finding {
    let message = format!("The target {} needs {what}.", target.name);
    Finding::new(&LACKING, message, format!("Give {flag}.")).at(Place::input(flag))
}

/// The target has no way to hold this value, or to work with it.
pub(super) fn not_carried(target: &Target, flag: &str, why: &str, next_step: &str) -> Finding {
    let message = format!("The target {} cannot carry this: {why}.", target.name);
    Finding::new(&NOT_CARRIED, message, next_step).at(Place::input(flag))
}

/// It may not do what is wanted.
pub(super) fn doubtful(target: &Target, flag: &str, why: &str, next_step: &str) -> Finding {
    Finding::new(&DOUBTFUL, format!("{}: {why}.", target.name), next_step).at(Place::input(flag))
}

/// It may not do what is wanted, whatever the target is.
pub(super) fn doubtful_anywhere(flag: &str, message: &str, next_step: &str) -> Finding {
    Finding::new(&DOUBTFUL, message, next_step).at(Place::input(flag))
}

/// The private key stands in a file of the configuration.
pub(super) fn key_embedded(target: &Target, path: &str) -> Finding {
    let message = format!("The private key is written into {path} of the target {}.", target.name);
    Finding::new(
        &KEY_EMBEDDED,
        message,
        "Keep the file as secret as the key, and out of version control and images.",
    )
    .at(Place::input("--embed-key").path(path))
}
