//! What is known of a client that can be configured, whichever it is.

use super::{
    job::{Files, Home, Job},
    piece::Piece,
};

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
    /// Every kind, in the order in which they are listed.
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
#[expect(clippy::exhaustive_enums, reason = "whoever shows it has words for each")]
pub enum Proof {
    /// The client itself ran them, against the local DPS.
    Run(&'static str),
    /// The client itself ran them, against the local DPS, outside of the tests: it was built from its public sources, which
    /// no registry of packages has. In the tests a reader stands for it.
    Outside(&'static str),
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
            Self::Outside(_) => "outside",
            Self::Read(_) => "read",
            Self::Documents(_) => "documents",
        }
    }

    /// Who did what.
    #[must_use]
    pub const fn how(self) -> &'static str {
        match self {
            Self::Run(how) | Self::Outside(how) | Self::Read(how) | Self::Documents(how) => how,
        }
    }
}

/// What a target can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The client dials this port and no other, by MQTT.
    pub fixed_port: Option<u16>,
    /// The client can speak MQTT over WebSocket.
    pub web_socket: bool,
    /// Longest host name, in bytes, of which the client has room.
    pub host_length: usize,
    /// The client can hold the text of a key, if that is asked for.
    pub embeds_key: bool,
}

impl Limits {
    /// Any port, MQTT over TCP alone, any length, the key by path.
    pub const NONE: Self = Self { fixed_port: None, web_socket: false, host_length: 253, embeds_key: false };
}
