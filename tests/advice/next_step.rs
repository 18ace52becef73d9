//! The commands of next steps: those that `check` prints for the cases, and those of the catalogue.

use std::{collections::BTreeSet, fs};

use dps_x509_core::finding::Naming;
use dps_x509_tests::case;
use serde_json::Value;

use crate::{
    NotRun, command,
    page::Tally,
    room::{PASSPHRASE, Room},
};

/// Runs the commands of every next step of every case, on the files of the case.
pub(crate) fn run_all(not_run: &[NotRun]) -> Tally {
    let (mut tally, mut wrong, mut seen) = (Tally::default(), Vec::new(), BTreeSet::new());
    for case in case::all() {
        let whole = case.run_as(Naming::CommandLine);
        for finding in whole["report"]["findings"].as_array().unwrap() {
            let (code, next) = (finding["code"].as_str().unwrap(), finding["nextStep"].as_str().unwrap());
            if command::is_command_in(&command::unquoted(next)) {
                wrong.push(format!("{} {code}: a command without backticks in {next:?}", case.name));
            }
            for one in command::quoted(next) {
                if not_run.iter().any(|it| one.starts_with(&it.starts)) {
                    tally.left += 1;
                    continue;
                }
                tally.ran += 1;
                if !seen.insert((code.to_owned(), case.name.clone(), one.clone())) {
                    continue;
                }
                if let Err(why) = run(&case, finding, &one) {
                    wrong.push(format!("{} {code}: {why}", case.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} next steps do not work:\n{}", wrong.len(), wrong.join("\n"));
    tally
}

/// The code and the next step of every finding of every case.
pub(crate) fn of_cases() -> Vec<(String, String)> {
    let findings = case::all().into_iter().flat_map(|case| {
        let whole = case.run_as(Naming::CommandLine);
        whole["report"]["findings"].as_array().cloned().unwrap_or_default()
    });
    let text = |finding: &Value, member: &str| finding[member].as_str().unwrap_or_default().to_owned();
    findings.map(|finding| (text(&finding, "code"), text(&finding, "nextStep"))).collect()
}

/// Every command that a next step of a case has.
pub(crate) fn commands() -> Vec<String> {
    of_cases().iter().flat_map(|(_, next)| command::quoted(next)).collect()
}

/// Runs one command with the case's files in the place of those that it names.
fn run(case: &case::Case, finding: &Value, command: &str) -> Result<(), String> {
    let room = Room::new();
    let place = finding["place"]["path"].as_str();
    let family = finding["family"].as_str().unwrap();
    let of_key = matches!(family, "opening" | "key");
    for (number, file) in case.given.files.iter().enumerate() {
        let name = file.path.clone().unwrap_or_else(|| format!("text-{number}"));
        fs::write(room.path(&name), &file.bytes).unwrap();
        let is_it = file.path.as_deref() == place;
        if is_it {
            for name in ["FILE", if of_key { "device-key.pem" } else { "device-cert.pem" }] {
                fs::write(room.path(name), &file.bytes).unwrap();
            }
            if of_key {
                fs::write(room.path("OLD-KEY.pem"), &file.bytes).unwrap();
            }
        }
        if file.purpose == "device-key" && !is_it {
            fs::write(room.path("device-key.pem"), &file.bytes).unwrap();
        }
    }
    fs::copy(room.path("ca.pem"), room.path("issuer.pem")).unwrap();
    if command.contains("certificate.pem") {
        let chain: Vec<_> = case.given.files.iter().filter(|file| file.purpose == "device-chain").collect();
        if let [leaf, issuer, ..] = chain.as_slice() {
            fs::write(room.path("certificate.pem"), &leaf.bytes).unwrap();
            fs::write(room.path("issuer.pem"), &issuer.bytes).unwrap();
        } else {
            fs::copy(room.path("device-cert.pem"), room.path("certificate.pem")).unwrap();
            fs::copy(room.path("device-cert.pem"), room.path("issuer.pem")).unwrap();
        }
    }
    room.run("printf 'basicConstraints=CA:FALSE\\n' > device.cnf")?;
    let passphrase = case.given.passphrase.as_deref().unwrap_or(PASSPHRASE);
    fs::write(room.path("passphrase.txt"), passphrase).unwrap();
    let filled = command.replace("DIR", "out").replace("REGISTRATION-ID", "device-1");
    if !filled.contains("--write-fixed") {
        return room.run_with(&filled, passphrase);
    }
    // Who opened the store once gives its passphrase again.
    let opened = case.given.passphrase.as_ref().map_or("", |_| " --key-passphrase-file passphrase.txt");
    // The exit code judges the files as they were given; what was written must be free of the finding.
    room.run_with(&format!("{filled}{opened} || test $? = 1"), passphrase)?;
    let code = finding["code"].as_str().unwrap();
    let written: Vec<_> =
        fs::read_dir(room.path("out")).map_err(|error| error.to_string())?.flatten().collect();
    for file in &written {
        let codes = room.check(&format!("out/{}", file.file_name().to_string_lossy())).codes();
        if codes.contains(&code.to_owned()) {
            return Err(format!("{filled}: {codes:?} of {}", file.path().display()));
        }
    }
    if written.is_empty() {
        return Err(format!("{filled}: nothing was written"));
    }
    Ok(())
}
