//! The sans-IO core of dps-x509.
//!
//! No clock, no dice, no sockets, no files: time, randomness and bytes are arguments. Everything that
//! decides lives here; the command line, the WASI component and the browser only translate.
//!
//! * [`name`]: registration ID, ID scope, endpoint, cloud, parsed once into types;
//! * [`finding`]: the vocabulary of everything that can be wrong;
//! * [`service`]: what the service answers, and what its codes mean;
//! * [`cert`]: certificate and key files, the chain they make, and what is wrong with it;
//! * [`explain`]: the cause behind a refusal, from the answer and the certificates together.
#![forbid(unsafe_code)]

pub mod cert;
pub mod explain;
pub mod finding;
pub mod name;
pub mod service;
