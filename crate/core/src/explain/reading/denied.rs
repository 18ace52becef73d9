//! A stage that a line denies: `Assigned hub: -`, `Connected to IoT Hub: false`, `waiting for: assigned`.

use std::ops::Range;

use super::{placeholder, setting::without};

/// Words that deny what stands directly behind them, or wait for it.
const BEFORE: [&str; 18] = [
    "not",
    "never",
    "isn't",
    "isnt",
    "wasn't",
    "hasn't",
    "wanted",
    "expected",
    "expecting",
    "awaiting",
    "waiting for",
    "waiting until",
    "wait for",
    "until",
    "before",
    "unless",
    "if",
    "!=",
];
/// What stands behind a sign for a field that is not so, or has nothing in it, besides what scripts print for nothing.
const VALUES: [&str; 11] =
    ["false", "failed", "n/a", "na", "no", "not", "empty", "unassigned", "unknown", "pending", "never"];
/// Longest of what is looked at on either side, in bytes.
const WINDOW: usize = 64;

/// Whether the line says that it is not so, or not yet.
pub(super) fn is_one(text: &[u8], words: &Range<usize>) -> bool {
    let before = text.get(words.start.saturating_sub(WINDOW)..words.start).unwrap_or_default();
    let after = text.get(words.end..text.len().min(words.end + WINDOW)).unwrap_or_default();
    // A field for the hub is empty where it has none; of others only what is said counts.
    let is_of_hub = text.get(..words.end).and_then(<[u8]>::last_chunk::<3>);
    let is_of_hub = is_of_hub.is_some_and(|last| last.eq_ignore_ascii_case(b"hub"));
    is_denied_before(before) || is_denied_behind(after, is_of_hub)
}

fn is_denied_before(before: &[u8]) -> bool {
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line).to_ascii_lowercase();
    let line = line.trim_end_matches([' ', '\t', ':', '"', '\'', '`', '(']);
    let line = line.strip_suffix(" yet").unwrap_or(line);
    BEFORE.iter().any(|word| {
        line.strip_suffix(word).is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '-'))
    })
}

fn is_denied_behind(after: &[u8], is_of_hub: bool) -> bool {
    let line = after.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let Some((b'=' | b':' | b'?', rest)) = without(after, b"\\\"' \t").split_first() else {
        let said = line.trim_ascii().to_ascii_lowercase();
        return [&b"failed"[..], b"false"].contains(&said.as_slice());
    };
    let rest = without(rest, b" \t>");
    let end = rest.iter().position(|byte| b" \t\r\n,;}&".contains(byte)).unwrap_or(rest.len());
    let value = String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).to_ascii_lowercase();
    let bare = value.trim_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() {
        // A name on the next line, and no other field.
        let below = without(rest, b" \t\r\n").split(u8::is_ascii_whitespace).next();
        let is_below = value.is_empty() && below.is_some_and(|word| word.contains(&b'.'));
        return is_of_hub && !is_below && !value.contains('*');
    }
    VALUES.contains(&bare) || placeholder::is_nothing(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_so_is_told_from_what_is_denied() {
        let is_denied = |line: &str, words: &str| {
            let start = line.to_ascii_lowercase().find(words).unwrap();
            is_one(line.as_bytes(), &(start..start + words.len()))
        };
        for (line, words) in [
            ("Assigned hub: -", "hub"),
            ("\"assignedHub\": null,", "hub"),
            ("\"assignedHub\":\"\",\"deviceId\":\"d.1\"", "hub"),
            ("\\\"assignedHub\\\":\\\"\\\"}", "hub"),
            ("assigned_hub=None", "hub"),
            ("Assigned Hub: N/A", "hub"),
            ("assigned_hub: , device_id: ", "hub"),
            ("Assigned hub: (none)", "hub"),
            ("assignedHub=<null>", "hub"),
            ("AssignedHub: not assigned", "hub"),
            ("Assigned hub:\nDevice ID: -", "hub"),
            ("connected to IoT Hub: false", "connected to iot hub"),
            ("registered with DPS failed", "registered with dps"),
            ("Connected to hub? no", "connected to hub"),
            ("device is not yet registered", "registered"),
            ("Not connected to hub", "connected to hub"),
            ("Waiting for: ASSIGNED", "assigned"),
            ("status != ASSIGNED", "assigned"),
        ] {
            assert!(is_denied(line, words), "{line}");
        }
        for (line, words) in [
            ("assigned hub = one.azure-devices.net", "hub"),
            ("\"assignedHub\": \"one.azure-devices.net\"", "hub"),
            ("assignedHub: ***", "hub"),
            ("assigned_hub=localhost", "hub"),
            ("Assigned hub:\n  one.azure-devices.net", "hub"),
            ("assigned hub", "hub"),
            ("\"assignedHub\":\"no-1.azure-devices.net\"", "hub"),
            ("connected to hub. Failed to send", "connected to hub"),
            ("Device provisioned:", "device provisioned"),
            ("clock is not set. Registered device", "registered device"),
            ("connected to hub: true", "connected to hub"),
            ("knot assigned", "assigned"),
            ("serial no: registered device", "registered device"),
        ] {
            assert!(!is_denied(line, words), "{line}");
        }
    }
}
