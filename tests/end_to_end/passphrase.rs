//! The passphrase of a key or a store, typed on a terminal: asked for, not shown, and said to be wrong if it is.

use std::{ffi::OsStr, path::Path, process::Command};

use dps_x509_tests::{
    cli::{self, Run},
    environment::program,
};

use crate::check::Desk;

const RIGHT: &str = "example";
const WRONG: &str = "not-this-one";

/// The desk with an encrypted key and a store of `device-1`.
fn desk() -> Desk {
    let desk = Desk::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixture/cert");
    for name in ["device-1.pem", "device-1.encrypted.key", "device-1.p12"] {
        std::fs::copy(fixtures.join(name), desk.path(name)).unwrap();
    }
    desk
}

/// A run on a terminal on which `line` is typed when it is asked for.
fn on_terminal(desk: &Desk, line: &str, words: &str) -> Run {
    let mut command = Command::new(program("python3"));
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("end_to_end/terminal.py"));
    command.args([OsStr::new(line), cli::binary().as_os_str()]);
    command.args(words.split_whitespace()).current_dir(&desk.folder).env("NO_COLOR", "1");
    cli::finish(command)
}

#[test]
fn check_asks_for_it() {
    let desk = desk();
    for (words, wrong_code) in [
        ("check device-1.pem --key device-1.encrypted.key --enrollment individual", "DX305"),
        ("check device-1.p12", "DX231"),
    ] {
        let right = on_terminal(&desk, RIGHT, words);
        assert_eq!(right.code, 0, "{words}: {right:?}");
        assert_eq!(right.out.matches("Passphrase of the key or store:").count(), 1, "{words}: {right:?}");
        assert!(right.out.contains("belongs to CN=device-1"), "{words}: {right:?}");
        let wrong = on_terminal(&desk, WRONG, words);
        assert!(wrong.code == 1 && wrong.out.contains(wrong_code), "{words}: {wrong:?}");
        assert!(wrong.out.contains("--key-passphrase-file"), "{words}: {wrong:?}");
        for (run, typed) in [(right, RIGHT), (wrong, WRONG)] {
            assert!(!run.out.contains(typed), "{words}: it was shown: {run:?}");
        }
    }
}

#[test]
fn provision_asks_for_it() {
    let desk = desk();
    // Nobody listens there: what the passphrase opens is found out before.
    let words = "provision --id-scope 0ne00111111 --cert device-1.pem --key device-1.encrypted.key --endpoint 127.0.0.1:9 \
        --timeout 5s --no-proxy";
    let right = on_terminal(&desk, RIGHT, words);
    assert!(right.code == 3 && right.out.contains("DX503"), "{right:?}");
    let wrong = on_terminal(&desk, WRONG, words);
    assert!(wrong.code == 2 && wrong.out.contains("DX305"), "{wrong:?}");
    for (run, typed) in [(right, RIGHT), (wrong, WRONG)] {
        assert!(run.out.contains("Passphrase of the key or store:"), "{run:?}");
        assert!(!run.out.contains(typed), "it was shown: {run:?}");
    }
}

#[test]
fn an_interrupt_leaves_a_terminal_that_shows_what_is_typed() {
    let desk = desk();
    for words in [
        "check device-1.p12",
        "provision --id-scope 0ne00111111 --cert device-1.pem --key device-1.encrypted.key --endpoint 127.0.0.1:9",
    ] {
        let run = on_terminal(&desk, "\u{3}", words);
        assert_eq!(run.code, 130, "{words}: {run:?}");
        assert_eq!(run.out.trim(), "Passphrase of the key or store:", "{words}: {run:?}");
    }
}

#[test]
fn without_a_terminal_the_flag_is_named() {
    let desk = desk();
    for (words, code) in [
        ("check device-1.pem --key device-1.encrypted.key", 1),
        ("check device-1.p12", 1),
        ("provision --id-scope 0ne00111111 --cert device-1.pem --key device-1.encrypted.key", 2),
    ] {
        let mut command = Command::new(cli::binary());
        command.args(words.split_whitespace()).current_dir(&desk.folder);
        let run = cli::finish(command);
        let said = format!("{}{}", run.out, run.err);
        assert_eq!(run.code, code, "{words}: {run:?}");
        assert!(
            said.contains("--key-passphrase-file") && !said.contains("Passphrase of"),
            "{words}: {run:?}"
        );
    }
}
