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
    job::{Files, Job},
    limit::{Limits, Piece},
};

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

/// A client that can be configured.
#[derive(Debug)]
#[non_exhaustive]
pub struct Target {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it is, in words.
    pub title: &'static str,
    /// Which kind of client.
    pub family: Family,
    /// What it cannot do without.
    pub needs: &'static [Piece],
    /// What it can hold.
    pub limits: Limits,
    /// Where its files lie on a device, if that is fixed.
    pub home: Option<Home>,
    /// How the files were checked.
    pub proof: Proof,
    pub(super) write: fn(&Job<'_>) -> Files,
}

/// Where a client wants its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Home {
    /// The folder of certificates.
    pub certificates: &'static str,
    /// The folder of keys.
    pub secrets: &'static str,
}

/// A kind of client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Family {
    /// Any MQTT client.
    Mqtt,
    /// A device SDK.
    Sdk,
    /// The firmware or the runtime of a device.
    Device,
    /// A tool of an operator.
    Tool,
    /// The Azure side: enrollments and CA certificates.
    Azure,
}

impl Family {
    /// Every kind, in the order of [`ALL`].
    pub const ALL: [Self; 5] = [Self::Mqtt, Self::Sdk, Self::Device, Self::Tool, Self::Azure];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mqtt => "MQTT clients",
            Self::Sdk => "SDKs",
            Self::Device => "devices",
            Self::Tool => "tools",
            Self::Azure => "Azure side",
        }
    }
}

/// How it was checked that the files of a target are right, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The client itself ran them, against the local DPS.
    Run(&'static str),
    /// A program that reads the format read them, the client itself did not.
    Read(&'static str),
    /// They were compared with the client's documents and sources alone.
    Documents(&'static str),
}

impl Proof {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Run(_) => "run",
            Self::Read(_) => "read",
            Self::Documents(_) => "documents",
        }
    }

    /// Who did what.
    #[must_use]
    pub const fn how(self) -> &'static str {
        match self {
            Self::Run(how) | Self::Read(how) | Self::Documents(how) => how,
        }
    }
}
