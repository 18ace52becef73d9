//! What a kind of finding is about.

use std::fmt;

/// What a kind of finding is about, for those who treat some kinds alike. Nobody has to read it out of the digits of a
/// code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Family {
    /// What was set for this run, or to be written by it.
    Setting,
    /// A configuration that is to be made for a client.
    Target,
    /// What a file holds, and whether that can be read.
    File,
    /// What a file was given for.
    Purpose,
    /// Whether a key can be read and opened: its form, its encryption, the passphrase.
    Opening,
    /// The key itself, and whose it is.
    Key,
    /// The CN, which is the registration ID.
    Name,
    /// From when to when a certificate is valid.
    Validity,
    /// What a certificate may be used for.
    Usage,
    /// What is sent, in which order, and whether it leads to the CA that the service knows.
    Chain,
    /// How a certificate is encoded, and what the RFCs want to be in it.
    Encoding,
    /// Whether each certificate of the chain was issued by the next, and might be.
    Path,
    /// What the server is trusted by.
    Trust,
    /// A certificate that is there for something else.
    Role,
    /// A certificate that DPS is to issue.
    Issuance,
    /// The way to the server, below TLS.
    Network,
    /// TLS with the server.
    Tls,
    /// An HTTP proxy on the way.
    Proxy,
    /// A clock.
    Clock,
    /// What is a client's own making.
    Client,
    /// MQTT, and WebSocket around it.
    Protocol,
    /// What DPS answered.
    Service,
    /// What is set up at DPS, which no file shows.
    Enrollment,
    /// The assigned IoT hub.
    Hub,
    /// The run as a whole: its time, its end, the component inside.
    Run,
}

impl Family {
    /// The word used in the catalogue and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Setting => "setting",
            Self::Target => "target",
            Self::File => "file",
            Self::Purpose => "purpose",
            Self::Opening => "opening",
            Self::Key => "key",
            Self::Name => "name",
            Self::Validity => "validity",
            Self::Usage => "usage",
            Self::Chain => "chain",
            Self::Encoding => "encoding",
            Self::Path => "path",
            Self::Trust => "trust",
            Self::Role => "role",
            Self::Issuance => "issuance",
            Self::Network => "network",
            Self::Tls => "tls",
            Self::Proxy => "proxy",
            Self::Clock => "clock",
            Self::Client => "client",
            Self::Protocol => "protocol",
            Self::Service => "service",
            Self::Enrollment => "enrollment",
            Self::Hub => "hub",
            Self::Run => "run",
        }
    }

    /// Whether it is about files as files: what can be read in them, and what they were given for. Nothing in a file is
    /// judged before that.
    #[must_use]
    pub const fn is_about_files(self) -> bool {
        matches!(self, Self::File | Self::Purpose)
    }

    /// Whether it is about private keys.
    #[must_use]
    pub const fn is_about_keys(self) -> bool {
        matches!(self, Self::Opening | Self::Key)
    }

    /// Whether the files of a device show it: nothing has to be dialled for it.
    #[must_use]
    pub const fn is_in_files(self) -> bool {
        matches!(
            self,
            Self::File
                | Self::Purpose
                | Self::Opening
                | Self::Key
                | Self::Name
                | Self::Validity
                | Self::Usage
                | Self::Chain
                | Self::Encoding
                | Self::Path
                | Self::Trust
                | Self::Role
        )
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
