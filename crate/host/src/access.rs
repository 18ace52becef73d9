//! What a guest may reach with an identity.

use std::sync::Arc;

use tokio_rustls::rustls::{
    ClientConfig, DEFAULT_VERSIONS,
    client::{Resumption, WebPkiServerVerifier},
    crypto::ring,
    sign::SingleCertAndKey,
};

use crate::{
    Identity, Redirection, Route, Trust, TrustError,
    verifier::{Presented, Verifier},
};

/// An identity, the roots it trusts, and the endpoints that may be dialled with it. Everything else is
/// refused without dialling.
///
/// Built once and used for any number of provisionings of this identity; clones are cheap.
#[derive(Debug, Clone)]
pub struct Access {
    identity: Identity,
    config: Arc<ClientConfig>,
    verdict: Arc<WebPkiServerVerifier>,
    allowed: Vec<(String, u16)>,
    route: Route,
}

impl Access {
    /// Prepares TLS for an identity; nothing may be dialled yet.
    ///
    /// # Errors
    /// There is no root, or one cannot be used.
    pub fn new(identity: Identity, trust: &Trust) -> Result<Self, TrustError> {
        let provider = Arc::new(ring::default_provider());
        let verdict = trust.verifier(&provider)?;
        let resolver = Arc::new(SingleCertAndKey::from(identity.certified_key()));
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(DEFAULT_VERSIONS)
            .map_err(|error| TrustError::Damaged { certificate: 0, reason: error.to_string() })?
            .with_webpki_verifier(Arc::clone(&verdict))
            .with_client_cert_resolver(resolver);
        // A provisioning is one handshake; what is not kept cannot leak.
        config.resumption = Resumption::disabled();
        Ok(Self { identity, config: Arc::new(config), verdict, allowed: Vec::new(), route: Route::direct() })
    }

    /// Allows one endpoint: exactly this host (a name, or an address without brackets) at exactly this port.
    #[must_use]
    pub fn allow(mut self, host: &str, port: u16) -> Self {
        self.allowed.push((host.to_ascii_lowercase(), port));
        self
    }

    /// Takes TCP for `host` and `port` to `address` (a name, or an address without brackets) and `address_port`
    /// instead, as curl's `--connect-to` does. The server must prove itself as `host`, and `host` and `port` are
    /// what has to be allowed.
    #[must_use]
    pub fn connect_to(mut self, host: &str, port: u16, address: &str, address_port: u16) -> Self {
        self.route = self.route.redirect(Redirection::new(host, port, address, address_port));
        self
    }

    /// Sets how TCP gets to what is dialled, in place of everything said before.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.route = route;
        self
    }

    /// The identity.
    #[must_use]
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) const fn way(&self) -> &Route {
        &self.route
    }

    pub(crate) fn allows(&self, host: &str, port: u16) -> bool {
        self.allowed.iter().any(|(name, number)| name == host && *number == port)
    }

    /// TLS for one dial, and where the server's chain will be found.
    pub(crate) fn client_config(&self) -> (Arc<ClientConfig>, Presented) {
        let presented = Presented::default();
        let verifier = Verifier::new(Arc::clone(&self.verdict), presented.clone());
        let mut config = ClientConfig::clone(&self.config);
        config.dangerous().set_certificate_verifier(Arc::new(verifier));
        (Arc::new(config), presented)
    }
}
