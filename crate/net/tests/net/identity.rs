//! Certificates and keys as people have them in their files.

use dps_x509_net::{Identity, IdentityError};
use rcgen::KeyPair;

use crate::certificates::Authority;

fn error(chain: &str, key: &str, passphrase: Option<&str>) -> IdentityError {
    Identity::from_pem(chain.as_bytes(), key.as_bytes(), passphrase.map(str::as_bytes)).unwrap_err()
}

#[test]
fn a_chain_with_its_key_in_one_text_or_two() {
    let authority = Authority::new("root");
    let device = authority.device("device-1");
    let chain = format!("subject=CN=device-1\r\n{}{}", device.pem(), authority.pem());
    let all = format!("{}{chain}", device.key_pem());
    for (chain, key) in [(&chain, &device.key_pem()), (&all, &all)] {
        let identity = Identity::from_pem(chain.as_bytes(), key.as_bytes(), None).unwrap();
        let sent: Vec<_> = identity.certificate_chain().map(<[u8]>::to_vec).collect();
        assert_eq!(sent, [device.der().to_vec(), authority.der().to_vec()]);
    }
    let identity = Identity::from_der([device.der().to_vec()], device.key_der().secret_der()).unwrap();
    assert_eq!(identity.certificate_chain().count(), 1);
    assert_eq!(format!("{identity:?}"), "Identity { certificates: 1, .. }");
}

#[test]
fn files_that_are_missing_swapped_or_of_others() {
    let authority = Authority::new("root");
    let device = authority.device("device-1");
    let (chain, key) = (device.pem(), device.key_pem());
    assert_eq!(error(&key, &chain, None), IdentityError::NoCertificate { found: vec!["PRIVATE KEY".into()] });
    assert_eq!(error("", &key, None), IdentityError::NoCertificate { found: vec![] });
    assert_eq!(error(&chain, &chain, None), IdentityError::NoKey { found: vec!["CERTIFICATE".into()] });
    assert_eq!(error(&chain, "", None), IdentityError::NoKey { found: vec![] });
    let other = KeyPair::generate().unwrap().serialize_pem();
    assert_eq!(error(&chain, &other, None), IdentityError::KeyMismatch);
    // The issuer first: the key is the leaf's.
    assert_eq!(error(&format!("{}{chain}", authority.pem()), &key, None), IdentityError::KeyMismatch);
}

#[test]
fn files_that_are_damaged() {
    let device = Authority::new("root").device("device-1");
    let (chain, key) = (device.pem(), device.key_pem());
    let cut = |text: &str| text[..text.len() - 40].to_owned();
    assert!(matches!(error(&cut(&chain), &key, None), IdentityError::CertificateDamaged { .. }));
    assert!(matches!(error(&chain, &cut(&key), None), IdentityError::KeyDamaged { .. }));
    let block = |label: &str| format!("-----BEGIN {label}-----\nMAMCAQA=\n-----END {label}-----\n");
    assert!(matches!(error(&block("CERTIFICATE"), &key, None), IdentityError::CertificateDamaged { .. }));
    assert!(matches!(error(&chain, &block("PRIVATE KEY"), None), IdentityError::KeyUnsupported { .. }));
    let encrypted = block("ENCRYPTED PRIVATE KEY");
    assert!(matches!(error(&chain, &encrypted, Some("x")), IdentityError::KeyDamaged { .. }));
}

/// Made by `openssl pkcs8 -topk8 -v2 aes-256-cbc -passout pass:secret`, and its certificate.
const ENCRYPTED: &str = include_str!("key/aes-256-cbc.pem");
/// The same key by `-v2 aes-128-cbc -scrypt`.
const SCRYPT: &str = include_str!("key/scrypt.pem");
/// The same key by `-v1 PBE-MD5-DES`.
const PBES1: &str = include_str!("key/pbes1.pem");
/// The same key by `openssl ec -aes256`.
const LEGACY: &str = include_str!("key/legacy.pem");
/// The same key as SEC1.
const SEC1: &str = include_str!("key/sec1.pem");
const CERTIFICATE: &str = include_str!("key/certificate.pem");

#[test]
fn encrypted_keys_open_with_their_passphrase() {
    for key in [ENCRYPTED, SCRYPT] {
        Identity::from_pem(CERTIFICATE.as_bytes(), key.as_bytes(), Some(b"secret")).unwrap();
        assert_eq!(error(CERTIFICATE, key, None), IdentityError::PassphraseMissing);
        assert_eq!(error(CERTIFICATE, key, Some("secret\n")), IdentityError::PassphraseWrong);
    }
    let pbes1 = error(CERTIFICATE, PBES1, Some("secret"));
    assert!(matches!(pbes1, IdentityError::EncryptionUnsupported { .. }), "{pbes1:?}");
    let legacy = error(CERTIFICATE, LEGACY, Some("secret"));
    assert_eq!(legacy, IdentityError::EncryptionLegacy);
    assert!(legacy.to_string().contains("openssl pkcs8 -topk8"), "{legacy}");
}

#[test]
fn older_forms_of_keys() {
    Identity::from_pem(CERTIFICATE.as_bytes(), SEC1.as_bytes(), None).unwrap();
    let certificate = include_str!("key/rsa-certificate.pem");
    let pkcs1 = include_str!("key/rsa-pkcs1.pem");
    Identity::from_pem(certificate.as_bytes(), pkcs1.as_bytes(), None).unwrap();
    // RSA of 1024 bits.
    let weak = error(certificate, include_str!("key/rsa-1024.pem"), None);
    assert!(matches!(weak, IdentityError::KeyUnsupported { .. }), "{weak:?}");
}

/// What rustls does not read by itself is written anew, by the curve and the point of the certificate; another key stays another.
#[test]
fn forms_of_ec_keys_that_few_read() {
    macro_rules! fixture {
        ($name:literal) => {
            include_str!(concat!("../../../../tests/fixture/cert/", $name))
        };
    }
    let (own, other) = (fixture!("device-1.pem"), fixture!("self-signed.pem"));
    for key in [
        fixture!("device-1.padded.key"),
        fixture!("device-1.no-public.key"),
        fixture!("device-1.written-out.key"),
        fixture!("device-1.no-curve.key"),
        fixture!("device-1.implicit-curve.key"),
        fixture!("device-1.inner-curve.key"),
    ] {
        Identity::from_pem(own.as_bytes(), key.as_bytes(), None).unwrap();
        assert!(matches!(
            error(other, key, None),
            IdentityError::KeyUnsupported { .. } | IdentityError::KeyMismatch
        ));
    }
    for key in [fixture!("odd-zero.key"), fixture!("P-521.key"), fixture!("brainpool.written-out.key")] {
        assert!(matches!(error(own, key, None), IdentityError::KeyUnsupported { .. }), "{key}");
    }
}
