//! `dps-x509 check`: verdicts, formats, bad inputs, and what other tools make.

mod each;
mod fixed;
mod folder;
mod openssl;

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use dps_x509_tests::{
    chain::{self, Device, Factory, Files},
    cli::{self, Run},
};
use tempfile::TempDir;

/// A folder with a factory and the files of `device-1`.
pub(crate) struct Desk {
    pub(crate) folder: TempDir,
    pub(crate) factory: Factory,
    pub(crate) device: Files,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let factory = Factory::new();
        let device = factory.device("device-1").write(folder.path(), "device");
        Self { folder, factory, device }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// `check` in this folder, with the words of one line.
    pub(crate) fn check(&self, words: &str) -> Run {
        let run = run(self.command(words));
        let key = fs::read_to_string(&self.device.key).unwrap();
        for secret in key.lines().skip(1).filter(|line| !line.starts_with('-')) {
            assert!(!run.out.contains(secret) && !run.err.contains(secret), "{words}");
        }
        run
    }

    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(cli::binary());
        command.arg("check").args(words.split_whitespace()).current_dir(&self.folder);
        command
    }
}

pub(crate) fn run(command: Command) -> Run {
    let run = cli::finish(command);
    assert!(!run.err.contains("panicked"), "{run:?}");
    run
}

