//! Connections and their failures, both ways.

use dps_x509_core::session::{self, Distrust, ProxyFault, TransportFailureKind as Kind};

use crate::contract::transport::{
    self, ConnectionInfo, ProxyFailure, TlsAlert, TransportFailure, UntrustedServer,
};

/// A failure, into the core.
pub(crate) fn read(failure: TransportFailure) -> session::TransportFailure {
    let (kind, detail) = match failure {
        TransportFailure::NameNotFound(detail) => (Kind::NameNotFound, detail),
        TransportFailure::Unreachable(detail) => (Kind::Unreachable, detail),
        TransportFailure::Refused(detail) => (Kind::Refused, detail),
        TransportFailure::TimedOut(detail) => (Kind::TimedOut, detail),
        TransportFailure::NotTls(detail) => (Kind::NotTls, detail),
        TransportFailure::ServerNotTrusted(UntrustedServer { reason, detail, chain }) => {
            let kind = Kind::ServerNotTrusted(read_distrust(reason));
            let mut failure = session::TransportFailure::new(kind, detail);
            failure.server_chain = chain;
            return failure;
        }
        TransportFailure::Alert(TlsAlert { number, detail }) => (Kind::Alert(number), detail),
        TransportFailure::NoCommonParameters(detail) => (Kind::NoCommonParameters, detail),
        TransportFailure::Closed(detail) => (Kind::Closed, detail),
        TransportFailure::Silent(detail) => (Kind::Silent, detail),
        TransportFailure::Proxy(ProxyFailure { reason, detail }) => {
            (Kind::Proxy(read_proxy_fault(reason)), detail)
        }
        TransportFailure::NotAllowed(detail) => (Kind::NotAllowed, detail),
        TransportFailure::Other(detail) => (Kind::Other, detail),
    };
    session::TransportFailure::new(kind, detail)
}

/// A failure, out of the core.
pub(crate) fn write(failure: &session::TransportFailure) -> TransportFailure {
    let detail = failure.detail.clone();
    match failure.kind {
        Kind::NameNotFound => TransportFailure::NameNotFound(detail),
        Kind::Unreachable => TransportFailure::Unreachable(detail),
        Kind::Refused => TransportFailure::Refused(detail),
        Kind::TimedOut => TransportFailure::TimedOut(detail),
        Kind::NotTls => TransportFailure::NotTls(detail),
        Kind::ServerNotTrusted(distrust) => TransportFailure::ServerNotTrusted(UntrustedServer {
            reason: write_distrust(distrust),
            detail,
            chain: failure.server_chain.clone(),
        }),
        Kind::Alert(number) => TransportFailure::Alert(TlsAlert { number, detail }),
        Kind::NoCommonParameters => TransportFailure::NoCommonParameters(detail),
        Kind::Closed => TransportFailure::Closed(detail),
        Kind::Silent => TransportFailure::Silent(detail),
        Kind::Proxy(fault) => {
            TransportFailure::Proxy(ProxyFailure { reason: write_proxy_fault(fault), detail })
        }
        Kind::NotAllowed => TransportFailure::NotAllowed(detail),
        _ => TransportFailure::Other(detail),
    }
}

/// What is known of a connection, into the core.
pub(crate) fn read_info(info: ConnectionInfo) -> session::ConnectionInfo {
    session::ConnectionInfo {
        peer: info.peer,
        tls_version: info.tls_version,
        cipher_suite: info.cipher_suite,
        server_chain: info.server_chain,
    }
}

/// What is known of a connection, out of the core.
pub(crate) fn write_info(info: &session::ConnectionInfo) -> ConnectionInfo {
    let info = info.clone();
    ConnectionInfo {
        peer: info.peer,
        tls_version: info.tls_version,
        cipher_suite: info.cipher_suite,
        server_chain: info.server_chain,
    }
}

fn read_distrust(distrust: transport::Distrust) -> Distrust {
    match distrust {
        transport::Distrust::UnknownIssuer => Distrust::UnknownIssuer,
        transport::Distrust::Expired => Distrust::Expired,
        transport::Distrust::NotYetValid => Distrust::NotYetValid,
        transport::Distrust::WrongName => Distrust::WrongName,
        transport::Distrust::Invalid => Distrust::Invalid,
    }
}

fn write_distrust(distrust: Distrust) -> transport::Distrust {
    match distrust {
        Distrust::UnknownIssuer => transport::Distrust::UnknownIssuer,
        Distrust::Expired => transport::Distrust::Expired,
        Distrust::NotYetValid => transport::Distrust::NotYetValid,
        Distrust::WrongName => transport::Distrust::WrongName,
        _ => transport::Distrust::Invalid,
    }
}

const fn read_proxy_fault(fault: transport::ProxyFault) -> ProxyFault {
    match fault {
        transport::ProxyFault::NameNotFound => ProxyFault::NameNotFound,
        transport::ProxyFault::Unreachable => ProxyFault::Unreachable,
        transport::ProxyFault::Refused => ProxyFault::Refused,
        transport::ProxyFault::TimedOut => ProxyFault::TimedOut,
        transport::ProxyFault::AuthenticationRequired => ProxyFault::AuthenticationRequired,
        transport::ProxyFault::Denied => ProxyFault::Denied,
        transport::ProxyFault::NotHttp => ProxyFault::NotHttp,
        transport::ProxyFault::Closed => ProxyFault::Closed,
    }
}

const fn write_proxy_fault(fault: ProxyFault) -> transport::ProxyFault {
    match fault {
        ProxyFault::NameNotFound => transport::ProxyFault::NameNotFound,
        ProxyFault::Unreachable => transport::ProxyFault::Unreachable,
        ProxyFault::Refused => transport::ProxyFault::Refused,
        ProxyFault::TimedOut => transport::ProxyFault::TimedOut,
        ProxyFault::AuthenticationRequired => transport::ProxyFault::AuthenticationRequired,
        ProxyFault::Denied => transport::ProxyFault::Denied,
        ProxyFault::NotHttp => transport::ProxyFault::NotHttp,
        _ => transport::ProxyFault::Closed,
    }
}
