//! From the errors of sockets and rustls to the kinds of [`TransportFailure`].

use std::io;

use dps_x509_core::{
    service::TlsAlert,
    session::{Distrust, TransportFailure, TransportFailureKind as Kind},
};
use tokio_rustls::rustls::{CertificateError, Error as TlsError, InvalidMessage};

/// Which case a failure of TCP is, while connecting.
pub(crate) fn of_connect(error: &io::Error, to: &str) -> TransportFailure {
    let detail = format!("{to}: {error}");
    let kind = match error.kind() {
        io::ErrorKind::ConnectionRefused => Kind::Refused,
        io::ErrorKind::TimedOut => Kind::TimedOut,
        io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::AddrNotAvailable => Kind::Unreachable,
        _ => Kind::Other,
    };
    TransportFailure::new(kind, detail)
}

/// Which case a failure on a TCP connection is, in the handshake or behind it.
///
/// `chain` is what the server has presented so far, leaf first, DER.
pub(crate) fn of_stream(error: &io::Error, chain: Vec<Vec<u8>>) -> TransportFailure {
    if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>()) {
        return of_tls(error, chain);
    }
    let (kind, detail) = match error.kind() {
        // A peer that goes without close_notify: the end may have been cut off.
        io::ErrorKind::UnexpectedEof => {
            (Kind::Closed, "the peer closed the connection without close_notify".to_owned())
        }
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::NotConnected
        | io::ErrorKind::WriteZero => (Kind::Closed, error.to_string()),
        io::ErrorKind::TimedOut => (Kind::Closed, format!("{error}: the peer does not acknowledge any more")),
        _ => (Kind::Other, error.to_string()),
    };
    TransportFailure::new(kind, detail)
}

pub(crate) fn of_tls(error: &TlsError, chain: Vec<Vec<u8>>) -> TransportFailure {
    let kind = match error {
        TlsError::InvalidCertificate(error) => Kind::ServerNotTrusted(distrust(error)),
        TlsError::NoCertificatesPresented => Kind::ServerNotTrusted(Distrust::Invalid),
        TlsError::AlertReceived(alert) => Kind::Alert(TlsAlert::new(u8::from(*alert))),
        TlsError::PeerIncompatible(_) => Kind::NoCommonParameters,
        // What already fails in the five bytes of a record's header was never TLS (RFC 8446 section 5.1).
        TlsError::InvalidMessage(
            InvalidMessage::InvalidContentType
            | InvalidMessage::UnknownProtocolVersion
            | InvalidMessage::MessageTooLarge
            | InvalidMessage::InvalidEmptyPayload,
        ) => Kind::NotTls,
        _ => Kind::Other,
    };
    let mut failure = TransportFailure::new(kind, error.to_string());
    if matches!(kind, Kind::ServerNotTrusted(_)) {
        failure.server_chain = chain;
    }
    failure
}

fn distrust(error: &CertificateError) -> Distrust {
    match error {
        CertificateError::UnknownIssuer => Distrust::UnknownIssuer,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Distrust::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Distrust::NotYetValid,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Distrust::WrongName
        }
        _ => Distrust::Invalid,
    }
}

#[cfg(test)]
mod tests {
    use tokio_rustls::rustls::AlertDescription;

    use super::*;

    #[test]
    fn tls_errors_keep_their_case_inside_io_errors() {
        let wrapped =
            |error: TlsError| of_stream(&io::Error::new(io::ErrorKind::InvalidData, error), vec![vec![1]]);
        let alert = wrapped(TlsError::AlertReceived(AlertDescription::UnknownCA));
        assert_eq!(alert.kind, Kind::Alert(TlsAlert::UNKNOWN_CA));
        for (error, reason) in [
            (CertificateError::UnknownIssuer, Distrust::UnknownIssuer),
            (CertificateError::Expired, Distrust::Expired),
            (CertificateError::NotValidYet, Distrust::NotYetValid),
            (CertificateError::NotValidForName, Distrust::WrongName),
            (CertificateError::BadSignature, Distrust::Invalid),
        ] {
            let failure = wrapped(TlsError::InvalidCertificate(error));
            assert_eq!(failure.kind, Kind::ServerNotTrusted(reason));
            assert_eq!(failure.server_chain, [[1]]);
        }
        let header = wrapped(TlsError::InvalidMessage(InvalidMessage::InvalidContentType));
        assert_eq!(header.kind, Kind::NotTls);
        let inside = wrapped(TlsError::InvalidMessage(InvalidMessage::MissingKeyExchange));
        assert_eq!(inside.kind, Kind::Other);
    }

    #[test]
    fn sockets_tell_refused_unreachable_and_closed_apart() {
        let connect = |kind: io::ErrorKind| of_connect(&kind.into(), "127.0.0.1:1").kind;
        assert_eq!(connect(io::ErrorKind::ConnectionRefused), Kind::Refused);
        assert_eq!(connect(io::ErrorKind::NetworkUnreachable), Kind::Unreachable);
        assert_eq!(connect(io::ErrorKind::TimedOut), Kind::TimedOut);
        assert_eq!(connect(io::ErrorKind::PermissionDenied), Kind::Other);
        for kind in [io::ErrorKind::UnexpectedEof, io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe]
        {
            assert_eq!(of_stream(&kind.into(), Vec::new()).kind, Kind::Closed);
        }
    }
}
