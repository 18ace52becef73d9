//! A JSON object of the service, with the body it came in as evidence.

use std::{collections::BTreeMap, fmt};

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Value, error::Category, value::RawValue};

use super::ReplyError;
use crate::{service::Answer, session::csr};

/// An object of which every member stands there once, and each as it was written.
#[derive(Debug)]
pub(super) struct Object<'a> {
    members: BTreeMap<String, Box<RawValue>>,
    body: &'a [u8],
}

impl<'a> Object<'a> {
    /// Reads a whole body.
    pub(super) fn parse(body: &'a [u8]) -> Result<Self, ReplyError> {
        match serde_json::from_slice::<Members>(body) {
            Ok(members) => members.once(body),
            Err(error) => Err(no_object(&error, body)),
        }
    }

    /// The body that the object came in.
    pub(super) const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// The members and their JSON texts, in the order of their names.
    pub(super) fn members(&self) -> impl Iterator<Item = (&str, &str)> {
        self.members.iter().map(|(name, value)| (name.as_str(), value.get()))
    }

    /// A member's JSON text letter by letter; `null` counts as absent.
    pub(super) fn json(&self, member: &str) -> Option<&str> {
        self.members.get(member).map(|value| value.get()).filter(|value| *value != "null")
    }

    /// A text; absent is `None`, another type is an error.
    pub(super) fn text(&self, member: &'static str) -> Result<Option<String>, ReplyError> {
        let wrong = |_| ReplyError::Type { member, expected: "a string", body: evidence(self.body) };
        self.json(member).map(serde_json::from_str).transpose().map_err(wrong)
    }

    /// An object; absent is `None`, another type is an error.
    pub(super) fn object(&self, member: &'static str) -> Result<Option<Self>, ReplyError> {
        let wrong = |_| ReplyError::Type { member, expected: "an object", body: evidence(self.body) };
        let members: Option<Members> =
            self.json(member).map(serde_json::from_str).transpose().map_err(wrong)?;
        members.map(|members| members.once(self.body)).transpose()
    }

    /// An array of base64 texts; absent is empty, and what is something else is there as it came.
    pub(super) fn certificates(&self, member: &str) -> Vec<Vec<u8>> {
        let as_it_came = |value: &Value| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            csr::certificate(&text).unwrap_or_else(|| text.into_bytes())
        };
        match self.value(member) {
            None => Vec::new(),
            Some(Value::Array(items)) => items.iter().map(as_it_came).collect(),
            Some(other) => vec![as_it_came(&other)],
        }
    }

    /// A member of an error body, which must never hide the error itself (azure-iot-sdk-java#289).
    pub(super) fn lenient(&self, member: &str) -> Option<String> {
        Some(match self.value(member)? {
            Value::String(text) => text,
            other => other.to_string(),
        })
    }

    /// The extended error code; 0 is none.
    pub(super) fn code(&self) -> Option<u32> {
        match self.value("errorCode")? {
            Value::Number(number) => number.as_u64().and_then(|code| u32::try_from(code).ok()),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
        .filter(|code| *code != 0)
    }

    /// The `info` of an error, as JSON text.
    pub(super) fn info(&self) -> Option<String> {
        self.value("info").map(|info| info.to_string())
    }

    fn value(&self, member: &str) -> Option<Value> {
        serde_json::from_str(self.json(member)?).ok()
    }
}

/// The members of an object as they came, and the first that came twice: parsers differ in which of them counts.
struct Members {
    members: BTreeMap<String, Box<RawValue>>,
    repeated: Option<String>,
}

impl Members {
    fn once(self, body: &[u8]) -> Result<Object<'_>, ReplyError> {
        match self.repeated {
            None => Ok(Object { members: self.members, body }),
            Some(member) => Err(ReplyError::Repeated { member, body: evidence(body) }),
        }
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let (mut members, mut repeated) = (BTreeMap::new(), None);
        while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
            if members.contains_key(&name) {
                repeated.get_or_insert_with(|| name.clone());
            }
            members.insert(name, value);
        }
        Ok(Members { members, repeated })
    }
}

/// As much of what is no hub, or another's name, as is shown, in characters.
pub(super) const MAX_SHOWN: usize = 300;

/// What the parser says of a body that should be an object.
pub(in crate::session) fn no_object(error: &serde_json::Error, body: &[u8]) -> ReplyError {
    let body = evidence(body);
    match error.classify() {
        Category::Data => ReplyError::NotObject { body },
        Category::Io | Category::Syntax | Category::Eof => {
            ReplyError::NotJson { reason: error.to_string(), body }
        }
    }
}

/// As much of a body as is kept.
pub(in crate::session) fn evidence(body: &[u8]) -> String {
    let kept = body.get(..body.len().min(Answer::MAX_BODY)).unwrap_or_default();
    String::from_utf8_lossy(kept).into_owned()
}
