//! Texts without PINs: the URI of a key in a token may have one (RFC 7512 section 2.4), and what is no such URI after all, for a
//! blank in front of it, say, is told as the name of a file that is not there.

use std::borrow::Cow;

/// Behind it and a sign stands the PIN.
const NAME: &str = "pin-value";
/// What people write for the sign, too.
const SIGNS: [&str; 3] = ["=", ":", "%3d"];

/// Every PIN behind its name is shown as `***`.
pub(super) fn without_pins(text: &str) -> Cow<'_, str> {
    // Changes no places.
    let lower = text.to_ascii_lowercase();
    let (mut shown, mut from) = (String::new(), 0);
    for (at, name) in lower.match_indices(NAME) {
        let begin = at + name.len();
        let Some(behind) = lower.get(begin..) else { continue };
        let Some(sign) = SIGNS.iter().find(|sign| behind.starts_with(*sign)) else { continue };
        let begin = begin + sign.len();
        let pin = text.get(begin..).unwrap_or_default();
        let end = begin + pin.find(is_end).unwrap_or(pin.len());
        // One that is within another has been shown.
        if let Some(before) = text.get(from..begin).filter(|_| begin < end) {
            shown.push_str(before);
            shown.push_str("***");
            from = end;
        }
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(shown)
}

/// What no PIN of a URI has in it, where it stands in a sentence or in JSON.
fn is_end(character: char) -> bool {
    character.is_whitespace() || matches!(character, '&' | '"' | '\\' | '<' | '>')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_left_out_whatever_stands_around_it() {
        for (text, shown) in [
            (
                "pkcs11:object=a?pin-value=4711&x=1 cannot be read",
                "pkcs11:object=a?pin-value=***&x=1 cannot be read",
            ),
            ("{\"path\":\"a?PIN-VALUE=47'11\\n\"}", "{\"path\":\"a?PIN-VALUE=***\\n\"}"),
            ("pin-value:4711: no file", "pin-value:*** no file"),
            ("a?pin-value%3D4711\npin-value=1", "a?pin-value%3D***\npin-value=***"),
            ("pin-value=pin-value=4711", "pin-value=***"),
        ] {
            assert_eq!(without_pins(text), shown);
        }
        for same in ["pin-value", "pin-value stands there", "pin-value= ", "the value of \"pin-value\""] {
            assert!(matches!(without_pins(same), Cow::Borrowed(_)), "{same}");
        }
    }
}
