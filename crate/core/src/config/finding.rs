//! What can prevent a configuration, or make it doubtful. Places name inputs without the dashes of a command line.

use super::piece::Piece;
use crate::finding::{Finding, Place, catalogue};

/// No target has this name. `similar` is the nearest one, if the caller found one; `names` are those that there are.
pub(super) fn unknown(name: &str, similar: Option<&str>, names: &str) -> Finding {
    let next_step = match similar {
        Some(similar) => format!("Did you mean {similar}? `dps-x509 configure --list` shows them all."),
        None => "`dps-x509 configure --list` shows them all.".to_owned(),
    };
    Finding::new(
        &catalogue::TARGET_UNKNOWN,
        format!("No target is called \"{}\".", name.escape_debug()),
        next_step,
    )
    .at(Place::input("target"))
    .expected(format!("one of {names}"))
    .found(name.escape_debug().to_string())
}

/// A target needs what was not given.
pub(super) fn lacking(target: &str, piece: Piece) -> Finding {
    let (input, what, next_step) = match piece {
        Piece::IdScope => (
            "id-scope",
            "the ID scope of the DPS instance",
            "Give it; the overview page of the DPS instance shows it.",
        ),
        Piece::RegistrationId => (
            "registration-id",
            "the registration ID",
            "Give it, or the device's certificate, whose CN it is then.",
        ),
        Piece::Chain | Piece::Leaf | Piece::Intermediates => (
            "cert",
            "the device's certificate, with the intermediates that are sent with it",
            "Give the file, or all of the files.",
        ),
        Piece::Roots => ("trust", "what the server is trusted by", "Give the root of the server."),
        Piece::Key => (
            "key",
            "the path of the device's private key",
            "Give the key's file, or the folder that the files have on the device.",
        ),
        Piece::GroupCa => (
            "group-ca",
            "the CA certificate of the enrollment group",
            "Give the certificate that the group has, or is to have.",
        ),
        Piece::Enrollment => {
            ("enrollment", "to know how the device is enrolled", "Say which it is: individual or group.")
        }
        Piece::DpsName => ("dps-name", "the name of the DPS instance", "Give the name."),
        Piece::ResourceGroup => {
            ("resource-group", "the resource group of the DPS instance", "Give the group's name.")
        }
    };
    Finding::new(&catalogue::TARGET_INPUT_MISSING, format!("The target {} needs {what}.", target), next_step)
        .at(Place::input(input))
}

/// The target has no way to hold this value, or to work with it.
pub(super) fn not_carried(target: &str, input: &str, why: &str, next_step: &str) -> Finding {
    let message = format!("The target {} cannot carry this: {why}.", target);
    Finding::new(&catalogue::TARGET_CANNOT_CARRY, message, next_step).at(Place::input(input))
}

/// It may not do what is wanted.
pub(super) fn doubtful(target: &str, input: &str, why: &str, next_step: &str) -> Finding {
    Finding::new(&catalogue::TARGET_DOUBTFUL, format!("{}: {why}.", target), next_step)
        .at(Place::input(input))
}

/// It may not do what is wanted, whatever the target is.
pub(super) fn doubtful_anywhere(input: &str, message: &str, next_step: &str) -> Finding {
    Finding::new(&catalogue::TARGET_DOUBTFUL, message, next_step).at(Place::input(input))
}

/// The private key stands in a file of the configuration.
pub(super) fn key_embedded(target: &str, path: &str) -> Finding {
    let message = format!("The private key is written into {path} of the target {}.", target);
    Finding::new(
        &catalogue::PRIVATE_KEY_EMBEDDED,
        message,
        "Keep the file as secret as the key, and out of version control and images.",
    )
    .at(Place::input("embed-key").path(path))
}
