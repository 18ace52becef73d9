//! What a host tells of its connections, and the findings that follow.

mod proxy;

use std::fmt;

pub use proxy::ProxyFault;

use super::mqtt::printable;
use crate::{
    finding::{Definition, Finding, Place, catalogue},
    name::Endpoint,
    service::{AlertMeaning, TlsAlert},
};

/// What a host knows of a connection it has made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
pub struct TransportFailure {
    /// What happened, as far as it can be told apart.
    pub kind: TransportFailureKind,
    /// The host's own words, for a person; nothing is decided by them.
    pub detail: String,
    /// The server's chain as it was presented, leaf first, DER; empty where there was none.
    pub server_chain: Vec<Vec<u8>>,
}

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
    Alert(u8),
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

impl TransportFailureKind {
    /// The word used in JSON, that of the WIT variant's case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NameNotFound => "name-not-found",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::TimedOut => "timed-out",
            Self::NotTls => "not-tls",
            Self::ServerNotTrusted(_) => "server-not-trusted",
            Self::Alert(_) => "alert",
            Self::NoCommonParameters => "no-common-parameters",
            Self::Closed => "closed",
            Self::Silent => "silent",
            Self::Proxy(_) => "proxy",
            Self::NotAllowed => "not-allowed",
            Self::Other => "other",
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
        let (definition, sentence, next_step) = self.explain(endpoint);
        let place = Place::stage(stage).object(endpoint.to_string());
        let finding = Finding::new(definition, sentence, next_step).at(place);
        if self.detail.is_empty() { finding } else { finding.found(printable(self.detail.as_bytes())) }
    }

    fn explain(&self, endpoint: &Endpoint) -> (&'static Definition, String, String) {
        use TransportFailureKind as Kind;
        let (host, port) = (endpoint.host(), endpoint.port());
        // At another port it was WebSocket already, or a server of one's own.
        let is_mqtt = port == Endpoint::DEFAULT_PORT;
        let (definition, sentence, next) = match self.kind {
            Kind::NameNotFound => (
                &catalogue::NAME_NOT_FOUND,
                format!("The host name \"{host}\" has no address."),
                "Check the spelling and the cloud, then this machine's name resolution; behind a private link the name must resolve to the private address.",
            ),
            Kind::Unreachable => (
                &catalogue::UNREACHABLE,
                format!("There is no route to {endpoint}."),
                "Check this machine's network, its gateway and any VPN.",
            ),
            Kind::Refused => (
                &catalogue::CONNECTION_REFUSED,
                format!(
                    "{host} refuses connections at port {port}: nobody listens there, or a firewall says no."
                ),
                if is_mqtt {
                    "Check host and port. DPS listens on 8883; many networks block it, and leave 443 open: try MQTT over \
                     WebSocket (on the command line: --transport websocket)."
                } else {
                    "Check host and port. DPS listens on 8883 for MQTT, and on 443 for MQTT over WebSocket."
                },
            ),
            Kind::TimedOut => (
                &catalogue::CONNECT_TIMED_OUT,
                format!("{endpoint} did not answer in time."),
                if is_mqtt {
                    "A firewall that drops packets is the usual cause: ask for outgoing TCP to this port, or try MQTT over \
                     WebSocket (on the command line: --transport websocket)."
                } else {
                    "A firewall that drops packets is the usual cause: ask for outgoing TCP to this port."
                },
            ),
            Kind::NotTls => (
                &catalogue::NOT_TLS,
                format!("The server at {endpoint} does not speak TLS."),
                "Check the port: MQTT without TLS (1883) and HTTP proxies answer like this. DPS speaks TLS on 8883 and 443.",
            ),
            Kind::ServerNotTrusted(distrust) => return explain_distrust(distrust, endpoint),
            Kind::Alert(alert) => return explain_alert(alert, endpoint),
            Kind::NoCommonParameters => (
                &catalogue::NO_COMMON_TLS_PARAMETERS,
                format!("This client and {endpoint} have no TLS version or cipher suite in common."),
                "DPS speaks TLS 1.2 with ECDHE and AES-GCM; something older or something in between answers here.",
            ),
            Kind::Closed => (
                &catalogue::CONNECTION_CLOSED,
                format!("{endpoint} closed the connection."),
                "If it happens every time at this stage, look for a proxy or firewall in between, then at client ID and user name.",
            ),
            Kind::Silent => (
                &catalogue::SERVER_SILENT,
                format!("{endpoint} holds the connection and does not answer."),
                "Check that the endpoint is DPS, and what stands between; a proxy that buffers behaves like this.",
            ),
            Kind::Proxy(fault) => return proxy::explain(fault, endpoint),
            Kind::NotAllowed => (
                &catalogue::ENDPOINT_NOT_ALLOWED,
                format!("The host does not allow a connection to {endpoint} with this identity."),
                "Add the endpoint to the host's allow-list, if it is the right one.",
            ),
            Kind::Other => (
                &catalogue::CONNECTION_FAILED,
                format!("The connection to {endpoint} failed."),
                "See what the host says of it, then check this machine's network.",
            ),
        };
        (definition, sentence, next.to_owned())
    }
}

