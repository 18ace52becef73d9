//! What cannot be used is said, and nothing is written.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::Stdio,
    time::{Duration, Instant},
};

use dps_x509_tests::{cli, environment::root};

use super::Room;

#[track_caller]
fn assert_refused(room: &Room, words: &str, expected: &str) {
    let before = room.files();
    let run = room.run(&format!("generate {words}"));
    assert_eq!(run.code, 2, "{words}: {run:?}");
    assert!(run.err.contains(expected) && !run.err.contains("panicked"), "{words}: {run:?}");
    assert_eq!(run.out, "", "{words}");
    assert_eq!(room.files(), before, "{words}");
}

#[test]
fn nothing_is_overwritten() {
    for (taken, words) in [
        ("device-cert.pem", "self-signed --registration-id d"),
        ("device-key.pem", "csr --registration-id d"),
        ("enrollments.toml", "chain --registration-id d"),
        ("device-full-chain.pem", "chain --registration-id d"),
        ("devices/x", "chain --registration-id d --count 2"),
        ("intermediate-key.pem", "chain --registration-id d --count 2"),
    ] {
        let room = Room::new();
        fs::create_dir_all(room.path("devices")).unwrap();
        if !taken.starts_with("devices") {
            fs::remove_dir(room.path("devices")).unwrap();
        }
        fs::write(room.path(taken), "mine").unwrap();
        assert_refused(&room, words, "is there already, and nothing is overwritten");
        assert_eq!(fs::read_to_string(room.path(taken)).unwrap(), "mine");
    }
    // A link into nowhere is a name that is taken.
    #[cfg(unix)]
    {
        let room = Room::new();
        std::os::unix::fs::symlink("/nowhere/key", room.path("device-key.pem")).unwrap();
        let run = room.run("generate self-signed --registration-id d");
        assert_eq!(run.code, 2, "{run:?}");
    }
}

#[test]
fn a_folder_that_takes_nothing() {
    let room = Room::new();
    fs::write(room.path("file"), "mine").unwrap();
    for out in ["/proc", "file", "file/below"] {
        assert_refused(
            &room,
            &format!("self-signed --registration-id d --out {out}"),
            "--out DIR takes another one",
        );
    }
}

#[test]
fn a_name_that_no_certificate_takes() {
    let room = Room::new();
    let long = "x".repeat(63);
    for (words, expected) in [
        (format!("self-signed --registration-id {long}yz"), "65 characters"),
        // The number makes it too long.
        (format!("chain --registration-id {long} --count 2 --out new"), "65 characters"),
        ("self-signed --registration-id user@host".to_owned(), "'@'"),
        ("self-signed --registration-id device.".to_owned(), "ends in '.'"),
        ("self-signed --registration-id d --country Germany".to_owned(), "two capital letters"),
        ("self-signed --registration-id d --days 0".to_owned(), "0"),
        ("self-signed --registration-id d --days 4294967295".to_owned(), "1970 to 9999"),
        ("self-signed --registration-id d --not-before 1969-12-31".to_owned(), "write a time as"),
        ("chain --registration-id d --count 0".to_owned(), "0"),
        ("self-signed".to_owned(), "--registration-id"),
        (String::new(), "Usage"),
    ] {
        assert_refused(&room, &words, expected);
    }
    assert!(!room.path("new").exists());
}

#[test]
fn a_ca_that_cannot_sign() {
    let room = Room::new();
    room.generate("chain --registration-id d --out chain");
    room.generate("chain --registration-id d --out other");
    room.generate("chain --registration-id d --out past --not-before 2001-01-01 --days 10");
    fs::write(room.path("empty.pem"), "").unwrap();
    let fixture = |name: &str| root().join("tests/fixture/cert").join(name).display().to_string();
    let (server_ca, intermediate_key) = (fixture("server-ca.pem"), fixture("intermediate.key"));
    for (ca, key, expected) in [
        ("chain/device-cert.pem", "chain/device-key.pem", "is no CA"),
        ("chain/root.pem", "other/root-key.pem", "does not belong to the CA certificate"),
        ("chain/root.pem", "chain/intermediate-key.pem", "does not belong to the CA certificate"),
        ("past/root.pem", "past/root-key.pem", "has expired"),
        ("chain/nowhere.pem", "chain/root-key.pem", "there is no such file"),
        ("chain/root.pem", "chain", "it is a folder"),
        ("empty.pem", "chain/root-key.pem", "empty"),
        ("chain/root-key.pem", "chain/root-key.pem", "DX211"),
        ("chain/root.pem", "chain/root.pem", "DX2"),
        (&server_ca, &intermediate_key, "lacks clientAuth"),
    ] {
        let words = format!("device --ca {ca} --ca-key {key} --registration-id e --out new");
        assert_refused(&room, &words, expected);
        assert!(!room.path("new").exists());
    }
}

#[test]
fn a_ca_key_with_a_passphrase() {
    let room = Room::new();
    room.generate("chain --registration-id d --out chain");
    fs::write(room.path("right"), "a passphrase\nand more\n").unwrap();
    fs::write(room.path("wrong"), "another\n").unwrap();
    let mut openssl = std::process::Command::new(dps_x509_tests::environment::program("openssl"));
    openssl.args([
        "pkcs8",
        "-topk8",
        "-in",
        "chain/root-key.pem",
        "-out",
        "root.key",
        "-passout",
        "file:right",
    ]);
    assert!(openssl.current_dir(room.path("")).status().unwrap().success());
    let device = "device --ca chain/root.pem --ca-key root.key --registration-id e --out new";
    assert_refused(&room, device, "DX304");
    assert_refused(&room, &format!("{device} --key-passphrase-file wrong"), "DX305");
    assert_refused(&room, &format!("{device} --key-passphrase-file nowhere"), "nowhere");
    room.generate(&format!("{device} --key-passphrase-file right"));
}

/// Interrupted while it searches for primes, it ends at once and leaves nothing, not even the folder.
#[test]
#[cfg(unix)]
fn a_signal_leaves_nothing() {
    for signal in ["-INT", "-TERM"] {
        leaves_nothing(signal);
    }
}

#[cfg(unix)]
fn leaves_nothing(signal: &str) {
    let room = Room::new();
    let mut command =
        room.command("generate chain --registration-id d --count 1000 --key-type rsa4096 --out new/folder");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started = Instant::now();
    while !room.path("new/folder").exists() {
        assert!(started.elapsed() < Duration::from_secs(30), "it does not begin");
        std::thread::yield_now();
    }
    let kill = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let lines: Vec<String> =
        BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap).collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("interrupted; nothing was written")), "{lines:?}");
    assert!(!room.path("new").exists());
}

#[test]
fn help_says_what_it_makes() {
    let run = cli::run(["generate", "--help"]);
    for word in
        ["self-signed", "chain", "device", "csr", "verification", "Exit codes", "Nothing is ever overwritten"]
    {
        assert!(run.out.contains(word), "{word}: {run:?}");
    }
}
