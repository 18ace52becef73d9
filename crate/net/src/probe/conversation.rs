//! The core's probe over a connection.

use std::time::{Duration, Instant};

use dps_x509_core::session::{
    Failure, Instant as Moment, Stage,
    probe::{Probe, ProbeInput, ProbeOutput},
};

use crate::Connection;

/// What came of a conversation.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Conversation {
    /// The stages that went well, with the time each took.
    pub passed: Vec<(Stage, Duration)>,
    /// How long the stage took that did not.
    pub took: Duration,
    /// Whether all went well, or what did not.
    pub result: Result<(), Failure>,
}

/// Leads a conversation to its end and closes the connection. `start` makes the machine, at the instant that it is
/// given; the machine bounds the conversation in time.
pub async fn converse(mut connection: Connection, start: impl FnOnce(Moment) -> Probe) -> Conversation {
    let begin = Instant::now();
    let now = || Moment::from_millis(u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX));
    let mut probe = start(now());
    let result = loop {
        let until = match probe.poll_output() {
            ProbeOutput::Transmit(bytes) => {
                connection.send(bytes);
                continue;
            }
            ProbeOutput::Done(outcome) => break outcome.clone(),
            ProbeOutput::Wait(until) => until,
            _ => continue,
        };
        match tokio::time::timeout(until.since(now()), connection.receive()).await {
            Err(_) => probe.handle_input(now(), ProbeInput::Timeout),
            Ok(Ok(bytes)) if bytes.is_empty() => probe.handle_input(now(), ProbeInput::Closed(None)),
            Ok(Ok(bytes)) => probe.handle_input(now(), ProbeInput::Received(&bytes)),
            Ok(Err(failure)) => probe.handle_input(now(), ProbeInput::Closed(Some(failure))),
        }
    };
    let said = Conversation { passed: probe.passed().to_vec(), took: probe.elapsed(), result };
    connection.close().await;
    said
}
