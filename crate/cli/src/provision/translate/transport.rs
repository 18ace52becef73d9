//! Connections and their failures.

use dps_x509_core::session::{
    ConnectionInfo, Distrust, ProxyFault, TransportFailure, TransportFailureKind as Kind,
};
use dps_x509_host::tls;

pub(super) fn info(info: tls::ConnectionInfo) -> ConnectionInfo {
    let tls::ConnectionInfo { peer, tls_version, cipher_suite, server_chain } = info;
    ConnectionInfo { peer, tls_version, cipher_suite, server_chain }
}

pub(crate) fn failure(failure: tls::TransportFailure) -> TransportFailure {
    use tls::TransportFailure as Failure;
    let (kind, detail) = match failure {
        Failure::NameNotFound(detail) => (Kind::NameNotFound, detail),
        Failure::Unreachable(detail) => (Kind::Unreachable, detail),
        Failure::Refused(detail) => (Kind::Refused, detail),
        Failure::TimedOut(detail) => (Kind::TimedOut, detail),
        Failure::NotTls(detail) => (Kind::NotTls, detail),
        Failure::ServerNotTrusted(untrusted) => {
            let kind = Kind::ServerNotTrusted(match untrusted.reason {
                tls::Distrust::UnknownIssuer => Distrust::UnknownIssuer,
                tls::Distrust::Expired => Distrust::Expired,
                tls::Distrust::NotYetValid => Distrust::NotYetValid,
                tls::Distrust::WrongName => Distrust::WrongName,
                tls::Distrust::Invalid => Distrust::Invalid,
            });
            return TransportFailure { kind, detail: untrusted.detail, server_chain: untrusted.chain };
        }
        Failure::Alert(alert) => (Kind::Alert(alert.number), alert.detail),
        Failure::NoCommonParameters(detail) => (Kind::NoCommonParameters, detail),
        Failure::Closed(detail) => (Kind::Closed, detail),
        Failure::Silent(detail) => (Kind::Silent, detail),
        Failure::Proxy(proxy) => (Kind::Proxy(fault(proxy.reason)), proxy.detail),
        Failure::NotAllowed(detail) => (Kind::NotAllowed, detail),
        Failure::Other(detail) => (Kind::Other, detail),
    };
    TransportFailure::new(kind, detail)
}

const fn fault(fault: tls::ProxyFault) -> ProxyFault {
    match fault {
        tls::ProxyFault::NameNotFound => ProxyFault::NameNotFound,
        tls::ProxyFault::Unreachable => ProxyFault::Unreachable,
        tls::ProxyFault::Refused => ProxyFault::Refused,
        tls::ProxyFault::TimedOut => ProxyFault::TimedOut,
        tls::ProxyFault::AuthenticationRequired => ProxyFault::AuthenticationRequired,
        tls::ProxyFault::Denied => ProxyFault::Denied,
        tls::ProxyFault::NotHttp => ProxyFault::NotHttp,
        tls::ProxyFault::Closed => ProxyFault::Closed,
    }
}
