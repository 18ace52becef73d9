//! The endpoint a device dials: a host name or address, and a port.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
};

use super::{HubName, Transport, host_name::host_name_fault};
use crate::text::Quoted;

/// Host and port, as in `global.azure-devices-provisioning.net:8883`, `127.0.0.1`, `[::1]:8883`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    pub(super) host: String,
    pub(super) port: u16,
}

impl Endpoint {
    /// MQTT over TLS (DPS document `iot-mqtt-connect-to-iot-dps`). DPS has no plain 1883.
    pub const DEFAULT_PORT: u16 = Transport::Mqtt.default_port();
    /// MQTT over WebSocket over TLS (same document).
    pub const WEBSOCKET_PORT: u16 = Transport::WebSocket.default_port();

    /// Parses as [`FromStr`] does, with this port where none is given.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn with_default_port(text: &str, default_port: u16) -> Result<Self, EndpointError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EndpointError::Empty);
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            return Err(EndpointError::HasScheme { scheme: scheme.to_owned(), host: host.to_owned() });
        }
        if let Some((host, path)) = text.split_once('/') {
            return Err(EndpointError::HasPath { host: host.to_owned(), path: format!("/{path}") });
        }
        let (host, port) = split_port(text)?;
        Ok(Self { host: parse_host(host)?, port: port.unwrap_or(default_port) })
    }

    /// Where a hub listens for a transport.
    #[must_use]
    pub fn hub(name: &HubName, transport: Transport) -> Self {
        Self { host: name.as_str().to_ascii_lowercase(), port: transport.default_port() }
    }

    /// Host name in lower case, or an IP address without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// TCP port, never 0.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }
}

impl Transport {
    /// The endpoint with this transport's port in the place of MQTT's, where no other was given.
    #[must_use]
    pub fn endpoint(self, endpoint: Endpoint) -> Endpoint {
        match (self, endpoint.port()) {
            (Self::WebSocket, Endpoint::DEFAULT_PORT) => {
                let host = endpoint.to_string().replace(":8883", &format!(":{}", self.default_port()));
                host.parse().unwrap_or(endpoint)
            }
            _ => endpoint,
        }
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    /// Parses `HOST`, `HOST:PORT`, an IPv4 address, or an IPv6 address in brackets; the default is
    /// [`Endpoint::DEFAULT_PORT`].
    fn from_str(text: &str) -> Result<Self, EndpointError> {
        Self::with_default_port(text, Self::DEFAULT_PORT)
    }
}

fn split_port(text: &str) -> Result<(&str, Option<u16>), EndpointError> {
    if text.parse::<Ipv6Addr>().is_ok() {
        return Ok((text, None));
    }
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, rest)) => (host, Some(rest.strip_prefix(':').unwrap_or(rest))),
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    match port {
        None => Ok((host, None)),
        Some(port) => match port.parse() {
            Ok(number) if number != 0 => Ok((host, Some(number))),
            _ => Err(EndpointError::BadPort { port: port.to_owned() }),
        },
    }
}

