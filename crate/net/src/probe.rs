//! One connection step by step, for whoever wants to know how far it gets: resolve, TCP, proxy, TLS, a conversation.
//!
//! The same steps as those of a provisioning, and the same verdict on the server: a chain that is not trusted ends the
//! handshake, and is kept as evidence. There is no [`Connection`] without a verified server.

mod conversation;
mod date;

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

pub use conversation::{Conversation, converse};
pub use date::date;
use dps_x509_core::{name::Endpoint, session::TransportFailure};
use tokio::{net::TcpStream, task::JoinSet, time::Instant};
use tokio_rustls::rustls::{
    ClientConfig, SignatureScheme,
    client::{ResolvesClientCert, WebPkiServerVerifier},
    sign::CertifiedKey,
};

use crate::{
    Connection, Identity, Route, Trust, TrustError, dial, failure, proxy, tls,
    verifier::{Presented, Verifier},
};

/// Makes connections step by step, with an identity or without one.
#[derive(Debug, Clone)]
pub struct Prober {
    identity: Option<Identity>,
    verdict: Arc<WebPkiServerVerifier>,
    route: Route,
}

/// What came of connecting to one address.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The address.
    pub address: SocketAddr,
    /// How long it took.
    pub took: Duration,
    /// The connection, or why there is none.
    pub result: Result<Tcp, TransportFailure>,
}

/// A TCP connection.
#[derive(Debug)]
pub struct Tcp(TcpStream);

/// What came of a TLS handshake.
#[derive(Debug)]
#[non_exhaustive]
pub struct Handshake {
    /// The server's chain as it was presented, leaf first, DER; empty if it did not come to that.
    pub server_chain: Vec<Vec<u8>>,
    /// Whether the server asked for a client certificate.
    pub has_asked: bool,
    /// The connection, or why there is none.
    pub result: Result<Connection, TransportFailure>,
}

/// How many addresses of a name are tried.
const MAX_ADDRESSES: usize = 16;

impl Prober {
    /// Prepares TLS.
    ///
    /// # Errors
    /// There is no root, or one cannot be used.
    pub fn new(identity: Option<Identity>, trust: &Trust, route: Route) -> Result<Self, TrustError> {
        Ok(Self { identity, verdict: trust.verifier(&tls::provider())?, route })
    }

    /// Whether there is an identity.
    #[must_use]
    pub const fn has_identity(&self) -> bool {
        self.identity.is_some()
    }

    /// The same without the identity.
    #[must_use]
    pub fn anonymous(&self) -> Self {
        Self { identity: None, ..self.clone() }
    }

    /// The proxy on the way to a host, as `HOST:PORT`.
    #[must_use]
    pub fn proxy(&self, host: &str) -> Option<String> {
        self.route.proxy(host).map(ToString::to_string)
    }

    /// Where TCP goes for an endpoint: the proxy, or where the redirections lead.
    #[must_use]
    pub fn hop(&self, endpoint: &Endpoint) -> (String, u16) {
        match self.route.proxy(endpoint.host()) {
            Some(proxy) => (proxy.host().to_owned(), proxy.port()),
            None => self.route.target(endpoint.host(), endpoint.port()),
        }
    }

    /// Every address of a hop, for each of which there is one [`Attempt`] later.
    ///
    /// # Errors
    /// The name has no address.
    pub async fn resolve(&self, (host, port): (&str, u16)) -> Result<Vec<SocketAddr>, TransportFailure> {
        let mut addresses = dial::resolve(host, port).await?;
        addresses.truncate(MAX_ADDRESSES);
        Ok(addresses)
    }

    /// Connects to all of them at once, each within `limit`; in the order of the addresses.
    pub async fn connect(&self, addresses: &[SocketAddr], limit: Duration) -> Vec<Attempt> {
        let mut attempts = JoinSet::new();
        for &address in addresses {
            attempts.spawn(async move {
                let begin = Instant::now();
                let connecting = tokio::time::timeout(limit, TcpStream::connect(address)).await;
                let connected = connecting.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
                let result = connected.map_err(|error| failure::of_connect(&error, &address.to_string()));
                Attempt { address, took: begin.elapsed(), result: result.map(Tcp) }
            });
        }
        let mut done = attempts.join_all().await;
        done.sort_by_key(|attempt| addresses.iter().position(|address| *address == attempt.address));
        done
    }

    /// Asks the proxy on the way to an endpoint for a way to it; without a proxy the connection is that way.
    ///
    /// # Errors
    /// The proxy does not make the way.
    pub async fn tunnel(&self, tcp: Tcp, endpoint: &Endpoint) -> Result<Tcp, TransportFailure> {
        let Some(proxy) = self.route.proxy(endpoint.host()) else { return Ok(tcp) };
        let (host, port) = self.route.target(endpoint.host(), endpoint.port());
        proxy::tunnel(tcp.0, proxy, &host, port).await.map(Tcp)
    }

    /// A failure to reach a hop, which is the proxy's where there is one on the way to `endpoint`.
    #[must_use]
    pub fn hop_failure(&self, endpoint: &Endpoint, failure: TransportFailure) -> TransportFailure {
        match self.route.proxy(endpoint.host()) {
            Some(proxy) => proxy::not_reached(proxy, failure),
            None => failure,
        }
    }

    /// TLS with the endpoint's server.
    pub async fn handshake(&self, tcp: Tcp, endpoint: &Endpoint) -> Handshake {
        let (presented, asked) = (Presented::default(), Arc::new(AtomicBool::new(false)));
        let result = match self.client_config(&presented, &asked) {
            Ok(config) => {
                let peer = tcp.0.peer_addr().ok().map(|peer| peer.to_string());
                dial::secure(tcp.0, peer, endpoint.host(), Arc::new(config), &presented).await
            }
            Err(failure) => Err(failure),
        };
        Handshake { server_chain: presented.chain(), has_asked: asked.load(Ordering::Relaxed), result }
    }

    fn client_config(
        &self,
        presented: &Presented,
        asked: &Arc<AtomicBool>,
    ) -> Result<ClientConfig, TransportFailure> {
        let key = self.identity.as_ref().map(Identity::certified_key);
        let resolver = Arc::new(Resolver { key, asked: Arc::clone(asked) });
        let mut config = tls::client_config(Arc::clone(&self.verdict), resolver)
            .map_err(|error| failure::of_tls(&error, Vec::new()))?;
        let verifier = Verifier::new(Arc::clone(&self.verdict), presented.clone());
        config.dangerous().set_certificate_verifier(Arc::new(verifier));
        Ok(config)
    }
}

/// Gives the identity, and notes that it was asked for.
#[derive(Debug)]
struct Resolver {
    key: Option<Arc<CertifiedKey>>,
    asked: Arc<AtomicBool>,
}

impl ResolvesClientCert for Resolver {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        self.key.clone()
    }

    fn has_certs(&self) -> bool {
        self.key.is_some()
    }
}
