//! What cannot be shown is not said to be done: standard output on a full disk, and one that nobody reads on.

use std::{
    fs::{self, File},
    io,
    process::{Command, Stdio},
};

use dps_x509_tests::cli;

use crate::desk::Desk;

/// Of each way to standard output: text, JSON, lines, data for other programs; all of them end in 0 otherwise.
fn commands(desk: &Desk) -> Vec<Vec<String>> {
    let path = |name: &str| desk.file(name).to_str().unwrap().to_owned();
    let (chain, list) = (desk.device.chain.to_str().unwrap().to_owned(), path("devices.csv"));
    fs::write(&list, "registrationId,cert,key\ndevice-1,device-chain.pem,device-key.pem\n").unwrap();
    let (journal, made) = (path("empty.journal"), path("made"));
    fs::write(&journal, "").unwrap();
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    vec![
        words(&["explain", "401002"]),
        words(&["explain", "401002", "--json"]),
        words(&["compare", &chain, &chain]),
        words(&["licenses"]),
        words(&["completions", "bash"]),
        words(&["--help"]),
        words(&["--version"]),
        words(&["help", "fleet", "run"]),
        words(&["check", "-h"]),
        words(&["fleet", "run", "--version"]),
        words(&["configure", "--list"]),
        words(&["generate", "self-signed", "--registration-id", "device-1", "--out", &made, "--json"]),
        words(&["fleet", "results", &journal, "--format", "csv"]),
        words(&["fleet", "summary", &journal]),
    ]
}

fn run(args: &[String], out: impl Into<Stdio>) -> (Option<i32>, String) {
    let mut command = Command::new(cli::binary());
    let output = command.args(args).stdin(Stdio::null()).stdout(out).stderr(Stdio::piped()).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_no_success() {
    let desk = Desk::new("localhost");
    for args in commands(&desk) {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let (code, err) = run(&args, full);
        assert_eq!(code, Some(5), "{args:?}: {err}");
        assert!(
            err.contains("standard output cannot be written (No space left on device"),
            "{args:?}: {err}"
        );
    }
}

#[test]
fn who_has_read_enough_hears_nothing_of_it() {
    let desk = Desk::new("localhost");
    for args in commands(&desk) {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let (code, err) = run(&args, writer);
        assert_eq!(code, Some(0), "{args:?}: {err}");
        assert_eq!(err, "", "{args:?}");
    }
}

/// Where a disk is full after the first kilobyte, as the system lets a process believe, a file is there whole or not at all:
/// half of one would be taken for it, and would be in the way of the next attempt.
#[test]
fn nothing_half_is_left_on_a_full_disk() {
    let desk = Desk::new("localhost");
    let journal = desk.file("empty.journal");
    fs::write(&journal, "").unwrap();
    let journal = journal.to_str().unwrap();
    let chain = ["generate", "chain", "--registration-id", "device-1", "--out"];
    for (name, args) in [
        ("page", ["fleet", "summary", journal, "--format", "html", "--out"].as_slice()),
        ("manual", ["manual", "--out"].as_slice()),
        ("chain", chain.as_slice()),
    ] {
        let folder = desk.file(name);
        fs::create_dir(&folder).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""]).arg(cli::binary());
        command.args(args).arg(folder.join("made"));
        let run = cli::finish(command);
        assert_eq!(run.code, 2, "{name}: {run:?}");
        assert!(run.err.contains("File too large"), "{name}: {run:?}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{name}: something is left");
    }
}

/// Where nobody can make a file, not even the administrator.
#[test]
#[cfg(target_os = "linux")]
fn where_nothing_can_be_written_is_said() {
    let desk = Desk::new("localhost");
    let [chain, key] = [&desk.device.chain, &desk.device.key].map(|path| path.to_str().unwrap().to_owned());
    let list = desk.file("devices.csv").to_str().unwrap().to_owned();
    fs::write(&list, "registrationId,cert,key\ndevice-1,device-chain.pem,device-key.pem\n").unwrap();
    let journal = desk.file("empty.journal").to_str().unwrap().to_owned();
    fs::write(&journal, "").unwrap();
    for args in [
        ["generate", "self-signed", "--registration-id", "device-1", "--out"].as_slice(),
        &["manual", "--out"],
        &["check", &chain, "--write-fixed"],
        &["configure", "paho", "--id-scope", "0ne00111111", "--cert", &chain, "--key", &key, "--out"],
        &["emulate", "--listen", "127.0.0.1:0", "--folder"],
        &["fleet", "run", &list, "--id-scope", "0ne00111111", "--check", "off", "--journal"],
        &["fleet", "summary", &journal, "--format", "html", "--out"],
    ] {
        let mut command = Command::new(cli::binary());
        command.args(args).arg("/proc/dps-x509");
        let run = cli::finish(command);
        assert!(run.code == 2 && run.err.contains("/proc/dps-x509"), "{args:?}: {run:?}");
    }
}
