//! Other people's clients against the emulator: they agree that it behaves like DPS.
//!
//! The clients are unmodified. What they need is set up by `cargo xtask setup`; what is missing is an error.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail")]

mod azure_iot_device;
mod azure_iot_device_websocket;
mod configure;
mod curl;
mod device;
mod hub;
mod mosquitto;
mod openssl;
mod paho;
mod stand;
