//! `probe` against the emulator, against peers that are not well, and through a proxy.

mod refusal;

use std::{
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use dps_x509_tests::{
    chain::{ca, key},
    cli::{self, Run},
    peer::{Misdeed, Peer, Until},
};
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use serde_json::Value;
use socket2::{Domain, Socket, Type};

use crate::stand::Stand;

fn probe(args: &[&str]) -> Run {
    cli::run([&["probe", "--json", "--timeout", "20s"], args].concat())
}

/// `mqtt tls ok`, `name ok`: every stage with what came of it.
fn stages(run: &Run) -> Vec<String> {
    let word = |stage: &Value, name: &str| stage[name].as_str().map(str::to_owned);
    let line = |stage: &Value| {
        let words = ["transport", "stage", "result"].iter().filter_map(|name| word(stage, name));
        words.collect::<Vec<_>>().join(" ")
    };
    run.json()["stages"].as_array().unwrap().iter().map(line).collect()
}

fn stage(run: &Run, transport: &str, name: &str) -> Value {
    let report = run.json();
    let mut stages = report["stages"].as_array().unwrap().iter();
    stages.find(|stage| stage["transport"] == transport && stage["stage"] == name).unwrap().clone()
}

fn assert_outcome(run: &Run, code: i32, findings: &[&str]) {
    assert_eq!(
        (run.code, run.codes()),
        (code, findings.iter().map(|&it| it.to_owned()).collect()),
        "{run:?}"
    );
    assert!(!run.err.contains("panicked"), "{run:?}");
}

fn port(stand: &Stand) -> &str {
    stand.text("/endpoint").rsplit_once(':').unwrap().1
}

#[test]
fn a_device_gets_through_to_subscribe_and_is_not_registered() {
    let mut stand = Stand::start();
    let endpoint = format!("localhost:{}", port(&stand));
    let run = probe(&[
        "--endpoint",
        &endpoint,
        "--trust",
        stand.text("/root"),
        "--id-scope",
        stand.text("/idScope"),
        "--cert",
        stand.text("/example/fullChain"),
        "--key",
        stand.text("/example/key"),
    ]);
    assert_outcome(&run, 0, &[]);
    let expected = [
        "name ok",
        "mqtt tcp ok",
        "mqtt tls ok",
        "mqtt client-certificate ok",
        "mqtt connect ok",
        "mqtt subscribe ok",
        "websocket tcp ok",
        "websocket tls ok",
        "websocket client-certificate ok",
        "websocket clock ok",
        "websocket websocket ok",
        "websocket connect ok",
        "websocket subscribe ok",
    ];
    assert_eq!(stages(&run), expected);
    let tls = stage(&run, "mqtt", "tls");
    assert_eq!(
        (tls["root"]["isAzure"].as_bool(), tls["serverChain"].as_array().unwrap().len()),
        (Some(false), 1)
    );
    assert_eq!(stage(&run, "mqtt", "client-certificate")["asked"], true);
    // The first request that the emulator sees is that of a provisioning after it.
    let provisioned = stand.args().flag("--json").run();
    assert_eq!(provisioned.code, 0, "{provisioned:?}");
    let mut registrations = 0;
    loop {
        let event = stand.next_event().to_string();
        registrations += usize::from(event.contains("iotdps-register"));
        if event.contains("iotdps-get-operationstatus") {
            break;
        }
    }
    assert!(registrations <= 1, "{registrations} registrations");
}

#[test]
fn without_a_device_everything_but_mqtt_is_seen() {
    let stand = Stand::start();
    let run = probe(&["--endpoint", stand.text("/endpoint"), "--trust", stand.text("/root")]);
    assert_outcome(&run, 0, &[]);
    let seen = stages(&run);
    assert!(
        seen.contains(&"websocket websocket ok".to_owned())
            && seen.contains(&"websocket clock ok".to_owned())
    );
    assert!(!seen.iter().any(|stage| stage.contains("connect")), "{seen:?}");
}

#[test]
fn text_has_a_line_for_each_stage_and_says_what_was_not_done() {
    let stand = Stand::start();
    let run = cli::run([
        "probe",
        "--endpoint",
        stand.text("/endpoint"),
        "--only-trust",
        "--trust",
        stand.text("/root"),
    ]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.out.contains("\n  ok          TLS ") && run.out.contains("CN=dps-x509 emulator root"),
        "{}",
        run.out
    );
    assert!(!run.out.contains('\u{1b}') && run.err.is_empty(), "{run:?}");
}

/// A server that presents what it is told to.
struct Bench {
    folder: tempfile::TempDir,
    root: CertifiedIssuer<'static, KeyPair>,
}

impl Bench {
    fn new(name: &str) -> Self {
        let root = CertifiedIssuer::self_signed(ca(name), key()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("root.pem"), root.pem()).unwrap();
        Self { folder, root }
    }

    fn peer(&self, names: &[&str], misdeed: Misdeed, change: impl FnOnce(&mut CertificateParams)) -> Peer {
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        change(&mut params);
        let key = key();
        let certificate = params.signed_by(&key, &self.root).unwrap().pem();
        Peer::start(Until::Tls, misdeed, &certificate, &key.serialize_pem())
    }

    fn probe(&self, peer: &Peer, more: &[&str]) -> Run {
        let (trust, endpoint) = (self.folder.path().join("root.pem"), peer.address.to_string());
        let transport = if more.contains(&"--transport") { &[][..] } else { &["--transport", "mqtt"] };
        let args = ["--endpoint", &endpoint, "--trust", trust.to_str().unwrap()];
        probe(&[&args[..], transport, more].concat())
    }
}

#[test]
fn a_certificate_that_does_not_hold_is_shown_all_the_same() {
    let bench = Bench::new("bench root");
    let here = ["127.0.0.1"];
    for (peer, finding) in [
        (
            bench.peer(&here, Misdeed::Close, |params| params.not_after = rcgen::date_time_ymd(2020, 1, 1)),
            "DX507",
        ),
        (
            bench.peer(&here, Misdeed::Close, |params| params.not_before = rcgen::date_time_ymd(2090, 1, 1)),
            "DX508",
        ),
        (bench.peer(&["dps.example"], Misdeed::Close, |_| {}), "DX509"),
    ] {
        let run = bench.probe(&peer, &[]);
        assert_outcome(&run, 3, &[finding]);
        let tls = stage(&run, "mqtt", "tls");
        assert_eq!(tls["serverChain"][0]["issuer"], "CN=bench root", "{run:?}");
        // Known although the certificate does not hold: the root has signed.
        assert_eq!(tls["root"]["subject"], "CN=bench root", "{run:?}");
        assert!(stages(&run).contains(&"mqtt client-certificate not-reached".to_owned()), "{run:?}");
    }
    let stranger = Bench::new("another root").peer(&here, Misdeed::Close, |_| {});
    let run = bench.probe(&stranger, &[]);
    assert_outcome(&run, 3, &["DX506"]);
    assert_eq!(stage(&run, "mqtt", "tls")["serverChain"][0]["issuer"], "CN=another root");
    let namesake = Bench::new("bench root").peer(&here, Misdeed::Close, |_| {});
    assert_eq!(stage(&bench.probe(&namesake, &[]), "mqtt", "tls").get("root"), None);
}

#[test]
fn nothing_is_sent_to_a_server_that_is_not_trusted() {
    let stand = Stand::start();
    let run = probe(&[
        "--endpoint",
        stand.text("/endpoint"),
        "--id-scope",
        stand.text("/idScope"),
        "--cert",
        stand.text("/example/fullChain"),
        "--key",
        stand.text("/example/key"),
    ]);
    assert_outcome(&run, 3, &["DX506"]);
    for transport in ["mqtt", "websocket"] {
        assert_eq!(stage(&run, transport, "connect")["result"], "not-reached");
    }
}

#[test]
fn a_middlebox_is_named_whether_it_is_trusted_or_not() {
    let name = "global.azure-devices-provisioning.net";
    let bench = Bench::new("Example Corp Web Inspection");
    let peer = bench.peer(&[name], Misdeed::Close, |_| {});
    let redirection = format!("{name}:8883:127.0.0.1:{}", peer.address.port());
    let args = ["--transport", "mqtt", "--connect-to", &redirection];
    let run = probe(&args);
    assert_outcome(&run, 3, &["DX541", "DX506"]);
    let findings = run.json()["findings"].clone();
    assert_eq!(
        (&findings[0]["found"], &findings[1]["causedBy"]),
        (&"CN=Example Corp Web Inspection".into(), &"DX541".into())
    );
    let trust = bench.folder.path().join("root.pem");
    let run = probe(&[&args[..], &["--trust", trust.to_str().unwrap()]].concat());
    assert_outcome(&run, 3, &["DX541", "DX543"]);
    assert_eq!(stage(&run, "mqtt", "tls")["result"], "doubtful");
}

#[test]
fn ports_that_are_closed_or_swallow_everything_are_named() {
    assert_outcome(&probe(&["--endpoint", "127.0.0.1:9", "--transport", "mqtt"]), 3, &["DX503"]);
    assert_outcome(&probe(&["--endpoint", "dps.invalid"]), 3, &["DX501"]);
    // TCP is taken by the system, and nobody ever answers.
    let hole = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = hole.local_addr().unwrap().to_string();
    let run =
        cli::run(["probe", "--json", "--timeout", "1s", "--endpoint", &endpoint, "--transport", "mqtt"]);
    assert_outcome(&run, 3, &["DX504"]);
    assert_eq!(stage(&run, "mqtt", "tls")["result"], "failed");
    // Whoever waits at a terminal sees what is waited for.
    let waiting = ["probe", "--timeout", "1s", "--endpoint", &endpoint, "--transport", "mqtt"];
    let shown = cli::run_on_terminal(waiting).out;
    assert!(shown.contains("mqtt: TLS"), "{shown:?}");
    let plain = Peer::plain("HTTP/1.1 400 Bad Request\r\n\r\n");
    assert_outcome(&probe(&["--endpoint", &plain.address.to_string(), "--transport", "mqtt"]), 3, &["DX505"]);
}

#[test]
fn a_port_where_packets_vanish_is_left_in_time() {
    // A listener whose queue is full lets every further SYN go unanswered, as a firewall does.
    let full = FullPort::new();
    let endpoint = full.address.to_string();
    let run =
        cli::run(["probe", "--json", "--timeout", "2s", "--endpoint", &endpoint, "--transport", "mqtt"]);
    assert_outcome(&run, 3, &["DX504"]);
    let tcp = stage(&run, "mqtt", "tcp");
    assert_eq!((&tcp["result"], &tcp["addresses"][0]["result"]), (&"failed".into(), &"timed-out".into()));
    assert_eq!(stage(&run, "mqtt", "tls")["result"], "not-reached");
}

/// A port that takes no connection and refuses none.
struct FullPort {
    address: SocketAddr,
    _listener: Socket,
    _waiting: Vec<Socket>,
}

impl FullPort {
    fn new() -> Self {
        let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        listener.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        listener.listen(0).unwrap();
        let address = listener.local_addr().unwrap().as_socket().unwrap();
        let mut waiting = Vec::new();
        while waiting.len() < 64 {
            let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            let is_full = socket.connect_timeout(&address.into(), Duration::from_millis(500)).is_err();
            waiting.push(socket);
            if is_full {
                return Self { address, _listener: listener, _waiting: waiting };
            }
        }
        panic!("the queue of {address} is never full");
    }
}

#[test]
fn a_clock_that_is_off_is_told_by_the_servers_date() {
    let bench = Bench::new("bench root");
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::ExplicitNoCa;
    let key = key();
    let certificate = params.signed_by(&key, &bench.root).unwrap().pem();
    for (date, findings) in [
        ("Date: Thu, 01 Jan 1998 00:00:00 GMT\r\n", &["DX543", "DX542", "DX607"][..]),
        ("Date: Wed, 01 Jan 2098 00:00:00 GMT\r\n", &["DX543", "DX542", "DX607"]),
        ("", &["DX543", "DX607"]),
    ] {
        let text = format!("HTTP/1.1 400 Bad Request\r\n{date}Content-Length: 0\r\n\r\n");
        let peer = Peer::says(text, &certificate, &key.serialize_pem());
        let run = bench.probe(&peer, &["--transport", "websocket"]);
        let clock = stage(&run, "websocket", "clock");
        assert_eq!(clock["skewSeconds"].is_number(), !date.is_empty(), "{clock}");
        assert_outcome(&run, 3, findings);
    }
}

#[test]
fn one_way_that_is_closed_does_not_hide_the_other() {
    let stand = Stand::start();
    let open = format!("localhost:443:127.0.0.1:{}", port(&stand));
    let run = probe(&[
        "--endpoint",
        "localhost",
        "--connect-to",
        "localhost:8883:127.0.0.1:9",
        "--connect-to",
        &open,
        "--trust",
        stand.text("/root"),
    ]);
    assert_outcome(&run, 3, &["DX503"]);
    assert_eq!(stage(&run, "mqtt", "tcp")["result"], "failed");
    assert_eq!(stage(&run, "websocket", "websocket")["result"], "ok");
}

#[test]
fn what_cannot_be_used_is_said_before_anything_is_dialled() {
    let run = probe(&["--id-scope", "0ne00111111"]);
    assert_outcome(&run, 2, &["DX110", "DX110"]);
    assert_outcome(&probe(&["--endpoint", "https://dps.example/"]), 2, &["DX104"]);
    assert_outcome(&probe(&["--endpoint", "a", "--cloud", "china"]), 2, &["DX111"]);
    assert_eq!(probe(&["--transport", "amqp"]).code, 2);
}
