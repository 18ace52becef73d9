//! Provisioning through an HTTP proxy, and every way in which that goes wrong.

use std::process::Command;

use dps_x509_tests::{
    cli::{self, Run},
    environment::program,
    loopback::own_address,
    proxy::{Conduct, Proxy},
};

use crate::stand::{Args, Stand};

/// `Basic` with `user` and `p@ss` (RFC 7617).
const AUTHORIZATION: &str = "Basic dXNlcjpwQHNz";

fn args(stand: &Stand) -> Args {
    let port = stand.text("/endpoint").rsplit_once(':').unwrap().1;
    stand.args().with("--endpoint", format!("localhost:{port}")).flag("--json")
}

/// A run is one through each engine.
const BOTH: usize = 2;

fn url(proxy: &Proxy) -> String {
    format!("http://{}", proxy.address)
}

#[test]
fn a_proxy_gets_the_name_and_the_device_its_hub() {
    let stand = Stand::start();
    let proxy = Proxy::start(Conduct::Open);
    let port = stand.text("/endpoint").rsplit_once(':').unwrap().1;
    let run = args(&stand)
        .with("--proxy", url(&proxy))
        .with("--connect-to", format!("localhost:{port}:dps.invalid:{port}"))
        .flag("--trace")
        .run();
    assert_eq!((run.code, run.json()["outcome"].as_str()), (0, Some("assigned")), "{run:?}");
    assert_eq!(proxy.targets(), vec![format!("dps.invalid:{port}"); BOTH]);
    let peer = run.json()["transcript"][1]["peer"].as_str().unwrap().to_owned();
    assert_eq!(peer, format!("proxy {}", proxy.address));
}

/// Through the proxy to DPS, and through it again to the hub: TLS and WebSocket are end to end.
#[test]
fn a_websocket_goes_through_a_proxy_too() {
    let stand = Stand::start();
    let proxy = Proxy::start(Conduct::Guarded(AUTHORIZATION));
    let port = stand.text("/endpoint").rsplit_once(':').unwrap().1;
    let run = args(&stand)
        .with("--transport", "websocket")
        .with("--proxy", format!("http://user:p%40ss@{}", proxy.address))
        .with("--connect-to", format!("localhost:443:hub.invalid:{port}"))
        .with("--allow-hub", "localhost")
        .flag("--check-hub")
        .flag("--trace")
        .run();
    assert_eq!((run.code, run.json()["hubCheck"]["outcome"].as_str()), (0, Some("taken")), "{run:?}");
    assert_eq!(
        proxy.targets(),
        vec![[format!("localhost:{port}"), format!("hub.invalid:{port}")]; BOTH].concat()
    );
    let closed = Proxy::start(Conduct::Answers("HTTP/1.1 403 Forbidden\r\n\r\n"));
    let refused = args(&stand).with("--transport", "websocket").with("--proxy", url(&closed));
    assert_fails(&refused, "DX533", "403 Forbidden");
}

/// Runs with these variables.
fn run_with(args: &Args, variables: &[(&str, &str)]) -> Run {
    let mut command = Command::new(cli::binary());
    command.args(args.words()).envs(variables.iter().copied());
    cli::finish(command)
}

#[test]
fn the_environment_is_honoured() {
    let stand = Stand::start();
    let proxy = Proxy::start(Conduct::Open);
    let (args, url) = (args(&stand), url(&proxy));
    let uses = |args: &Args, variables: &[(&str, &str)]| {
        let before = proxy.targets().len();
        let run = run_with(args, variables);
        assert_eq!(run.code, 0, "{run:?}");
        proxy.targets().len() > before
    };
    for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        assert!(uses(&args, &[(name, &url)]), "{name}");
    }
    assert!(!uses(&args, &[("http_proxy", &url)]));
    for name in ["no_proxy", "NO_PROXY"] {
        assert!(!uses(&args, &[("https_proxy", &url), (name, "example, LOCALHOST")]), "{name}");
        assert!(!uses(&args.clone().with("--proxy", &url), &[(name, "*")]), "{name}");
        assert!(uses(&args, &[("https_proxy", &url), (name, "host")]), "{name}");
    }
    assert!(!uses(&args.clone().flag("--no-proxy"), &[("https_proxy", &url)]));
    let run = run_with(&args, &[("HTTPS_PROXY", "socks5://user:secret@127.0.0.1:1")]);
    assert_eq!((run.code, run.codes()), (2, vec!["DX115".to_owned()]), "{run:?}");
    assert_eq!(run.json()["findings"][0]["place"]["input"], "HTTPS_PROXY");
    assert!(!run.out.contains("secret"), "{run:?}");
}

