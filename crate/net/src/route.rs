//! How TCP gets to an endpoint: straight, elsewhere than its name says, through a proxy.

use std::{fmt, str::FromStr};

use dps_x509_core::text::Quoted;

use crate::{Bypass, Proxy};

/// How TCP gets to an endpoint. TLS and the allow-list go by the endpoint all the same: a route changes neither
/// the name that the server's certificate must have nor what may be dialled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Route {
    redirections: Vec<Redirection>,
    proxy: Option<(Proxy, Bypass)>,
}

impl Route {
    /// The straight way.
    #[must_use]
    pub fn direct() -> Self {
        Self::default()
    }

    /// Adds a redirection; the first that fits an endpoint counts.
    #[must_use]
    pub fn redirect(mut self, redirection: Redirection) -> Self {
        self.redirections.push(redirection);
        self
    }

    /// Goes through a proxy, but for some hosts. The proxy gets the host and port to which the redirections lead, and
    /// resolves the name; whether a host is bypassed goes by its name before that.
    #[must_use]
    pub fn through(mut self, proxy: Proxy, bypass: Bypass) -> Self {
        self.proxy = Some((proxy, bypass));
        self
    }

    /// The proxy for a host, if there is one.
    #[must_use]
    pub fn proxy(&self, host: &str) -> Option<&Proxy> {
        let (proxy, bypass) = self.proxy.as_ref()?;
        (!bypass.contains(host)).then_some(proxy)
    }

    /// Where TCP is to end for an endpoint.
    pub(crate) fn target(&self, host: &str, port: u16) -> (String, u16) {
        let fitting = self.redirections.iter().find(|redirection| redirection.fits(host, port));
        fitting.map_or_else(|| (host.to_owned(), port), |redirection| redirection.target(host, port))
    }
}

/// Takes connections for one host and port to another, as curl's `--connect-to` does.
///
/// Written `HOST:PORT:HOST2:PORT2`, IPv6 addresses in brackets. An empty `HOST` or `PORT` stands for any; an empty
/// `HOST2` or `PORT2` leaves that part as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirection {
    host: Option<String>,
    port: Option<u16>,
    to_host: Option<String>,
    to_port: Option<u16>,
}

impl Redirection {
    /// From exactly this host and port to that host (a name, or an address without brackets) and port.
    #[must_use]
    pub fn new(host: &str, port: u16, to_host: &str, to_port: u16) -> Self {
        Self {
            host: Some(host.to_ascii_lowercase()),
            port: Some(port),
            to_host: Some(to_host.to_owned()),
            to_port: Some(to_port),
        }
    }

    fn fits(&self, host: &str, port: u16) -> bool {
        self.host.as_deref().is_none_or(|name| name == host) && self.port.is_none_or(|number| number == port)
    }

    fn target(&self, host: &str, port: u16) -> (String, u16) {
        (self.to_host.clone().unwrap_or_else(|| host.to_owned()), self.to_port.unwrap_or(port))
    }
}

impl FromStr for Redirection {
    type Err = RedirectionError;

    fn from_str(text: &str) -> Result<Self, RedirectionError> {
        let (host, rest) = host(text)?;
        let (port, rest) = rest.split_once(':').ok_or(RedirectionError::Parts)?;
        let (to_host, to_port) = self::host(rest)?;
        Ok(Self {
            host: host.map(|host| host.to_ascii_lowercase()),
            port: number(port)?,
            to_host,
            to_port: number(to_port)?,
        })
    }
}

/// `HOST:` or `[ADDRESS]:`, and what is behind.
fn host(text: &str) -> Result<(Option<String>, &str), RedirectionError> {
    let (host, rest) = match text.strip_prefix('[') {
        Some(inside) => inside.split_once("]:"),
        None => text.split_once(':'),
    }
    .ok_or(RedirectionError::Parts)?;
    Ok(((!host.is_empty()).then(|| host.to_owned()), rest))
}

fn number(port: &str) -> Result<Option<u16>, RedirectionError> {
    if port.is_empty() {
        return Ok(None);
    }
    match port.parse() {
        Ok(number) if number != 0 => Ok(Some(number)),
        _ => Err(RedirectionError::Port { port: port.to_owned() }),
    }
}

/// Why a text is no [`Redirection`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedirectionError {
    /// There are not four parts.
    Parts,
    /// A port is no number from 1 to 65535.
    Port {
        /// What is there instead.
        port: String,
    },
}

impl fmt::Display for RedirectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parts => {
                f.write_str("four parts are needed, HOST:PORT:HOST2:PORT2, with IPv6 addresses in brackets")
            }
            Self::Port { port } => write!(f, "the port {} is no number from 1 to 65535", Quoted(port)),
        }
    }
}

impl std::error::Error for RedirectionError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(redirections: &[&str], host: &str, port: u16) -> String {
        let add = |route: Route, text: &&str| route.redirect(text.parse().unwrap());
        let (host, port) = redirections.iter().fold(Route::direct(), add).target(host, port);
        format!("{host} {port}")
    }

    #[test]
    fn the_first_that_fits_counts() {
        let both = ["DPS.example:8883:127.0.0.1:1", ":443:[::1]:2"];
        assert_eq!(target(&both, "dps.example", 8883), "127.0.0.1 1");
        assert_eq!(target(&both, "dps.example", 443), "::1 2");
        assert_eq!(target(&both, "hub.example", 8883), "hub.example 8883");
    }

    #[test]
    fn empty_parts_stand_for_any_and_for_the_same() {
        assert_eq!(target(&["::localhost:"], "dps.example", 8883), "localhost 8883");
        assert_eq!(target(&["dps.example:::443"], "dps.example", 8883), "dps.example 443");
        assert_eq!(target(&["[::1]:8883:[::2]:1"], "::1", 8883), "::2 1");
    }

    #[test]
    fn what_has_not_four_parts_is_none() {
        for text in ["", "a", "a:1", "a:1:b", "[::1:1:b:2", "a:1:[::1]"] {
            assert_eq!(text.parse::<Redirection>(), Err(RedirectionError::Parts), "{text}");
        }
        for text in ["a:x:b:1", "a:1:b:0", "a:1:b:65536", "a:1:b:2:3"] {
            let error = text.parse::<Redirection>().unwrap_err();
            assert!(matches!(error, RedirectionError::Port { .. }), "{text}: {error}");
        }
    }
}
