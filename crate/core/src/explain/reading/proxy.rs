//! An HTTP proxy on the way: not reached, wants a password, refuses, or is none.

use super::{Row, Symptom};

static NOT_REACHED: Symptom = Symptom::new(
    "DX531",
    "There is no connection to the proxy.",
    "Check the proxy's name and port in the client's settings and in https_proxy, ALL_PROXY and NO_PROXY.",
);
static WANTS_PASSWORD: Symptom = Symptom::new(
    "DX532",
    "The proxy wants a user and a password, or does not take those that it got.",
    "Give the proxy's user and password to the client, often in its URL: http://USER:PASSWORD@HOST:PORT.",
);
static DENIED: Symptom = Symptom::new(
    "DX533",
    "The proxy does not make the way to the server.",
    "Ask for CONNECT to the endpoint at port 8883, or use 443 (MQTT over WebSocket), which most proxies let through.",
);
static IS_NONE: Symptom = Symptom::new(
    "DX534",
    "What answers as the proxy does not speak HTTP, or hangs up on CONNECT.",
    "Check that the proxy's port is that of an HTTP proxy, and not of a SOCKS proxy or of TLS.",
);

/// That is [`WANTS_PASSWORD`].
const OF_PASSWORDS: &[&str] = &["407"];

pub(super) static ROWS: &[Row] = &[
    Row::symptom("could not resolve proxy", &NOT_REACHED),
    Row::symptom("couldn't resolve proxy", &NOT_REACHED),
    Row::symptom("failed to connect to proxy", &NOT_REACHED),
    Row::symptom("cannot connect to proxy", &NOT_REACHED).unless(&["tunnel connection failed"]),
    Row::symptom("unable to connect to proxy", &NOT_REACHED).unless(&["tunnel connection failed"]),
    Row::symptom("error connecting to http proxy", &NOT_REACHED),
    Row::symptom("proxyconnect tcp: dial", &NOT_REACHED),
    Row::symptom("err_proxy_connection_failed", &NOT_REACHED),
    Row::symptom("proxy authentication required", &WANTS_PASSWORD),
    Row::symptom("connect tunnel failed, response 407", &WANTS_PASSWORD),
    Row::symptom("http code 407 from proxy", &WANTS_PASSWORD),
    Row::symptom("statuscode=407", &WANTS_PASSWORD).near(&["tunnel", "proxy"]),
    Row::symptom("status code '407'", &WANTS_PASSWORD).near(&["tunnel", "proxy"]),
    Row::symptom("connect tunnel failed, response", &DENIED).unless(OF_PASSWORDS),
    Row::symptom("tunnel connection failed:", &DENIED).unless(OF_PASSWORDS),
    Row::symptom("from proxy after connect", &DENIED).unless(OF_PASSWORDS),
    Row::symptom("tunneling socket could not be established", &DENIED)
        .near(&["statuscode="])
        .unless(OF_PASSWORDS),
    Row::symptom("the proxy tunnel request to proxy", &DENIED).unless(OF_PASSWORDS),
    Row::symptom("unable to tunnel through proxy", &DENIED).unless(OF_PASSWORDS),
    Row::symptom("proxy connect aborted", &IS_NONE),
    Row::symptom("proxy connection ended before receiving connect response", &IS_NONE),
    Row::symptom("unsupported http/0.9 for tunnel", &IS_NONE),
];
