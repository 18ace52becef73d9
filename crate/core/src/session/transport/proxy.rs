//! What goes wrong at a proxy, before it makes a way to the endpoint (HTTP CONNECT, RFC 9110 section 9.3.6).

use crate::{
    finding::{Finding, say},
    name::Endpoint,
};

/// Why a proxy did not make a way to the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProxyFault {
    /// Its name has no address.
    NameNotFound,
    /// No route to it.
    Unreachable,
    /// Nobody listens at its port.
    Refused,
    /// It did not answer in time.
    TimedOut,
    /// It wants to know who asks (407, RFC 9110 section 15.5.8).
    AuthenticationRequired,
    /// It answered with another status than 2xx: it may not, or could not.
    Denied,
    /// It does not answer in HTTP.
    NotHttp,
    /// It closed or reset the connection.
    Closed,
}

impl ProxyFault {
    /// A fault by its word, such as `not-http`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "name-not-found" => Self::NameNotFound,
            "unreachable" => Self::Unreachable,
            "refused" => Self::Refused,
            "timed-out" => Self::TimedOut,
            "authentication-required" => Self::AuthenticationRequired,
            "denied" => Self::Denied,
            "not-http" => Self::NotHttp,
            "closed" => Self::Closed,
            _ => return None,
        })
    }

    pub(super) fn to_finding(self, endpoint: &Endpoint) -> Finding {
        match self {
            Self::NameNotFound => say::ProxyNotReached::NameNotFound { endpoint }.finding(),
            Self::Unreachable => say::ProxyNotReached::Unreachable { endpoint }.finding(),
            Self::Refused => say::ProxyNotReached::Refused { endpoint }.finding(),
            Self::TimedOut => say::ProxyNotReached::TimedOut { endpoint }.finding(),
            Self::Closed => say::ProxyIsNoHttpProxy::Closed { endpoint }.finding(),
            Self::NotHttp => say::ProxyIsNoHttpProxy::NotHttp { endpoint }.finding(),
            Self::AuthenticationRequired => say::ProxyAuthenticationRequired { endpoint }.finding(),
            Self::Denied => say::ProxyDenied { endpoint }.finding(),
        }
    }
}
