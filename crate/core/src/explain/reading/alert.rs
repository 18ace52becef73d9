//! TLS alerts (RFC 5246 section 7.2, RFC 8446 section 6), and which way they went.
//!
//! The direction decides: an alert received is the server refusing us, so it is about the device's certificate; an
//! alert sent is us refusing the server, so it is about the CA file. A server's log has it the other way round.

use super::Said;
use crate::explain::{
    catalogue::{
        Symptom,
        symptom::{
            device_certificate_refused_in_tls as refused, no_common_tls_parameters,
            server_certificate_expired, server_certificate_invalid::INVALID, server_name_mismatch,
            server_root_not_trusted, tls_alert,
        },
    },
    fold::Folded,
    lexicon::{Direction, number},
};

/// An alert: its number, its name in the RFC, what it means from the server, what it means from this side.
struct Alert(u8, &'static str, &'static Symptom, &'static Symptom);

static ALERTS: [Alert; 34] = [
    Alert(10, "unexpected_message", &tls_alert::OTHER, &INVALID),
    Alert(20, "bad_record_mac", &tls_alert::OTHER, &INVALID),
    Alert(21, "decryption_failed", &tls_alert::OTHER, &INVALID),
    Alert(22, "record_overflow", &tls_alert::OTHER, &INVALID),
    Alert(30, "decompression_failure", &tls_alert::OTHER, &INVALID),
    Alert(40, "handshake_failure", &no_common_tls_parameters::ALERT, &INVALID),
    Alert(41, "no_certificate", &refused::REFUSED, &INVALID),
    Alert(42, "bad_certificate", &refused::REFUSED, &INVALID),
    Alert(43, "unsupported_certificate", &refused::REFUSED, &INVALID),
    Alert(44, "certificate_revoked", &refused::REFUSED, &INVALID),
    Alert(45, "certificate_expired", &refused::EXPIRED, &server_certificate_expired::EXPIRED),
    Alert(46, "certificate_unknown", &refused::REFUSED, &server_root_not_trusted::UNKNOWN_ISSUER),
    Alert(47, "illegal_parameter", &tls_alert::OTHER, &INVALID),
    Alert(48, "unknown_ca", &refused::UNKNOWN_CA, &server_root_not_trusted::UNKNOWN_ISSUER),
    Alert(49, "access_denied", &refused::REFUSED, &INVALID),
    Alert(50, "decode_error", &tls_alert::OTHER, &INVALID),
    Alert(51, "decrypt_error", &refused::SIGNATURE, &INVALID),
    Alert(60, "export_restriction", &tls_alert::OTHER, &INVALID),
    Alert(70, "protocol_version", &no_common_tls_parameters::ALERT, &INVALID),
    Alert(71, "insufficient_security", &no_common_tls_parameters::ALERT, &INVALID),
    Alert(80, "internal_error", &tls_alert::OTHER, &INVALID),
    Alert(86, "inappropriate_fallback", &no_common_tls_parameters::ALERT, &INVALID),
    Alert(90, "user_canceled", &tls_alert::OTHER, &INVALID),
    Alert(100, "no_renegotiation", &tls_alert::OTHER, &INVALID),
    Alert(109, "missing_extension", &tls_alert::OTHER, &INVALID),
    Alert(110, "unsupported_extension", &tls_alert::OTHER, &INVALID),
    Alert(111, "certificate_unobtainable", &tls_alert::OTHER, &INVALID),
    Alert(112, "unrecognized_name", &tls_alert::OTHER, &server_name_mismatch::WRONG_NAME),
    Alert(113, "bad_certificate_status_response", &tls_alert::OTHER, &INVALID),
    Alert(114, "bad_certificate_hash_value", &refused::REFUSED, &INVALID),
    Alert(115, "unknown_psk_identity", &tls_alert::OTHER, &INVALID),
    Alert(116, "certificate_required", &refused::REFUSED, &INVALID),
    Alert(120, "no_application_protocol", &no_common_tls_parameters::ALERT, &INVALID),
    Alert(121, "ech_required", &no_common_tls_parameters::ALERT, &INVALID),
];

/// What other people call them: Go, .NET, GnuTLS, BearSSL, wolfSSL.
const NAMES: [(&str, u8); 30] = [
    ("unknown certificate authority", 48),
    ("CA is unknown", 48),
    ("unknown certificate", 46),
    ("certificate is unknown", 46),
    ("expired certificate", 45),
    ("certificate is expired", 45),
    ("revoked certificate", 44),
    ("certificate was revoked", 44),
    ("certificate is bad", 42),
    ("certificate is not supported", 43),
    ("certificate is required", 116),
    ("handshake failed", 40),
    ("handshake fail", 40),
    ("error in protocol version", 70),
    ("protocol version not supported", 70),
    ("error decoding message", 50),
    ("error decrypting message", 51),
    ("incorrect record mac", 20),
    ("access was denied", 49),
    ("inappropriate fallback", 86),
    ("insufficient security level", 71),
    ("the server name sent was not recognized", 112),
    ("unrecognized name", 112),
    ("no supported application protocol", 120),
    ("no application protocol", 120),
    ("user canceled", 90),
    ("peer unknown ca", 48),
    ("bad mac", 20),
    ("missing extension", 109),
    ("unsupported extension", 110),
];

/// The alert that follows a word, by its number or its name, and where that ends.
pub(in crate::explain) fn behind(text: &[u8], from: usize) -> Option<(u8, usize)> {
    if let Some((token, place)) = number::behind(text, from)
        && let Some(number) = token.plain().and_then(|number| u8::try_from(number).ok())
        && ALERTS.iter().any(|alert| alert.0 == number)
    {
        return Some((number, place.end));
    }
    let folded = Folded::of(text, from, text.len().min(from + 72));
    let named = |name: &str| folded.bytes.starts_with(&super::super::fold::fold(name)).then_some(name.len());
    let own = ALERTS.iter().filter_map(|alert| Some((named(alert.1)?, alert.0)));
    let others = NAMES.iter().filter_map(|(name, number)| Some((named(name)?, *number)));
    // Go's word for 48 begins like its word for 46: the longest is meant.
    let (length, number) = own.chain(others).max_by_key(|(length, _)| *length)?;
    let end = folded.places.get(length.min(folded.places.len()) - 1).map_or(from, |place| place + 1);
    Some((number, end))
}

/// An alert as a symptom. In a server's log what it received is about its own certificate.
pub(in crate::explain) fn said(number: u8, direction: Direction, is_server: bool) -> Option<Said> {
    let Alert(_, name, received, sent) = ALERTS.iter().find(|alert| alert.0 == number)?;
    let word = Some(format!("{name} ({number})"));
    Some(match direction {
        Direction::Received if is_server => Said::Symptom(&tls_alert::SERVER_SIDE, word),
        Direction::Received => Said::Symptom(received, word),
        Direction::Sent if is_server => Said::Symptom(received, word),
        Direction::Sent => Said::Symptom(sent, None),
        Direction::Untold => Said::Symptom(&tls_alert::UNDIRECTED, word),
    })
}
