//! Peers that are not there, not TLS, not trusted, or that hang, close or talk nonsense at every stage.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use dps_x509_tests::{
    chain::{Factory, Files},
    cli,
    peer::{Misdeed, Peer, Until},
};
use rcgen::{CertificateParams, KeyPair};
use tempfile::TempDir;

use crate::stand::Args;

/// A client's files and a server certificate that it trusts.
struct Desk {
    folder: TempDir,
    device: Files,
    certificate: String,
    key: String,
}

impl Desk {
    fn new() -> Self {
        Self::with_server_names(&["127.0.0.1", "localhost"])
    }

    fn with_server_names(names: &[&str]) -> Self {
        let params =
            CertificateParams::new(names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>()).unwrap();
        Self::with_server(params)
    }

    fn with_server(params: CertificateParams) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let factory = Factory::new();
        let device = factory.device("device-1").write(folder.path(), "device");
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &factory.root).unwrap().pem();
        std::fs::write(folder.path().join("root.pem"), factory.root.pem()).unwrap();
        Self { folder, device, certificate, key: key.serialize_pem() }
    }

    fn peer(&self, until: Until, misdeed: Misdeed) -> Peer {
        Peer::start(until, misdeed, &self.certificate, &self.key)
    }

    fn args(&self, endpoint: &str, timeout: &str) -> Args {
        Args::new()
            .with("--id-scope", "0ne00111111")
            .with("--endpoint", endpoint)
            .with("--cert", &self.device.chain)
            .with("--key", &self.device.key)
            .with("--trust", self.folder.path().join("root.pem"))
            .with("--timeout", timeout)
            .flag("--json")
    }
}

/// This exit code and finding, no panic, and an end not long after the time limit.
fn assert_ends(args: &Args, code: i32, finding: &str) {
    let started = Instant::now();
    let run = args.run();
    assert_eq!((run.code, run.codes()), (code, vec![finding.to_owned()]), "{args:?}: {run:?}");
    assert!(!run.err.contains("panicked"), "{run:?}");
    // Generous: this is about hanging, not about speed.
    assert!(started.elapsed() < Duration::from_secs(20), "{args:?} took {:?}", started.elapsed());
}

const EVERY_STAGE: [Until; 5] = [Until::Tcp, Until::Tls, Until::Connack, Until::Suback, Until::Puback];

#[test]
fn a_server_that_hangs_at_any_stage_is_left_in_time() {
    let desk = Desk::new();
    for until in EVERY_STAGE {
        let peer = desk.peer(until, Misdeed::Hang);
        assert_ends(&desk.args(&peer.address.to_string(), "1s"), 4, "DX801");
    }
}

#[test]
fn a_server_that_closes_at_any_stage_is_named() {
    let desk = Desk::new();
    for until in EVERY_STAGE {
        let peer = desk.peer(until, Misdeed::Close);
        // A limit that ends in the middle of a try is told as that, and where it ends is the machine's to say: a longer
        // one then. The first leaves no time for a second try, which comes half a second later.
        let limits =
            ["480ms", "1s", "2s", "4s", "8s"].map(|limit| desk.args(&peer.address.to_string(), limit));
        // Each engine for itself: the time finds them in different places.
        for limits in [limits.clone(), limits.map(|args| args.flag("--component"))] {
            let run = limits.iter().map(Args::run_once).find(|run| run.codes() != ["DX801"]).unwrap();
            assert_eq!((run.code, run.codes()), (3, vec!["DX513".to_owned()]), "{until:?}: {run:?}");
            assert!(!run.err.contains("panicked"), "{run:?}");
        }
    }
}

#[test]
fn garbage_at_any_stage_is_named() {
    let desk = Desk::new();
    for until in EVERY_STAGE {
        let peer = desk.peer(until, Misdeed::Garbage);
        let finding = if until == Until::Tcp { "DX505" } else { "DX602" };
        assert_ends(&desk.args(&peer.address.to_string(), "5s"), 3, finding);
    }
}

#[test]
fn a_server_without_tls_is_named() {
    let desk = Desk::new();
    let peer = Peer::plain("HTTP/1.1 400 Bad Request\r\n\r\n");
    assert_ends(&desk.args(&peer.address.to_string(), "5s"), 3, "DX505");
}

#[test]
fn a_port_where_nobody_listens_is_named() {
    assert_ends(&Desk::new().args("127.0.0.1:9", "5s"), 3, "DX503");
}

#[test]
fn a_name_without_address_is_named() {
    // Reserved for this (RFC 6761 section 6.4).
    assert_ends(&Desk::new().args("dps.invalid", "10s"), 3, "DX501");
}

#[test]
fn an_untrusted_root_is_named() {
    let desk = Desk::new();
    let peer = desk.peer(Until::Tls, Misdeed::Hang);
    let args = desk.args(&peer.address.to_string(), "5s").without("--trust");
    assert_ends(&args, 3, "DX506");
}

#[test]
fn a_wrong_host_name_is_named() {
    let desk = Desk::with_server_names(&["somewhere.example"]);
    let peer = desk.peer(Until::Tls, Misdeed::Hang);
    assert_ends(&desk.args(&peer.address.to_string(), "5s"), 3, "DX509");
}

#[test]
fn a_server_certificate_out_of_its_time_is_named() {
    for (from, to, finding) in [(2000, 2001, "DX507"), (2090, 2091, "DX508")] {
        let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(to, 1, 1);
        let desk = Desk::with_server(params);
        let peer = desk.peer(Until::Tls, Misdeed::Hang);
        assert_ends(&desk.args(&peer.address.to_string(), "5s"), 3, finding);
    }
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_it_politely() {
    let desk = Desk::new();
    let peer = desk.peer(Until::Suback, Misdeed::Hang);
    let args = desk.args(&peer.address.to_string(), "60s");
    let mut command = Command::new(cli::binary());
    command.args(args.words());
    // Interrupted once it is known to be in the middle: register was sent.
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let id = child.id().to_string();
    let waiting = std::thread::spawn(move || child.wait_with_output().unwrap());
    peer.wait_until_misdeed();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = waiting.join().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), report["outcome"].as_str()),
        (Some(130), Some("cancelled")),
        "{report}"
    );
}
