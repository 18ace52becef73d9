//! The emulator over real TLS on loopback, seen by a client that shares no code with it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "tests, and what they stand on, fail by panicking"
)]

mod allocation;
mod ca;
mod client;
mod configuration;
mod control;
mod fault;
mod hostile;
mod hub;
mod hub_hostile;
mod hub_https;
mod hub_others;
mod hub_samples;
mod hub_service;
mod hub_session;
mod issuance;
mod limits;
mod matching;
mod not_emulated;
mod operations;
mod pki;
mod protocol;
mod reload;
mod rest;
mod root;
mod service;
mod service_lists;
mod service_registry;
mod state;
mod table;
mod tls;
mod websocket;
