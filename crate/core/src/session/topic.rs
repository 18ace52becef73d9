//! The topics of the DPS dialogue (DPS document `iot-mqtt-connect-to-iot-dps`) and of the hub check.

use std::{fmt, time::Duration};

/// What the topics of DPS's responses begin with. The only filter that DPS takes is this with `#` behind it.
pub const RESPONSES: &str = "$dps/registrations/res/";

/// `$dps/registrations/PUT/iotdps-register/?$rid={rid}`
#[must_use]
pub fn register(rid: &str) -> String {
    format!("$dps/registrations/PUT/iotdps-register/?$rid={}", Encoded(rid))
}

/// `$dps/registrations/GET/iotdps-get-operationstatus/?$rid={rid}&operationId={operationId}`
#[must_use]
pub fn operation_status(rid: &str, operation_id: &str) -> String {
    format!(
        "$dps/registrations/GET/iotdps-get-operationstatus/?$rid={}&operationId={}",
        Encoded(rid),
        Encoded(operation_id)
    )
}

/// What the topics of a hub's twin responses begin with (`iot-mqtt-connect-to-iot-hub`).
pub const TWIN_RESPONSES: &str = "$iothub/twin/res/";

/// `$iothub/twin/GET/?$rid={rid}`
#[must_use]
pub fn twin_get(rid: &str) -> String {
    format!("$iothub/twin/GET/?$rid={}", Encoded(rid))
}

/// Percent-encoding of everything but unreserved characters (RFC 3986 section 2.3).
pub(crate) struct Encoded<'a>(pub(crate) &'a str);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                write!(f, "{}", char::from(byte))?;
            } else {
                write!(f, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}

/// What a response topic says: `$dps/registrations/res/{status}/?{query}`, or the same below another prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseTopic {
    /// Three digits, HTTP classes.
    pub status: u16,
    /// The `$rid` of the request; absent in some answers (azure-sdk-for-c takes a topic without a query), and where several
    /// stand there: parsers differ in which of them counts.
    pub rid: Option<String>,
    /// How long the service asks to wait; whole seconds on the wire. Unreadable values count as absent.
    pub retry_after: Option<Duration>,
}

impl ResponseTopic {
    /// Reads a topic; `None` if it is not a response of DPS.
    #[must_use]
    pub fn parse(topic: &str) -> Option<Self> {
        Self::parse_below(RESPONSES, topic)
    }

    /// Reads a topic below a prefix; `None` if it is not a response there.
    ///
    /// Query keys come in any order; unknown ones are ignored. `$rid` is the one that was sent, letter by letter: topic
    /// names are case-sensitive (MQTT 3.1.1 section 4.7.3), and the SDKs look for no other. `retry-after` is a hint, and
    /// taken in any case (the C# SDK's tests have `Retry-After`); of several the first that can be read counts.
    #[must_use]
    pub fn parse_below(prefix: &str, topic: &str) -> Option<Self> {
        let rest = topic.strip_prefix(prefix)?;
        let (status, query) = rest.split_once('/').unwrap_or((rest, ""));
        if status.len() != 3 || !status.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let query = match query.strip_prefix('?') {
            Some(query) => query,
            None if query.is_empty() => "",
            None => return None,
        };
        let mut response = Self { status: status.parse().ok()?, rid: None, retry_after: None };
        let mut rids = Vec::new();
        for pair in query.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if key == "$rid" {
                rids.push(decoded(value));
            } else if key.eq_ignore_ascii_case("retry-after") && response.retry_after.is_none() {
                response.retry_after = seconds(value);
            }
        }
        rids.dedup();
        response.rid = rids.pop().filter(|_| rids.is_empty());
        Some(response)
    }
}

/// Whole seconds; more digits than fit are the longest wait, not a parse error.
fn seconds(text: &str) -> Option<Duration> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
}

/// Percent-decoding; what is not an escape stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let escaped = match tail {
            [high, low, ..] if byte == b'%' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_as_in_the_vectors() {
        assert_eq!(register("1"), "$dps/registrations/PUT/iotdps-register/?$rid=1");
        assert_eq!(
            operation_status("1", "4.d0a671905ea5b2c8.42d78160-4c78-479e-8be7-61d5e55dac0d"),
            "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=1\
             &operationId=4.d0a671905ea5b2c8.42d78160-4c78-479e-8be7-61d5e55dac0d"
        );
        assert_eq!(register("a b&c"), "$dps/registrations/PUT/iotdps-register/?$rid=a%20b%26c");
    }

    #[test]
    fn responses_in_any_order() {
        for (topic, status, rid, retry_after) in [
            ("$dps/registrations/res/202/?$rid=1&retry-after=3", 202, Some("1"), Some(3)),
            ("$dps/registrations/res/202/?retry-after=120&$rid=1", 202, Some("1"), Some(120)),
            ("$dps/registrations/res/202/?$rid=1&Retry-After=3&x=y", 202, Some("1"), Some(3)),
            ("$dps/registrations/res/202/?$RID=1&RETRY-AFTER=3", 202, None, Some(3)),
            ("$dps/registrations/res/202/?$RID=2&$rid=1", 202, Some("1"), None),
            ("$dps/registrations/res/200/?$rid=a%20b", 200, Some("a b"), None),
            ("$dps/registrations/res/200/?$rid=%zz%4", 200, Some("%zz%4"), None),
            ("$dps/registrations/res/401/", 401, None, None),
            ("$dps/registrations/res/401", 401, None, None),
            ("$dps/registrations/res/202/?$rid=1&retry-after=soon", 202, Some("1"), None),
            (
                "$dps/registrations/res/202/?$rid=1&retry-after=99999999999999999999",
                202,
                Some("1"),
                Some(u64::MAX),
            ),
            ("$dps/registrations/res/202/?$rid=1&$rid=2&retry-after=1&retry-after=2", 202, None, Some(1)),
            ("$dps/registrations/res/202/?$rid=1&x&$rid=1", 202, Some("1"), None),
            ("$dps/registrations/res/202/?$rid=1&$rid=2&$rid=1", 202, None, None),
        ] {
            let response = ResponseTopic::parse(topic).unwrap();
            assert_eq!(response.status, status, "{topic}");
            assert_eq!(response.rid.as_deref(), rid, "{topic}");
            assert_eq!(response.retry_after, retry_after.map(Duration::from_secs), "{topic}");
        }
    }

    #[test]
    fn what_is_no_response() {
        for topic in [
            "$dps/registrations/unknown",
            "$dps/registrations/res/",
            "$dps/registrations/res/20/?$rid=1",
            "$dps/registrations/res/2000/?$rid=1",
            "$dps/registrations/res/2x2/?$rid=1",
            "$dps/registrations/res/+20/?$rid=1",
            "$dps/registrations/res/200/$rid=1",
            "devices/x/messages/devicebound/",
        ] {
            assert_eq!(ResponseTopic::parse(topic), None, "{topic}");
        }
    }
}
