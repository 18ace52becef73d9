//! What a host tells of its connections, and the findings that follow.

mod proxy;

use std::fmt;

pub use proxy::ProxyFault;

use super::mqtt::printable;
use crate::{
    finding::{Finding, Place, say},
    name::Endpoint,
    service::{AlertMeaning, TlsAlert},
};

/// What a host knows of a connection it has made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the host makes it")]
pub struct ConnectionInfo {
    /// The address that was dialled, such as `127.0.0.1:8883`.
    pub peer: Option<String>,
    /// The TLS version, such as `TLSv1.2`.
    pub tls_version: Option<String>,
    /// The cipher suite by its IANA name.
    pub cipher_suite: Option<String>,
    /// The server's chain as it was presented, leaf first, DER.
    pub server_chain: Vec<Vec<u8>>,
}

/// Why a connection was not made, or ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the host makes it")]
pub struct TransportFailure {
    /// What happened, as far as it can be told apart.
    pub kind: TransportFailureKind,
    /// The host's own words, for a person; nothing is decided by them.
    pub detail: String,
    /// The server's chain as it was presented, leaf first, DER; empty where there was none.
    pub server_chain: Vec<Vec<u8>>,
}

/// The kind, and the host's own words: `timed-out: no connection within 30 s`.
impl fmt::Display for TransportFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.as_str())?;
        if self.detail.is_empty() { Ok(()) } else { write!(f, ": {}", printable(self.detail.as_bytes())) }
    }
}

impl std::error::Error for TransportFailure {}

impl TransportFailure {
    /// A failure without a chain.
    #[must_use]
    pub fn new(kind: TransportFailureKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), server_chain: Vec::new() }
    }
}

/// The kinds of transport failure that can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportFailureKind {
    /// The host name has no address.
    NameNotFound,
    /// No route to the address.
    Unreachable,
    /// Nobody listens at the port.
    Refused,
    /// No answer in time, before TLS was up.
    TimedOut,
    /// The peer does not speak TLS.
    NotTls,
    /// The server's certificate was not accepted by this side.
    ServerNotTrusted(Distrust),
    /// The peer ended TLS with this alert (RFC 5246 section 7.2.2, RFC 8446 section 6).
    Alert(TlsAlert),
    /// No common TLS version, cipher suite or group.
    NoCommonParameters,
    /// The peer closed or reset the connection.
    Closed,
    /// The connection is up, and the peer leaves a packet unanswered.
    Silent,
    /// The proxy on the way did not make the connection.
    Proxy(ProxyFault),
    /// The host does not allow this endpoint.
    NotAllowed,
    /// Anything else; see the detail.
    Other,
}

/// Why the server's certificate was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Distrust {
    /// The chain does not end in a trusted root.
    UnknownIssuer,
    /// It has expired, by this machine's clock.
    Expired,
    /// It is not valid yet, by this machine's clock.
    NotYetValid,
    /// It is for other names.
    WrongName,
    /// Anything else: signature, usage, encoding.
    Invalid,
}

impl Distrust {
    /// A reason by its word, such as `unknown-issuer`.
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "unknown-issuer" => Self::UnknownIssuer,
            "expired" => Self::Expired,
            "not-yet-valid" => Self::NotYetValid,
            "wrong-name" => Self::WrongName,
            "invalid" => Self::Invalid,
            _ => return None,
        })
    }
}

/// The kinds that are a word and nothing besides, each with the word of its case in the WIT: their one list, for
/// whatever has to name them all. `plain_transport_failures!(each)` is `each! { NameNotFound "name-not-found", … }`.
#[doc(hidden)]
#[macro_export]
macro_rules! plain_transport_failures {
    ($each:ident) => {
        $each! {
            NameNotFound "name-not-found",
            Unreachable "unreachable",
            Refused "refused",
            TimedOut "timed-out",
            NotTls "not-tls",
            NoCommonParameters "no-common-parameters",
            Closed "closed",
            Silent "silent",
            NotAllowed "not-allowed",
            Other "other",
        }
    };
}

macro_rules! words {
    ($($case:ident $word:literal),+ $(,)?) => {
        /// The word used in JSON, that of the WIT variant's case.
        #[must_use]
        pub const fn as_str(self) -> &'static str {
            match self {
                $(Self::$case => $word,)+
                Self::ServerNotTrusted(_) => "server-not-trusted",
                Self::Alert(_) => "alert",
                Self::Proxy(_) => "proxy",
            }
        }

        /// A kind by its word, if it is a word and nothing besides.
        fn plain(word: &str) -> Option<Self> {
            match word {
                $($word => Some(Self::$case),)+
                _ => None,
            }
        }
    };
}

