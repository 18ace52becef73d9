//! A whole provisioning as one state machine without input and output of its own.
//!
//! The host's loop is short: do what [`Provisioning::poll_output`] says until it says `Wait` or `Done`; wait
//! for bytes, the end of the connection or the time, and tell [`Provisioning::handle_input`]. A [`ConnectionId`] goes
//! with every dial and with all that is told of it.
//!
//! ```text
//! dial -> CONNECT -> CONNACK -> SUBSCRIBE -> SUBACK -> register -> 202 retry-after -> poll -> … -> 200 assigned
//! ```
//!
//! What is honoured, retried or final follows the DPS documents and SDK sources named beside each rule in
//! [`retry`], [`topic`], [`reply`] and [`crate::service`].

mod class;
mod config;
mod connection;
mod connection_id;
mod csr;
mod event;
mod flood;
mod hub;
mod json;
pub mod mqtt;
mod outbox;
mod outcome;
mod peer;
pub mod probe;
mod provisioning;
pub mod reply;
mod report;
pub mod retry;
mod seed;
mod settings;
mod stage;
mod time;
pub mod topic;
pub mod transcript;
mod transport;
pub mod websocket;

pub use class::Class;
pub use config::{Config, Payload, PayloadError};
pub use connection_id::ConnectionId;
pub use csr::{Csr, CsrError};
pub use event::{Event, Ignored, WaitReason};
pub use outcome::{Assignment, Failure, FailureCause, HubCheck, Outcome, Retry, Tally};
pub use provisioning::{Input, Output, Provisioning};
pub use report::{NotAssigned, ProvisioningReport};
pub use seed::Seed;
pub use settings::Settings;
pub use stage::Stage;
pub use time::{Instant, Seconds};
pub use transport::{ConnectionInfo, Distrust, ProxyFault, TransportFailure, TransportFailureKind};