#[test]
fn user_and_password_open_a_guarded_proxy_and_are_shown_nowhere() {
    let stand = Stand::start();
    let proxy = Proxy::start(Conduct::Guarded(AUTHORIZATION));
    let url = |user: &str| format!("http://{user}{}", proxy.address);
    let run = args(&stand).flag("--trace").with("--proxy", url("user:p%40ss@")).run();
    assert_eq!(run.code, 0, "{run:?}");
    for user in ["user:p%40ss%21@", ""] {
        for args in [args(&stand).flag("--trace"), stand.args().flag("--trace")] {
            let run = args.with("--proxy", url(user)).run();
            assert_eq!(run.code, 3, "{run:?}");
            let shown = format!("{}{}", run.out, run.err);
            assert!(shown.contains("DX532") && shown.contains("Basic realm="), "{shown}");
            let is_shown = |secret: &&&str| shown.contains(**secret);
            // As it was given, as it is, and as it is sent: the last is the beginning of the wrong one's base64 too.
            assert_eq!(["p%40ss", "p@ss", "dXNlcjpwQHNz"].iter().find(is_shown), None, "{shown}");
        }
    }
    let run = args(&stand).with("--proxy", "http://user:s3cret@127.0.0.1:port").run();
    assert_eq!((run.code, run.codes()), (2, vec!["DX115".to_owned()]), "{run:?}");
    assert!(!format!("{run:?}").contains("s3cret"), "{run:?}");
}

fn assert_fails(args: &Args, finding: &str, words: &str) {
    let run = args.run();
    assert_eq!((run.code, run.codes()), (3, vec![finding.to_owned()]), "{run:?}");
    let report = run.json();
    assert_eq!(report["transport"]["kind"], "proxy");
    assert!(report["transport"]["detail"].as_str().unwrap().contains(words), "{report}");
    assert!(!run.out.contains('\u{1b}'), "{run:?}");
}

#[test]
fn what_a_proxy_says_is_told() {
    let stand = Stand::start();
    for (answer, finding, words) in [
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "DX533", "403 Forbidden"),
        ("HTTP/1.0 502 Bad\x1b[2Jgateway\r\n\r\n", "DX534", "begins \"HTTP/1.0 502 Bad\\u{1b}"),
        (
            "HTTP/1.1 503 No\r\nContent-Type: text/plain\r\n\r\nno route\x1b[0m",
            "DX533",
            "503 No: no route\\u{1b}",
        ),
        ("SSH-2.0-OpenSSH_9.2\r\n", "DX534", "SSH-2.0-OpenSSH_9.2"),
        ("HTTP/1.1 200", "DX534", "within the head"),
        ("", "DX534", "without an answer"),
    ] {
        let proxy = Proxy::start(Conduct::Answers(answer));
        assert_fails(&args(&stand).with("--proxy", url(&proxy)), finding, words);
    }
    let proxy = Proxy::start(Conduct::Open);
    let nobody = args(&stand).with("--endpoint", "localhost:9").with("--proxy", url(&proxy));
    assert_fails(&nobody, "DX533", "502 Bad Gateway: nobody there\\u{1b}[31m");
}

#[test]
fn a_proxy_that_is_not_there_is_named() {
    let stand = Stand::start();
    assert_fails(&args(&stand).with("--proxy", "http://127.0.0.1:9"), "DX531", "127.0.0.1:9");
    assert_fails(&args(&stand).with("--proxy", "http://proxy.invalid:9"), "DX531", "proxy.invalid");
}

#[test]
fn a_proxy_that_hangs_is_left_in_time() {
    let stand = Stand::start();
    let proxy = Proxy::start(Conduct::Hangs);
    let run = args(&stand).with("--timeout", "1s").with("--proxy", url(&proxy)).run();
    assert_eq!((run.code, run.codes()), (4, vec!["DX801".to_owned()]), "{run:?}");
}

/// Somebody else's proxy.
#[test]
fn tinyproxy_makes_the_way() {
    let stand = Stand::start();
    let folder = tempfile::tempdir().unwrap();
    // It takes no port by chance, so it has an address for itself.
    let (host, port) = (own_address(), 8888);
    let endpoint = stand.text("/endpoint").rsplit_once(':').unwrap().1;
    let log = folder.path().join("log");
    let settings = format!(
        "Port {port}\nListen {host}\nLogFile \"{}\"\nBasicAuth user secret\nConnectPort {endpoint}\n",
        log.display()
    );
    let path = folder.path().join("tinyproxy.conf");
    std::fs::write(&path, settings).unwrap();
    let mut tinyproxy = Tinyproxy(
        Command::new(program("tinyproxy"))
            .arg("-d")
            .arg("-c")
            .arg(&path)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap(),
    );
    let mut tries = 0;
    while std::net::TcpStream::connect((host, port)).is_err() {
        tries += 1;
        assert!(tries < 500 && tinyproxy.0.try_wait().unwrap().is_none(), "tinyproxy does not listen");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let with = |user: &str| args(&stand).with("--proxy", format!("http://{user}{host}:{port}"));
    let run = with("user:secret@").run();
    assert_eq!(run.code, 0, "{run:?}");
    assert_fails(&with(""), "DX532", "407");
    assert_fails(&with("user:secret@").with("--endpoint", "localhost:9"), "DX533", "403");
}

struct Tinyproxy(std::process::Child);

impl Drop for Tinyproxy {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
