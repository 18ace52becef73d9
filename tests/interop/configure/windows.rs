//! Scripts for Windows' shells, which are not here: readers that are not ours take them apart, and what a program would
//! get is compared with what it gets from the script for sh, which is run.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use dps_x509_tests::{
    cli,
    environment::{program, python},
};

use super::{
    Written,
    shell::{NAMES, all},
};

/// The programs that scripts start.
const PROGRAMS: [&str; 5] = ["az", "curl", "mosquitto_pub", "mosquitto_sub", "openssl"];

/// What a script asks `az` for and keeps.
const ETAG: &str = "AAAA=\"";

/// With a folder and names that have everything but a double quote, which no batch file and no path of Windows holds.
const ON_WINDOWS: [&str; 8] = [
    "--on-device",
    "C:\\it's $HOME, 100% `so`!\\n Gerät ‘1’ ${x} # & ^ | (%PATH%) !x!",
    "--dps-name",
    "my 'dps' $x %PATH%",
    "--resource-group",
    "my resources & 100% ^ <x>",
    "--group-name",
    "Geräte ${y} \\",
];

#[tokio::test(flavor = "multi_thread")]
async fn powershell_gives_the_words_that_sh_gives() {
    let (_stand, written) = all("localhost:8883", &NAMES).await;
    assert_eq!(assert_same_words(&written, "ps1"), 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn cmd_gives_the_words_that_sh_gives() {
    let (_stand, written) = all("localhost:8883", &ON_WINDOWS).await;
    assert_eq!(assert_same_words(&written, "ps1"), 11);
    // One that keeps what `az` says is not there for cmd.
    assert_eq!(assert_same_words(&written, "cmd"), 9);
}

/// How many scripts with this extension there are, each of which gives the words of its namesake for sh.
fn assert_same_words(written: &Written, extension: &str) -> usize {
    let mut count = 0;
    for target in ["azure-cli", "curl", "environment", "mosquitto", "openssl"] {
        for entry in fs::read_dir(written.out().join(target)).unwrap() {
            let script = entry.unwrap().path();
            if script.extension().is_none_or(|it| it != extension) {
                continue;
            }
            let posix = script.with_extension("sh");
            let expected = if target == "environment" { variables(&posix) } else { words(written, &posix) };
            assert!(expected.len() > 5, "{expected:?}");
            assert_eq!(words_for_windows(&script), expected, "{}", script.display());
            count += 1;
        }
    }
    count
}

/// What the readers make of a script.
fn words_for_windows(script: &Path) -> Vec<String> {
    let reader = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/configure/words.py");
    let mut command = Command::new(python("formats"));
    command.arg(reader).arg(script);
    let words: Vec<String> = serde_json::from_value(cli::finish(command).json()).unwrap();
    let plain = |word: String| match word.as_str() {
        "curl.exe" => "curl".to_owned(),
        "$etag" => ETAG.to_owned(),
        _ => word,
    };
    words.into_iter().map(plain).collect()
}

/// The words that programs get from a script for sh: each keeps its own in a file.
fn words(written: &Written, script: &Path) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("words");
    for name in PROGRAMS {
        let text = "#!/bin/sh\nprintf '%s\\0' \"${0##*/}\" \"$@\" >>\"$WORDS\"\n\
                    for word in \"$@\"; do [ \"$word\" != tsv ] || echo \"$ETAG\"; done\n";
        fs::write(folder.path().join(name), text).unwrap();
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let name: PathBuf = script.file_name().unwrap().into();
    let target = script.parent().unwrap().file_name().unwrap().to_str().unwrap();
    let mut command = written.command(program("sh"), target, &[name.to_str().unwrap()]);
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    command.env("PATH", path).env("WORDS", &kept).env("ETAG", ETAG);
    let run = cli::finish(command);
    assert_eq!(run.code, 0, "{run:?}");
    fs::read_to_string(kept).unwrap().split_terminator('\0').map(str::to_owned).collect()
}

/// The variables that a script for sh sets, as `NAME=VALUE`.
fn variables(script: &Path) -> Vec<String> {
    let text = fs::read_to_string(script).unwrap();
    let names: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("export ")?.split('=').next()).collect();
    let mut command = Command::new(program("sh"));
    command.args(["-c", ". \"$0\"; env -0"]).arg(script);
    let run = cli::finish(command);
    let set: BTreeMap<&str, &str> =
        run.out.split_terminator('\0').filter_map(|it| it.split_once('=')).collect();
    names.into_iter().map(|name| format!("{name}={}", set[name])).collect()
}
