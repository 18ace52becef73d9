#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

#[cfg(feature = "_cert")]
pub mod cert;
#[cfg(any(feature = "config", feature = "_page"))]
pub mod config;
#[cfg(any(feature = "explain", feature = "_page"))]
pub mod explain;
#[warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]
pub mod finding;
#[cfg(feature = "generate")]
pub mod generate;
#[warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]
pub mod name;
#[warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]
pub mod service;
#[cfg(feature = "session")]
#[warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]
pub mod session;
#[warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]
pub mod text;
