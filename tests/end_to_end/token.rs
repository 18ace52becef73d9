//! Keys that stay in a token, by SoftHSM and its PKCS#11 module.

use std::{fs, path::PathBuf, process::Command};

use dps_x509_tests::{
    cli::{self, Run},
    environment::program,
};
use tempfile::TempDir;

use crate::generate::Room;
use crate::stand::Stand;

/// A token with a PIN, in a folder of its own.
struct Token {
    folder: TempDir,
    module: PathBuf,
}

impl Token {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tokens = folder.path().join("tokens");
        fs::create_dir(&tokens).unwrap();
        fs::write(
            folder.path().join("softhsm2.conf"),
            format!("directories.tokendir = {}\n", tokens.display()),
        )
        .unwrap();
        fs::write(folder.path().join("pin"), "pin-of-the-token\n").unwrap();
        let modules = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so"];
        let module = modules.iter().map(PathBuf::from).find(|path| path.exists());
        let module = module.expect("libsofthsm2.so is missing; the Debian package softhsm2 has it");
        let token = Self { folder, module };
        token.run("--init-token --free --label factory --so-pin 1234 --pin pin-of-the-token");
        token
    }

    fn run(&self, words: &str) {
        let mut command = Command::new(program("softhsm2-util"));
        let run = cli::finish(self.with(command.args(words.split_whitespace())));
        assert_eq!(run.code, 0, "{run:?}");
    }

    fn with(&self, command: &mut Command) -> Command {
        let mut with = Command::new(command.get_program());
        with.args(command.get_args()).env("SOFTHSM2_CONF", self.folder.path().join("softhsm2.conf"));
        if let Some(folder) = command.get_current_dir() {
            with.current_dir(folder);
        }
        with
    }

    /// Puts a key into the token, and takes its file away.
    fn swallow(&self, room: &Room, key: &str, label: &str, id: &str) {
        let path = room.path(key);
        self.run(&format!(
            "--import {} --token factory --label {label} --id {id} --pin pin-of-the-token",
            path.display()
        ));
        fs::remove_file(path).unwrap();
    }

    fn uri(&self, key: &str, more: &str) -> String {
        format!("pkcs11:token=factory;{key}?module-path={}{more}", self.module.display())
    }

    fn pin(&self) -> String {
        self.folder.path().join("pin").display().to_string()
    }
}

fn provision(room: &Room, token: &Token, stand: &Stand, key: &str, more: &[&str]) -> Run {
    let mut command = room.command("provision --cert device-full-chain.pem --only-trust --json");
    command.args(["--id-scope", stand.text("/idScope"), "--endpoint", stand.text("/endpoint")]);
    command.args(["--trust", stand.text("/root"), "--key", key]).args(more);
    cli::finish(token.with(&mut command))
}

#[test]
fn a_device_gets_its_hub_with_a_key_that_no_file_has() {
    for key_type in ["p256", "p384", "rsa2048"] {
        let (room, token) = (Room::new(), Token::new());
        room.generate(&format!("chain --registration-id d --out . --key-type {key_type}"));
        token.swallow(&room, "device-key.pem", "device", "01");
        let stand = room.emulate(&["--quiet"]);
        let by_file = provision(
            &room,
            &token,
            &stand,
            &token.uri("object=device", ""),
            &["--key-passphrase-file", &token.pin()],
        );
        assert_eq!(by_file.code, 0, "{key_type}: {by_file:?}");
        let source = token.uri("id=%01;type=private", &format!("&pin-source=file:{}", token.pin()));
        let by_uri = provision(&room, &token, &stand, &source, &[]);
        assert_eq!(
            (by_uri.code, by_uri.json()["deviceId"].as_str()),
            (0, Some("d")),
            "{key_type}: {by_uri:?}"
        );
        // The component signs with it as well: the identity is the host's.
        let through = provision(&room, &token, &stand, &source, &["--component"]);
        assert_eq!(through.code, 0, "{key_type}: {through:?}");
        assert!(!format!("{by_file:?}{by_uri:?}{through:?}").contains("pin-of-the-token"));
    }
}

