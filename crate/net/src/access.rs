//! What may be reached with an identity.

use std::sync::Arc;

use dps_x509_core::{
    name::Endpoint,
    session::{TransportFailure, TransportFailureKind},
};
use tokio_rustls::rustls::{ClientConfig, client::WebPkiServerVerifier, sign::SingleCertAndKey};

use crate::{
    Connection, Identity, Redirection, Route, Trust, TrustError, Trusted, dial,
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
    allowed: Vec<Rule>,
    route: Route,
}

/// What may be dialled: hosts of one kind at one port.
#[derive(Debug, Clone)]
struct Rule {
    hosts: Hosts,
    port: u16,
}

#[derive(Debug, Clone)]
enum Hosts {
    Exactly(String),
    /// One label in front of this, which begins with a dot.
    Below(String),
}

impl Rule {
    fn exactly(host: &str, port: u16) -> Self {
        Self { hosts: Hosts::Exactly(host.to_ascii_lowercase()), port }
    }

    fn below(domain: &str, port: u16) -> Self {
        let domain = domain.trim_start_matches('.').to_ascii_lowercase();
        Self { hosts: Hosts::Below(format!(".{domain}")), port }
    }

    fn allows(&self, host: &str, port: u16) -> bool {
        let is_host = match &self.hosts {
            Hosts::Exactly(name) => name == host,
            Hosts::Below(suffix) => host
                .strip_suffix(suffix.as_str())
                .is_some_and(|label| !label.is_empty() && !label.contains('.')),
        };
        is_host && port == self.port
    }
}

impl Access {
    /// Prepares TLS for an identity; nothing may be dialled yet.
    ///
    /// # Errors
    /// There is no root, or one cannot be used.
    pub fn new(identity: Identity, trust: &Trust) -> Result<Self, TrustError> {
        Ok(Self::trusting(identity, &trust.ready()?))
    }

    /// The same with roots that have been prepared, which many identities share; nothing may be dialled yet.
    #[must_use]
    pub fn trusting(identity: Identity, trusted: &Trusted) -> Self {
        let mut config = ClientConfig::clone(&trusted.config);
        config.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(identity.certified_key()));
        let verdict = Arc::clone(&trusted.verdict);
        Self { identity, config: Arc::new(config), verdict, allowed: Vec::new(), route: Route::direct() }
    }

    /// Allows one endpoint: exactly this host (a name, or an address without brackets) at exactly this port.
    #[must_use]
    pub fn allow(mut self, host: &str, port: u16) -> Self {
        self.allowed.push(Rule::exactly(host, port));
        self
    }

    /// Allows every host with exactly one label more than `domain` at exactly this port: the hubs of a cloud, such as
    /// `contoso.azure-devices.net` below `azure-devices.net`. For what the service names when it is asked.
    #[must_use]
    pub fn allow_below(mut self, domain: &str, port: u16) -> Self {
        self.allowed.push(Rule::below(domain, port));
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

    /// Dials an endpoint: resolves, connects by the route, shakes hands, and verifies the server as the endpoint's host.
    /// The future is independent of `self`; dropping it gives the dial up. A name's addresses are tried one after the
    /// other; there is no other time limit than the caller's, but for proxies.
    ///
    /// # Errors
    /// Why there is no connection. An endpoint that is not allowed is
    /// [`NotAllowed`](TransportFailureKind::NotAllowed), and no name is resolved for it.
    pub fn connect(
        &self,
        endpoint: &Endpoint,
    ) -> impl Future<Output = Result<Connection, TransportFailure>> + Send + use<> {
        let (access, endpoint) = (self.clone(), endpoint.clone());
        async move {
            if !access.allowed.iter().any(|rule| rule.allows(endpoint.host(), endpoint.port())) {
                let detail =
                    format!("{} at port {} is not on the allow-list", endpoint.host(), endpoint.port());
                return Err(TransportFailure::new(TransportFailureKind::NotAllowed, detail));
            }
            let (config, presented) = access.client_config();
            dial::dial(&endpoint, &access.route, config, &presented).await
        }
    }

    /// TLS for one dial, and where the server's chain will be found.
    fn client_config(&self) -> (Arc<ClientConfig>, Presented) {
        let presented = Presented::default();
        let verifier = Verifier::new(Arc::clone(&self.verdict), presented.clone());
        let mut config = ClientConfig::clone(&self.config);
        config.dangerous().set_certificate_verifier(Arc::new(verifier));
        (Arc::new(config), presented)
    }
}

#[cfg(test)]
mod tests {
    use super::Rule;

    #[test]
    fn one_label_below_a_domain_and_no_more() {
        let rule = Rule::below(".Azure-Devices.net", 8883);
        for (host, port, is_allowed) in [
            ("contoso.azure-devices.net", 8883, true),
            ("contoso.azure-devices.net", 443, false),
            ("a.b.azure-devices.net", 8883, false),
            ("azure-devices.net", 8883, false),
            (".azure-devices.net", 8883, false),
            ("contosoazure-devices.net", 8883, false),
            ("contoso.azure-devices.net.evil.example", 8883, false),
            ("contoso.azure-devices.net.", 8883, false),
        ] {
            assert_eq!(rule.allows(host, port), is_allowed, "{host}:{port}");
        }
        assert!(Rule::exactly("Hub.example", 443).allows("hub.example", 443));
    }
}
