//! TLS alerts (RFC 5246 section 7.2, RFC 8446 section 6), and which way they went.
//!
//! The direction decides: an alert received is the server refusing us, so it is about the device's certificate; an
//! alert sent is us refusing the server, so it is about the CA file.

use super::{Hit, Row, Said, Symptom, trust};

pub(super) static ROWS: &[Row] = &[
    // OpenSSL, and whatever is built on it: Python, Node, curl, mosquitto
    Row::read("tlsv1 alert ", received),
    Row::read("tlsv1.3 alert ", received),
    Row::read("tlsv13 alert ", received),
    Row::read("sslv3 alert ", received),
    Row::read("tlsv1_alert_", received),
    Row::read("tlsv13_alert_", received),
    Row::read("sslv3_alert_", received),
    Row::read("ssl alert number ", received_number),
    Row::read("alert read:fatal:", received),
    Row::read("alert write:fatal:", sent),
    // Java
    Row::read("received fatal alert: ", received),
    // Go
    Row::read("remote error: tls: ", received),
    // rustls
    Row::read("alertreceived(", received),
    Row::read("sending fatal alert ", sent),
    // .NET
    Row::read("sent a tls alert: '", received),
    // GnuTLS
    Row::read("received alert [", received_number),
    Row::read("error: received alert ", received),
    // mbedTLS: it does not say which alert
    Row::symptom("-0x7780", &UNNAMED).unless(TOLD),
    Row::symptom("-30592", &UNNAMED),
    Row::symptom("mbedtls_err_ssl_fatal_alert_message", &UNNAMED),
    Row::read("is a fatal alert message (msg ", received_number),
    // Wireshark
    Row::read("alert (level: fatal, description: ", undirected),
    // The name alone, as people pass it on
    Row::read("unknown ca", alone),
    Row::read("unknown_ca", alone),
    Row::read("bad certificate", alone),
    Row::read("bad_certificate", alone),
    Row::read("certificate_expired", alone),
    Row::read("certificate_unknown", alone),
    Row::read("certificate_required", alone),
    Row::read("handshake failure", alone),
    Row::read("handshake_failure", alone),
    // Schannel
    Row::symptom("sec_e_illegal_message", &UNNAMED),
    Row::symptom("0x80090326", &UNNAMED),
    Row::symptom("sec_e_cert_expired", &trust::EXPIRED),
    Row::symptom("0x80090328", &trust::EXPIRED),
];

const TOLD: &[&str] = &["is a fatal alert message (msg "];

static UNKNOWN_CA: Symptom = Symptom::new(
    "DX511",
    "The server refused the device's certificate in TLS, with the alert {}: it does not know the certificate's CA. An \
     expired device certificate was answered like this too.",
    "Look at the expiry of the device's certificate first; then at whether its intermediates are sent, and at its CA in \
     the service. The client's CA file is not the cause: it only proves the server.",
);
static EXPIRED: Symptom = Symptom::new(
    "DX511",
    "The server refused the device's certificate in TLS, with the alert {}: it holds it for expired.",
    "Renew the device's certificate.",
);
static REFUSED: Symptom = Symptom::new(
    "DX511",
    "The server refused the device's certificate in TLS, with the alert {}.",
    "Check that the client sends a certificate at all, its expiry, and its usages (digitalSignature, clientAuth).",
);
static SIGNATURE: Symptom = Symptom::new(
    "DX511",
    "The server refused the device in TLS, with the alert {}: what it signed does not fit its certificate.",
    "Check that the private key belongs to the leaf.",
);
static NOTHING_IN_COMMON: Symptom = Symptom::new(
    "DX512",
    "The server ended TLS with the alert {}: no version or cipher suite suits both, or it wanted a certificate.",
    "DPS speaks TLS 1.2 with ECDHE and AES-GCM: allow them in the client. Then check that it sends a certificate.",
);
static OTHER: Symptom = Symptom::new(
    "DX516",
    "The server ended TLS with the alert {}.",
    "Look the alert up in RFC 8446 section 6.2; a proxy that opens TLS on the way can be its sender.",
);
static UNNAMED: Symptom = Symptom::new(
    "DX516",
    "The server ended TLS with an alert, and the client does not say which one: it refused the hello, the cipher suites or \
     the device's certificate.",
    "Make the client print the alert's number (mbedTLS: debug level 3; others: openssl s_client with the same files), and \
     check the device's certificate.",
);
static UNDIRECTED: Symptom = Symptom::new(
    "DX516",
    "TLS ended with the alert {}, and the line does not say who sent it.",
    "Look at the packet's source. From the server, it is about the device's certificate; from the device, about its CA file.",
)
.vague();

