//! Endpoints, connections, and why there are none.

use dps_x509_core::{
    name, service,
    session::{self, TransportFailureKind as Kind},
};

use super::{same_cases, same_fields};
use crate::contract::transport::{
    ConnectionInfo, Distrust, Endpoint, ProxyFailure, ProxyFault, TlsAlert, TransportFailure, UntrustedServer,
};

same_cases! {
    session::Distrust = Distrust { UnknownIssuer, Expired, NotYetValid, WrongName; Invalid }
    session::ProxyFault = ProxyFault {
        NameNotFound, Unreachable, Refused, TimedOut, AuthenticationRequired, Denied, NotHttp; Closed
    }
}

same_fields! {
    session::ConnectionInfo = ConnectionInfo { peer, tls_version, cipher_suite, server_chain }
}

/// The kinds of failure that are one case each, with the words and nothing else.
macro_rules! plain_kinds {
    ($($case:ident $word:literal),+ $(,)?) => {
        impl From<session::TransportFailure> for TransportFailure {
            fn from(failure: session::TransportFailure) -> Self {
                let session::TransportFailure { kind, detail, server_chain, .. } = failure;
                match kind {
                    $(Kind::$case => Self::$case(detail),)+
                    Kind::ServerNotTrusted(reason) => {
                        Self::ServerNotTrusted(UntrustedServer { reason: reason.into(), detail, chain: server_chain })
                    }
                    Kind::Alert(alert) => Self::Alert(TlsAlert { number: alert.number(), detail }),
                    Kind::Proxy(fault) => Self::Proxy(ProxyFailure { reason: fault.into(), detail }),
                    _ => Self::Other(detail),
                }
            }
        }

        impl From<TransportFailure> for session::TransportFailure {
            fn from(failure: TransportFailure) -> Self {
                match failure {
                    $(TransportFailure::$case(detail) => Self::new(Kind::$case, detail),)+
                    TransportFailure::ServerNotTrusted(UntrustedServer { reason, detail, chain }) => {
                        let mut failure = Self::new(Kind::ServerNotTrusted(reason.into()), detail);
                        failure.server_chain = chain;
                        failure
                    }
                    TransportFailure::Alert(TlsAlert { number, detail }) => {
                        Self::new(Kind::Alert(service::TlsAlert::new(number)), detail)
                    },
                    TransportFailure::Proxy(ProxyFailure { reason, detail }) => {
                        Self::new(Kind::Proxy(reason.into()), detail)
                    }
                }
            }
        }
    };
}

dps_x509_core::plain_transport_failures!(plain_kinds);

/// Where to dial.
pub(crate) fn write_endpoint(endpoint: &name::Endpoint) -> Endpoint {
    Endpoint { host: endpoint.host().to_owned(), port: endpoint.port() }
}

/// Where to dial; `None` for what is no endpoint in the words of the contract.
pub(crate) fn read_endpoint(endpoint: &Endpoint) -> Option<name::Endpoint> {
    let Endpoint { host, port } = endpoint;
    let read = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    read.parse().ok().filter(|read: &name::Endpoint| read.host() == host)
}
