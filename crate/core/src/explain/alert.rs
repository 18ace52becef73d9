//! TLS alerts (RFC 5246 section 7.2, RFC 8446 section 6), and which way they went.
//!
//! The direction decides: an alert received is the server refusing us, so it is about the device's certificate; an
//! alert sent is us refusing the server, so it is about the CA file. A server's log has it the other way round.

use crate::{
    explain::{
        catalogue::{
            Symptom,
            symptom::{
                connection_failed, device_certificate_refused_in_tls as refused, no_common_tls_parameters,
                server_certificate_expired, server_certificate_invalid::INVALID, server_name_mismatch,
                server_root_not_trusted, tls_alert,
            },
        },
        fold::{Folded, fold},
        number,
        statement::{Direction, Statement},
    },
    service::{AlertMeaning, TlsAlert},
};

/// What an alert means if the server sent it.
fn received(alert: TlsAlert) -> &'static Symptom {
    match alert.meaning() {
        AlertMeaning::CertificateExpired => &refused::EXPIRED,
        AlertMeaning::UnknownCa => &refused::UNKNOWN_CA,
        AlertMeaning::CertificateRefused => &refused::REFUSED,
        AlertMeaning::SignatureWrong => &refused::SIGNATURE,
        AlertMeaning::NothingInCommon => &no_common_tls_parameters::ALERT,
        AlertMeaning::Other => &tls_alert::OTHER,
    }
}

/// What an alert means if this side sent it: of the server's certificate.
fn sent(alert: TlsAlert) -> &'static Symptom {
    match alert {
        TlsAlert::CERTIFICATE_EXPIRED => &server_certificate_expired::EXPIRED,
        TlsAlert::CERTIFICATE_UNKNOWN | TlsAlert::UNKNOWN_CA => &server_root_not_trusted::UNKNOWN_ISSUER,
        TlsAlert::UNRECOGNIZED_NAME => &server_name_mismatch::WRONG_NAME,
        // What failed is this side's own.
        TlsAlert::INTERNAL_ERROR | TlsAlert::USER_CANCELED => &connection_failed::TLS,
        _ if alert.meaning() == AlertMeaning::NothingInCommon => &no_common_tls_parameters::NOTHING_IN_COMMON,
        _ => &INVALID,
    }
}

/// The alerts that a log tells; an orderly end is none.
fn alerts() -> impl Iterator<Item = TlsAlert> {
    TlsAlert::all().filter(|alert| *alert != TlsAlert::CLOSE_NOTIFY)
}

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
pub(super) fn behind(text: &[u8], from: usize) -> Option<(u8, usize)> {
    if let Some((token, place)) = number::behind(text, from)
        && let Some(number) = token.plain().and_then(|number| u8::try_from(number).ok())
        && alerts().any(|alert| alert.number() == number)
    {
        return Some((number, place.end));
    }
    let folded = Folded::of(text, from, text.len().min(from + 72));
    let named = |name: &str| {
        let name = fold(name);
        folded.bytes.starts_with(&name).then_some(name.len())
    };
    let own = alerts().filter_map(|alert| Some((named(alert.name()?)?, alert.number())));
    let others = NAMES.iter().filter_map(|(name, number)| Some((named(name)?, *number)));
    // Go's word for 48 begins like its word for 46: the longest is meant.
    let (length, number) = own.chain(others).max_by_key(|(length, _)| *length)?;
    let end = folded.places.get(length.min(folded.places.len()) - 1).map_or(from, |place| place + 1);
    Some((number, behind_its_number(text, end, number)))
}

/// Where an alert ends that has its number behind its name: `handshake_failure(40)`.
fn behind_its_number(text: &[u8], end: usize, number: u8) -> usize {
    let number = format!("({number})");
    let rest = text.get(end..).unwrap_or_default();
    let blank = usize::from(rest.first() == Some(&b' '));
    let follows = rest.get(blank..).is_some_and(|rest| rest.starts_with(number.as_bytes()));
    if follows { end + blank + number.len() } else { end }
}

/// An alert as a symptom. In a server's log what it received is about its own certificate.
pub(super) fn statement(number: u8, direction: Direction, is_server: bool) -> Option<Statement> {
    let alert = alerts().find(|alert| alert.number() == number)?;
    let word = Some(alert.to_string());
    Some(match direction {
        Direction::Received if is_server => Statement::Symptom(&tls_alert::SERVER_SIDE, word),
        Direction::Received => Statement::Symptom(received(alert), word),
        Direction::Sent if is_server => Statement::Symptom(received(alert), word),
        Direction::Sent => Statement::Symptom(sent(alert), None),
        // No client sends this one.
        Direction::Untold if alert == TlsAlert::CERTIFICATE_REQUIRED && !is_server => {
            Statement::Symptom(received(alert), word)
        }
        Direction::Untold => Statement::Symptom(&tls_alert::UNDIRECTED, word),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_servers_send_was_received() {
        let of = |number, is_server| statement(number, Direction::Untold, is_server);
        let received = Statement::Symptom(&refused::REFUSED, Some("certificate_required (116)".to_owned()));
        assert_eq!(of(116, false), Some(received));
        for (number, is_server) in [(116, true), (42, false)] {
            let undirected = matches!(of(number, is_server), Some(Statement::Symptom(symptom, _)) if symptom == &tls_alert::UNDIRECTED);
            assert!(undirected, "{number}");
        }
    }

    #[test]
    fn an_alert_ends_with_its_name_or_with_its_number_behind_it() {
        for (text, number, end) in [
            (": internal_error(80)", 80, 20),
            (": internal_error (80), more", 80, 21),
            (": internal_error(81)", 80, 16),
            (": internal_error at 80", 80, 16),
            (": unknown certificate authority", 48, 31),
            (" number 48", 48, 10),
        ] {
            assert_eq!(behind(text.as_bytes(), 0), Some((number, end)), "{text}");
        }
    }
}
