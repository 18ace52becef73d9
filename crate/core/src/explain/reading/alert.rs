//! TLS alerts (RFC 5246 section 7.2, RFC 8446 section 6), and which way they went.
//!
//! The direction decides: an alert received is the server refusing us, so it is about the device's certificate; an
//! alert sent is us refusing the server, so it is about the CA file.

use super::{
    Hit, Row, Said, Symptom,
    symptom::{
        device_certificate_refused_in_tls, no_common_tls_parameters, server_certificate_expired,
        server_certificate_invalid, server_name_mismatch, server_root_not_trusted, tls_alert,
    },
};

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
    Row::symptom("-0x7780", &tls_alert::UNNAMED).unless(TOLD),
    Row::symptom("-30592", &tls_alert::UNNAMED),
    Row::symptom("mbedtls_err_ssl_fatal_alert_message", &tls_alert::UNNAMED),
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
    Row::symptom("sec_e_illegal_message", &tls_alert::UNNAMED),
    Row::symptom("0x80090326", &tls_alert::UNNAMED),
    Row::symptom("sec_e_cert_expired", &server_certificate_expired::EXPIRED),
    Row::symptom("0x80090328", &server_certificate_expired::EXPIRED),
];

const TOLD: &[&str] = &["is a fatal alert message (msg "];

/// An alert: its number, its name in the RFC, what it means from the server, what it means from this side.
struct Alert(u8, &'static str, &'static Symptom, &'static Symptom);

/// The RFC's names, each number's own before other people's; clients write them with spaces, underscores, capitals or nothing between the words.
static ALERTS: [Alert; 22] = [
    Alert(10, "unexpected_message", &tls_alert::OTHER, &server_certificate_invalid::INVALID),
    Alert(20, "bad_record_mac", &tls_alert::OTHER, &server_certificate_invalid::INVALID),
    Alert(22, "record_overflow", &tls_alert::OTHER, &server_certificate_invalid::INVALID),
    Alert(40, "handshake_failure", &no_common_tls_parameters::ALERT, &server_certificate_invalid::INVALID),
    Alert(
        42,
        "bad_certificate",
        &device_certificate_refused_in_tls::REFUSED,
        &server_certificate_invalid::INVALID,
    ),
    Alert(
        43,
        "unsupported_certificate",
        &device_certificate_refused_in_tls::REFUSED,
        &server_certificate_invalid::INVALID,
    ),
    Alert(
        44,
        "certificate_revoked",
        &device_certificate_refused_in_tls::REFUSED,
        &server_certificate_invalid::INVALID,
    ),
    Alert(
        45,
        "certificate_expired",
        &device_certificate_refused_in_tls::EXPIRED,
        &server_certificate_expired::EXPIRED,
    ),
    Alert(
        45,
        "expired_certificate",
        &device_certificate_refused_in_tls::EXPIRED,
        &server_certificate_expired::EXPIRED,
    ),
    Alert(
        46,
        "certificate_unknown",
        &device_certificate_refused_in_tls::REFUSED,
        &server_root_not_trusted::UNKNOWN_ISSUER,
    ),
    Alert(47, "illegal_parameter", &tls_alert::OTHER, &server_certificate_invalid::INVALID),
    Alert(
        48,
        "unknown_ca",
        &device_certificate_refused_in_tls::UNKNOWN_CA,
        &server_root_not_trusted::UNKNOWN_ISSUER,
    ),
    // Go's word for 48, which begins like its word for 46.
    Alert(
        48,
        "unknown_certificate_authority",
        &device_certificate_refused_in_tls::UNKNOWN_CA,
        &server_root_not_trusted::UNKNOWN_ISSUER,
    ),
    Alert(
        46,
        "unknown_certificate",
        &device_certificate_refused_in_tls::REFUSED,
        &server_root_not_trusted::UNKNOWN_ISSUER,
    ),
    Alert(
        49,
        "access_denied",
        &device_certificate_refused_in_tls::REFUSED,
        &server_certificate_invalid::INVALID,
    ),
    Alert(50, "decode_error", &tls_alert::OTHER, &server_certificate_invalid::INVALID),
    Alert(
        51,
        "decrypt_error",
        &device_certificate_refused_in_tls::SIGNATURE,
        &server_certificate_invalid::INVALID,
    ),
    Alert(70, "protocol_version", &no_common_tls_parameters::ALERT, &server_certificate_invalid::INVALID),
    Alert(
        71,
        "insufficient_security",
        &no_common_tls_parameters::ALERT,
        &server_certificate_invalid::INVALID,
    ),
    Alert(80, "internal_error", &tls_alert::OTHER, &server_certificate_invalid::INVALID),
    Alert(112, "unrecognized_name", &tls_alert::OTHER, &server_name_mismatch::WRONG_NAME),
    Alert(
        116,
        "certificate_required",
        &device_certificate_refused_in_tls::REFUSED,
        &server_certificate_invalid::INVALID,
    ),
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
    alert(hit).map(|Alert(number, name, ..)| said(&tls_alert::UNDIRECTED, *number, name))
}

fn alone(hit: &Hit<'_>) -> Option<Said> {
    named(hit.text.get(hit.start..hit.end)?)
        .map(|Alert(number, name, ..)| said(&tls_alert::UNDIRECTED, *number, name))
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
