//! Certificates that the instance issues for a CSR (preview: `concept-certificate-issuance`).

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
};

use base64ct::{Base64, Encoding as _};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType, DnValue,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P384_SHA384,
    PublicKeyData as _,
};
use rustls::pki_types::{CertificateDer, CertificateSigningRequestDer, PrivateKeyDer, pem::PemObject as _};
use time::{Duration, OffsetDateTime};

use crate::authority::{AuthorityError, Secrecy, read_or_create};

/// An issuing CA below a root, of its own and on P-384. It is made when it is needed first; in a folder it is kept.
#[derive(Default)]
pub(crate) struct Issuance {
    file: Option<PathBuf>,
    issuing: OnceLock<Result<Issuing, String>>,
}

/// The issuing CA. The root's key is forgotten once it has signed this one.
struct Issuing {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate and the root's.
    chain: Vec<CertificateDer<'static>>,
}

/// Length of an uncompressed point on P-384, in bytes.
const P384_POINT: usize = 97;

impl std::fmt::Debug for Issuance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Issuance")
    }
}

impl Issuance {
    /// The name of the file in a folder: the issuing CA's key, its certificate, and the root's.
    const FILE: &str = "issuing.pem";

    /// The issuing CA that is kept in a folder.
    ///
    /// # Errors
    /// There is a file, and it cannot be used.
    pub(crate) fn in_folder(folder: &Path) -> Result<Self, AuthorityError> {
        let file = folder.join(Self::FILE);
        let issuing = OnceLock::new();
        if file.exists() {
            issuing.set(Ok(Issuing::in_file(&file)?)).unwrap_or_default();
        }
        Ok(Self { file: Some(file), issuing })
    }

    /// The chain for a request, leaf first, up to the root: base64 of DER.
    ///
    /// # Errors
    /// What is wrong with the request.
    pub(crate) fn issue(&self, csr: &str, registration_id: &str) -> Result<Vec<String>, String> {
        let der = Base64::decode_vec(csr).map_err(|_| "csr is not the base64 of DER".to_owned())?;
        let der = CertificateSigningRequestDer::from(der);
        let mut request =
            CertificateSigningRequestParams::from_der(&der).map_err(|error| format!("csr: {error}"))?;
        let key = &request.public_key;
        if key.algorithm() != &PKCS_ECDSA_P384_SHA384 || key.der_bytes().len() != P384_POINT {
            return Err("csr is for a key that is not on P-384".to_owned());
        }
        let name = match request.params.distinguished_name.get(&DnType::CommonName) {
            Some(DnValue::Utf8String(name)) => name.as_str(),
            Some(DnValue::PrintableString(name)) => name.as_str(),
            _ => "",
        };
        if !name.eq_ignore_ascii_case(registration_id) {
            return Err(format!("csr is for {name:.100?}, not for {registration_id:?}"));
        }
        // Of the request only its name and its key are taken.
        request.params = leaf(name);
        let made = self.issuing.get_or_init(|| {
            let made = match &self.file {
                Some(file) => Issuing::in_file(file),
                None => make().and_then(|pem| Issuing::from_pem(&pem, Path::new(""))),
            };
            made.map_err(|error| error.to_string())
        });
        let issuing = made.as_ref()?;
        let leaf = request.signed_by(&issuing.issuer).map_err(|error| error.to_string())?;
        Ok([leaf.der()].into_iter().chain(&issuing.chain).map(|der| Base64::encode_string(der)).collect())
    }
}

impl Issuing {
    /// Reads the file, or makes it.
    fn in_file(file: &Path) -> Result<Self, AuthorityError> {
        Self::from_pem(&read_or_create(file, Secrecy::Secret, make)?, file)
    }

    fn from_pem(pem: &str, file: &Path) -> Result<Self, AuthorityError> {
        let unusable = |reason: String| AuthorityError::Unusable { path: file.to_owned(), reason };
        let key =
            PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|error| unusable(error.to_string()))?;
        let key = KeyPair::try_from(&key).map_err(|error| unusable(error.to_string()))?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
        let chain = chain.map_err(|error| unusable(error.to_string()))?;
        if chain.len() != 2 {
            return Err(unusable(format!("it has {} certificates in place of 2", chain.len())));
        }
        Ok(Self { issuer: Issuer::new(issuing_ca(), key), chain })
    }
}

/// A new root, and a CA that it signed: the latter's key and both certificates.
fn make() -> Result<String, AuthorityError> {
    let new_key = || KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).map_err(AuthorityError::issue);
    let (root_key, key) = (new_key()?, new_key()?);
    let root_params = ca("dps-x509 emulator issuing root", 1);
    let root = root_params.self_signed(&root_key).map_err(AuthorityError::issue)?;
    let signed = issuing_ca().signed_by(&key, &Issuer::new(root_params, root_key));
    let signed = signed.map_err(AuthorityError::issue)?;
    Ok([key.serialize_pem(), signed.pem(), root.pem()].concat())
}

fn issuing_ca() -> CertificateParams {
    ca("dps-x509 emulator issuing CA", 0)
}

fn named(common_name: &str, days: i64) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    let now = OffsetDateTime::now_utc();
    // From yesterday on, because clocks in test set-ups differ.
    (params.not_before, params.not_after) = (now - Duration::days(1), now + Duration::days(days));
    params.use_authority_key_identifier_extension = true;
    params
}

fn ca(common_name: &str, below: u8) -> CertificateParams {
    let mut params = named(common_name, 3650);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(below));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn leaf(common_name: &str) -> CertificateParams {
    let mut params = named(common_name, 90);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params
}
