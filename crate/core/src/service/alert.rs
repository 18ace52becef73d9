//! TLS alerts: the one table of their numbers and names.

use std::fmt;

/// An alert of TLS, by its number (RFC 5246 section 7.2, RFC 8446 section 6, and IANA's registry of TLS alerts).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TlsAlert(u8);

/// What a server says of the device by an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AlertMeaning {
    /// It holds the device's certificate for expired.
    CertificateExpired,
    /// It does not know the CA of the device's certificate.
    UnknownCa,
    /// It does not accept the device's certificate, or wants one and got none.
    CertificateRefused,
    /// What the device signed does not fit its certificate.
    SignatureWrong,
    /// No version, no cipher suite or no protocol suits both.
    NothingInCommon,
    /// Nothing of the device's certificate: its reason is in its name alone.
    Other,
}

use AlertMeaning::{
    CertificateExpired, CertificateRefused, NothingInCommon, Other, SignatureWrong, UnknownCa,
};

/// Number, name in the registry without "_RESERVED", meaning.
static ALERTS: [(u8, &str, AlertMeaning); 35] = [
    (0, "close_notify", Other),
    (10, "unexpected_message", Other),
    (20, "bad_record_mac", Other),
    (21, "decryption_failed", Other),
    (22, "record_overflow", Other),
    (30, "decompression_failure", Other),
    (40, "handshake_failure", NothingInCommon),
    (41, "no_certificate", CertificateRefused),
    (42, "bad_certificate", CertificateRefused),
    (43, "unsupported_certificate", CertificateRefused),
    (44, "certificate_revoked", CertificateRefused),
    (45, "certificate_expired", CertificateExpired),
    (46, "certificate_unknown", CertificateRefused),
    (47, "illegal_parameter", Other),
    (48, "unknown_ca", UnknownCa),
    (49, "access_denied", CertificateRefused),
    (50, "decode_error", Other),
    (51, "decrypt_error", SignatureWrong),
    (60, "export_restriction", Other),
    (70, "protocol_version", NothingInCommon),
    (71, "insufficient_security", NothingInCommon),
    (80, "internal_error", Other),
    (86, "inappropriate_fallback", NothingInCommon),
    (90, "user_canceled", Other),
    (100, "no_renegotiation", Other),
    (109, "missing_extension", Other),
    (110, "unsupported_extension", Other),
    (111, "certificate_unobtainable", Other),
    (112, "unrecognized_name", Other),
    (113, "bad_certificate_status_response", Other),
    (114, "bad_certificate_hash_value", CertificateRefused),
    (115, "unknown_psk_identity", Other),
    (116, "certificate_required", CertificateRefused),
    (120, "no_application_protocol", NothingInCommon),
    (121, "ech_required", NothingInCommon),
];

impl TlsAlert {
    /// An orderly end.
    pub const CLOSE_NOTIFY: Self = Self(0);
    /// The certificate has expired or is not valid yet.
    pub const CERTIFICATE_EXPIRED: Self = Self(45);
    /// Something else about the certificate made it unacceptable.
    pub const CERTIFICATE_UNKNOWN: Self = Self(46);
    /// The chain leads to no CA that is known.
    pub const UNKNOWN_CA: Self = Self(48);
    /// Something of whoever sends it failed, and nothing of the other side's.
    pub const INTERNAL_ERROR: Self = Self(80);
    /// Whoever sends it does not want to go on.
    pub const USER_CANCELED: Self = Self(90);
    /// There is no server of the name that was asked for.
    pub const UNRECOGNIZED_NAME: Self = Self(112);
    /// The server wanted a certificate and got none; no client sends it (RFC 8446 section 6.2).
    pub const CERTIFICATE_REQUIRED: Self = Self(116);

    /// The alert with this number, known or not.
    #[must_use]
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// Every alert that has a name, by number.
    pub fn all() -> impl Iterator<Item = Self> {
        ALERTS.iter().map(|(number, ..)| Self(*number))
    }

    /// The alert of which a text speaks, in the words of OpenSSL, BoringSSL or rustls: `SSL alert number 42`, `sslv3 alert
    /// bad certificate`, `SSLV3_ALERT_BAD_CERTIFICATE`, `received fatal alert: BadCertificate`.
    #[must_use]
    pub fn in_text(text: &str) -> Option<Self> {
        let text = folded(text);
        text.match_indices("alert").find_map(|(at, word)| {
            let behind = text.get(at + word.len()..)?;
            if let Some(number) = behind.strip_prefix("number") {
                let digits = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
                return number.get(..digits)?.parse().ok().map(Self);
            }
            let named = ALERTS.iter().filter(|(_, name, _)| behind.starts_with(&folded(name)));
            named.max_by_key(|(_, name, _)| name.len()).map(|(number, ..)| Self(*number))
        })
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Its name in the RFC; `None` where there is none.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        self.row().map(|(_, name, _)| *name)
    }

    /// What it says of the device, if a server sent it.
    #[must_use]
    pub fn meaning(self) -> AlertMeaning {
        self.row().map_or(Other, |(.., meaning)| *meaning)
    }

    /// Whether it says something of the device's certificate, or of what was signed with its key.
    #[must_use]
    pub fn is_about_device(self) -> bool {
        !matches!(self.meaning(), NothingInCommon | Other)
    }

    fn row(self) -> Option<&'static (u8, &'static str, AlertMeaning)> {
        ALERTS.iter().find(|(number, ..)| *number == self.0)
    }
}

/// Letters and digits alone, small: a name has blanks, underscores or capitals by who writes it.
fn folded(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Name and number: `unknown_ca (48)`.
impl fmt::Display for TlsAlert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name().unwrap_or("unknown"), self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_and_every_name_stands_once() {
        let mut numbers: Vec<_> = TlsAlert::all().map(TlsAlert::number).collect();
        let mut names: Vec<_> = TlsAlert::all().filter_map(TlsAlert::name).collect();
        assert!(numbers.is_sorted());
        numbers.dedup();
        names.sort_unstable();
        names.dedup();
        assert_eq!((numbers.len(), names.len()), (ALERTS.len(), ALERTS.len()));
    }

    #[test]
    fn alerts_are_found_in_the_words_of_libraries() {
        for (text, number) in [
            (
                "error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:../s.c:1600:SSL alert number 42:",
                42,
            ),
            ("tlsv1 alert unknown ca", 48),
            ("TLSV13_ALERT_CERTIFICATE_REQUIRED", 116),
            ("received fatal alert: BadCertificate", 42),
            ("received fatal alert: UnknownCA", 48),
            ("received fatal alert: CertificateUnknown", 46),
            ("alert bad certificate status response", 113),
            ("the alert was: no alert number, alert handshake failure", 40),
        ] {
            assert_eq!(TlsAlert::in_text(text), Some(TlsAlert::new(number)), "{text}");
        }
        for text in
            ["", "alert", "bad certificate", "SSL alert number", "SSL alert number 999", "red alert: fire"]
        {
            assert_eq!(TlsAlert::in_text(text), None, "{text}");
        }
    }

    #[test]
    fn alerts_are_shown_with_their_number() {
        assert_eq!(TlsAlert::new(48).to_string(), "unknown_ca (48)");
        assert_eq!(TlsAlert::new(255).to_string(), "unknown (255)");
    }
}
