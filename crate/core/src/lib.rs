//! The sans-IO core of dps-x509.
//!
//! No clock, no dice, no sockets, no files: time, randomness and bytes are arguments. Everything that
//! decides lives here; the command line, the WASI component and the browser only translate.
//!
//! * [`name`]: registration ID, ID scope, endpoint, cloud, parsed once into types;
//! * [`finding`]: the vocabulary of everything that can be wrong;
//! * [`session`]: a whole provisioning as one state machine;
//! * [`service`]: what the service answers, and what its codes mean.
#![forbid(unsafe_code)]

pub mod finding;
pub mod name;
pub mod service;
pub mod session;