#[test]
fn what_is_wrong_with_a_token_is_told_before_anything_is_dialled() {
    let (room, token) = (Room::new(), Token::new());
    room.generate("chain --registration-id d --out .");
    room.generate("self-signed --registration-id other --out other");
    token.swallow(&room, "device-key.pem", "device", "01");
    token.swallow(&room, "other/device-key.pem", "other", "02");
    let stand = room.emulate(&["--quiet"]);
    let wrong = room.path("wrong-pin");
    fs::write(&wrong, "0000\n").unwrap();
    let (pin, wrong) = (token.pin(), wrong.display().to_string());
    let nowhere = "pkcs11:object=device?module-path=/nowhere.so";
    for (key, file, word) in [
        (token.uri("object=nobody", ""), &pin, "private key is as pkcs11:"),
        (token.uri("object=device", ""), &wrong, "PIN does not open"),
        (token.uri("object=other", ""), &pin, "does not belong to the first certificate"),
        (token.uri("object=device", "").replace("factory", "another"), &pin, "there are factory"),
        (token.uri("object=device;x=1", ""), &pin, "matches nothing"),
        (nowhere.to_owned(), &pin, "/nowhere.so cannot be used"),
    ] {
        let run = provision(&room, &token, &stand, &key, &["--key-passphrase-file", file]);
        assert_eq!(run.code, 2, "{key}: {run:?}");
        assert!(run.out.contains(word), "{key}: {run:?}");
        assert_eq!(run.codes(), ["DX518"], "{key}: {run:?}");
    }
}

#[test]
fn a_fleet_signs_with_keys_of_a_token() {
    let (room, token) = (Room::new(), Token::new());
    room.generate("chain --registration-id d --count 3 --out .");
    for number in 1..=3 {
        token.swallow(
            &room,
            &format!("devices/d-{number}/device-key.pem"),
            &format!("d-{number}"),
            &format!("0{number}"),
        );
    }
    let text = fs::read_to_string(room.path("enrollments.toml")).unwrap();
    fs::write(room.path("enrollments.toml"), format!("assigning-polls = 0\n{text}")).unwrap();
    let stand = room.emulate(&["--quiet"]);
    fs::write(room.path("l.csv"), "id\nd-1\nd-2\nd-3\n").unwrap();
    let mut command =
        room.command("fleet run l.csv --rate none --only-trust --cert devices/{id}/device-full-chain.pem");
    command.args(["--id-scope", stand.text("/idScope"), "--endpoint", stand.text("/endpoint")]);
    command.args(["--trust", stand.text("/root"), "--key", &token.uri("object={id}", "")]);
    command.args(["--key-passphrase-file", &token.pin()]);
    let run = cli::finish(token.with(&mut command));
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("3  assigned"), "{run:?}");
}

/// What is public of a key in a token is compared with the certificate, and that is said.
#[test]
fn check_compares_a_key_that_no_file_has() {
    for key_type in ["p256", "p384", "rsa2048"] {
        let (room, token) = (Room::new(), Token::new());
        room.generate(&format!("chain --registration-id d --out . --key-type {key_type}"));
        room.generate(&format!("self-signed --registration-id other --out other --key-type {key_type}"));
        token.swallow(&room, "device-key.pem", "device", "01");
        token.swallow(&room, "other/device-key.pem", "other", "02");
        let check = |files: &str, key: &str, more: &str| {
            let mut command = room.command(&format!("check {files} --key {key} {more}"));
            command.args(["--key-passphrase-file", &token.pin()]);
            cli::finish(token.with(&mut command))
        };
        let own = token.uri("object=device", "");
        let run = check("device-full-chain.pem", &own, "--json");
        let report = run.json();
        let key = &report["keys"][0];
        assert_eq!((run.code, &key["keptIn"]), (0, &"token".into()), "{key_type}: {run:?}");
        assert!(key["belongsTo"].is_string(), "{run:?}");
        let told = check("device-full-chain.pem", &own, "");
        assert!(told.out.contains("it stays in its token, and its public key was compared"), "{told:?}");
        let other = check("device-full-chain.pem", &token.uri("object=other", ""), "--json");
        assert!(other.code == 1 && other.codes().contains(&"DX303".to_owned()), "{other:?}");
        let nobody = check("device-full-chain.pem", &token.uri("object=nobody", ""), "--json");
        assert!(nobody.code == 1 && nobody.codes().contains(&"DX518".to_owned()), "{nobody:?}");
        assert!(!format!("{run:?}{told:?}{other:?}{nobody:?}").contains("pin-of-the-token"));
    }
}
