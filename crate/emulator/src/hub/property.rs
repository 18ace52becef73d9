//! Property bags: what stands behind the fixed part of a message's topic (`iot-mqtt-connect-to-iot-hub`).

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Properties by name. One without a value is `None`, which differs from an empty one.
pub(crate) type Bag = BTreeMap<String, Option<String>>;

/// What a property bag holds, the hub's own properties apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Properties {
    /// By the names that the hub gives them (`iot-hub-devguide-messages-construct`).
    pub(crate) system: Bag,
    pub(crate) application: Bag,
}

/// The abbreviations of system properties in a topic, and their names.
const SYSTEM: [(&str, &str); 11] = [
    ("$.mid", "message-id"),
    ("$.cid", "correlation-id"),
    ("$.uid", "user-id"),
    ("$.to", "to"),
    ("$.ct", "content-type"),
    ("$.ce", "content-encoding"),
    ("$.exp", "absolute-expiry-time"),
    ("$.ctime", "iothub-creation-time-utc"),
    ("$.sub", "dt-subject"),
    ("$.ifid", "iothub-interface-id"),
    ("$.on", "iothub-outputname"),
];

impl Properties {
    /// Parses `name=value&name=value`. It is split before it is decoded, so that values may have `&` and `=`. Of a
    /// name that comes twice the last one counts.
    pub(crate) fn parse(text: &str) -> Self {
        let mut properties = Self::default();
        // Some clients put a question mark before it, as in a query.
        let text = text.strip_prefix('?').unwrap_or(text);
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = match pair.split_once('=') {
                Some((name, value)) => (decoded(name), Some(decoded(value))),
                None => (decoded(pair), None),
            };
            match system_name(&name) {
                Some(name) => properties.system.insert(name, value),
                None => properties.application.insert(name, value),
            };
        }
        properties
    }
}

/// The name of a system property by its abbreviation; one that is not known keeps its own.
fn system_name(name: &str) -> Option<String> {
    let known = SYSTEM.iter().find(|(short, _)| *short == name).map(|(_, name)| (*name).to_owned());
    known.or_else(|| name.starts_with("$.").then(|| name.to_owned()))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// All but the unreserved characters of RFC 3986 section 2.3.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A property bag as a hub writes it: `$` of its own properties is encoded as well, as traces show.
pub(crate) fn write<'a>(pairs: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
    let pairs = pairs.into_iter().map(|(name, value)| match value {
        Some(value) => format!("{}={}", encoded(name), encoded(value)),
        None => encoded(name),
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bag_is_split_before_it_is_decoded() {
        let properties =
            Properties::parse("a%26b=c%3Dd%26e&none&empty=&$.ct=application%2Fjson&%24.mid=7&$.new=1");
        let application = [("a&b", Some("c=d&e")), ("empty", Some("")), ("none", None)];
        let owned = |pairs: &[(&str, Option<&str>)]| -> Bag {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect()
        };
        assert_eq!(properties.application, owned(&application));
        let system =
            [("content-type", Some("application/json")), ("message-id", Some("7")), ("$.new", Some("1"))];
        assert_eq!(properties.system, owned(&system));
        assert_eq!(Properties::parse(""), Properties::default());
        assert_eq!(Properties::parse("?a=1"), Properties::parse("a=1"));
    }

    #[test]
    fn a_bag_is_written_as_documented() {
        let bag = [("$.mid", Some("1")), ("prop1", None), ("prop2", Some("")), ("prop3", Some("a string"))];
        assert_eq!(write(bag), "%24.mid=1&prop1&prop2=&prop3=a%20string");
    }
}
