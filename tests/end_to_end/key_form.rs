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

/// A device has a service of its own: one that polls too often within ten seconds is told to wait.
#[track_caller]
fn gets_through(form: &str, write: impl FnOnce(&Path) -> Vec<u8>, told: Option<&str>) {
    let stand = Stand::start();
    let file = stand.file(form);
    fs::write(&file, write(Path::new(stand.text("/example/key")))).unwrap();
    let run = stand.args().with("--key", &file).run();
    assert!(run.code == 0 && run.out.starts_with("assigned\n"), "{form}: {run:?}");
    let cert = stand.text("/example/fullChain");
    let checked = cli::run(["check", cert, "--key", file.to_str().unwrap()]);
    assert_eq!(checked.code, 0, "{form}: {checked:?}");
    assert!(told.is_none_or(|code| checked.out.contains(&format!("warning {code}"))), "{form}: {checked:?}");
}

#[test]
fn keys_that_rustls_does_not_read_get_their_device_through() {
    gets_through("padded.der", padded, Some("DX306"));
    gets_through("explicit.pem", |key| openssl(key, &["-param_enc", "explicit"]), Some("DX310"));
    gets_through("no-public.pem", |key| openssl(key, &["-no_public"]), None);
}