fn parse_host(host: &str) -> Result<String, EndpointError> {
    if host.is_empty() {
        return Err(EndpointError::Empty);
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(address.to_string());
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    match host_name_fault(name) {
        None => Ok(name.to_ascii_lowercase()),
        Some(reason) => Err(EndpointError::BadHost { host: host.to_owned(), reason }),
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// Why a text is not an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// There is no host.
    Empty,
    /// It is a URL; the bare host name is wanted.
    HasScheme {
        /// What stands before `://`.
        scheme: String,
        /// The host (and port) in the URL.
        host: String,
    },
    /// There is a path behind the host.
    HasPath {
        /// What stands before the path.
        host: String,
        /// The path with its slash.
        path: String,
    },
    /// The port is not a number from 1 to 65535.
    BadPort {
        /// What stands behind the colon.
        port: String,
    },
    /// The host is neither a name (RFC 1123) nor an address.
    BadHost {
        /// The host as given.
        host: String,
        /// Which rule it breaks.
        reason: &'static str,
    },
}

impl EndpointError {
    /// What the person most likely meant, if that can be told: an endpoint, and nothing else.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        match self {
            Self::HasScheme { host, .. } | Self::HasPath { host, .. } => {
                let is_host = host.parse::<Endpoint>().is_ok();
                // A word before a slash may be the beginning of a key: base64 has slashes too, and no dots.
                (is_host && (host.contains(['.', ':']) || host == "localhost")).then_some(host)
            }
            _ => None,
        }
    }
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the endpoint has no host name"),
            Self::HasScheme { scheme, .. } => {
                let scheme = format!("{scheme}://");
                write!(f, "the endpoint begins with {}; it is a host name, not a URL", Quoted(&scheme))
            }
            // Of something else, a key with a slash in it, say, this would be the end.
            Self::HasPath { .. } if self.suggestion().is_none() => {
                f.write_str("the endpoint has a slash, and no host name before it")
            }
            Self::HasPath { path, .. } => {
                write!(f, "the endpoint has the path {} behind its host name", Quoted(path))
            }
            Self::BadPort { port } => write!(f, "{} is not a port from 1 to 65535", Quoted(port)),
            Self::BadHost { host, reason } => write!(f, "{} is not a host name: {reason}", Quoted(host)),
        }
    }
}

impl std::error::Error for EndpointError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<(String, u16), EndpointError> {
        text.parse::<Endpoint>().map(|endpoint| (endpoint.host().to_owned(), endpoint.port()))
    }

    #[test]
    fn hosts_addresses_and_ports() {
        for (text, host, port, shown) in [
            ("global.azure-devices-provisioning.net", "global.azure-devices-provisioning.net", 8883, None),
            ("LOCALHOST:443", "localhost", 443, Some("localhost:443")),
            ("127.0.0.2", "127.0.0.2", 8883, Some("127.0.0.2:8883")),
            ("[::1]:9000", "::1", 9000, Some("[::1]:9000")),
            ("::1", "::1", 8883, Some("[::1]:8883")),
        ] {
            assert_eq!(parse(text), Ok((host.to_owned(), port)), "{text}");
            if let Some(shown) = shown {
                assert_eq!(text.parse::<Endpoint>().unwrap().to_string(), shown);
            }
        }
    }

    #[test]
    fn a_url_says_what_was_meant() {
        let error = parse("https://global.azure-devices-provisioning.net/").unwrap_err();
        assert_eq!(error.suggestion(), Some("global.azure-devices-provisioning.net"));
        let error = parse("dps.example:8883/$iothub").unwrap_err();
        assert_eq!(error.suggestion(), Some("dps.example:8883"));
        let key = "MIGHAgEAMBMGByqGSM49AgEG/CCqGSM49AwEHBG0waEND";
        for text in
            ["-----BEGIN KEY----- a/b -----END KEY-----", "https://a b", "https://", "a b/c", "/", key]
        {
            let error = parse(text).unwrap_err();
            assert_eq!(error.suggestion(), None, "{text}");
            assert!(!error.to_string().contains("END"), "{error}");
        }
    }

    #[test]
    fn what_is_no_endpoint() {
        assert_eq!(parse(" "), Err(EndpointError::Empty));
        assert_eq!(parse(":8883"), Err(EndpointError::Empty));
        for text in ["host:0", "host:65536", "host:", "host:mqtt", "[::1]8883x"] {
            assert!(matches!(parse(text), Err(EndpointError::BadPort { .. })), "{text}");
        }
        for text in ["a b", "a..b", "-a.b", "ä.example", &"x".repeat(64), &"a.".repeat(130)] {
            assert!(matches!(parse(text), Err(EndpointError::BadHost { .. })), "{text}");
        }
    }
}
