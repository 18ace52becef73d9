//! `provision --csr --write-issued` (preview): a request goes in, a chain for its key comes out.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use dps_x509_tests::{
    chain::{self, Device},
    cli,
    proxy::{Conduct, Proxy},
};
use rcgen::{PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, SignatureAlgorithm};
use serde_json::json;

use crate::stand::{Args, Stand};

/// An emulator with one device that may, or may not, be issued certificates.
struct Desk {
    stand: Stand,
    args: Args,
}

impl Desk {
    fn new(issues: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let device = Device::self_signed("device-1").write(folder.path(), "device");
        let enrollments = folder.path().join("enrollments.toml");
        let text = format!(
            "id-scope = \"0ne00111111\"\n[[individual]]\nregistration-id = \"device-1\"\n\
             certificate = \"device-leaf.pem\"\nissues-certificates = {issues}\n"
        );
        fs::write(&enrollments, text).unwrap();
        let stand = Stand::start_in(folder, &[enrollments.to_str().unwrap()]);
        let args = Args::new()
            .with("--id-scope", "0ne00111111")
            .with("--endpoint", stand.text("/endpoint"))
            .with("--cert", &device.chain)
            .with("--key", &device.key)
            .with("--trust", stand.text("/root"))
            .with("--write-issued", stand.file("issued.pem"))
            .flag("--json");
        Self { stand, args }
    }

    /// A request, and the file of its key.
    fn request(&self, common_name: &str, algorithm: &'static SignatureAlgorithm) -> (PathBuf, PathBuf) {
        let key = chain::key_of(algorithm);
        let mut params = chain::device(common_name);
        params.use_authority_key_identifier_extension = false;
        let request = params.serialize_request(&key).unwrap().pem().unwrap();
        let (request_path, key_path) = (self.stand.file("new.csr"), self.stand.file("new-key.pem"));
        fs::write(&request_path, request).unwrap();
        fs::write(&key_path, key.serialize_pem()).unwrap();
        (request_path, key_path)
    }

    fn issued(&self) -> PathBuf {
        self.stand.file("issued.pem")
    }
}

/// What openssl says of a file's public key.
fn public_key(arguments: &[&str], file: &Path) -> String {
    let output = Command::new("openssl").args(arguments).arg("-in").arg(file).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_chain_for_the_key_of_the_request_is_written() {
    let desk = Desk::new(true);
    let (request, key) = desk.request("device-1", &PKCS_ECDSA_P384_SHA384);
    let args = desk.args.clone().with("--csr", &request);
    let run = args.clone().flag("--trace").run_once();
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.json()["issuedCertificateChain"].as_array().unwrap().len(), 3);
    assert_eq!(run.codes(), ["DX113"], "{run:?}");
    let user_name = run.json()["transcript"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|event| event["userName"].as_str().map(str::to_owned));
    assert!(user_name.unwrap().contains("/api-version=2025-07-01-preview"), "{run:?}");
    let pem = fs::read_to_string(desk.issued()).unwrap();
    assert_eq!(pem.matches("-----BEGIN CERTIFICATE-----").count(), 3);
    let issued = public_key(&["x509", "-noout", "-pubkey"], &desk.issued());
    assert_eq!(issued, public_key(&["pkey", "-pubout"], &key));
    // A second run does not even begin.
    let again = args.run();
    assert_eq!((again.code, again.codes()), (2, vec!["DX117".to_owned()]), "{again:?}");
    assert_eq!(fs::read_to_string(desk.issued()).unwrap(), pem);
}

/// Over WebSocket, through a proxy, with a check of the hub, and a certificate issued.
#[test]
fn all_of_it_goes_at_once() {
    let desk = Desk::new(true);
    let proxy = Proxy::start(Conduct::Open);
    let (request, key) = desk.request("device-1", &PKCS_ECDSA_P384_SHA384);
    let endpoint = desk.stand.text("/endpoint");
    let run = desk
        .args
        .clone()
        .with("--csr", &request)
        .with("--transport", "websocket")
        .with("--proxy", format!("http://{}", proxy.address))
        .with("--allow-hub", "localhost")
        .with("--connect-to", format!("localhost:443:{endpoint}"))
        .flag("--check-hub")
        .run_once();
    assert_eq!((run.code, run.codes()), (0, vec!["DX113".to_owned(), "DX811".to_owned()]), "{run:?}");
    assert_eq!(run.json()["hubCheck"]["outcome"], "taken", "{run:?}");
    assert_eq!(proxy.targets(), [endpoint, endpoint]);
    let issued = public_key(&["x509", "-noout", "-pubkey"], &desk.issued());
    assert_eq!(issued, public_key(&["pkey", "-pubout"], &key));
}

#[test]
fn text_says_where_the_chain_is() {
    let desk = Desk::new(true);
    let (request, _) = desk.request("device-1", &PKCS_ECDSA_P384_SHA384);
    let words = desk.args.clone().with("--csr", &request);
    let run = cli::run(words.words().iter().filter(|word| *word != "--json"));
    let line = format!("  issued     3 certificates, in {}\n", desk.issued().display());
    assert!(run.code == 0 && run.out.contains(&line), "{run:?}");
}

#[test]
fn a_device_that_is_issued_nothing_is_told() {
    let desk = Desk::new(false);
    let (request, _) = desk.request("device-1", &PKCS_ECDSA_P384_SHA384);
    let run = desk.args.clone().with("--csr", request).run();
    assert_eq!((run.code, &run.json()["outcome"]), (5, &json!("assigned")), "{run:?}");
    assert_eq!(run.codes(), ["DX494", "DX113"], "{run:?}");
    assert!(!desk.issued().exists());
}

#[test]
fn another_curve_is_warned_of_and_refused_by_the_emulator() {
    let desk = Desk::new(true);
    let (request, _) = desk.request("device-1", &PKCS_ECDSA_P256_SHA256);
    let run = desk.args.clone().with("--csr", request).run();
    assert_eq!((run.code, run.json()["answer"]["code"].as_u64()), (1, Some(400_004)), "{run:?}");
    assert!(run.codes().contains(&"DX493".to_owned()), "{run:?}");
    assert!(!desk.issued().exists());
}

#[test]
fn requests_that_cannot_be_sent_are_refused_before_dialling() {
    let desk = Desk::new(true);
    let (other, key) = desk.request("device-2", &PKCS_ECDSA_P384_SHA384);
    for (path, code) in [(&other, "DX492"), (&key, "DX491")] {
        let run = desk.args.clone().with("--csr", path).run();
        assert_eq!((run.code, run.codes()), (2, vec![code.to_owned()]), "{run:?}");
    }
    let run = desk.args.clone().without("--write-issued").with("--csr", &other).run();
    assert_eq!((run.code, run.codes()[0].as_str()), (2, "DX110"), "{run:?}");
}
