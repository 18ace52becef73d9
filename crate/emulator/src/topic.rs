//! The topics of the DPS dialect of MQTT (DPS `iot-mqtt-connect-to-iot-dps`).

use std::{fmt, time::Duration};

use percent_encoding::percent_decode_str;

/// The only topic filter that DPS takes.
pub(crate) const RESPONSE_FILTER: &str = "$dps/registrations/res/#";

const REGISTER: &str = "$dps/registrations/PUT/iotdps-register/?";
const OPERATION_STATUS: &str = "$dps/registrations/GET/iotdps-get-operationstatus/?";

/// What a device asks by the topic of its PUBLISH.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Request {
    /// `$dps/registrations/PUT/iotdps-register/?$rid={rid}`
    Register { rid: String },
    /// `$dps/registrations/GET/iotdps-get-operationstatus/?$rid={rid}&operationId={operationId}`
    OperationStatus { rid: String, operation_id: String },
}

impl Request {
    /// Parses a topic. The `$rid` stays as it was sent, because it is sent back; the operation ID is
    /// percent-decoded. Keys come in any order and case; unknown ones are ignored.
    pub(crate) fn parse(topic: &str) -> Result<Self, TopicError> {
        if let Some(query) = topic.strip_prefix(REGISTER) {
            let query = Query::parse(query)?;
            Ok(Self::Register { rid: query.rid()? })
        } else if let Some(query) = topic.strip_prefix(OPERATION_STATUS) {
            let query = Query::parse(query)?;
            Ok(Self::OperationStatus { rid: query.rid()?, operation_id: query.operation_id()? })
        } else {
            Err(TopicError::Unknown)
        }
    }

    pub(crate) fn rid(&self) -> &str {
        match self {
            Self::Register { rid } | Self::OperationStatus { rid, .. } => rid,
        }
    }
}

#[derive(Default)]
struct Query<'a> {
    rid: Option<&'a str>,
    operation_id: Option<&'a str>,
}

impl<'a> Query<'a> {
    fn parse(text: &'a str) -> Result<Self, TopicError> {
        let mut query = Self::default();
        for pair in text.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let slot = match percent_decode_str(key).decode_utf8_lossy().to_ascii_lowercase().as_str() {
                "$rid" => &mut query.rid,
                "operationid" => &mut query.operation_id,
                _ => continue,
            };
            if slot.replace(value).is_some() {
                return Err(TopicError::Twice);
            }
        }
        Ok(query)
    }

    fn rid(&self) -> Result<String, TopicError> {
        self.rid.filter(|rid| !rid.is_empty()).map(str::to_owned).ok_or(TopicError::NoRid)
    }

    fn operation_id(&self) -> Result<String, TopicError> {
        let operation_id = self.operation_id.filter(|id| !id.is_empty()).ok_or(TopicError::NoOperationId)?;
        Ok(percent_decode_str(operation_id).decode_utf8_lossy().into_owned())
    }
}

/// Why a topic is not a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TopicError {
    Unknown,
    NoRid,
    NoOperationId,
    Twice,
}

impl fmt::Display for TopicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "the topic is neither that of a registration nor that of an operation's status",
            Self::NoRid => "the topic has no $rid",
            Self::NoOperationId => "the topic has no operationId",
            Self::Twice => "the topic has $rid or operationId twice",
        })
    }
}

/// `$dps/registrations/res/{status}/?$rid={rid}[&retry-after={seconds}]`, or with its keys in reverse order.
pub(crate) fn response(status: u16, rid: &str, retry_after: Option<Duration>, is_reversed: bool) -> String {
    let mut query = vec![format!("$rid={rid}")];
    query.extend(retry_after.map(|retry_after| format!("retry-after={}", retry_after.as_secs())));
    if is_reversed {
        query.reverse();
    }
    format!("$dps/registrations/res/{status}/?{}", query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_sdks_publish() {
        assert_eq!(
            Request::parse("$dps/registrations/PUT/iotdps-register/?$rid=1"),
            Ok(Request::Register { rid: "1".to_owned() })
        );
        let status =
            Request::OperationStatus { rid: "a%2Fb".to_owned(), operation_id: "4.d0a6.42d7".to_owned() };
        for query in ["$rid=a%2Fb&operationId=4.d0a6.42d7", "operationid=4%2Ed0a6.42d7&x=y&%24rid=a%2Fb"] {
            let topic = format!("$dps/registrations/GET/iotdps-get-operationstatus/?{query}");
            assert_eq!(Request::parse(&topic).as_ref(), Ok(&status), "{topic}");
        }
    }

    #[test]
    fn other_topics_are_refused() {
        for (topic, error) in [
            ("", TopicError::Unknown),
            ("devices/x/messages/events/", TopicError::Unknown),
            ("$dps/registrations/PUT/iotdps-register/$rid=1", TopicError::Unknown),
            ("$dps/registrations/PUT/iotdps-register/?", TopicError::NoRid),
            ("$dps/registrations/PUT/iotdps-register/?$rid=", TopicError::NoRid),
            ("$dps/registrations/PUT/iotdps-register/?$rid=1&$rid=2", TopicError::Twice),
            ("$dps/registrations/GET/iotdps-get-operationstatus/?$rid=1", TopicError::NoOperationId),
            ("$dps/registrations/GET/iotdps-get-operationstatus/?operationId=1", TopicError::NoRid),
        ] {
            assert_eq!(Request::parse(topic), Err(error), "{topic}");
        }
    }

    #[test]
    fn responses_have_the_documented_form() {
        assert_eq!(response(200, "1", None, false), "$dps/registrations/res/200/?$rid=1");
        assert_eq!(
            response(202, "1", Some(Duration::from_secs(3)), false),
            "$dps/registrations/res/202/?$rid=1&retry-after=3"
        );
        assert_eq!(
            response(202, "1", Some(Duration::from_secs(3)), true),
            "$dps/registrations/res/202/?retry-after=3&$rid=1"
        );
    }
}
