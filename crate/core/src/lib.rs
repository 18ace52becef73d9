#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

#[cfg(feature = "_cert")]
pub mod cert;
#[cfg(any(feature = "config", feature = "_page"))]
pub mod config;
#[cfg(any(feature = "explain", feature = "_page"))]
pub mod explain;
pub mod finding;
#[cfg(feature = "generate")]
pub mod generate;
pub mod name;
#[cfg(any(feature = "_cert", feature = "explain"))]
mod order;
pub mod service;
#[cfg(feature = "session")]
pub mod session;
pub mod text;
