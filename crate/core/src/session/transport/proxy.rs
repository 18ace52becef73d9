//! What goes wrong at a proxy, before it makes a way to the endpoint (HTTP CONNECT, RFC 9110 section 9.3.6).

use crate::{
    finding::{Definition, catalogue},
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

pub(super) fn explain(fault: ProxyFault, endpoint: &Endpoint) -> (&'static Definition, String, String) {
    let (definition, what, next) = match fault {
        ProxyFault::NameNotFound => (&catalogue::PROXY_NOT_REACHED, "has no address", REACH),
        ProxyFault::Unreachable => {
            (&catalogue::PROXY_NOT_REACHED, "cannot be reached: there is no route to it", REACH)
        }
        ProxyFault::Refused => {
            (&catalogue::PROXY_NOT_REACHED, "refuses connections: nobody listens at its port", REACH)
        }
        ProxyFault::TimedOut => (&catalogue::PROXY_NOT_REACHED, "did not answer in time", REACH),
        ProxyFault::Closed => (
            &catalogue::PROXY_IS_NO_HTTP_PROXY,
            "closed the connection without an answer",
            "Check its port: it must be an HTTP proxy that speaks plain HTTP and knows CONNECT.",
        ),
        ProxyFault::NotHttp => (
            &catalogue::PROXY_IS_NO_HTTP_PROXY,
            "does not answer in HTTP",
            "Check its port: it must be an HTTP proxy, not a SOCKS proxy and not one that is spoken to over TLS.",
        ),
        ProxyFault::AuthenticationRequired => (
            &catalogue::PROXY_AUTHENTICATION_REQUIRED,
            "wants to know who asks, or does not accept the user and password given",
            "Give them in its URL, http://USER:PASSWORD@HOST:PORT, percent-encoded. Only Basic authentication is \
             spoken here; a proxy that wants NTLM or Kerberos needs an exception for this machine.",
        ),
        ProxyFault::Denied => (
            &catalogue::PROXY_DENIED,
            "did not make a way to it",
            "403: ask for an exception; many proxies allow CONNECT to port 443 only, so try MQTT over WebSocket \
             (on the command line: --transport websocket). \
             502 to 504: the proxy itself does not get there; check the endpoint's name and port.",
        ),
    };
    let sentence = format!("The proxy on the way to {endpoint} {what}.");
    (definition, sentence, next.to_owned())
}

const REACH: &str = "Check host and port of the proxy (--proxy, else https_proxy, HTTPS_PROXY, all_proxy or ALL_PROXY of \
                     the environment); --no-proxy dials without one.";
