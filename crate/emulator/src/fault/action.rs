//! What can go wrong.

use std::{fmt, time::Duration};

use serde::{Serialize, Serializer};

/// What happens in place of the right answer, or with it.
///
/// At [`Stage::Disconnect`](super::Stage::Disconnect) the answer is the end of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// The answer comes later.
    Delay(Duration),
    /// The answer does not come.
    Drop,
    /// The connection is closed instead.
    Close,
    /// The first half of the answer's bytes, then the end.
    Half,
    /// Bytes that are no MQTT instead.
    Garbage,
    /// More is announced than anybody takes, and some of it sent, instead.
    Oversize,
    /// The answer comes byte by byte, with so long between two of them.
    Trickle(Duration),
    /// TCP is reset instead.
    Reset,
    /// The answer comes twice.
    Duplicate,
    /// The answer has another `$rid` than the request.
    WrongRid,
    /// The keys in the topic's query come in reverse order.
    ReorderedQuery,
    /// There is no `retry-after`.
    NoRetryAfter,
    /// The `retry-after` is this long, also where there would be none.
    RetryAfter(Duration),
    /// The body ends in the middle.
    MalformedJson,
    /// The body has a `status` that nobody knows.
    UnknownStatus,
    /// 429001 with this `retry-after`; the request is not carried out.
    Throttled(Duration),
    /// 500000; the request is not carried out.
    InternalError,
    /// An operation that failed with 401002; the request is not carried out.
    FailedOperation,
    /// CONNACK with this code, and the end.
    Connack(u8),
    /// A fatal TLS alert.
    TlsAlert(Alert),
    /// A server certificate that expired yesterday.
    ExpiredCertificate,
    /// A server certificate for another host.
    WrongHost,
}

/// A TLS alert (RFC 5246 section 7.2). All but [`Alert::HandshakeFailure`] come after the client's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Alert {
    /// 40, in answer to the client's hello.
    HandshakeFailure,
    /// 44
    CertificateRevoked,
    /// 45
    CertificateExpired,
    /// 48
    UnknownCa,
    /// 49
    AccessDenied,
}

impl Alert {
    pub(crate) const ALL: [Self; 5] = [
        Self::HandshakeFailure,
        Self::CertificateRevoked,
        Self::CertificateExpired,
        Self::UnknownCa,
        Self::AccessDenied,
    ];

    /// The word in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HandshakeFailure => "handshake-failure",
            Self::CertificateRevoked => "certificate-revoked",
            Self::CertificateExpired => "certificate-expired",
            Self::UnknownCa => "unknown-ca",
            Self::AccessDenied => "access-denied",
        }
    }
}

impl Action {
    /// The word in the configuration.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Delay(_) => "delay",
            Self::Drop => "drop",
            Self::Close => "close",
            Self::Half => "half",
            Self::Garbage => "garbage",
            Self::Oversize => "oversize",
            Self::Trickle(_) => "trickle",
            Self::Reset => "reset",
            Self::Duplicate => "duplicate",
            Self::WrongRid => "wrong-rid",
            Self::ReorderedQuery => "reordered-query",
            Self::NoRetryAfter => "no-retry-after",
            Self::RetryAfter(_) => "retry-after",
            Self::MalformedJson => "malformed-json",
            Self::UnknownStatus => "unknown-status",
            Self::Throttled(_) => "throttled",
            Self::InternalError => "internal-error",
            Self::FailedOperation => "failed-operation",
            Self::Connack(_) => "connack",
            Self::TlsAlert(_) => "tls-alert",
            Self::ExpiredCertificate => "expired-certificate",
            Self::WrongHost => "wrong-host",
        }
    }
}

/// The word, and its detail where there is one: `delay 2.5 s`.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())?;
        match self {
            Self::Delay(time) | Self::Trickle(time) | Self::RetryAfter(time) | Self::Throttled(time) => {
                write!(f, " {} s", time.as_secs_f64())
            }
            Self::Connack(code) => write!(f, " {code}"),
            Self::TlsAlert(alert) => write!(f, " {}", alert.as_str()),
            _ => Ok(()),
        }
    }
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
