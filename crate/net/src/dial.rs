//! Resolve, connect, shake hands.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use dps_x509_core::{
    name::Endpoint,
    session::{ConnectionInfo, TransportFailure, TransportFailureKind as Kind},
};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{ClientConfig, pki_types::ServerName},
};

use crate::{Connection, Proxy, Route, failure, proxy, verifier::Presented};

/// How long one address of several may leave TCP unanswered, before the next one is tried.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a proxy may leave TCP unanswered; less than a session waits for a whole dial, so that it is the proxy
/// that is named.
const PATIENCE_WITH_PROXY: Duration = Duration::from_secs(10);

/// Makes a connection; whoever drops this bounds the whole of it.
pub(crate) async fn dial(
    endpoint: &Endpoint,
    route: &Route,
    config: Arc<ClientConfig>,
    presented: &Presented,
) -> Result<Connection, TransportFailure> {
    let (tcp, peer) = reach(endpoint, route).await?;
    secure(tcp, peer, endpoint.host(), config, presented).await
}

/// TLS with the server called `host`, at the end of `tcp`, which leads to `peer`.
pub(crate) async fn secure(
    tcp: TcpStream,
    peer: Option<String>,
    host: &str,
    config: Arc<ClientConfig>,
    presented: &Presented,
) -> Result<Connection, TransportFailure> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|error| TransportFailure::new(Kind::Other, format!("{host}: {error}")))?;
    // Packets are small, and each is waited for.
    let _ = tcp.set_nodelay(true);
    let stream = TlsConnector::from(config)
        .connect(name, tcp)
        .await
        .map_err(|error| failure::of_stream(&error, presented.chain()))?;
    let info = ConnectionInfo {
        peer,
        tls_version: tls_version(&stream),
        cipher_suite: cipher_suite(&stream),
        server_chain: presented.chain(),
    };
    Ok(Connection::new(stream, info))
}

/// `TLSv1_2` as people write it.
fn tls_version(stream: &TlsStream<TcpStream>) -> Option<String> {
    Some(stream.get_ref().1.protocol_version()?.as_str()?.replace('_', "."))
}

/// The name that IANA gave it, which has no version in it.
fn cipher_suite(stream: &TlsStream<TcpStream>) -> Option<String> {
    Some(stream.get_ref().1.negotiated_cipher_suite()?.suite().as_str()?.replacen("TLS13_", "TLS_", 1))
}

/// TCP up to the endpoint's server, and the address that was dialled for it.
async fn reach(endpoint: &Endpoint, route: &Route) -> Result<(TcpStream, Option<String>), TransportFailure> {
    let (host, port) = route.target(endpoint.host(), endpoint.port());
    let (tcp, through) = match route.proxy(endpoint.host()) {
        None => (connect(&resolve(&host, port).await?).await?, ""),
        Some(proxy) => {
            let tcp = connect_to_proxy(proxy).await?;
            (proxy::tunnel(tcp, proxy, &host, port).await?, "proxy ")
        }
    };
    let peer = tcp.peer_addr().ok().map(|peer| format!("{through}{peer}"));
    Ok((tcp, peer))
}

async fn connect_to_proxy(proxy: &Proxy) -> Result<TcpStream, TransportFailure> {
    let connecting = async { connect(&resolve(proxy.host(), proxy.port()).await?).await };
    let connected = timeout(PATIENCE_WITH_PROXY, connecting).await.unwrap_or_else(|_| {
        let words = format!("no connection within {} s", PATIENCE_WITH_PROXY.as_secs());
        Err(TransportFailure::new(Kind::TimedOut, words))
    });
    connected.map_err(|failure| proxy::not_reached(proxy, failure))
}

pub(crate) async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, TransportFailure> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let not_found = |why: &str| TransportFailure::new(Kind::NameNotFound, format!("{host}: {why}"));
    match tokio::net::lookup_host((host, port)).await {
        Ok(addresses) => {
            let addresses: Vec<_> = addresses.collect();
            if addresses.is_empty() { Err(not_found("no address")) } else { Ok(addresses) }
        }
        Err(error) => Err(not_found(&error.to_string())),
    }
}

/// The first address that answers. If none does: what the last one said, unless all it said was that there
/// is no route, which is what a machine without IPv6 says of every IPv6 address.
async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, TransportFailure> {
    let mut worst = None;
    for (index, address) in addresses.iter().enumerate() {
        let is_last = index + 1 == addresses.len();
        let connecting = TcpStream::connect(address);
        let result = if is_last {
            connecting.await
        } else {
            timeout(PATIENCE, connecting).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
        };
        match result {
            Ok(stream) => return Ok(stream),
            Err(error) => {
                let failure = failure::of_connect(&error, &address.to_string());
                if worst.is_none() || failure.kind != Kind::Unreachable {
                    worst = Some(failure);
                }
            }
        }
    }
    Err(worst.unwrap_or_else(|| TransportFailure::new(Kind::NameNotFound, "no address")))
}
