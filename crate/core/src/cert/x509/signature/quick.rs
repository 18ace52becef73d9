//! The signatures that most certificates have, by ring, which takes a third of the time.
//!
//! Only its yes counts: whatever it does not take is judged by what judges everything, which also says why not. So an answer
//! is the same with and without it.

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};

use super::scheme::Hash;
use crate::cert::x509::public_key::{KeyType, PublicKey};

/// Whether an RSA signature with padding of PKCS#1 v1.5 holds, as far as ring knows.
pub(super) fn pkcs1v15_holds(key: &PublicKey, hash: Hash, message: &[u8], signature: &[u8]) -> bool {
    let parameters = match hash {
        Hash::Sha256 => &RSA_PKCS1_2048_8192_SHA256,
        Hash::Sha384 => &RSA_PKCS1_2048_8192_SHA384,
        Hash::Sha512 => &RSA_PKCS1_2048_8192_SHA512,
        _ => return false,
    };
    let Some((n, e)) = key.rsa() else { return false };
    RsaPublicKeyComponents { n, e }.verify(parameters, message, signature).is_ok()
}

/// Whether an ECDSA signature holds, as far as ring knows.
pub(super) fn ecdsa_holds(key: &PublicKey, hash: Hash, message: &[u8], signature: &[u8]) -> bool {
    let algorithm: &'static dyn VerificationAlgorithm = match (key.key_type(), hash) {
        (KeyType::P256, Hash::Sha256) => &ECDSA_P256_SHA256_ASN1,
        (KeyType::P256, Hash::Sha384) => &ECDSA_P256_SHA384_ASN1,
        (KeyType::P384, Hash::Sha256) => &ECDSA_P384_SHA256_ASN1,
        (KeyType::P384, Hash::Sha384) => &ECDSA_P384_SHA384_ASN1,
        _ => return false,
    };
    UnparsedPublicKey::new(algorithm, &key.bits).verify(message, signature).is_ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a broken fixture is a failed test")]
mod tests {
    use rustls_pki_types::{CertificateDer, pem::PemObject as _};

    use super::*;
    use crate::cert::x509::{certificate::Certificate, signature::Scheme};

    /// A certificate that has signed itself, and what of ring may take it.
    fn holds(certificate: &Certificate, signature: &[u8]) -> bool {
        let scheme = Scheme::of(&certificate.signature_algorithm).unwrap();
        let (key, hash) = (&certificate.public_key, scheme.hash.unwrap());
        match key.key_type() {
            KeyType::Rsa { .. } => pkcs1v15_holds(key, hash, certificate.tbs(), signature),
            _ => ecdsa_holds(key, hash, certificate.tbs(), signature),
        }
    }

    #[test]
    fn its_yes_is_the_others_yes_and_it_takes_what_is_usual() {
        for (name, is_usual) in [
            ("root.pem", true),
            ("rsa.pem", true),
            ("P-384.pem", true),
            ("P-521.pem", false),
            ("rsa-1024.pem", false),
        ] {
            let path = format!("{}/../../tests/fixture/cert/{name}", env!("CARGO_MANIFEST_DIR"));
            let certificate = Certificate::read(&CertificateDer::from_pem_file(path).unwrap()).unwrap();
            assert_eq!(super::super::verify(&certificate.public_key, &certificate), Ok(()), "{name}");
            assert_eq!(holds(&certificate, &certificate.signature), is_usual, "{name}");
            for at in 0..certificate.signature.len() {
                let mut changed = certificate.signature.to_vec();
                changed[at] ^= 1;
                assert!(!holds(&certificate, &changed), "{name}, octet {at}");
            }
        }
    }
}
