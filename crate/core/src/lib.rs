//! The sans-IO core of dps-x509.
//!
//! No clock, no dice, no sockets, no files: time, randomness and bytes are arguments. Everything that
//! decides lives here; the command line, the WASI component and the browser only translate.
//!
//! * [`name`]: registration ID, ID scope, endpoint, cloud, parsed once into types;
//! * [`text`]: which characters a person does not see, and what UTF-16 says;
//! * [`finding`]: the vocabulary of everything that can be wrong;
//! * [`session`]: a whole provisioning as one state machine;
//! * [`cert`]: certificate and key files, the chain they make, the rules for a device at DPS;
//! * [`config`]: configurations of a device's clients and of the Azure side;
//! * [`service`]: what the service answers, and what its codes mean;
//! * [`explain`]: from a log, an answer or a code to what happened and its likely causes;
//! * `generate`: test certificates (the Cargo feature `generate`, on by default).
#![forbid(unsafe_code)]

pub mod cert;
pub mod config;
pub mod explain;
pub mod finding;
#[cfg(feature = "generate")]
pub mod generate;
pub mod name;
pub mod service;
pub mod session;
pub mod text;