/// An alert: its number, its name in the RFC, what it means from the server, what it means from this side.
struct Alert(u8, &'static str, &'static Symptom, &'static Symptom);

/// The RFC's names, each number's own before other people's; clients write them with spaces, underscores, capitals or nothing between the words.
static ALERTS: [Alert; 22] = [
    Alert(10, "unexpected_message", &OTHER, &trust::INVALID),
    Alert(20, "bad_record_mac", &OTHER, &trust::INVALID),
    Alert(22, "record_overflow", &OTHER, &trust::INVALID),
    Alert(40, "handshake_failure", &NOTHING_IN_COMMON, &trust::INVALID),
    Alert(42, "bad_certificate", &REFUSED, &trust::INVALID),
    Alert(43, "unsupported_certificate", &REFUSED, &trust::INVALID),
    Alert(44, "certificate_revoked", &REFUSED, &trust::INVALID),
    Alert(45, "certificate_expired", &EXPIRED, &trust::EXPIRED),
    Alert(45, "expired_certificate", &EXPIRED, &trust::EXPIRED),
    Alert(46, "certificate_unknown", &REFUSED, &trust::UNKNOWN_ISSUER),
    Alert(47, "illegal_parameter", &OTHER, &trust::INVALID),
    Alert(48, "unknown_ca", &UNKNOWN_CA, &trust::UNKNOWN_ISSUER),
    // Go's word for 48, which begins like its word for 46.
    Alert(48, "unknown_certificate_authority", &UNKNOWN_CA, &trust::UNKNOWN_ISSUER),
    Alert(46, "unknown_certificate", &REFUSED, &trust::UNKNOWN_ISSUER),
    Alert(49, "access_denied", &REFUSED, &trust::INVALID),
    Alert(50, "decode_error", &OTHER, &trust::INVALID),
    Alert(51, "decrypt_error", &SIGNATURE, &trust::INVALID),
    Alert(70, "protocol_version", &NOTHING_IN_COMMON, &trust::INVALID),
    Alert(71, "insufficient_security", &NOTHING_IN_COMMON, &trust::INVALID),
    Alert(80, "internal_error", &OTHER, &trust::INVALID),
    Alert(112, "unrecognized_name", &OTHER, &trust::WRONG_NAME),
    Alert(116, "certificate_required", &REFUSED, &trust::INVALID),
];

/// The alert that is named behind the word.
fn alert(hit: &Hit<'_>) -> Option<&'static Alert> {
    named(hit.after())
}

/// The alert that a text begins with: its letters are compared and nothing else.
fn named(text: &[u8]) -> Option<&'static Alert> {
    let letters = |text: &[u8]| -> Vec<u8> {
        text.iter().filter(|byte| byte.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect()
    };
    let text = letters(text.get(..text.len().min(48))?);
    ALERTS.iter().find(|alert| text.starts_with(&letters(alert.1.as_bytes())))
}

fn received(hit: &Hit<'_>) -> Option<Said> {
    alert(hit).map(|Alert(number, name, received, _)| said(received, *number, name))
}

fn sent(hit: &Hit<'_>) -> Option<Said> {
    alert(hit).map(|Alert(_, _, _, sent)| Said::Symptom(sent, None))
}

fn undirected(hit: &Hit<'_>) -> Option<Said> {
    alert(hit).map(|Alert(number, name, ..)| said(&UNDIRECTED, *number, name))
}

fn alone(hit: &Hit<'_>) -> Option<Said> {
    named(hit.text.get(hit.start..hit.end)?).map(|Alert(number, name, ..)| said(&UNDIRECTED, *number, name))
}

fn received_number(hit: &Hit<'_>) -> Option<Said> {
    let number = hit.number()?;
    let alert = ALERTS.iter().find(|alert| u32::from(alert.0) == number)?;
    Some(said(alert.2, alert.0, alert.1))
}

/// The alert under the RFC's name, the first in the table, so that the same one told twice is seen to be the same.
fn said(symptom: &'static Symptom, number: u8, name: &str) -> Said {
    let name = ALERTS.iter().find(|alert| alert.0 == number).map_or(name, |alert| alert.1);
    Said::Symptom(symptom, Some(format!("{name} ({number})")))
}
