//! TLS as DPS does it: a certificate is asked for, its key is proven, its chain is not judged.

use std::sync::Arc;

use rustls::{
    DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms},
    pki_types::{CertificateDer, PrivateKeyDer, SubjectPublicKeyInfoDer, UnixTime},
    server::danger::{ClientCertVerified, ClientCertVerifier},
    version::{TLS12, TLS13},
};
use webpki::RawPublicKeyEntity;

use crate::certificate::Parsed;

/// The server's side of TLS with this certificate chain.
pub(crate) fn server_config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    tls13: bool,
) -> Result<Arc<ServerConfig>, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions: &[_] = if tls13 { &[&TLS13, &TLS12] } else { &[&TLS12] };
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)?
        .with_client_cert_verifier(Arc::new(ProofOfPossession { provider }))
        .with_single_cert(chain, key)?;
    Ok(Arc::new(config))
}

/// Takes any certificate whose private key the client has.
#[derive(Debug)]
struct ProofOfPossession {
    provider: Arc<CryptoProvider>,
}

impl ProofOfPossession {
    fn algorithms(&self) -> WebPkiSupportedAlgorithms {
        self.provider.signature_verification_algorithms
    }

    /// The signature by the bare public key: webpki does not read every certificate that clients present
    /// (version 1, for one), and what it thinks of them is asked after register.
    fn verify_with_public_key(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let unreadable = || Error::InvalidCertificate(rustls::CertificateError::BadEncoding);
        let public_key = Parsed::new(certificate.clone().into_owned()).public_key().ok_or_else(unreadable)?;
        let public_key = SubjectPublicKeyInfoDer::from(public_key);
        let public_key = RawPublicKeyEntity::try_from(&public_key).map_err(|_| unreadable())?;
        // In TLS 1.2 an ECDSA scheme names the hash and leaves the curve open.
        let algorithms = self.algorithms();
        let fits = algorithms.mapping.iter().filter(|(scheme, _)| *scheme == signed.scheme);
        let valid = fits
            .flat_map(|(_, candidates)| candidates.iter())
            .any(|algorithm| public_key.verify_signature(*algorithm, message, signed.signature()).is_ok());
        if valid {
            Ok(HandshakeSignatureValid::assertion())
        } else {
            Err(Error::InvalidCertificate(rustls::CertificateError::BadSignature))
        }
    }
}

impl ClientCertVerifier for ProofOfPossession {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if webpki::EndEntityCert::try_from(certificate).is_err() {
            return self.verify_with_public_key(message, certificate, signed);
        }
        rustls::crypto::verify_tls12_signature(message, certificate, signed, &self.algorithms())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if webpki::EndEntityCert::try_from(certificate).is_err() {
            let unreadable = || Error::InvalidCertificate(rustls::CertificateError::BadEncoding);
            let parsed = Parsed::new(certificate.clone().into_owned());
            let public_key = SubjectPublicKeyInfoDer::from(parsed.public_key().ok_or_else(unreadable)?);
            return rustls::crypto::verify_tls13_signature_with_raw_key(
                message,
                &public_key,
                signed,
                &self.algorithms(),
            );
        }
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &self.algorithms())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms().supported_schemes()
    }
}
