//! Marked secrets through every command, in success and in each kind of failure: none of the outputs has one, and no file but
//! those that are asked for.

mod misplaced;
mod process;
mod proxy;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use dps_x509_tests::{
    cli::{self, Run},
    peer::{Misdeed, Peer, Until},
    proxy::{Conduct, Proxy},
};
use rcgen::KeyPair;

use crate::desk::Desk;

const PASSPHRASE: &str = "qF7passphraseZx";
const PASSWORD: &str = "qF7passwordZx";
const PIN: &str = "qF7pin84612Zx";

/// What must not be found: in every form that it could have.
struct Secrets(Vec<(String, Vec<u8>)>);

impl Secrets {
    /// With a private key, PEM.
    fn new(key: &str) -> Self {
        let mut forms = Vec::new();
        let mut add = |what: &str, secret: &[u8]| {
            let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
            forms.push((what.to_owned(), secret.to_vec()));
            forms.push((format!("{what} in upper case hex"), hex.to_ascii_uppercase().into_bytes()));
            forms.push((format!("{what} in hex"), hex.into_bytes()));
        };
        for (what, secret) in [("the passphrase", PASSPHRASE), ("the password", PASSWORD), ("the PIN", PIN)] {
            add(what, secret.as_bytes());
        }
        for line in key.lines().filter(|line| line.len() > 40 && !line.starts_with('-')) {
            // The last line of a P-256 key is of its public half.
            add("a line of the key", &line.as_bytes()[..40]);
        }
        let pair = KeyPair::from_pem(key).unwrap();
        let der = pair.serialize_der();
        let marker = [0x02, 0x01, 0x01, 0x04, 0x20];
        let at = der.windows(marker.len()).position(|window| window == marker).unwrap() + marker.len();
        add("the key", &der[at..at + 32]);
        // `user:` in front shifts the base64 of Basic.
        forms.push((
            "the password in Basic".to_owned(),
            base64(format!("user:{PASSWORD}").as_bytes()).as_bytes()[4..16].to_vec(),
        ));
        Self(forms)
    }

    fn assert_not_in(&self, bytes: &[u8], place: &str) {
        for (what, secret) in &self.0 {
            let is_there = bytes.windows(secret.len()).any(|window| window == secret.as_slice());
            assert!(!is_there, "{place} has {what}: {}", String::from_utf8_lossy(bytes));
        }
    }

    fn assert_not_told(&self, run: &Run, what: &str) {
        self.assert_not_in(run.out.as_bytes(), &format!("standard output of {what}"));
        self.assert_not_in(run.err.as_bytes(), &format!("standard error of {what}"));
        assert!(!run.err.contains("panicked"), "{what}: {run:?}");
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().fold(0_usize, |number, byte| number << 8 | usize::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(DIGITS[number >> (18 - 6 * place) & 63]));
        }
    }
    text
}

/// The device's key as it is, and under the passphrase.
struct Keys {
    plain: PathBuf,
    encrypted: PathBuf,
    store: PathBuf,
    passphrase: PathBuf,
    wrong: PathBuf,
}

impl Keys {
    fn new(desk: &Desk) -> Self {
        let keys = Self {
            plain: desk.device.key.clone(),
            encrypted: desk.file("encrypted.key"),
            store: desk.file("store.p12"),
            passphrase: desk.file("passphrase"),
            wrong: desk.file("wrong"),
        };
        fs::write(&keys.passphrase, format!("{PASSPHRASE}\n")).unwrap();
        fs::write(&keys.wrong, format!("not{PIN}\n")).unwrap();
        let openssl = |args: &[&str]| {
            let done = Command::new("openssl").args(args).stderr(Stdio::null()).status();
            assert!(done.expect("openssl is needed").success(), "{args:?}");
        };
        let text = |path: &Path| path.to_str().unwrap().to_owned();
        let by = format!("file:{}", text(&keys.passphrase));
        openssl(&[
            "pkcs8",
            "-topk8",
            "-in",
            &text(&keys.plain),
            "-passout",
            &by,
            "-out",
            &text(&keys.encrypted),
        ]);
        openssl(&[
            "pkcs12",
            "-export",
            "-inkey",
            &text(&keys.plain),
            "-in",
            &text(&desk.device.chain),
            "-passout",
            &by,
            "-out",
            &text(&keys.store),
        ]);
        keys
    }
}

