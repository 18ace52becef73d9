//! One stage of a look: what was tried, how it went, what was seen.

use std::time::Duration;

use dps_x509_core::{finding::Finding, name::Transport, session::Seconds};
use serde_json::{Map, Value, json};

/// What is tried at a stage. The order is that of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Name,
    Tcp,
    Proxy,
    Tls,
    ClientCertificate,
    Clock,
    WebSocket,
    Connect,
    Subscribe,
}

impl Step {
    /// The word in JSON.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Tcp => "tcp",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::ClientCertificate => "client-certificate",
            Self::Clock => "clock",
            Self::WebSocket => "websocket",
            Self::Connect => "connect",
            Self::Subscribe => "subscribe",
        }
    }

    /// The words in text.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Name => "name resolution",
            Self::Tcp => "TCP",
            Self::Proxy => "proxy",
            Self::Tls => "TLS",
            Self::ClientCertificate => "client certificate",
            Self::Clock => "clock",
            Self::WebSocket => "WebSocket",
            Self::Connect => "CONNECT",
            Self::Subscribe => "SUBSCRIBE",
        }
    }
}

/// How a stage went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Passed,
    /// It works, and something about it is not as it should be.
    Doubtful,
    /// The service does not want this device.
    Refused,
    Failed,
    /// It did not come to that.
    NotReached,
}

impl Verdict {
    /// The word in JSON and text.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "ok",
            Self::Doubtful => "doubtful",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::NotReached => "not-reached",
        }
    }
}

/// One stage.
#[derive(Debug, Clone)]
pub(super) struct Stage {
    pub(super) step: Step,
    /// The way it belongs to; `None` where it is the same for all.
    pub(super) way: Option<(Transport, String)>,
    pub(super) verdict: Verdict,
    pub(super) took: Option<Duration>,
    /// One line for a person.
    pub(super) summary: String,
    /// More lines for a person.
    pub(super) details: Vec<String>,
    /// The same for a program.
    pub(super) facts: Map<String, Value>,
    pub(super) findings: Vec<Finding>,
}

impl Stage {
    pub(super) fn new(step: Step, verdict: Verdict, summary: impl Into<String>) -> Self {
        Self {
            step,
            way: None,
            verdict,
            took: None,
            summary: summary.into(),
            details: Vec::new(),
            facts: Map::new(),
            findings: Vec::new(),
        }
    }

    pub(super) const fn took(mut self, took: Duration) -> Self {
        self.took = Some(took);
        self
    }

    pub(super) fn finding(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self
    }

    pub(super) fn fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn to_json(&self) -> Value {
        let mut object = self.facts.clone();
        object.insert("stage".to_owned(), json!(self.step.as_str()));
        object.insert("result".to_owned(), json!(self.verdict.as_str()));
        object.insert("summary".to_owned(), json!(self.summary));
        if let Some((transport, endpoint)) = &self.way {
            object.insert("transport".to_owned(), json!(transport.as_str()));
            object.insert("endpoint".to_owned(), json!(endpoint));
        }
        if let Some(took) = self.took {
            object.insert("seconds".to_owned(), json!(Seconds(took).number()));
        }
        if !self.findings.is_empty() {
            let codes: Vec<_> = self.findings.iter().map(Finding::code).collect();
            object.insert("findings".to_owned(), json!(codes));
        }
        Value::Object(object)
    }
}
