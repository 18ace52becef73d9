//! Test certificates: a factory with a root, an intermediate, an issuing intermediate, and its devices.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SignatureAlgorithm,
};

/// A root, an intermediate that a group enrolls, and an issuing intermediate below it.
pub struct Factory {
    /// The root.
    pub root: CertifiedIssuer<'static, KeyPair>,
    /// Signed by the root.
    pub intermediate: CertifiedIssuer<'static, KeyPair>,
    /// Signed by the intermediate.
    pub issuing: CertifiedIssuer<'static, KeyPair>,
}

/// A device's certificate, PEM, with what a client sends and keeps.
#[derive(Debug, Clone)]
pub struct Device {
    /// The leaf alone.
    pub leaf: String,
    /// The leaf and what has to be sent with it.
    pub chain: String,
    /// The private key, PKCS#8.
    pub key: String,
}

impl Factory {
    /// A new factory with its own keys.
    #[must_use]
    pub fn new() -> Self {
        let root = CertifiedIssuer::self_signed(ca("test root"), key()).unwrap();
        let intermediate = CertifiedIssuer::signed_by(ca("test intermediate"), key(), &root).unwrap();
        let issuing = CertifiedIssuer::signed_by(ca("test issuing"), key(), &intermediate).unwrap();
        Self { root, intermediate, issuing }
    }

    /// A device with this CN, its chain being leaf and issuing intermediate.
    #[must_use]
    pub fn device(&self, common_name: &str) -> Device {
        self.device_with(device(common_name))
    }

    /// A device with these parameters.
    #[must_use]
    pub fn device_with(&self, params: CertificateParams) -> Device {
        let key = key();
        let leaf = params.signed_by(&key, &self.issuing).unwrap().pem();
        let chain = format!("{leaf}{}", self.issuing.pem());
        Device { leaf, chain, key: key.serialize_pem() }
    }
}

impl Default for Factory {
    fn default() -> Self {
        Self::new()
    }
}

impl Device {
    /// A self-signed device.
    #[must_use]
    pub fn self_signed(common_name: &str) -> Self {
        let key = key();
        let leaf = device(common_name).self_signed(&key).unwrap().pem();
        Self { chain: leaf.clone(), leaf, key: key.serialize_pem() }
    }

    /// Writes `NAME.pem` (the chain), `NAME-leaf.pem` and `NAME-key.pem`.
    pub fn write(&self, folder: &Path, name: &str) -> Files {
        let write = |suffix: &str, text: &str| {
            let path = folder.join(format!("{name}{suffix}"));
            fs::write(&path, text).unwrap();
            path
        };
        Files {
            chain: write(".pem", &self.chain),
            leaf: write("-leaf.pem", &self.leaf),
            key: write("-key.pem", &self.key),
        }
    }
}

/// A device's files.
#[derive(Debug, Clone)]
pub struct Files {
    /// The leaf and what has to be sent with it.
    pub chain: PathBuf,
    /// The leaf alone.
    pub leaf: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// A P-256 key.
#[must_use]
pub fn key() -> KeyPair {
    key_of(&PKCS_ECDSA_P256_SHA256)
}

/// A key of this kind.
#[must_use]
pub fn key_of(algorithm: &'static SignatureAlgorithm) -> KeyPair {
    KeyPair::generate_for(algorithm).unwrap()
}

/// Parameters of a CA.
#[must_use]
pub fn ca(common_name: &str) -> CertificateParams {
    let mut params = named(common_name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages =
        vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// Parameters of a TLS server by this name.
#[must_use]
pub fn server(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

/// Parameters of a device as DPS wants it.
#[must_use]
pub fn device(common_name: &str) -> CertificateParams {
    let mut params = named(common_name);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.use_authority_key_identifier_extension = true;
    params
}

fn named(common_name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params
}