fn explain_distrust(distrust: Distrust, endpoint: &Endpoint) -> (&'static Definition, String, String) {
    let (definition, what, next) = match distrust {
        Distrust::UnknownIssuer => (
            &catalogue::SERVER_ROOT_NOT_TRUSTED,
            "does not lead to a root that this device trusts",
            "The CA file proves the server to the device: it holds the server's root, not the CA of the device's own \
             certificate. Add that root to what is trusted (on the command line: --trust FILE; the emulator prints its file), or \
             choose the right cloud; \
             if somebody intercepts TLS here, this is how it shows.",
        ),
        Distrust::Expired => (
            &catalogue::SERVER_CERTIFICATE_EXPIRED,
            "has expired, by this machine's clock",
            "Check this machine's clock and date first; if they are right, the server must renew its certificate.",
        ),
        Distrust::NotYetValid => (
            &catalogue::SERVER_CERTIFICATE_NOT_YET_VALID,
            "is not valid yet, by this machine's clock",
            "Set this machine's clock: devices without a battery start in 1970. Fetch the time before TLS.",
        ),
        Distrust::WrongName => (
            &catalogue::SERVER_NAME_MISMATCH,
            "is for other names",
            "Dial the server by a name that its certificate has; with an IP address the certificate needs that address.",
        ),
        Distrust::Invalid => (
            &catalogue::SERVER_CERTIFICATE_INVALID,
            "does not hold",
            "See what the host says of it. An old copy of the root, with the same name and another key, looks like this: \
             take the root from its owner again. Otherwise the server, or somebody in between, presents a broken certificate.",
        ),
    };
    (definition, format!("The certificate of the server at {endpoint} {what}."), next.to_owned())
}

fn explain_alert(alert: u8, endpoint: &Endpoint) -> (&'static Definition, String, String) {
    let alert = TlsAlert::new(alert);
    let (definition, cause, next) = match alert.meaning() {
        AlertMeaning::CertificateExpired => (
            &catalogue::DEVICE_CERTIFICATE_REFUSED_IN_TLS,
            "it holds the device's certificate for expired",
            "Renew the device's certificate; check the machine's clock.",
        ),
        AlertMeaning::UnknownCa => (
            &catalogue::DEVICE_CERTIFICATE_REFUSED_IN_TLS,
            "it does not know the CA of the device's certificate; an expired device certificate was answered like this too",
            "Check the expiry of the device's certificate first, then that its intermediates are sent and its CA is known to the server.",
        ),
        AlertMeaning::CertificateRefused => (
            &catalogue::DEVICE_CERTIFICATE_REFUSED_IN_TLS,
            "it does not accept the device's certificate",
            "Check expiry, key usage (digitalSignature) and extended key usage (clientAuth) of the device's certificate, and that it is sent at all.",
        ),
        AlertMeaning::SignatureWrong => (
            &catalogue::DEVICE_CERTIFICATE_REFUSED_IN_TLS,
            "the signature of the device does not fit its certificate",
            "Check that the private key belongs to the leaf.",
        ),
        AlertMeaning::NothingInCommon => (
            &catalogue::NO_COMMON_TLS_PARAMETERS,
            "no TLS version or cipher suite suits both, or a certificate was required",
            "DPS speaks TLS 1.2 with ECDHE and AES-GCM; check what stands between.",
        ),
        AlertMeaning::Other => (
            &catalogue::TLS_ALERT,
            "its reason is in the alert's name alone",
            "Look the alert up in RFC 8446 section 6.2, and at the server's log if it is yours.",
        ),
    };
    (definition, format!("{endpoint} ended TLS with the alert {alert}: {cause}."), next.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    /// Where it was WebSocket that did not get through, WebSocket is no way out.
    #[test]
    fn the_other_way_is_told_to_those_who_have_not_tried_it() {
        for kind in [TransportFailureKind::Refused, TransportFailureKind::TimedOut] {
            for (endpoint, is_told) in [("dps.example", true), ("dps.example:443", false)] {
                let failure = TransportFailure::new(kind, "");
                let finding = failure.to_finding(&endpoint.parse().unwrap(), &"connecting");
                let tells = finding.next_step.contains("try MQTT over WebSocket");
                assert_eq!(tells, is_told, "{endpoint}: {}", finding.next_step);
            }
        }
    }
}
