//! Bad input: one clear finding with the place and the next step, exit code 2, and nothing dialled.

use std::{fs, path::PathBuf, process::Command};

use dps_x509_tests::{
    chain::{Device, Factory, Files},
    cli::{self, Run},
    environment::program,
};
use tempfile::TempDir;

use crate::stand::Args;

struct Desk {
    folder: TempDir,
    device: Files,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let device = Factory::new().device("device-1").write(folder.path(), "device");
        Self { folder, device }
    }

    /// Arguments that are right, for an endpoint where nobody listens: whatever is dialled ends in 3.
    fn args(&self) -> Args {
        Args::new()
            .with("--id-scope", "0ne00111111")
            .with("--endpoint", "127.0.0.1:9")
            .with("--cert", &self.device.chain)
            .with("--key", &self.device.key)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

/// Exit code 2, this finding, with a place and a next step, in JSON and in text.
fn assert_unusable(args: &Args, code: &str, place: &str) {
    let run = args.clone().flag("--json").run();
    assert_eq!(run.code, 2, "{args:?}: {run:?}");
    assert_eq!(run.codes(), [code], "{args:?}: {run:?}");
    let finding = run.json()["findings"][0].clone();
    assert_eq!(finding["place"]["input"], place, "{run:?}");
    for member in ["message", "nextStep"] {
        let text = finding[member].as_str().unwrap();
        assert!(
            text.len() > 10 && text.ends_with(|c: char| c.is_alphanumeric() || ".)]`".contains(c)),
            "{text}"
        );
    }
    let text = args.run();
    assert_eq!(text.code, 2, "{text:?}");
    assert!(text.out.is_empty() && text.err.contains(code) && text.err.contains("next:"), "{text:?}");
    assert_calm(&text);
}

fn assert_calm(run: &Run) {
    assert!(!run.err.contains("panicked") && !run.err.contains("RUST_BACKTRACE"), "{run:?}");
}

#[test]
fn the_arguments_of_this_test_are_right() {
    let run = Desk::new().args().flag("--json").run();
    assert_eq!((run.code, run.codes()), (3, vec!["DX503".to_owned()]), "{run:?}");
}

#[test]
fn certificate_files() {
    let desk = Desk::new();
    let chain = fs::read_to_string(&desk.device.chain).unwrap();
    for (path, code) in [
        (desk.folder.path().join("nowhere.pem"), "DX201"),
        (desk.folder.path().to_owned(), "DX201"),
        (desk.file("empty.pem", ""), "DX202"),
        (desk.file("noise.pem", [0xff, 0x00, 0x17, 0x99].repeat(20)), "DX203"),
        (desk.file("cut.pem", &chain[..300]), "DX204"),
        (desk.file("typed.pem", chain.replacen("MII", "M?I", 1)), "DX205"),
        (desk.device.key.clone(), "DX211"),
    ] {
        assert_unusable(&desk.args().with("--cert", &path), code, "--cert");
    }
}

#[test]
fn key_files() {
    let desk = Desk::new();
    let other = Device::self_signed("device-1").write(desk.folder.path(), "other");
    for (path, code) in [
        (desk.folder.path().join("nowhere.pem"), "DX201"),
        (desk.file("empty.pem", ""), "DX202"),
        (desk.device.leaf.clone(), "DX212"),
        (other.key, "DX303"),
    ] {
        assert_unusable(&desk.args().with("--key", &path), code, "--key");
    }
}

#[test]
fn encrypted_keys() {
    let desk = Desk::new();
    let encrypted = desk.folder.path().join("encrypted.pem");
    let mut openssl = Command::new(program("openssl"));
    openssl.args(["pkcs8", "-topk8", "-passout", "pass:secret", "-in"]).arg(&desk.device.key);
    let made = cli::finish({
        openssl.arg("-out").arg(&encrypted);
        openssl
    });
    assert_eq!(made.code, 0, "{made:?}");
    let args = desk.args().with("--key", &encrypted);
    assert_unusable(&args, "DX304", "--key");
    let wrong = desk.file("wrong.txt", "guess\n");
    assert_unusable(&args.clone().with("--key-passphrase-file", &wrong), "DX305", "--key");
    let right = desk.file("right.txt", "secret\n");
    let run = args.with("--key-passphrase-file", &right).flag("--json").run();
    assert_eq!((run.code, run.codes()), (3, vec!["DX503".to_owned()]), "{run:?}");
}

#[test]
fn settings() {
    let desk = Desk::new();
    for (flag, value, code) in [
        ("--id-scope", "", "DX101"),
        ("--id-scope", "0ne/1", "DX101"),
        ("--registration-id", "user@host", "DX102"),
        ("--registration-id", "ends-with.", "DX102"),
        ("--endpoint", "https://global.azure-devices-provisioning.net", "DX104"),
        ("--endpoint", "host:99999", "DX104"),
        ("--api-version", "latest", "DX105"),
        ("--payload", "{not json", "DX106"),
        ("--payload", "@/nowhere.json", "DX201"),
        ("--timeout", "2000days", "DX107"),
        ("--trust", "/nowhere.pem", "DX201"),
        ("--key-passphrase-file", "/nowhere.txt", "DX201"),
    ] {
        assert_unusable(&desk.args().with(flag, value), code, flag);
    }
    for flag in ["--id-scope", "--cert", "--key"] {
        assert_unusable(&desk.args().without(flag), "DX110", flag);
    }
    assert_unusable(&desk.args().flag("--only-trust"), "DX110", "--trust");
    assert_unusable(&desk.args().with("--cloud", "china"), "DX111", "--endpoint");
    let broken = desk.file("broken.toml", "id-scope = \n");
    assert_unusable(&desk.args().with("--config", &broken), "DX109", "--config");
}

#[test]
fn a_url_is_answered_with_the_host_name_in_it() {
    let args = Desk::new().args().with("--endpoint", "https://global.azure-devices-provisioning.net/");
    let run = args.run();
    assert!(run.err.contains("Give the bare host name: global.azure-devices-provisioning.net"), "{run:?}");
}

#[test]
fn everything_wrong_is_said_at_once() {
    let desk = Desk::new();
    let args = desk
        .args()
        .with("--id-scope", "a b")
        .with("--registration-id", "x@y")
        .with("--cert", &desk.device.key);
    let run = args.flag("--json").run();
    assert_eq!(run.code, 2, "{run:?}");
    let mut codes = run.codes();
    codes.sort();
    assert_eq!(codes, ["DX101", "DX102", "DX211"], "{run:?}");
}

#[test]
fn an_unknown_flag_is_usage() {
    let run = cli::run(["provision", "--nonsense"]);
    assert_eq!(run.code, 2, "{run:?}");
}

#[test]
fn the_help_names_every_exit_code() {
    let run = cli::run(["provision", "--help"]);
    assert_eq!(run.code, 0);
    for code in ["0 ", "1 ", "2 ", "3 ", "4 ", "130 "] {
        assert!(run.out.lines().any(|line| line.trim_start().starts_with(code)), "{code}: {}", run.out);
    }
}

#[test]
fn payload_and_settings_come_by_standard_input() {
    let desk = Desk::new();
    let finish = |args: Args, input: &str| {
        let mut command = Command::new(cli::binary());
        command.args(args.flag("--json").words());
        let run = cli::finish_with(command, input.as_bytes());
        (run.code, run.codes().join(" "))
    };
    let dialled = (3, "DX503".to_owned());
    let payload = || desk.args().with("--payload", "@-");
    assert_eq!(finish(payload(), r#"{"modelId":"dtmi:a;1"}"#), dialled);
    assert_eq!(finish(payload(), "{not json"), (2, "DX106".to_owned()));
    let settings = || desk.args().without("--id-scope").with("--config", "-");
    assert_eq!(finish(settings(), "id-scope = \"0ne00111111\"\n"), dialled);
    assert_eq!(finish(settings(), "id-scope = \n"), (2, "DX109".to_owned()));
    assert_eq!(finish(settings(), "\n"), (2, "DX110".to_owned()), "nothing in it is no ID scope");
}
