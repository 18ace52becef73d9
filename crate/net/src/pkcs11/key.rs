//! A private key in a token, as rustls signs with it.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use cryptoki::{
    mechanism::{
        Mechanism, MechanismType,
        rsa::{PkcsMgfType, PkcsPssParams},
    },
    object::{Attribute, AttributeType, KeyType, ObjectHandle},
    session::Session,
    types::Ulong,
};
use sha2::{Digest as _, Sha256, Sha384};
use tokio_rustls::rustls::{
    Error, OtherError, SignatureAlgorithm, SignatureScheme,
    pki_types::SubjectPublicKeyInfoDer,
    sign::{Signer, SigningKey},
};

use super::{TokenError, public_key};

/// A key of a token, with a session of its own.
pub(super) struct TokenKey(Arc<Inner>);

struct Inner {
    /// A session does one thing at a time.
    session: Mutex<Session>,
    handle: ObjectHandle,
    kind: Kind,
    public: Option<SubjectPublicKeyInfoDer<'static>>,
}

/// What a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    P256,
    P384,
    Rsa,
}

/// The schemes of each kind, those first that are preferred.
const RSA: [SignatureScheme; 4] = [
    SignatureScheme::RSA_PSS_SHA256,
    SignatureScheme::RSA_PSS_SHA384,
    SignatureScheme::RSA_PKCS1_SHA256,
    SignatureScheme::RSA_PKCS1_SHA384,
];

impl TokenKey {
    pub(super) fn new(session: Session, handle: ObjectHandle) -> Result<Self, TokenError> {
        let wanted = [AttributeType::KeyType, AttributeType::EcParams, AttributeType::Id];
        let attributes = session.get_attributes(handle, &wanted)?;
        let kind = kind(&attributes)?;
        let public = public_key::of(&session, &attributes, handle, kind);
        Ok(Self(Arc::new(Inner { session: Mutex::new(session), handle, kind, public })))
    }
}

fn kind(attributes: &[Attribute]) -> Result<Kind, TokenError> {
    let is_rsa = |it: &Attribute| matches!(it, Attribute::KeyType(kind) if *kind == KeyType::RSA);
    if attributes.iter().any(is_rsa) {
        return Ok(Kind::Rsa);
    }
    let curve =
        attributes.iter().find_map(|it| if let Attribute::EcParams(curve) = it { Some(curve) } else { None });
    match curve.map(Vec::as_slice) {
        Some(public_key::P256) => Ok(Kind::P256),
        Some(public_key::P384) => Ok(Kind::P384),
        Some(_) => Err(TokenError::Unsupported { kind: "on another curve".to_owned() }),
        None => Err(TokenError::Unsupported { kind: "neither an RSA nor an EC key".to_owned() }),
    }
}

impl SigningKey for TokenKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let own = match self.0.kind {
            Kind::P256 => &[SignatureScheme::ECDSA_NISTP256_SHA256][..],
            Kind::P384 => &[SignatureScheme::ECDSA_NISTP384_SHA384],
            Kind::Rsa => &RSA,
        };
        let scheme = *own.iter().find(|scheme| offered.contains(scheme))?;
        Some(Box::new(TokenSigner { key: Arc::clone(&self.0), scheme }))
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        self.0.public.clone()
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        if self.0.kind == Kind::Rsa { SignatureAlgorithm::RSA } else { SignatureAlgorithm::ECDSA }
    }
}

/// Signs in one handshake.
struct TokenSigner {
    key: Arc<Inner>,
    scheme: SignatureScheme,
}

impl Signer for TokenSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let pss = |hash_alg, mgf, salt: u64| PkcsPssParams { hash_alg, mgf, s_len: Ulong::from(salt) };
        match self.scheme {
            // Few tokens hash by themselves for a curve.
            SignatureScheme::ECDSA_NISTP256_SHA256 => {
                self.by(&Mechanism::Ecdsa, &Sha256::digest(message)).map(|it| ecdsa(&it))
            }
            SignatureScheme::ECDSA_NISTP384_SHA384 => {
                self.by(&Mechanism::Ecdsa, &Sha384::digest(message)).map(|it| ecdsa(&it))
            }
            SignatureScheme::RSA_PKCS1_SHA256 => self.by(&Mechanism::Sha256RsaPkcs, message),
            SignatureScheme::RSA_PKCS1_SHA384 => self.by(&Mechanism::Sha384RsaPkcs, message),
            SignatureScheme::RSA_PSS_SHA384 => {
                let parameters = pss(MechanismType::SHA384, PkcsMgfType::MGF1_SHA384, 48);
                self.by(&Mechanism::Sha384RsaPkcsPss(parameters), message)
            }
            _ => {
                let parameters = pss(MechanismType::SHA256, PkcsMgfType::MGF1_SHA256, 32);
                self.by(&Mechanism::Sha256RsaPkcsPss(parameters), message)
            }
        }
    }

    fn scheme(&self) -> SignatureScheme {
        self.scheme
    }
}

impl TokenSigner {
    fn by(&self, mechanism: &Mechanism<'_>, data: &[u8]) -> Result<Vec<u8>, Error> {
        let session = self.key.session.lock().unwrap_or_else(PoisonError::into_inner);
        let signed = session.sign(mechanism, self.key.handle, data);
        signed.map_err(|error| Error::Other(OtherError(Arc::new(TokenError::from(error)))))
    }
}

/// From two numbers of the same length, as PKCS#11 has them, to `Ecdsa-Sig-Value` (RFC 3279 section 2.2.3).
fn ecdsa(signature: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let numbers = [public_key::integer(r), public_key::integer(s)].concat();
    public_key::element(0x30, &numbers)
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenKey").field(&self.0.kind).finish()
    }
}

impl fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenSigner").field(&self.scheme).finish()
    }
}
