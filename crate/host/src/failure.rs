//! From the errors of sockets and rustls to the cases of `transport-failure`.

use std::io;

use tokio_rustls::rustls::{CertificateError, Error as TlsError, InvalidMessage};

use crate::tls::{Distrust, TlsAlert, TransportFailure, UntrustedServer};

/// Which case a failure of TCP is, while connecting.
pub(crate) fn of_connect(error: &io::Error, to: &str) -> TransportFailure {
    let detail = format!("{to}: {error}");
    match error.kind() {
        io::ErrorKind::ConnectionRefused => TransportFailure::Refused(detail),
        io::ErrorKind::TimedOut => TransportFailure::TimedOut(detail),
        io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkDown
        | io::ErrorKind::AddrNotAvailable => TransportFailure::Unreachable(detail),
        _ => TransportFailure::Other(detail),
    }
}

/// Which case a failure on a TCP connection is, in the handshake or behind it.
///
/// `chain` is what the server has presented so far, leaf first, DER.
pub(crate) fn of_stream(error: &io::Error, chain: Vec<Vec<u8>>) -> TransportFailure {
    if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>()) {
        return of_tls(error, chain);
    }
    match error.kind() {
        // A peer that goes without close_notify: the end may have been cut off.
        io::ErrorKind::UnexpectedEof => {
            TransportFailure::Closed("the peer closed the connection without close_notify".to_owned())
        }
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::NotConnected
        | io::ErrorKind::WriteZero => TransportFailure::Closed(error.to_string()),
        io::ErrorKind::TimedOut => {
            TransportFailure::Closed(format!("{error}: the peer does not acknowledge any more"))
        }
        _ => TransportFailure::Other(error.to_string()),
    }
}

fn of_tls(error: &TlsError, chain: Vec<Vec<u8>>) -> TransportFailure {
    let detail = error.to_string();
    match error {
        TlsError::InvalidCertificate(error) => {
            TransportFailure::ServerNotTrusted(UntrustedServer { reason: distrust(error), detail, chain })
        }
        TlsError::NoCertificatesPresented => {
            TransportFailure::ServerNotTrusted(UntrustedServer { reason: Distrust::Invalid, detail, chain })
        }
        TlsError::AlertReceived(alert) => {
            TransportFailure::Alert(TlsAlert { number: u8::from(*alert), detail })
        }
        TlsError::PeerIncompatible(_) => TransportFailure::NoCommonParameters(detail),
        // What already fails in the five bytes of a record's header was never TLS (RFC 8446 section 5.1).
        TlsError::InvalidMessage(
            InvalidMessage::InvalidContentType
            | InvalidMessage::UnknownProtocolVersion
            | InvalidMessage::MessageTooLarge
            | InvalidMessage::InvalidEmptyPayload,
        ) => TransportFailure::NotTls(detail),
        _ => TransportFailure::Other(detail),
    }
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
        assert!(matches!(alert, TransportFailure::Alert(TlsAlert { number: 48, .. })), "{alert:?}");
        for (error, reason) in [
            (CertificateError::UnknownIssuer, Distrust::UnknownIssuer),
            (CertificateError::Expired, Distrust::Expired),
            (CertificateError::NotValidYet, Distrust::NotYetValid),
            (CertificateError::NotValidForName, Distrust::WrongName),
            (CertificateError::BadSignature, Distrust::Invalid),
        ] {
            match wrapped(TlsError::InvalidCertificate(error)) {
                TransportFailure::ServerNotTrusted(server) => {
                    assert_eq!((server.reason, server.chain), (reason, vec![vec![1]]));
                }
                other => panic!("{other:?}"),
            }
        }
        let header = wrapped(TlsError::InvalidMessage(InvalidMessage::InvalidContentType));
        assert!(matches!(header, TransportFailure::NotTls(_)), "{header:?}");
        let inside = wrapped(TlsError::InvalidMessage(InvalidMessage::MissingKeyExchange));
        assert!(matches!(inside, TransportFailure::Other(_)), "{inside:?}");
    }

    #[test]
    fn sockets_tell_refused_unreachable_and_closed_apart() {
        let connect = |kind: io::ErrorKind| of_connect(&kind.into(), "127.0.0.1:1");
        assert!(matches!(connect(io::ErrorKind::ConnectionRefused), TransportFailure::Refused(_)));
        assert!(matches!(connect(io::ErrorKind::NetworkUnreachable), TransportFailure::Unreachable(_)));
        assert!(matches!(connect(io::ErrorKind::TimedOut), TransportFailure::TimedOut(_)));
        assert!(matches!(connect(io::ErrorKind::PermissionDenied), TransportFailure::Other(_)));
        for kind in [io::ErrorKind::UnexpectedEof, io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe]
        {
            let failure = of_stream(&kind.into(), Vec::new());
            assert!(matches!(failure, TransportFailure::Closed(_)), "{failure:?}");
        }
    }
}
