//! The core's machine over a connection of the host.

use std::time::{Duration, Instant};

use dps_x509_core::session::{
    Failure, Instant as Moment, Stage,
    probe::{Probe, ProbeInput, ProbeOutput},
};
use dps_x509_host::probe::Line;

use crate::provision::translate::transport;

/// What came of a conversation.
pub(super) struct Said {
    /// The stages that went well, with the time each took.
    pub(super) passed: Vec<(Stage, Duration)>,
    /// How long the stage took that did not.
    pub(super) took: Duration,
    pub(super) result: Result<(), Failure>,
}

/// Leads the conversation to its end; the machine bounds it in time.
pub(super) async fn lead(mut line: Line, start: impl FnOnce(Moment) -> Probe) -> Said {
    let begin = Instant::now();
    let now = || Moment::from_millis(u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX));
    let mut probe = start(now());
    let mut buffer = vec![0; 4096];
    let result = loop {
        let until = match probe.poll_output() {
            ProbeOutput::Transmit(bytes) => {
                // What the peer said before it went is read below.
                if let Err(failure) = line.write(bytes).await {
                    probe.handle_input(now(), ProbeInput::Closed(Some(transport::failure(failure))));
                }
                continue;
            }
            ProbeOutput::Done(outcome) => break outcome.clone(),
            ProbeOutput::Wait(until) => until,
            _ => continue,
        };
        let wait = until.since(now());
        match tokio::time::timeout(wait, line.read(&mut buffer)).await {
            Err(_) => probe.handle_input(now(), ProbeInput::Timeout),
            Ok(Ok(0)) => probe.handle_input(now(), ProbeInput::Closed(None)),
            Ok(Ok(length)) => {
                probe.handle_input(now(), ProbeInput::Received(buffer.get(..length).unwrap_or_default()));
            }
            Ok(Err(failure)) => {
                probe.handle_input(now(), ProbeInput::Closed(Some(transport::failure(failure))));
            }
        }
    };
    let said = Said { passed: probe.passed().to_vec(), took: probe.elapsed(), result };
    line.close().await;
    said
}