impl TransportFailureKind {
    plain_transport_failures!(words);

    /// A kind by its word, with what belongs to it behind a slash: `closed`, `alert/48`, `proxy/denied`,
    /// `server-not-trusted/expired`. `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let Some((kind, detail)) = text.split_once('/') else {
            return Self::plain(text);
        };
        match kind {
            "alert" => detail.parse().ok().map(TlsAlert::new).map(Self::Alert),
            "proxy" => ProxyFault::parse(detail).map(Self::Proxy),
            "server-not-trusted" => Distrust::parse(detail).map(Self::ServerNotTrusted),
            _ => None,
        }
    }

    /// Whether dialling again within the same provisioning can help.
    ///
    /// `before` says whether a connection was up already: a host that was reached once and is refused now is
    /// restarting; one that never was reached is wrong, and saying so at once is better than trying.
    pub(super) const fn can_retry(self, before: bool) -> bool {
        match self {
            Self::TimedOut | Self::Closed | Self::Silent | Self::Proxy(ProxyFault::TimedOut) => true,
            Self::NameNotFound
            | Self::Unreachable
            | Self::Refused
            | Self::Proxy(
                ProxyFault::NameNotFound
                | ProxyFault::Unreachable
                | ProxyFault::Refused
                | ProxyFault::Denied
                | ProxyFault::Closed,
            )
            | Self::Other => before,
            Self::NotTls
            | Self::ServerNotTrusted(_)
            | Self::Alert(_)
            | Self::NoCommonParameters
            | Self::Proxy(ProxyFault::AuthenticationRequired | ProxyFault::NotHttp)
            | Self::NotAllowed => false,
        }
    }
}

impl TransportFailure {
    /// The failure as a finding: what happened at which endpoint, and what to do next.
    #[must_use]
    pub fn to_finding(&self, endpoint: &Endpoint, stage: &dyn fmt::Display) -> Finding {
        let place = Place::stage(stage).object(endpoint.to_string());
        let finding = self.kind.to_finding(endpoint).at(place);
        if self.detail.is_empty() { finding } else { finding.found(printable(self.detail.as_bytes())) }
    }
}

impl TransportFailureKind {
    fn to_finding(self, endpoint: &Endpoint) -> Finding {
        let (host, port) = (&endpoint.host(), &endpoint.port());
        // At another port it was WebSocket already, or a server of one's own.
        let is_mqtt = *port == Endpoint::DEFAULT_PORT;
        match self {
            Self::NameNotFound => say::NameNotFound { host }.finding(),
            Self::Unreachable => say::Unreachable { endpoint }.finding(),
            Self::Refused if is_mqtt => say::ConnectionRefused::Mqtt { host, port }.finding(),
            Self::Refused => say::ConnectionRefused::Other { host, port }.finding(),
            Self::TimedOut if is_mqtt => say::ConnectTimedOut::Mqtt { endpoint }.finding(),
            Self::TimedOut => say::ConnectTimedOut::Other { endpoint }.finding(),
            Self::NotTls => say::NotTls { endpoint }.finding(),
            Self::ServerNotTrusted(distrust) => distrust.to_finding(endpoint),
            Self::Alert(alert) => refused_by(alert, endpoint),
            Self::NoCommonParameters => say::NoCommonTlsParameters::ThisSide { endpoint }.finding(),
            Self::Closed => say::ConnectionClosed { endpoint }.finding(),
            Self::Silent => say::ServerSilent { endpoint }.finding(),
            Self::Proxy(fault) => fault.to_finding(endpoint),
            Self::NotAllowed => say::EndpointNotAllowed { endpoint }.finding(),
            Self::Other => say::ConnectionFailed { endpoint }.finding(),
        }
    }
}

impl Distrust {
    fn to_finding(self, endpoint: &Endpoint) -> Finding {
        match self {
            Self::UnknownIssuer => say::ServerRootNotTrusted { endpoint }.finding(),
            Self::Expired => say::ServerCertificateExpired { endpoint }.finding(),
            Self::NotYetValid => say::ServerCertificateNotYetValid { endpoint }.finding(),
            Self::WrongName => say::ServerNameMismatch { endpoint }.finding(),
            Self::Invalid => say::ServerCertificateInvalid { endpoint }.finding(),
        }
    }
}

