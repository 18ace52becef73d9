//! What is to be signed: its bytes before, and the whole afterwards.

use p256::ecdsa::signature::Keypair;
use pkcs8::{Document, EncodePublicKey};
use x509_cert::{
    builder::Builder,
    der::{Encode as _, asn1::BitString},
    spki::{self, AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, SubjectPublicKeyInfoOwned},
};

use super::{Error, PrivateKey, Random};

/// A certificate or a request that lacks its signature, and the key that has to make it.
pub(super) struct Unsigned<'a, B> {
    builder: B,
    message: Vec<u8>,
    signer: Signer<'a>,
}

impl<'a, B: Builder> Unsigned<'a, B> {
    pub(super) fn new(mut builder: B, key: &'a PrivateKey) -> Result<Self, Error> {
        let signer = Signer { key, public: key.public_key()? };
        let message = builder.finalize(&signer)?;
        Ok(Self { builder, message, signer })
    }

    /// The bytes that the signature is over (RFC 5280 section 4.1.1.3, RFC 2986 section 4.2).
    pub(super) fn message(&self) -> &[u8] {
        &self.message
    }

    /// Signed by the core.
    pub(super) fn sign(self, random: &mut Random) -> Result<B::Output, Error> {
        let signature = self.signer.key.sign(&self.message, random)?;
        self.signed(signature)
    }

    /// Signed by a platform, with a signature as [`Platform::sign`](super::Platform::sign) has it.
    pub(super) fn signed_by_platform(self, signature: &[u8]) -> Result<B::Output, Error> {
        let signature = self.signer.key.signature(signature)?;
        self.signed(signature)
    }

    fn signed(self, signature: BitString) -> Result<B::Output, Error> {
        Ok(self.builder.assemble(signature, &self.signer)?)
    }
}

/// What a builder asks of who signs, and is not given the key for: one type for all kinds of keys.
struct Signer<'a> {
    key: &'a PrivateKey,
    public: SubjectPublicKeyInfoOwned,
}

impl Keypair for Signer<'_> {
    type VerifyingKey = PublicKey;

    fn verifying_key(&self) -> PublicKey {
        PublicKey(self.public.clone())
    }
}

impl DynSignatureAlgorithmIdentifier for Signer<'_> {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        Ok(self.key.signature_algorithm())
    }
}

#[derive(Clone)]
struct PublicKey(SubjectPublicKeyInfoOwned);

impl EncodePublicKey for PublicKey {
    fn to_public_key_der(&self) -> spki::Result<Document> {
        Ok(Document::try_from(self.0.to_der()?)?)
    }
}
