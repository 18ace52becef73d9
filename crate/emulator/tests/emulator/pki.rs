//! Certificates for tests.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SigningKey as _,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use x509_cert::der::{
    Decode as _, Encode as _,
    pem::{LineEnding, encode_string},
};

/// A CA of tests, with what its devices have to send above their leaf.
pub(crate) struct Ca {
    params: CertificateParams,
    key: KeyPair,
    pub(crate) pem: String,
    pub(crate) chain: Vec<CertificateDer<'static>>,
}

impl Ca {
    pub(crate) fn root(name: &str) -> Self {
        let (params, key) = (Self::params(name), KeyPair::generate().unwrap());
        let pem = params.self_signed(&key).unwrap().pem();
        Self { params, key, pem, chain: Vec::new() }
    }

    pub(crate) fn intermediate(&self, name: &str) -> Self {
        let (params, key) = (Self::params(name), KeyPair::generate().unwrap());
        let certificate = params.signed_by(&key, &self.issuer()).unwrap();
        let chain = std::iter::once(certificate.der().clone()).chain(self.chain.clone()).collect();
        Self { params, key, pem: certificate.pem(), chain }
    }

    fn params(name: &str) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        params
    }

    fn issuer(&self) -> Issuer<'_, &KeyPair> {
        Issuer::from_params(&self.params, &self.key)
    }

    /// A device whose chain goes up to this CA.
    pub(crate) fn device(&self, cn: &str) -> Device {
        self.device_with(leaf_params(cn))
    }

    pub(crate) fn device_with(&self, params: CertificateParams) -> Device {
        let key = KeyPair::generate().unwrap();
        let leaf = params.signed_by(&key, &self.issuer()).unwrap();
        Device::new(leaf.der().clone(), &self.chain, key)
    }

    /// A device with a certificate of version 1: no version, no extensions.
    pub(crate) fn device_of_version_1(&self, cn: &str) -> Device {
        let device = self.device(cn);
        let modern = x509_cert::Certificate::from_der(&device.chain[0]).unwrap();
        let tbs = modern.tbs_certificate();
        let fields = [
            tbs.serial_number().to_der().unwrap(),
            tbs.signature().to_der().unwrap(),
            tbs.issuer().to_der().unwrap(),
            tbs.validity().to_der().unwrap(),
            tbs.subject().to_der().unwrap(),
            tbs.subject_public_key_info().to_der().unwrap(),
        ];
        let tbs_der = tlv(0x30, &fields.concat());
        let signature = self.key.sign(&tbs_der).unwrap();
        let algorithm = modern.signature_algorithm().to_der().unwrap();
        let signature = tlv(0x03, &[&[0], &signature[..]].concat());
        let leaf = tlv(0x30, &[tbs_der, algorithm, signature].concat());
        Device { chain: [vec![leaf.into()], self.chain.clone()].concat(), ..device }
    }
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut bytes = match length {
        0..128 => vec![tag, length as u8],
        128..256 => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    bytes.extend_from_slice(content);
    bytes
}

/// What Microsoft's samples put into a leaf.
pub(crate) fn leaf_params(cn: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, cn);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}

/// A chain, leaf first, and the leaf's key.
pub(crate) struct Device {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
}

impl Device {
    fn new(leaf: CertificateDer<'static>, above: &[CertificateDer<'static>], key: KeyPair) -> Self {
        let chain = std::iter::once(leaf).chain(above.iter().cloned()).collect();
        Self { chain, key: key.serialize_der() }
    }

    pub(crate) fn self_signed(params: CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        let leaf = params.self_signed(&key).unwrap();
        Self::new(leaf.der().clone(), &[], key)
    }

    pub(crate) fn key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.clone()).into()
    }

    /// Sends its leaf only.
    pub(crate) fn without_intermediates(mut self) -> Self {
        self.chain.truncate(1);
        self
    }

    /// Claims a certificate whose key it does not have.
    pub(crate) fn impersonate(&self, victim: &Self) -> Self {
        Self { chain: victim.chain.clone(), key: self.key.clone() }
    }

    pub(crate) fn pem(&self) -> String {
        encode_string("CERTIFICATE", LineEnding::LF, &self.chain[0]).unwrap()
    }
}