#[test]
fn a_device_that_is_ready() {
    let desk = Desk::new();
    let words = "device.pem --key device-key.pem --registration-id device-1 --id-scope 0ne00111111";
    let run = desk.check(words);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    for part in [
        "CN=device-1\n",
        "└─ CN=test issuing",
        "CN=test intermediate  not among the files",
        "leaf, EC P-256, signed by ECDSA with SHA-256, valid for",
        "belongs to CN=device-1",
        "MQTT client, client certificate   device.pem\n",
        "MQTT client, client key           device-key.pem\n",
        "DigiCert Global Root G2",
        "Ready",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    assert!(!run.out.contains('\u{1b}'), "colour without a terminal: {}", run.out);
    let json = desk.check(&format!("{words} --format json"));
    assert_eq!((json.code, json.json()["chain"]["leaf"].as_str()), (0, Some("CN=device-1")), "{json:?}");
    assert_eq!(json.json()["version"], 1);
}

#[test]
fn colour_is_for_those_who_want_it() {
    let desk = Desk::new();
    let mut command = desk.command("device-leaf.pem --registration-id other");
    command.env("CLICOLOR_FORCE", "1");
    let run = run(command);
    assert!(run.out.contains("\u{1b}["), "{run:?}");
}

#[test]
fn sarif_is_one_log() {
    let desk = Desk::new();
    desk.file("park/a.pem", fs::read(&desk.device.leaf).unwrap());
    desk.file("park/b.pem", "nothing");
    for (words, code, rule) in [
        ("device.pem --registration-id device-2 --format sarif", 1, "DX401"),
        ("--each park --format sarif", 1, "DX431"),
    ] {
        let run = desk.check(words);
        let results = run.json()["runs"][0]["results"].as_array().unwrap().clone();
        assert_eq!((run.code, &run.json()["version"]), (code, &"2.1.0".into()), "{run:?}");
        assert!(results.iter().any(|result| result["ruleId"] == rule), "{run:?}");
    }
}

#[test]
fn any_number_of_files_in_any_order_and_from_standard_input() {
    let desk = Desk::new();
    desk.file("root.pem", desk.factory.root.pem());
    desk.file("intermediate.pem", desk.factory.intermediate.pem());
    desk.file("issuing.pem", desk.factory.issuing.pem());
    let run =
        desk.check("root.pem device-key.pem issuing.pem device-leaf.pem intermediate.pem --format json");
    let json = run.json();
    assert_eq!(json["chain"]["leaf"], "CN=device-1", "{run:?}");
    assert_eq!(json["chain"]["root"], "CN=test root");
    assert_eq!(json["chain"]["intermediates"].as_array().unwrap().len(), 2);

    let mut command = desk.command("- --format json");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(&fs::read(&desk.device.chain).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["certificates"][0]["place"]["path"], "standard input");
    assert_eq!(output.status.code(), Some(0), "{json:#}");
}

#[test]
fn what_is_wrong_has_a_code_a_place_and_a_next_step() {
    let desk = Desk::new();
    let run = desk.check("device.pem --key device-key.pem --registration-id device-2");
    assert_eq!(run.code, 1, "{run:?}");
    for part in [
        "error DX401 cn-is-not-registration-id",
        "where:",
        "next:",
        "Not ready: 1 error, 1 note. `dps-x509 explain DX401`",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    let other = desk.file("other-key.pem", chain::key().serialize_pem());
    let run = desk.check(&format!("device.pem --key {} --format json", other.display()));
    assert!(run.code == 1 && run.codes().contains(&"DX303".to_owned()), "{run:?}");
    let run = desk.check("device-leaf.pem --trust device.pem --enrollment group --format json");
    assert!(run.codes().contains(&"DX481".to_owned()), "{run:?}");
}

#[test]
fn what_counts_is_chosen() {
    let desk = Desk::new();
    for (words, code) in [
        ("device.pem --registration-id device-2", 1),
        ("device.pem --registration-id device-2 --allow DX401", 0),
        ("device.pem --registration-id device-2 --allow cn-is-not-registration-id", 0),
        ("device.pem --registration-id device-2 --allow DX431", 1),
        ("device.pem --expires-within 1000000", 0),
        ("device.pem --expires-within 1000000 --fail-on warning", 1),
        ("device.pem --expires-within 1000000 --fail-on warning --allow DX414", 0),
        ("device.pem --at 1970-01-02", 1),
        ("device.pem --at 9000-01-02T03:04:05Z", 1),
        ("device.pem --fail-on note", 1),
    ] {
        let run = desk.check(words);
        assert_eq!(run.code, code, "{words}: {}", run.out);
    }
    let allowed = desk.check("device.pem --registration-id device-2 --allow DX401");
    assert!(allowed.out.contains("(allowed)") && allowed.out.contains("1 of them allowed"), "{allowed:?}");
}

#[test]
fn nothing_usable() {
    let desk = Desk::new();
    desk.file("empty.pem", "");
    desk.file("noise.bin", [0xff; 300]);
    desk.file("large.pem", vec![b'A'; (16 << 20) + 1]);
    for (words, part) in
        [("nowhere.pem", "DX201"), ("empty.pem", "DX202"), ("noise.bin", "DX203"), ("large.pem", "DX207")]
    {
        let run = desk.check(words);
        assert_eq!(run.code, 2, "{words}: {run:?}");
        assert!(run.out.contains(part) && run.out.contains("Nothing usable"), "{words}: {run:?}");
        let json = desk.check(&format!("{words} --format json"));
        assert_eq!((json.code, json.codes().len()), (2, 1), "{json:?}");
    }
    // Nothing is wrong with a request, and nobody gets through with it.
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixture/cert");
    for (name, kind) in [("device-1.csr", "a certificate signing request"), ("device-1.pub", "a public key")]
    {
        fs::copy(fixtures.join(name), desk.path(name)).unwrap();
        let run = desk.check(&format!("{name} device-key.pem"));
        assert!(run.code == 2 && run.out.contains(kind) && run.out.contains("lack of a device's"), "{run:?}");
    }
    // Nobody asked for a device.
    let run = desk.check("--trust device.pem --cloud none");
    assert!(run.code == 0 && run.out.contains("Nothing wrong"), "{run:?}");
    // With something usable beside it, it is an error among others.
    let run = desk.check("device.pem nowhere.pem --format json");
    assert!(run.code == 1 && run.codes()[0] == "DX201", "{run:?}");
}

#[test]
fn a_command_line_that_cannot_be_used() {
    let desk = Desk::new();
    for (words, part) in [
        ("", "FILE"),
        ("device.pem --at tomorrow", "2027-01-31"),
        ("device.pem --cloud mars", "mars"),
        ("device.pem --allow DX4O1", "DX401"),
        ("device.pem --enrollment both", "individual"),
        ("device.pem --expires-within -1", "-1"),
        ("device.pem --each .", "--each"),
        ("--each nowhere", "nowhere"),
    ] {
        let run = desk.check(words);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{words}: {run:?}");
        assert!(run.err.contains(part), "{words}: {run:?}");
    }
    for (words, flag) in [
        ("device.pem --id-scope 0ne/1", "--id-scope"),
        ("device.pem --registration-id a@b", "--registration-id"),
    ] {
        let run = desk.check(&format!("{words} --format json"));
        assert_eq!((run.code, &run.json()["findings"][0]["place"]["input"]), (1, &flag.into()), "{run:?}");
    }
}

#[test]
fn the_boxes_name_what_clients_can_read() {
    let desk = Desk::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixture/cert");
    for name in [
        "device-1.p12",
        "device-1.der",
        "device-1.key",
        "device-1.pem",
        "full-chain.pem",
        "intermediate.pem",
        "proof.pem",
        "wrong-order.pem",
    ] {
        fs::copy(fixtures.join(name), desk.path(name)).unwrap();
    }
    desk.file("passphrase", "example\n");
    let chain = fs::read_to_string(fixtures.join("full-chain.pem")).unwrap();
    let key = fs::read_to_string(fixtures.join("device-1.key")).unwrap();
    let document = serde_json::json!({ "cert": chain, "key": key }).to_string();
    desk.file("device.json", &document);
    desk.file("document.pem", &document);
    let utf_16: Vec<u8> =
        "\u{feff}".encode_utf16().chain(chain.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    desk.file("utf-16.pem", utf_16);
    let makes = "`--write-fixed DIR` makes it";
    let written = "as PEM: `--write-fixed DIR` makes it";
    let no_key = "the private key of the leaf, which is not among the files";
    for (words, certificate, key) in [
        (
            "device-1.p12 --key-passphrase-file passphrase",
            format!("device-1.p12, {written}"),
            "device-1.p12, as PEM: `openssl pkey -in device-1.p12 -out device-key.pem` makes it",
        ),
        (
            "device.json",
            format!("device.json, {written}"),
            "device.json, as PEM: `--key device.json --write-fixed DIR` makes it",
        ),
        ("device-1.der --key device-1.key", format!("device-1.der, {written}"), "device-1.key"),
        ("utf-16.pem --key device-1.key", format!("utf-16.pem, {written}"), "device-1.key"),
        ("proof.pem", "the device's certificate; not among the files".to_owned(), ""),
        // The parts of a chain beside it.
        ("device-1.pem full-chain.pem --key device-1.key", "full-chain.pem".to_owned(), "device-1.key"),
        (
            "device-1.pem intermediate.pem --key device-1.key",
            format!("device-1.pem, then intermediate.pem, in one file: {makes}"),
            "device-1.key",
        ),
        ("wrong-order.pem", format!("wrong-order.pem, put in order: {makes}"), no_key),
    ] {
        let run = desk.check(words);
        let lines: Vec<_> =
            run.out.lines().filter_map(|line| line.trim().strip_prefix("MQTT client, ")).collect();
        let of =
            |name: &str| lines.iter().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim();
        assert_eq!(
            (of("client certificate"), of("client key")),
            (certificate.as_str(), key),
            "{words}: {run:?}"
        );
    }
    let run = desk.check("device.json --key device.json --write-fixed fixed");
    assert_eq!(run.code, 0, "a document may be decoded before a client reads it: {run:?}");
    let individual = run.out.lines().find(|line| line.contains("individual enrollment"));
    assert!(individual.is_some_and(|line| line.ends_with(written)), "{run:?}");
    let run = desk.check("document.pem --key document.pem --write-fixed read");
    assert_eq!(run.code, 1, "what was written is ready, what was given is not: {run:?}");
    assert!(run.out.contains("\nNot ready before it is repaired (--write-fixed DIR): "), "{run:?}");
    assert_eq!(desk.check("document.pem --key document.pem --allow DX224").code, 0);
    let run = desk.check("fixed/device-full-chain.pem --key fixed/device.pem");
    assert!(run.code == 0 && run.out.contains("\nReady"), "{run:?}");
    assert_eq!(fs::read_to_string(desk.path("fixed/device-full-chain.pem")).unwrap(), chain);
    assert!(fs::read_to_string(desk.path("fixed/device.pem")).unwrap().contains(&key), "{run:?}");
}

/// `openssl req -x509` marks a device's own certificate as a CA; what the device is called says nothing of that.
#[test]
fn a_device_may_have_any_name() {
    let desk = Desk::new();
    for name in ["root", "my-ca", "authority.example", "intermediate-7", "iotedged-sensor", "edge.ca"] {
        let mut params = chain::ca(name);
        params.key_usages.clear();
        let key = chain::key();
        desk.file("own.pem", params.self_signed(&key).unwrap().pem());
        desk.file("own.key", key.serialize_pem());
        for words in
            ["own.pem --json", "own.pem --key own.key --json", "own.pem --enrollment individual --json"]
        {
            let run = desk.check(words);
            assert_eq!((run.code, run.codes()), (0, vec!["DX423".to_owned()]), "{name}: {words}: {run:?}");
        }
    }
}

#[test]
fn a_folder_is_no_file() {
    let desk = Desk::new();
    let run = desk.check("--trust . --cloud none");
    assert!(run.code == 2 && run.out.contains("it is a folder") && run.out.contains("check DIR"), "{run:?}");
    let run = desk.check("--each nowhere");
    assert!(run.code == 2 && run.err.contains("there is no such f"), "{run:?}");
    let run = desk.check("--each device.pem");
    assert!(run.code == 2 && run.err.contains("a file, not a folder"), "{run:?}");
}

#[test]
fn a_passphrase_comes_from_a_file() {
    let desk = Desk::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixture/cert");
    for name in ["device-1.pem", "device-1.encrypted.key"] {
        fs::copy(fixtures.join(name), desk.path(name)).unwrap();
    }
    desk.file("wrong", "not this\n");
    let files = "device-1.pem --key device-1.encrypted.key --format json";
    assert!(desk.check(files).codes().contains(&"DX304".to_owned()));
    let wrong = desk.check(&format!("{files} --key-passphrase-file wrong"));
    assert!(wrong.codes().contains(&"DX305".to_owned()), "{wrong:?}");
    let missing = desk.check(&format!("{files} --key-passphrase-file nowhere"));
    assert_eq!(missing.json()["findings"][0]["place"]["input"], "--key-passphrase-file", "{missing:?}");
}

#[test]
fn names_from_certificates_do_not_reach_the_terminal_raw() {
    let desk = Desk::new();
    let device = Device::self_signed("\u{1b}[31mdevice\r\n\u{202e}1");
    desk.file("hostile.pem", &device.chain);
    let mut command = desk.command("hostile.pem --registration-id device-1");
    command.env("CLICOLOR_FORCE", "1");
    let run = run(command);
    assert_eq!(run.code, 1);
    assert!(
        !run.out.contains("\u{1b}[31mdevice") && !run.out.contains('\u{202e}') && !run.out.contains('\r'),
        "{run:?}"
    );
}
