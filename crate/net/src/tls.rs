//! TLS as every connection here has it: ring, TLS 1.2 and 1.3, no resumption.

use std::sync::Arc;

use tokio_rustls::rustls::{
    ClientConfig, DEFAULT_VERSIONS, Error,
    client::{ResolvesClientCert, Resumption, WebPkiServerVerifier},
    crypto::{CryptoProvider, ring},
};

pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// What is the same for every dial, without an identity.
pub(crate) fn base_config(verdict: Arc<WebPkiServerVerifier>) -> Result<ClientConfig, Error> {
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(DEFAULT_VERSIONS)?
        .with_webpki_verifier(verdict)
        .with_no_client_auth();
    // A provisioning is one handshake; what is not kept cannot leak.
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// The same with an identity.
pub(crate) fn client_config(
    verdict: Arc<WebPkiServerVerifier>,
    resolver: Arc<dyn ResolvesClientCert>,
) -> Result<ClientConfig, Error> {
    let mut config = base_config(verdict)?;
    config.client_auth_cert_resolver = resolver;
    Ok(config)
}
