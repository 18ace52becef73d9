//! A service or a proxy that refuses, and a proxy that does not.

use dps_x509_tests::{
    cli::Run,
    proxy::{Conduct, Proxy},
};

use super::{assert_outcome, probe, stage, stages};
use crate::stand::Stand;

/// Looks at an emulator that plays a scenario, as the example's device.
fn refused_by(scenario: &str, flags: &[&str]) -> Run {
    let (_, folder) = Stand::start().stop("-TERM");
    let path = folder.path().join("enrollments.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("scenarios = [\"{scenario}\"]\n{text}")).unwrap();
    let stand = Stand::start_in(folder, flags);
    probe(&[
        "--endpoint",
        stand.text("/endpoint"),
        "--trust",
        stand.text("/root"),
        "--id-scope",
        stand.text("/idScope"),
        "--cert",
        stand.text("/example/fullChain"),
        "--key",
        stand.text("/example/key"),
        "--transport",
        "mqtt",
    ])
}

#[test]
fn a_refusal_at_connect_is_the_services() {
    let run = refused_by("connack-refusal", &[]);
    assert_eq!((run.code, run.json()["outcome"].as_str()), (1, Some("refused")), "{run:?}");
    assert_eq!(stage(&run, "mqtt", "connect")["result"], "refused", "{run:?}");
    assert_eq!(stage(&run, "mqtt", "client-certificate")["result"], "ok", "{run:?}");
    assert_eq!(stage(&run, "mqtt", "subscribe")["result"], "not-reached");
}

#[test]
fn an_alert_on_the_certificate_is_a_refusal_in_and_behind_the_handshake() {
    for flags in [&[][..], &["--tls13"]] {
        let run = refused_by("tls-refusal", flags);
        assert_eq!((run.code, run.codes()[0].as_str()), (1, "DX511"), "{run:?}");
        assert_eq!(stage(&run, "mqtt", "tls")["result"], "ok", "{run:?}");
        assert_eq!(stage(&run, "mqtt", "client-certificate")["result"], "refused", "{run:?}");
        assert_eq!(stage(&run, "mqtt", "connect")["result"], "not-reached", "{run:?}");
    }
}

#[test]
fn a_proxy_is_a_stage_of_its_own() {
    let stand = Stand::start();
    let proxy = Proxy::start(Conduct::Open);
    let url = format!("http://{}", proxy.address);
    let args = ["--endpoint", stand.text("/endpoint"), "--trust", stand.text("/root"), "--proxy", &url];
    let run = probe(&args);
    assert_outcome(&run, 0, &[]);
    assert_eq!(stage(&run, "websocket", "proxy")["proxy"], proxy.address.to_string());
    assert!(proxy.targets().iter().all(|target| target == stand.text("/endpoint")), "{:?}", proxy.targets());
    let closed = Proxy::start(Conduct::Answers("HTTP/1.1 403 Forbidden\r\n\r\n"));
    let url = format!("http://user:secret@{}", closed.address);
    let run = probe(&["--transport", "mqtt", "--proxy", &url]);
    assert_outcome(&run, 3, &["DX533"]);
    assert_eq!(
        (&stages(&run)[0], &stages(&run)[1]),
        (&"mqtt tcp ok".to_owned(), &"mqtt proxy failed".to_owned())
    );
    assert!(!run.out.contains("secret"), "{run:?}");
}
