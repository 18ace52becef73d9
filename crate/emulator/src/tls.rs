//! TLS as DPS does it: a certificate is asked for, its key is proven, its chain is not judged.

use std::sync::Arc;

use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme,
    client::danger::HandshakeSignatureValid,
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms},
    pki_types::{CertificateDer, PrivateKeyDer, SubjectPublicKeyInfoDer, UnixTime},
    server::danger::{ClientCertVerified, ClientCertVerifier},
    version::{TLS12, TLS13},
};
use webpki::RawPublicKeyEntity;

use crate::{
    authority::{Authority, Validity},
    certificate::Parsed,
    emulator::StartError,
    fault::{Action, Alert, Happening},
};

/// The server's sides of TLS: the right one, and those of scripted faults.
#[derive(Debug)]
pub(crate) struct Tls {
    honest: Arc<ServerConfig>,
    expired: Arc<ServerConfig>,
    wrong_host: Arc<ServerConfig>,
    refusing: Vec<(Alert, Arc<ServerConfig>)>,
}

impl Tls {
    pub(crate) fn new(authority: &Authority, names: &[String], tls13: bool) -> Result<Self, StartError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let make = |names: &[String], validity, refusal| {
            let (chain, key) = authority.issue_server(names, validity).map_err(StartError::Certificate)?;
            let verifier = ProofOfPossession { provider: Arc::clone(&provider), refusal };
            server_config(chain, key, verifier, tls13).map_err(StartError::Tls)
        };
        let refusals = Alert::ALL.into_iter().filter_map(|alert| Some((alert, refusal(alert)?)));
        Ok(Self {
            honest: make(names, Validity::Current, None)?,
            expired: make(names, Validity::Expired, None)?,
            wrong_host: make(&["wrong-host.invalid".to_owned()], Validity::Current, None)?,
            refusing: refusals
                .map(|(alert, refusal)| Ok((alert, make(names, Validity::Current, Some(refusal))?)))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The side to take with these faults.
    pub(crate) fn side(&self, happenings: &[Happening]) -> &Arc<ServerConfig> {
        let side = happenings.iter().find_map(|happening| match happening.action {
            Action::ExpiredCertificate => Some(&self.expired),
            Action::WrongHost => Some(&self.wrong_host),
            Action::TlsAlert(alert) => {
                self.refusing.iter().find(|(refusing, _)| *refusing == alert).map(|(_, config)| config)
            }
            _ => None,
        });
        side.unwrap_or(&self.honest)
    }
}

/// The verdict on a client's certificate that rustls answers with this alert; there is none for the alert that
/// comes before it.
const fn refusal(alert: Alert) -> Option<CertificateError> {
    match alert {
        Alert::HandshakeFailure => None,
        Alert::CertificateRevoked => Some(CertificateError::Revoked),
        Alert::CertificateExpired => Some(CertificateError::Expired),
        Alert::UnknownCa => Some(CertificateError::UnknownIssuer),
        Alert::AccessDenied => Some(CertificateError::ApplicationVerificationFailure),
    }
}

/// A record with the fatal alert `handshake_failure` (RFC 5246 sections 6.2.1 and 7.2).
pub(crate) const HANDSHAKE_FAILURE: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

fn server_config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    verifier: ProofOfPossession,
    tls13: bool,
) -> Result<Arc<ServerConfig>, Error> {
    let versions: &[_] = if tls13 { &[&TLS13, &TLS12] } else { &[&TLS12] };
    let config = ServerConfig::builder_with_provider(Arc::clone(&verifier.provider))
        .with_protocol_versions(versions)?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_single_cert(chain, key)?;
    Ok(Arc::new(config))
}

/// Takes any certificate whose private key the client has.
#[derive(Debug)]
struct ProofOfPossession {
    provider: Arc<CryptoProvider>,
    /// Refuses every certificate, by a scripted fault.
    refusal: Option<CertificateError>,
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
        let unreadable = || Error::InvalidCertificate(CertificateError::BadEncoding);
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
            Err(Error::InvalidCertificate(CertificateError::BadSignature))
        }
    }
}

impl ClientCertVerifier for ProofOfPossession {
    fn client_auth_mandatory(&self) -> bool {
        self.refusal.is_some()
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
        match &self.refusal {
            Some(refusal) => Err(Error::InvalidCertificate(refusal.clone())),
            None => Ok(ClientCertVerified::assertion()),
        }
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
            let unreadable = || Error::InvalidCertificate(CertificateError::BadEncoding);
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
