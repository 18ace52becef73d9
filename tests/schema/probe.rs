//! What `probe` prints, judged by its schema.

use dps_x509_tests::{cli, environment::root};

use crate::{
    assert_valid,
    emulator::Emulator,
    validator::{Document, PROBE},
};

/// Through to SUBSCRIBE, of a server that is not trusted, of nobody, of nothing.
#[test]
fn what_a_probe_sees_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::start(folder.path());
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (trust, cert, key) = (file("root.pem"), file("device-1-full-chain.pem"), file("device-1-key.pem"));
    let scope = ["--id-scope", "0ne00111111", "--cert", &cert, "--key", &key];
    let (endpoint, trusted) = (["--endpoint", emulator.endpoint()], ["--trust", &trust]);
    let leaf = root().join("tests/fixture/cert/device-1.pem").display().to_string();
    let documents = [
        ("passed", [&endpoint[..], &trusted, &scope].concat()),
        ("passed", [&endpoint[..], &trusted].concat()),
        ("failed", endpoint.to_vec()),
        ("failed", vec!["--endpoint", "127.0.0.1:9"]),
        ("failed", vec!["--proxy", "http://127.0.0.1:9"]),
        ("invalid-settings", vec!["--cert", &leaf]),
    ]
    .map(|(outcome, more)| {
        let run = cli::run(["probe", "--json"].iter().chain(&more));
        assert_eq!(run.json()["outcome"], outcome, "{run:?}");
        Document::new(&more.join(" "), PROBE, run.json())
    });
    assert_valid(&documents);
}