#[test]
fn no_command_tells_a_secret() {
    let desk = Desk::new("localhost");
    let secrets = Secrets::new(&fs::read_to_string(&desk.device.key).unwrap());
    let keys = Keys::new(&desk);
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let chain = text(&desk.device.chain);
    let run = |args: &[String]| {
        let words: Vec<&str> = args.iter().map(String::as_str).collect();
        let run = cli::run(&words);
        secrets.assert_not_told(&run, &words.join(" "));
        run
    };
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    // Damaged in every way that its reader takes apart.
    let key = fs::read_to_string(&keys.plain).unwrap();
    let mut files = vec![keys.plain.clone(), keys.encrypted.clone(), keys.store.clone()];
    for (number, damaged) in damaged(&key).into_iter().enumerate() {
        let path = desk.file(&format!("damaged-{number}"));
        fs::write(&path, damaged).unwrap();
        files.push(path);
    }
    for file in &files {
        let file = text(file);
        for format in ["text", "json", "sarif"] {
            for passphrase in [None, Some(&keys.passphrase), Some(&keys.wrong)] {
                let mut args = words(&[
                    "check",
                    &chain,
                    "--key",
                    &file,
                    "--format",
                    format,
                    "--registration-id",
                    "device-1",
                ]);
                if let Some(passphrase) = passphrase {
                    args.extend(["--key-passphrase-file".to_owned(), text(passphrase)]);
                }
                run(&args);
            }
            run(&words(&["check", &file, "--format", format]));
        }
        run(&words(&["compare", &file, &chain]));
        run(&words(&["compare", &chain, &file, "--format", "json"]));
        run(&words(&["explain", &file]));
        run(&words(&["explain", "401002", "--with", &chain, &file, "--json"]));
        // A chain where a key is wanted, and the other way around.
        let mut swapped = desk.flags("provision", "localhost:1");
        let at = swapped.iter().position(|word| word == "--cert").unwrap();
        swapped[at + 1].clone_from(&file);
        run(&swapped);
        let at = swapped.iter().position(|word| word == "--trust").unwrap();
        swapped[at + 1].clone_from(&file);
        run(&swapped);
        for json in [true, false] {
            let out = desk.file("out");
            let mut args = words(&[
                "configure",
                "all",
                "--id-scope",
                "0ne00111111",
                "--cert",
                &chain,
                "--key",
                &file,
                "--out",
                &text(&out),
            ]);
            args.extend(json.then(|| "--json".to_owned()));
            run(&args);
            for path in below(&out) {
                secrets.assert_not_in(&fs::read(&path).unwrap(), &path.display().to_string());
            }
            let _ = fs::remove_dir_all(&out);
        }
    }
    let log = desk.file("device.log");
    fs::write(
        &log,
        format!(
            "pass_phrase={PASSPHRASE}\nhttp://user:{PASSWORD}@proxy:3128 407\npin-value={PIN}\n{key}\nrc=5\n"
        ),
    )
    .unwrap();
    for more in [&[][..], &["--json"]] {
        let mut args = words(&["explain", &text(&log)]);
        args.extend(words(more));
        run(&args);
    }
}

