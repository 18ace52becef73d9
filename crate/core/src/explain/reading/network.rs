//! No connection: the name, the route, the port, the time, or an end without a word.

use super::{Row, Symptom};

static NAME: Symptom = Symptom::new(
    "DX501",
    "The host name has no address.",
    "Give the bare host name, without https:// and without a path; then check its spelling and this machine's name resolution.",
);
static UNREACHABLE: Symptom = Symptom::new(
    "DX502",
    "There is no route to the server.",
    "Check this machine's network, its gateway and any VPN.",
);
static REFUSED: Symptom = Symptom::new(
    "DX503",
    "Nobody takes connections at this host and port.",
    "Check host and port: DPS listens on 8883 for MQTT and on 443 for WebSocket and HTTPS, and not on 1883. A firewall can \
     refuse as well.",
);
static TIMED_OUT: Symptom = Symptom::new(
    "DX504",
    "The server did not answer in time.",
    "A firewall that drops packets is the usual cause: ask for outgoing TCP to port 8883, or use 443 (MQTT over WebSocket).",
)
.vague();
static NOT_TLS: Symptom = Symptom::new(
    "DX505",
    "What answers does not speak TLS.",
    "Check the port: MQTT without TLS (1883) and HTTP proxies answer like this. DPS speaks TLS on 8883 and 443.",
);
static NOTHING_IN_COMMON: Symptom = Symptom::new(
    "DX512",
    "Client and server have no TLS version or cipher suite in common.",
    "DPS speaks TLS 1.2 with ECDHE and AES-GCM: allow them in the client.",
);
static CLOSED: Symptom = Symptom::new(
    "DX513",
    "The connection was closed without a reason.",
    "See what comes just before it. Right after CONNECT, check client ID, user name and API version; during TLS, look for a \
     proxy or firewall in between.",
)
.vague();

/// CONNACK and not TCP: mqtt.js, mosquitto and Paho say "Connection refused: not authorised".
const OF_CONNACK: &[&str] = &[
    "refused: not auth",
    "refused: bad",
    "refused: id",
    "refused: server",
    "refused: broker",
    "refused: unacc",
    "refused, ",
    "refused: client",
    "refused (not",
];

pub(super) static ROWS: &[Row] = &[
    // Not Python's FileNotFoundError.
    Row::symptom("getaddrinfo enotfound", &NAME),
    Row::symptom("'enotfound'", &NAME),
    Row::symptom("\"enotfound\"", &NAME),
    Row::symptom("eai_again", &NAME),
    Row::symptom("name or service not known", &NAME),
    Row::symptom("temporary failure in name resolution", &NAME),
    Row::symptom("nodename nor servname", &NAME),
    Row::symptom("no such host", &NAME),
    Row::symptom("no address associated with hostname", &NAME),
    Row::symptom("unknownhostexception", &NAME),
    Row::symptom("could not resolve host", &NAME),
    Row::symptom("couldn't resolve host", &NAME),
    Row::symptom("failed to lookup address", &NAME),
    Row::symptom("couldn't get hostname", &NAME),
    Row::symptom("[errno 11001]", &NAME),
    Row::symptom("getaddrinfo failed", &NAME),
    Row::symptom("lookup error", &NAME),
    Row::symptom("0x52)", &NAME).near(&["mbedtls", "net"]),
    Row::symptom("enetunreach", &UNREACHABLE),
    Row::symptom("ehostunreach", &UNREACHABLE),
    Row::symptom("no route to host", &UNREACHABLE),
    Row::symptom("network is unreachable", &UNREACHABLE),
    Row::symptom("econnrefused", &REFUSED),
    Row::symptom("connection refused", &REFUSED).unless(OF_CONNACK),
    Row::symptom("actively refused", &REFUSED),
    Row::symptom("failed to connect to", &REFUSED)
        .near(&["couldn't connect to server", "could not connect to server"]),
    Row::symptom("etimedout", &TIMED_OUT),
    Row::symptom("connection timed out", &TIMED_OUT),
    Row::symptom("connect timed out", &TIMED_OUT),
    Row::symptom("i/o timeout", &TIMED_OUT),
    Row::symptom("select() timeout", &TIMED_OUT),
    Row::symptom("connack timeout", &TIMED_OUT),
    Row::symptom("connack timed out", &TIMED_OUT),
    Row::symptom("sockettimeoutexception", &TIMED_OUT),
    Row::symptom("wsaetimedout", &TIMED_OUT),
    Row::symptom("operation timed out", &TIMED_OUT),
    Row::symptom("timed out waiting for a response from the server", &TIMED_OUT),
    Row::symptom("wrong version number", &NOT_TLS),
    Row::symptom("wrong_version_number", &NOT_TLS),
    Row::symptom("does not look like a tls handshake", &NOT_TLS),
    Row::symptom("unrecognized ssl message", &NOT_TLS),
    Row::symptom("invalidcontenttype", &NOT_TLS),
    Row::symptom("packet length too long", &NOT_TLS),
    Row::symptom("-0x7200", &NOT_TLS),
    Row::symptom("no protocols available", &NOTHING_IN_COMMON),
    Row::symptom("no shared cipher", &NOTHING_IN_COMMON),
    Row::symptom("unsupported protocol", &NOTHING_IN_COMMON).near(&["ssl", "tls"]),
    Row::symptom("unsupported_protocol", &NOTHING_IN_COMMON),
    Row::symptom("no appropriate protocol", &NOTHING_IN_COMMON),
    Row::symptom("sec_e_algorithm_mismatch", &NOTHING_IN_COMMON),
    Row::symptom("econnreset", &CLOSED),
    Row::symptom("connection reset", &CLOSED),
    Row::symptom("forcibly closed", &CLOSED),
    Row::symptom("unexpected eof", &CLOSED),
    Row::symptom("unexpected_eof", &CLOSED),
    Row::symptom("eof occurred in violation of protocol", &CLOSED),
    Row::symptom("socket hang up", &CLOSED),
    Row::symptom("closed the transport stream", &CLOSED),
    Row::symptom("connection closed unexpectedly", &CLOSED),
    Row::symptom("the connection was lost", &CLOSED),
    Row::symptom("-0x7280", &CLOSED),
    Row::symptom("-0x0050", &CLOSED),
    Row::symptom("-0x50)", &CLOSED).near(&["mbedtls", "net", "ssl"]),
];
