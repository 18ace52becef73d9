//! What goes wrong at a proxy, before it makes a way to the endpoint (HTTP CONNECT, RFC 9110 section 9.3.6).

use crate::{
    finding::{Definition, Severity::Error, Standing::Documented},
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

static NOT_REACHED: Definition =
    Definition::new("DX531", "proxy-not-reached", Error, Documented, "RFC 9110 section 9.3.6");
static AUTHENTICATION: Definition = Definition::new(
    "DX532",
    "proxy-authentication-required",
    Error,
    Documented,
    "RFC 9110 section 15.5.8, RFC 7617",
);
static DENIED: Definition =
    Definition::new("DX533", "proxy-denied", Error, Documented, "RFC 9110 section 9.3.6");
static NOT_HTTP: Definition =
    Definition::new("DX534", "proxy-is-no-http-proxy", Error, Documented, "RFC 9110 section 9.3.6");

/// Every finding about proxies.
pub(in crate::session) static DEFINITIONS: [&Definition; 4] =
    [&NOT_REACHED, &AUTHENTICATION, &DENIED, &NOT_HTTP];

pub(super) fn explain(fault: ProxyFault, endpoint: &Endpoint) -> (&'static Definition, String, String) {
    let (definition, what, next) = match fault {
        ProxyFault::NameNotFound => (&NOT_REACHED, "has no address", REACH),
        ProxyFault::Unreachable => (&NOT_REACHED, "cannot be reached: there is no route to it", REACH),
        ProxyFault::Refused => (&NOT_REACHED, "refuses connections: nobody listens at its port", REACH),
        ProxyFault::TimedOut => (&NOT_REACHED, "did not answer in time", REACH),
        ProxyFault::Closed => (
            &NOT_HTTP,
            "closed the connection without an answer",
            "Check its port: it must be an HTTP proxy that speaks plain HTTP and knows CONNECT.",
        ),
        ProxyFault::NotHttp => (
            &NOT_HTTP,
            "does not answer in HTTP",
            "Check its port: it must be an HTTP proxy, not a SOCKS proxy and not one that is spoken to over TLS.",
        ),
        ProxyFault::AuthenticationRequired => (
            &AUTHENTICATION,
            "wants to know who asks, or does not accept the user and password given",
            "Give them in its URL, http://USER:PASSWORD@HOST:PORT, percent-encoded. Only Basic authentication is \
             spoken here; a proxy that wants NTLM or Kerberos needs an exception for this machine.",
        ),
        ProxyFault::Denied => (
            &DENIED,
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