fn refused_by(alert: TlsAlert, endpoint: &Endpoint) -> Finding {
    let alert = &alert;
    use say::DeviceCertificateRefusedInTls as Refused;
    match alert.meaning() {
        AlertMeaning::CertificateExpired => Refused::Expired { endpoint, alert }.finding(),
        AlertMeaning::UnknownCa => Refused::UnknownCa { endpoint, alert }.finding(),
        AlertMeaning::CertificateRefused => Refused::Refused { endpoint, alert }.finding(),
        AlertMeaning::SignatureWrong => Refused::Signature { endpoint, alert }.finding(),
        AlertMeaning::NothingInCommon => say::NoCommonTlsParameters::Alert { endpoint, alert }.finding(),
        AlertMeaning::Other => say::TlsAlert { endpoint, alert }.finding(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail")]

    use std::collections::BTreeSet;

    use super::*;

    /// Every kind by its word, the finding it leads to, and whether dialling again helps: never, after a connection, always.
    const KINDS: [(&str, &str, [bool; 2]); 25] = [
        ("name-not-found", "DX501", [false, true]),
        ("unreachable", "DX502", [false, true]),
        ("refused", "DX503", [false, true]),
        ("timed-out", "DX504", [true, true]),
        ("not-tls", "DX505", [false, false]),
        ("no-common-parameters", "DX512", [false, false]),
        ("closed", "DX513", [true, true]),
        ("silent", "DX517", [true, true]),
        ("not-allowed", "DX514", [false, false]),
        ("other", "DX515", [false, true]),
        ("server-not-trusted/unknown-issuer", "DX506", [false, false]),
        ("server-not-trusted/expired", "DX507", [false, false]),
        ("server-not-trusted/not-yet-valid", "DX508", [false, false]),
        ("server-not-trusted/wrong-name", "DX509", [false, false]),
        ("server-not-trusted/invalid", "DX510", [false, false]),
        ("proxy/name-not-found", "DX531", [false, true]),
        ("proxy/unreachable", "DX531", [false, true]),
        ("proxy/refused", "DX531", [false, true]),
        ("proxy/timed-out", "DX531", [true, true]),
        ("proxy/closed", "DX534", [false, true]),
        ("proxy/not-http", "DX534", [false, false]),
        ("proxy/authentication-required", "DX532", [false, false]),
        ("proxy/denied", "DX533", [false, true]),
        ("alert/48", "DX511", [false, false]),
        ("alert/40", "DX512", [false, false]),
    ];

    #[test]
    fn every_kind_of_failure_has_its_word_and_its_own_sentences() {
        let endpoint = "dps.example".parse().unwrap();
        let mut said = BTreeSet::new();
        for (text, code, again) in KINDS {
            let kind = TransportFailureKind::parse(text).unwrap_or_else(|| panic!("{text}"));
            let word = text.split('/').next().unwrap();
            let finding = TransportFailure::new(kind, "why").to_finding(&endpoint, &"dialling");
            assert_eq!(
                (kind.as_str(), finding.code(), finding.found.as_deref()),
                (word, code, Some("why")),
                "{text}"
            );
            assert_eq!([false, true].map(|before| kind.can_retry(before)), again, "{text}");
            assert!(said.insert((finding.message.to_string(), finding.next_step.to_string())), "{text}");
            assert_eq!(TransportFailure::new(kind, "").to_string(), word);
            assert_eq!(TransportFailure::new(kind, "a\u{7}b").to_string(), format!("{word}: a\\u{{7}}b"));
        }
        for text in ["", "Refused", "alert", "alert/", "alert/x", "proxy", "proxy/", "proxy/x", "refused/x"] {
            assert_eq!(TransportFailureKind::parse(text), None, "{text}");
        }
        for text in ["server-not-trusted", "server-not-trusted/", "server-not-trusted/x", "x/denied"] {
            assert_eq!(TransportFailureKind::parse(text), None, "{text}");
        }
    }

    /// Where it was WebSocket that did not get through, WebSocket is no way out.
    #[test]
    fn the_other_way_is_told_to_those_who_have_not_tried_it() {
        for kind in [TransportFailureKind::Refused, TransportFailureKind::TimedOut] {
            for (endpoint, is_told) in [("dps.example", true), ("dps.example:443", false)] {
                let failure = TransportFailure::new(kind, "");
                let finding = failure.to_finding(&endpoint.parse().unwrap(), &"connecting");
                let tells = finding.next_step.to_string().contains("try MQTT over WebSocket");
                assert_eq!(tells, is_told, "{endpoint}: {}", finding.next_step);
            }
        }
    }
}
