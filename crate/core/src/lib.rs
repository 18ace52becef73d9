#![doc = include_str!("../README.md")]
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
