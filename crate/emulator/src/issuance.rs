//! Certificates that the instance issues for a CSR (preview: `concept-certificate-issuance`).

use std::sync::OnceLock;

use base64ct::{Base64, Encoding as _};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, CertifiedIssuer, DistinguishedName,
    DnType, DnValue, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P384_SHA384,
    PublicKeyData as _,
};
use rustls::pki_types::CertificateSigningRequestDer;
use time::{Duration, OffsetDateTime};

/// A root and an intermediate of its own on P-384, made when they are needed first and forgotten with the process.
#[derive(Default)]
pub(crate) struct Issuance(OnceLock<Result<Authorities, String>>);

struct Authorities {
    root: CertifiedIssuer<'static, KeyPair>,
    intermediate: CertifiedIssuer<'static, KeyPair>,
}

/// Length of an uncompressed point on P-384, in bytes.
const P384_POINT: usize = 97;

impl std::fmt::Debug for Issuance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Issuance")
    }
}

impl Issuance {
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
        let authorities =
            self.0.get_or_init(|| Authorities::new().map_err(|error| error.to_string())).as_ref()?;
        let leaf = request.signed_by(&authorities.intermediate).map_err(|error| error.to_string())?;
        let chain = [leaf.der(), authorities.intermediate.der(), authorities.root.der()];
        Ok(chain.map(|der| Base64::encode_string(der)).to_vec())
    }
}

impl Authorities {
    fn new() -> Result<Self, rcgen::Error> {
        let key = || KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384);
        let root = CertifiedIssuer::self_signed(ca("dps-x509 emulator issuing root", 1), key()?)?;
        let intermediate = CertifiedIssuer::signed_by(ca("dps-x509 emulator issuing CA", 0), key()?, &root)?;
        Ok(Self { root, intermediate })
    }
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
