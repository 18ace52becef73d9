//! Scripts: read by shellcheck, and run by sh with stand-ins for the programs they start, which say what they got.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use dps_x509_tests::{cli, environment::program};

use super::Written;
use crate::stand::Stand;

/// What a shell could stumble over, as names of the Azure side.
pub(super) const NAMES: [&str; 6] = [
    "--dps-name",
    "my 'dps' $x",
    "--resource-group",
    "my \"resources\" 100% `id`",
    "--group-name",
    "Geräte ${y} \\",
];

/// Every target that is possible for the stand's device, with these names and paths.
pub(super) async fn all(endpoint: &str, names: &[&str]) -> (Stand, Written) {
    let stand = Stand::start("127.0.0.1:0").await;
    let group_ca = stand.group_ca.to_str().unwrap().to_owned();
    let more = [&["--enrollment", "group", "--group-ca", &group_ca], names].concat();
    let written = Written::group(&stand, endpoint, &["all"], &more);
    (stand, written)
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn shellcheck_finds_nothing() {
    let (_stand, written) = all("localhost:8883", &NAMES).await;
    let scripts = files(&written.out(), "sh");
    assert!(scripts.len() >= 12, "{scripts:?}");
    let mut command = Command::new(program("shellcheck"));
    // SC2016, SC1112, SC1003: that `$`, typographic quotes and backslashes in single quotes stay as they are, is meant.
    command.args(["--severity", "style", "--exclude", "SC2016,SC1112,SC1003"]).args(&scripts);
    let run = cli::finish(command);
    assert_eq!(run.code, 0, "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_can_be_started_by_their_names() {
    let (_stand, written) = all("localhost:8883", &NAMES).await;
    for script in files(&written.out(), "sh") {
        let is_sourced = script.ends_with("environment/device.sh");
        let mode = fs::metadata(&script).unwrap().permissions().mode();
        assert_eq!(mode & 0o111 != 0, !is_sourced, "{}", script.display());
    }
}

/// A program that prints its arguments, one a line, and an etag if it is asked for one.
fn stand_in(folder: &Path, name: &str) {
    let text = "#!/bin/sh\nfor word in \"$@\"; do [ \"$word\" = tsv ] && { echo 'AAAA=\"'; exit; }; done\nprintf '%s\\n' \"$@\"\n";
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn az_gets_every_word_as_it_was() {
    let (_stand, written) = all("localhost:8883", &NAMES).await;
    let programs = tempfile::tempdir().unwrap();
    stand_in(programs.path(), "az");
    let path = format!("{}:{}", programs.path().display(), std::env::var("PATH").unwrap());
    let words = |script: &str| -> Vec<String> {
        let mut command = written.command(program("sh"), "azure-cli", &[script]);
        command.env("PATH", &path);
        let run = cli::finish(command);
        assert_eq!(run.code, 0, "{run:?}");
        run.out.lines().map(str::to_owned).collect()
    };
    let common = ["--resource-group", "my \"resources\" 100% `id`", "--dps-name", "my 'dps' $x"];
    let ca = written.out().join("group-ca.pem").to_str().unwrap().to_owned();
    let expected: [(&str, Vec<&str>, Vec<&str>); 4] = [
        (
            "1-upload-ca.sh",
            vec!["certificate", "create"],
            vec!["--certificate-name", "Geräte ${y} \\", "--path", &ca],
        ),
        (
            "2-verification-code.sh",
            vec!["certificate", "generate-verification-code"],
            vec!["--certificate-name", "Geräte ${y} \\", "--etag", "AAAA=\""],
        ),
        (
            "3-verify-ca.sh",
            vec!["certificate", "verify"],
            vec!["--certificate-name", "Geräte ${y} \\", "--path", "verification.pem", "--etag", "AAAA=\""],
        ),
        (
            "4-enroll.sh",
            vec!["enrollment-group", "create"],
            vec![
                "--enrollment-id",
                "Geräte ${y} \\",
                "--certificate-path",
                &ca,
                "--provisioning-status",
                "enabled",
            ],
        ),
    ];
    for (script, command, more) in expected {
        assert_eq!(words(script), [&["iot", "dps"][..], &command, &common, &more].concat(), "{script}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sh_reads_the_environment_back() {
    let (_stand, written) = all("localhost:8883", &NAMES).await;
    let chain = written.out().join("device-full-chain.pem");
    for load in [". ./device.sh", "set -a; . ./device.env"] {
        let script = format!("{load}; printf '%s|%s' \"$X509_CERT_FILE\" \"$(printenv PROVISIONING_HOST)\"");
        let run = cli::finish(written.command(program("sh"), "environment", &["-c", &script]));
        assert_eq!(run.out, format!("{}|localhost", chain.display()), "{run:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_c_sample_finds_its_variables_and_one_file() {
    let (stand, written) = all("localhost:8883", &NAMES).await;
    let programs = tempfile::tempdir().unwrap();
    let sample = programs.path().join("a sample");
    fs::write(&sample, "#!/bin/sh\nprintf '%s\\n' \"$AZ_IOT_PROVISIONING_REGISTRATION_ID\"\ncat \"$AZ_IOT_DEVICE_X509_CERT_PEM_FILE_PATH\"\n").unwrap();
    fs::set_permissions(&sample, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = written.command(program("sh"), "embedded-c", &["run.sh", sample.to_str().unwrap()]);
    command.env("TMPDIR", programs.path());
    let run = cli::finish(command);
    let key = fs::read_to_string(&stand.grouped.key).unwrap();
    assert_eq!(run.out, format!("grouped-1\n{}{key}", written.read("device-full-chain.pem")), "{run:?}");
    assert_eq!(fs::read_dir(programs.path()).unwrap().count(), 1, "the joined file is gone");
}