#[test]
fn no_conversation_tells_a_secret() {
    let desk = Desk::new("localhost");
    let secrets = Secrets::new(&fs::read_to_string(&desk.device.key).unwrap());
    let keys = Keys::new(&desk);
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let assigned = r#"{"operationId":"4","status":"assigned","registrationState":{"assignedHub":"hub.azure-devices.net","deviceId":"device-1"}}"#;
    let good = Peer::dps(200, assigned.to_owned(), &desk.certificate, &desk.key);
    let refuses = Peer::dps(401, r#"{"errorCode":401002}"#.to_owned(), &desk.certificate, &desk.key);
    let closes = Peer::start(Until::Tls, Misdeed::Close, &desk.certificate, &desk.key);
    let garbage = Peer::start(Until::Connack, Misdeed::Garbage, &desk.certificate, &desk.key);
    let hangs = Peer::start(Until::Suback, Misdeed::Hang, &desk.certificate, &desk.key);
    let plain = Peer::plain("220 mail\r\n");
    let basic = format!("Basic {}", base64(format!("user:{PASSWORD}").as_bytes()));
    let open = Proxy::start(Conduct::Guarded(basic.leak()));
    let guarded = Proxy::start(Conduct::Guarded("Basic another"));
    let proxy = |proxy: &Proxy, name: &str| {
        let path = desk.file(name);
        fs::write(&path, format!("http://user:{PASSWORD}@{}\n", proxy.address)).unwrap();
        format!("@{}", text(&path))
    };
    let (open, guarded) = (proxy(&open, "open"), proxy(&guarded, "guarded"));
    let mut codes = Vec::new();
    for (peer, route) in [
        (Some(&good), None),
        (Some(&good), Some(&open)),
        (Some(&good), Some(&guarded)),
        (Some(&refuses), None),
        (Some(&closes), None),
        (Some(&garbage), None),
        (Some(&hangs), None),
        (Some(&plain), None),
        (None, None),
    ] {
        for command in ["provision", "probe"] {
            for key in [&keys.plain, &keys.encrypted] {
                for more in [&["--json"][..], &[], &["--component"]] {
                    let port = peer.map_or(1, |peer| peer.address.port());
                    let mut args = desk.flags(command, &format!("localhost:{port}"));
                    let at = args.iter().position(|word| word == "--key").unwrap();
                    args[at + 1] = text(key);
                    let at = args.iter().position(|word| word == "--timeout").unwrap();
                    "1500ms".clone_into(&mut args[at + 1]);
                    args.extend(["--key-passphrase-file".to_owned(), text(&keys.passphrase)]);
                    args.extend(route.iter().flat_map(|route| ["--proxy".to_owned(), (*route).clone()]));
                    if command == "provision" {
                        args.push("--trace".to_owned());
                        args.extend(more.iter().map(|&word| word.to_owned()));
                    }
                    let run = cli::run(&args);
                    secrets.assert_not_told(&run, &args.join(" "));
                    codes.push(run.code);
                }
            }
        }
    }
    codes.sort_unstable();
    codes.dedup();
    assert!([0, 1, 3, 4].iter().all(|code| codes.contains(code)), "each kind of end: {codes:?}");
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let started = Instant::now();
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        assert!(started.elapsed() < Duration::from_secs(20));
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}

/// The key as people break it.
fn damaged(key: &str) -> Vec<String> {
    let middle = key.len() / 2;
    let (start, end) = key.split_at(middle);
    vec![
        format!("{start}!{end}"),
        format!("{start}\n\n{end}"),
        format!("{start}{}", &end[1..]),
        start.to_owned(),
        end.to_owned(),
        key.replace("PRIVATE KEY", "CERTIFICATE"),
        key.replace("-----", "----"),
        key.replace('\n', " "),
        key.replace('\n', "\\n"),
        key.replace('\n', ""),
        key.lines().map(|line| format!("\"{line}\\n\"\n")).collect(),
        format!("{{\"key\": \"{}\"}}", key.replace('\n', "\\n")),
        key.lines().filter(|line| !line.starts_with('-')).collect(),
        format!("pin-value={PIN}\n{key}"),
        format!("pkcs11:token=t;object=o?pin-value={PIN}"),
        format!("Bag Attributes\n    friendlyName: {PIN}\n{key}"),
        key.chars().flat_map(|it| [it, '\0']).collect(),
    ]
}
