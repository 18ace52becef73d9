#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

mod allocation;
mod authority;
pub mod behaviour;
mod body;
mod ca;
mod certificate;
mod chain;
mod config;
mod connection;
pub mod control;
mod dps;
mod emulator;
mod enrollment;
mod event;
pub mod fault;
mod http;
mod hub;
mod issuance;
mod journal;
mod json;
mod matching;
mod mqtt;
mod operation;
mod presence;
mod proof;
mod registration;
mod service;
mod session;
mod source;
mod throttle;
mod timestamp;
mod tls;
mod topic;
mod user_name;

pub use allocation::{Allocation, CustomAllocation, Reprovision};
pub use authority::{AuthorityError, ServerKey};
pub use ca::CaCertificate;
pub use certificate::{CertificateSummary, Thumbprint};
pub use config::{Config, ConfigError, Pace, Problem, Refusals};
pub use connection::Limits;
/// The types of `dps-x509-core` that a [`Config`] is made of.
pub use dps_x509_core::name::{IdScope, RegistrationId};
pub use emulator::{Emulator, Running, StartError};
pub use enrollment::{CertificateError, DuplicateError, Enrollments, Group, Individual, InitialTwinError};
pub use event::{CloseReason, Event, Events, MessageState, TwinAuthor, What};
pub use hub::{BodyEncoding, CloudMessage, DeviceMessage, HubTrust, MessageList, MethodAnswer, MethodCall};
pub use journal::StateError;
pub use matching::{Decision, Verdict};
pub use mqtt::{Connect, Packet, PacketError, Publish, Will};
pub use proof::ProofError;
pub use service::ServiceKey;
pub use throttle::Throttling;
