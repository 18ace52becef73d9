//! Certificates for a CSR: by which API version, and by whom after a restart.

use std::{fs, path::Path};

use dps_x509_emulator::{Emulator, Running, StartError};
use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384, PublicKeyData as _};
use serde_json::{Value, json};
use x509_cert::der::{Decode as _, Encode as _};

use crate::{
    client::SCOPE,
    pki::{Ca, Device, leaf_params},
    rest::{Answer, ask},
};

const PREVIEW: &str = "2025-07-01-preview";

/// A desk that issues, with a folder of its own below.
async fn start(folder: &Path) -> Result<Running, StartError> {
    let emulator = Emulator::from_file(&folder.join("dps.toml")).unwrap();
    emulator.listen("127.0.0.1:0".parse().unwrap()).folder(folder.join("state")).start().await
}

fn write(folder: &Path) -> Device {
    let ca = Ca::root("root");
    fs::write(folder.join("ca.pem"), &ca.pem).unwrap();
    let text = format!(
        "id-scope = \"{SCOPE}\"\nassigning-polls = 0\n\
         [[group]]\nname = \"factory\"\ncertificate = \"ca.pem\"\nissues-certificates = true\n"
    );
    fs::write(folder.join("dps.toml"), text).unwrap();
    ca.device("device")
}

async fn register(emulator: &Running, device: &Device, api_version: &str, key: &KeyPair) -> Answer {
    let mut params = leaf_params("device");
    params.use_authority_key_identifier_extension = false;
    let csr = params.serialize_request(key).unwrap();
    let pem = csr.pem().unwrap();
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let target = format!("/{SCOPE}/registrations/device/register?api-version={api_version}");
    ask(emulator, Some(device), "PUT", &target, &json!({ "csr": base64 }).to_string()).await
}

fn chain(answer: &Answer) -> Vec<String> {
    let chain = answer.body["registrationState"]["issuedCertificateChain"].as_array().cloned();
    chain.unwrap_or_default().iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[tokio::test]
async fn an_api_version_before_the_preview_knows_no_csr() {
    let folder = tempfile::tempdir().unwrap();
    let device = write(folder.path());
    let emulator = start(folder.path()).await.unwrap();
    let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    for (api_version, certificates) in [("2021-06-01", 0), ("2019-03-31", 0), (PREVIEW, 3), ("2026-11-01", 3)]
    {
        let answer = register(&emulator, &device, api_version, &key).await;
        assert_eq!(answer.body["status"], "assigned", "{api_version}");
        assert_eq!(chain(&answer).len(), certificates, "{api_version}");
    }
}

#[tokio::test]
async fn the_issuing_ca_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let device = write(folder.path());
    let mut seen: Vec<Vec<String>> = Vec::new();
    for _ in 0..2 {
        let emulator = start(folder.path()).await.unwrap();
        let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
        seen.push(chain(&register(&emulator, &device, PREVIEW, &key).await));
        let leaf = pem_of(&seen.last().unwrap()[0]);
        let leaf = x509_cert::Certificate::from_der(&leaf).unwrap();
        let public_key = leaf.tbs_certificate().subject_public_key_info().to_der().unwrap();
        assert_eq!(
            public_key,
            key.subject_public_key_info(),
            "the certificate is for the key of its request"
        );
        assert_signed(&seen.last().unwrap()[0], &seen.last().unwrap()[1..]);
        emulator.shutdown().await;
    }
    assert_eq!(seen[0][1..], seen[1][1..], "issuing CA and root");
    assert_ne!(seen[0][0], seen[1][0]);

    let file = folder.path().join("state/issuing.pem");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    fs::write(&file, "nonsense").unwrap();
    let error = start(folder.path()).await.unwrap_err().to_string();
    assert!(error.contains("issuing.pem") && error.contains("delete it"), "{error}");
}

fn pem_of(base64: &str) -> Vec<u8> {
    use rustls::pki_types::{CertificateDer, pem::PemObject as _};
    let pem = format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec()
}

/// rustls-webpki follows the chain from the leaf to the root.
fn assert_signed(leaf: &str, cas: &[String]) {
    let [leaf, intermediate, root] =
        [leaf, &cas[0], &cas[1]].map(|base64| rustls::pki_types::CertificateDer::from(pem_of(base64)));
    let anchor = webpki::anchor_from_trusted_cert(&root).unwrap();
    let leaf = webpki::EndEntityCert::try_from(&leaf).unwrap();
    leaf.verify_for_usage(
        webpki::ALL_VERIFICATION_ALGS,
        &[anchor],
        &[intermediate],
        rustls::pki_types::UnixTime::now(),
        webpki::KeyUsage::client_auth(),
        None,
        None,
    )
    .unwrap();
}
