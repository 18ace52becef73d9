//! The clients that can be configured, one file each.

mod arduino;
mod azure_cli;
mod bicep;
mod c;
mod csharp;
mod curl;
mod docker_compose;
mod embedded_c;
mod environment;
mod esp_idf;
mod freertos;
mod identity_service;
mod iot_edge;
mod java;
mod key_header;
mod kubernetes;
mod mosquitto;
mod mqttx;
mod node;
mod nrf_connect;
mod openssl;
mod paho;
mod provision;
mod python;
mod rest;
mod roots;
mod rust;
mod settings_sheet;
mod systemd;

use super::{
    client::{Family, Limits, Proof, Target},
    finding,
    job::{Files, Home, Job},
    piece::Piece,
};
use crate::finding::Finding;

/// Every target, in the order in which they are listed.
pub static ALL: [&Target; 29] = [
    &settings_sheet::TARGET,
    &mqttx::TARGET,
    &mosquitto::TARGET,
    &paho::TARGET,
    &python::ASYNC,
    &python::SYNC,
    &node::TARGET,
    &c::TARGET,
    &embedded_c::TARGET,
    &csharp::TARGET,
    &java::TARGET,
    &iot_edge::TARGET,
    &identity_service::TARGET,
    &nrf_connect::TARGET,
    &freertos::TARGET,
    &arduino::TARGET,
    &esp_idf::TARGET,
    &openssl::TARGET,
    &curl::TARGET,
    &environment::TARGET,
    &systemd::TARGET,
    &docker_compose::TARGET,
    &kubernetes::TARGET,
    &provision::TARGET,
    &rust::TARGET,
    &azure_cli::TARGET,
    &bicep::TARGET,
    &rest::TARGET,
    &roots::TARGET,
];

/// The target of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Target> {
    ALL.into_iter().find(|target| target.name == name)
}

/// No target has this name. `similar` is the nearest one, if the caller found one.
#[must_use]
pub fn unknown(name: &str, similar: Option<&str>) -> Finding {
    finding::unknown(name, similar, &ALL.map(|target| target.name).join(", "))
}
