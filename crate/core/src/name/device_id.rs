//! Names of devices at an IoT hub.

/// Longest device ID, in characters (all of them ASCII).
const MAX_LENGTH: usize = 128;

/// Which rule a text breaks that should be a device ID (IoT Hub, Device identity properties): up to 128 characters,
/// letters, digits and ``-.+%_#*?!(),:=@$'``. It goes into user names and topics, where a `/` would end it.
pub(crate) fn device_id_fault(text: &str) -> Option<&'static str> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-.+%_#*?!(),:=@$'".contains(c);
    if !text.chars().all(is_allowed) {
        Some("it has a character that device IDs do not have")
    } else if text.len() > MAX_LENGTH {
        Some("it is longer than 128 characters")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hubs_take_is_taken_and_nothing_else() {
        for taken in ["device-1", "a", "A.b:c@d", "it's(50%)", "#*?!,=$+_", &"x".repeat(128)] {
            assert_eq!(device_id_fault(taken), None, "{taken:?}");
        }
        for wrong in ["a/b", "../a", "a\n", "a b", "ä", "a&b", "a\u{202e}", "a\"", &"x".repeat(129)] {
            assert!(device_id_fault(wrong).is_some(), "{wrong:?}");
        }
    }
}
