//! Direct methods (`iot-hub-devguide-direct-methods`).

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json;

/// A call of a method, in the form of the service's REST API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MethodCall {
    /// The method.
    pub method_name: String,
    /// What it is given: any JSON, or nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<Value>,
    /// How long to wait for the answer: 5 to 300 seconds; 30 if it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_timeout_in_seconds: Option<u64>,
    /// How long to wait for the device to connect: up to 300 seconds; not at all if it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect_timeout_in_seconds: Option<u64>,
}

/// What a device answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MethodAnswer {
    /// The status, in the device's own counting.
    pub status: i32,
    /// Any JSON.
    pub payload: Value,
}

/// The largest payload of a call or an answer, in bytes.
pub(crate) const LARGEST: usize = 128 * 1024;

impl MethodCall {
    /// A call that waits for the answer as long as the hub does by itself.
    #[must_use]
    pub fn new(method_name: impl Into<String>, payload: Option<Value>) -> Self {
        Self {
            method_name: method_name.into(),
            payload,
            response_timeout_in_seconds: None,
            connect_timeout_in_seconds: None,
        }
    }

    /// How long to wait for the answer.
    pub(crate) fn response_timeout(&self) -> Duration {
        Duration::from_secs(self.response_timeout_in_seconds.unwrap_or(30))
    }

    /// How long to wait for the device.
    pub(crate) fn connect_timeout(&self) -> Duration {
        Duration::from_secs(self.connect_timeout_in_seconds.unwrap_or(0))
    }

    /// What is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"/+#?$".contains(&byte);
        if self.method_name.is_empty()
            || self.method_name.len() > 100
            || !self.method_name.bytes().all(is_plain)
        {
            return Err(format!("{:.100?} is no name of a method", self.method_name));
        }
        if self.response_timeout_in_seconds.is_some_and(|seconds| !(5..=300).contains(&seconds)) {
            return Err("responseTimeoutInSeconds is not from 5 to 300".to_owned());
        }
        if self.connect_timeout_in_seconds.is_some_and(|seconds| seconds > 300) {
            return Err("connectTimeoutInSeconds is not from 0 to 300".to_owned());
        }
        let length = self.body().len();
        if length > LARGEST {
            return Err(format!("the payload has {length} bytes, the limit is {LARGEST}"));
        }
        Ok(())
    }

    /// The body as the device gets it: `null` if there is nothing (see the table of behaviour).
    pub(crate) fn body(&self) -> Bytes {
        Bytes::from(self.payload.as_ref().unwrap_or(&Value::Null).to_string())
    }
}

impl MethodAnswer {
    /// Reads the body of an answer: JSON, or nothing.
    pub(crate) fn parse(status: i32, body: &[u8]) -> Result<Self, String> {
        if body.len() > LARGEST {
            return Err(format!("the answer has {} bytes, the limit is {LARGEST}", body.len()));
        }
        if body.len() == json::zeros(body) {
            return Ok(Self { status, payload: Value::Null });
        }
        let payload = json::read(body).map_err(|error| format!("the answer is no JSON: {error}"))?;
        Ok(Self { status, payload })
    }
}
