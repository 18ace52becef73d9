//! EC keys in forms that the TLS library does not read by itself: they are written anew on the way to it.

use std::{fs, path::Path, process::Command};

use dps_x509_tests::{cli, environment::program};

use crate::stand::Stand;

/// What OpenSSL makes of a key.
fn openssl(key: &Path, args: &[&str]) -> Vec<u8> {
    let run = Command::new(program("openssl")).args(["ec", "-in"]).arg(key).args(args).output().unwrap();
    assert!(run.status.success(), "{args:?}: {}", String::from_utf8_lossy(&run.stderr));
    run.stdout
}

/// The key as GnuTLS writes every second one: a zero stands in front of its number.
fn padded(key: &Path) -> Vec<u8> {
    let der = openssl(key, &["-outform", "DER"]);
    let [0x30, length @ ..0x7f, 2, 1, 1, 4, 0x20, rest @ ..] = der.as_slice() else {
        panic!("not a key of P-256 as RFC 5915 has it");
    };
    [&[0x30, length + 1, 2, 1, 1, 4, 0x21, 0], rest].concat()
}

#[test]
fn keys_that_rustls_does_not_read_get_their_device_through() {
    let stand = Stand::start();
    let key = stand.text("/example/key");
    let key = Path::new(key);
    for (name, bytes, told) in [
        ("padded.der", padded(key), Some("DX306")),
        ("explicit.pem", openssl(key, &["-param_enc", "explicit"]), Some("DX310")),
        ("no-public.pem", openssl(key, &["-no_public"]), None),
    ] {
        let file = stand.file(name);
        fs::write(&file, bytes).unwrap();
        let run = stand.args().with("--key", &file).run();
        assert!(run.code == 0 && run.out.starts_with("assigned\n"), "{name}: {run:?}");
        let cert = stand.text("/example/fullChain");
        let checked = cli::run(["check", cert, "--key", file.to_str().unwrap()]);
        assert_eq!(checked.code, 0, "{name}: {checked:?}");
        assert!(
            told.is_none_or(|code| checked.out.contains(&format!("warning {code}"))),
            "{name}: {checked:?}"
        );
    }
}
