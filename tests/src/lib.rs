//! What the tests of this folder share: certificate chains, the emulator, the command line, bad peers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail")]

pub mod case;
pub mod chain;
pub mod cli;
pub mod conversation;
pub mod environment;
pub mod expectation;
pub mod gate;
pub mod loopback;
pub mod nats;
pub mod peer;
pub mod plant;
pub mod proxy;
pub mod same;

/// The programs in the README compile; those of the crates' READMEs are in their own documentation.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The book's chapter about Rust.
#[cfg(doctest)]
#[doc = include_str!("../../www/book/rust.md")]
pub struct Book;
