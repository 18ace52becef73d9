#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]

#[cfg(feature = "cert")]
pub mod cert;
#[cfg(feature = "config")]
pub mod config;
#[cfg(any(feature = "explain", feature = "_page"))]
pub mod explain;
pub mod finding;
#[cfg(feature = "generate")]
pub mod generate;
pub mod name;
#[cfg(feature = "cert")]
mod order;
pub mod service;
#[cfg(feature = "session")]
pub mod session;
pub mod text;
