//! One connection step by step, for whoever wants to know how far it gets: resolve, TCP, proxy, TLS.
//!
//! The same steps as those of a provisioning, and the same verdict on the server: a chain that is not trusted ends the
//! handshake, and is kept as evidence. There is no [`Line`] without a verified server.

mod line;

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

pub use line::Line;
use tokio::{net::TcpStream, task::JoinSet, time::Instant};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, DEFAULT_VERSIONS, SignatureScheme,
        client::{ResolvesClientCert, Resumption, WebPkiServerVerifier},
        crypto::ring,
        pki_types::ServerName,
        sign::CertifiedKey,
    },
};

use crate::{
    Identity, Route, Trust, TrustError, dial, failure, proxy,
    tls::{ProxyFault, TransportFailure},
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
pub struct Handshake {
    /// The server's chain as it was presented, leaf first, DER; empty if it did not come to that.
    pub server_chain: Vec<Vec<u8>>,
    /// Whether the server asked for a client certificate.
    pub has_asked: bool,
    /// The connection, or why there is none.
    pub result: Result<Line, TransportFailure>,
}

/// How many addresses of a name are tried.
const MAX_ADDRESSES: usize = 16;

impl Prober {
    /// Prepares TLS.
    ///
    /// # Errors
    /// There is no root, or one cannot be used.
    pub fn new(identity: Option<Identity>, trust: &Trust, route: Route) -> Result<Self, TrustError> {
        let verdict = trust.verifier(&Arc::new(ring::default_provider()))?;
        Ok(Self { identity, verdict, route })
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

    /// Random bytes for a conversation: its masks and keys need no more than to differ.
    #[must_use]
    pub fn dice(&self) -> [u8; 16] {
        let mut dice = [0; 16];
        // Without chance there is still a conversation, and TLS would not have come up.
        let _ = ring::default_provider().secure_random.fill(&mut dice);
        dice
    }

    /// The proxy on the way to a host, as `HOST:PORT`.
    #[must_use]
    pub fn proxy(&self, host: &str) -> Option<String> {
        self.route.proxy(host).map(ToString::to_string)
    }

    /// Where TCP goes for an endpoint: the proxy, or where the redirections lead.
    #[must_use]
    pub fn hop(&self, host: &str, port: u16) -> (String, u16) {
        match self.route.proxy(host) {
            Some(proxy) => (proxy.host().to_owned(), proxy.port()),
            None => self.route.target(host, port),
        }
    }

    /// Every address of a hop, for each of which there is one [`Attempt`] later.
    ///
    /// # Errors
    /// The name has no address.
    pub async fn resolve(&self, hop: &(String, u16)) -> Result<Vec<SocketAddr>, TransportFailure> {
        let mut addresses = dial::resolve(&hop.0, hop.1).await?;
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
    pub async fn tunnel(&self, tcp: Tcp, host: &str, port: u16) -> Result<Tcp, TransportFailure> {
        let Some(proxy) = self.route.proxy(host) else { return Ok(tcp) };
        let (host, port) = self.route.target(host, port);
        proxy::tunnel(tcp.0, proxy, &host, port).await.map(Tcp)
    }

    /// A failure to reach a hop, which is the proxy's where there is one on the way to `host`.
    #[must_use]
    pub fn hop_failure(&self, host: &str, failure: TransportFailure) -> TransportFailure {
        let Some(proxy) = self.route.proxy(host) else { return failure };
        let (reason, words) = match failure {
            TransportFailure::NameNotFound(words) => (ProxyFault::NameNotFound, words),
            TransportFailure::Refused(words) => (ProxyFault::Refused, words),
            TransportFailure::TimedOut(words) => (ProxyFault::TimedOut, words),
            TransportFailure::Unreachable(words) | TransportFailure::Other(words) => {
                (ProxyFault::Unreachable, words)
            }
            other => return other,
        };
        proxy::failure(proxy, reason, &words)
    }

    /// TLS with the server called `host`.
    pub async fn handshake(&self, tcp: Tcp, host: &str) -> Handshake {
        let (presented, asked) = (Presented::default(), Arc::new(AtomicBool::new(false)));
        let result = self.shake_hands(tcp.0, host, &presented, &asked).await;
        Handshake { server_chain: presented.chain(), has_asked: asked.load(Ordering::Relaxed), result }
    }

    async fn shake_hands(
        &self,
        tcp: TcpStream,
        host: &str,
        presented: &Presented,
        asked: &Arc<AtomicBool>,
    ) -> Result<Line, TransportFailure> {
        let other = |error: &dyn std::fmt::Display| TransportFailure::Other(format!("{host}: {error}"));
        let name = ServerName::try_from(host.to_owned()).map_err(|error| other(&error))?;
        let key = self.identity.as_ref().map(Identity::certified_key);
        let resolver = Resolver { key, asked: Arc::clone(asked) };
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(DEFAULT_VERSIONS)
            .map_err(|error| other(&error))?
            .with_webpki_verifier(Arc::clone(&self.verdict))
            .with_client_cert_resolver(Arc::new(resolver));
        config.resumption = Resumption::disabled();
        let verifier = Verifier::new(Arc::clone(&self.verdict), presented.clone());
        config.dangerous().set_certificate_verifier(Arc::new(verifier));
        let _ = tcp.set_nodelay(true);
        let stream = TlsConnector::from(Arc::new(config))
            .connect(name, tcp)
            .await
            .map_err(|error| failure::of_stream(&error, presented.chain()))?;
        Ok(Line::new(stream))
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
