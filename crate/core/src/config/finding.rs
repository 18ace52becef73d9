//! What can prevent a configuration, or make it doubtful.

use super::piece::Piece;
use crate::finding::{Finding, Input, Place, catalogue, say};

/// No target has this name. `similar` is the nearest one, if the caller found one; `names` are those that there are.
pub(super) fn unknown(name: &str, similar: Option<&str>, names: &str) -> Finding {
    let shown = &name.escape_debug();
    let finding = match similar {
        Some(similar) => say::TargetUnknown::Similar { name: shown, similar: &similar }.finding(),
        None => say::TargetUnknown::Strange { name: shown }.finding(),
    };
    finding
        .at(Place::input(Input::Target))
        .expected(format!("one of {names}"))
        .found(name.escape_debug().to_string())
}

/// A target needs what was not given.
pub(super) fn lacking(target: &str, piece: Piece) -> Finding {
    let (input, what, next_step) = match piece {
        Piece::IdScope => (
            Input::IdScope,
            "the ID scope of the DPS instance",
            "Give it; the overview page of the DPS instance shows it.",
        ),
        Piece::RegistrationId => (
            Input::RegistrationId,
            "the registration ID",
            "Give it, or the device's certificate, whose CN it is then.",
        ),
        Piece::Chain | Piece::Leaf | Piece::Intermediates => (
            Input::Cert,
            "the device's certificate, with the intermediates that are sent with it",
            "Give the file, or all of the files.",
        ),
        Piece::Roots => (Input::Trust, "what the server is trusted by", "Give the root of the server."),
        Piece::Key => (
            Input::Key,
            "the path of the device's private key",
            "Give the key's file, or the folder that the files have on the device.",
        ),
        Piece::GroupCa => (
            Input::GroupCa,
            "the CA certificate of the enrollment group",
            "Give the certificate that the group has, or is to have.",
        ),
        Piece::Enrollment => {
            (Input::Enrollment, "to know how the device is enrolled", "Say which it is: individual or group.")
        }
        Piece::DpsName => (Input::DpsName, "the name of the DPS instance", "Give the name."),
        Piece::ResourceGroup => {
            (Input::ResourceGroup, "the resource group of the DPS instance", "Give the group's name.")
        }
    };
    Finding::new(&catalogue::TARGET_INPUT_MISSING, format!("The target {} needs {what}.", target), next_step)
        .at(Place::input(input))
}

/// The target has no way to hold this value, or to work with it.
pub(super) fn not_carried(target: &str, input: Input, why: &str, next_step: &str) -> Finding {
    let message = format!("The target {} cannot carry this: {why}.", target);
    Finding::new(&catalogue::TARGET_CANNOT_CARRY, message, next_step).at(Place::input(input))
}

/// It may not do what is wanted.
pub(super) fn doubtful(target: &str, input: Input, why: &str, next_step: &str) -> Finding {
    Finding::new(&catalogue::TARGET_DOUBTFUL, format!("{}: {why}.", target), next_step)
        .at(Place::input(input))
}

/// It may not do what is wanted, whatever the target is.
pub(super) fn doubtful_anywhere(input: Input, message: &str, next_step: &str) -> Finding {
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
    .at(Place::input(Input::EmbedKey).path(path))
}
