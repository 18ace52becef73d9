//! A time that a setting allows, which is no time that was over: `connect timeout = 10s`, `"connectionTimeout": "5000 ms"`.

/// Whether words that end here name a setting, and its value follows: behind `=`, or behind `:` with a unit.
pub(super) fn is_value_behind(text: &[u8], end: usize) -> bool {
    let (words, rest) = text.split_at_checked(end).unwrap_or((text, b""));
    let last = words.get(words.len().saturating_sub(b"timeout".len())..).unwrap_or_default();
    let is_timeout = last.eq_ignore_ascii_case(b"timeout");
    let rest = without(rest, b"\"' \t");
    let Some((sign @ (b'=' | b':'), rest)) = rest.split_first() else { return false };
    let rest = without(rest, b"\"' \t");
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let unit = without(rest.get(digits..).unwrap_or_default(), b" ");
    let unit: Vec<u8> =
        unit.iter().take_while(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
    let is_unit =
        matches!(unit.as_slice(), b"ms" | b"s" | b"sec" | b"secs" | b"seconds" | b"min" | b"minutes");
    is_timeout && digits > 0 && (is_unit || *sign == b'=')
}

/// The text from the first byte on that is none of these.
pub(super) fn without<'t>(text: &'t [u8], what: &[u8]) -> &'t [u8] {
    let from = text.iter().position(|byte| !what.contains(byte)).unwrap_or(text.len());
    text.get(from..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_told_from_a_time_that_was_over() {
        let is_setting = |text: &str| {
            let end = text.to_ascii_lowercase().find("timeout").map_or(0, |at| at + 7);
            is_value_behind(text.as_bytes(), end)
        };
        for setting in [
            "connect timeout = 10s, keepalive",
            "connect_timeout=10 mqtt",
            "connectionTimeout: 5000 ms",
            "\"timeout\": \"30s\"",
        ] {
            assert!(is_setting(setting), "{setting}");
        }
        for failure in [
            "connect timeout",
            "connection timeout: 110",
            "connect timeout 10.0.0.1:8883",
            "timeout: mqtt",
            "timeout after 10 s",
            "connect timed out",
        ] {
            assert!(!is_setting(failure), "{failure}");
        }
    }
}
