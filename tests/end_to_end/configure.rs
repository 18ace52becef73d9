//! `dps-x509 configure`: what is written, what is refused, and what is never overwritten.

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use dps_x509_tests::{
    chain::{self, key},
    cli::{self, Run},
};

use crate::check::Desk;

const NAMES: &str = "--id-scope 0ne00111111 --cert device.pem";

fn configure(desk: &Desk, words: &str) -> Run {
    let mut command = Command::new(cli::binary());
    command.arg("configure").args(words.split_whitespace()).current_dir(&desk.folder);
    let run = cli::finish(command);
    assert!(!run.err.contains("panicked"), "{run:?}");
    let key = fs::read_to_string(&desk.device.key).unwrap();
    for secret in key.lines().skip(1).filter(|line| !line.starts_with('-')) {
        assert!(!run.out.contains(secret) && !run.err.contains(secret), "{words}");
    }
    run
}

fn files_below(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(files_below(&path).into_iter().map(|inner| format!("{name}/{inner}")));
        } else {
            found.insert(name);
        }
    }
    found
}

fn assert_refused(desk: &Desk, words: &str, codes: &[&str], said: &str) {
    let run = configure(desk, &format!("{words} --out out --json"));
    let errors: Vec<String> = run.json()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["severity"] == "error")
        .map(|finding| finding["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        (run.code, errors.iter().map(String::as_str).collect::<Vec<_>>()),
        (1, codes.to_vec()),
        "{words}: {run:?}"
    );
    assert!(run.out.contains(said), "{words}: {run:?}");
    assert!(files_below(&desk.path("out")).is_empty(), "{words}");
}

#[test]
fn a_target_is_written_with_the_files_it_needs() {
    let desk = Desk::new();
    let run = configure(&desk, &format!("paho {NAMES} --key device-key.pem --out out"));
    assert_eq!(run.code, 0, "{run:?}");
    let expected = ["device-full-chain.pem", "paho/register.py", "paho/requirements.txt", "server-roots.pem"];
    assert_eq!(files_below(&desk.path("out")), expected.map(str::to_owned).into());
    for said in ["paho/register.py", "assigned to HUB", "python3 -m venv", "Paho 2.2"] {
        assert!(run.out.contains(said), "{said}: {run:?}");
    }
    let script = fs::read_to_string(desk.path("out/paho/register.py")).unwrap();
    let key = desk.folder.path().join("device-key.pem");
    assert!(script.contains(&format!("KEY = \"{}\"", key.display())), "{script}");
    // The registration ID is the CN.
    assert!(script.contains("REGISTRATION_ID = \"device-1\""), "{script}");
}

#[test]
fn the_root_and_the_uploaded_ca_are_not_sent() {
    let desk = Desk::new();
    let factory = &desk.factory;
    let leaf = fs::read_to_string(&desk.device.leaf).unwrap();
    desk.file(
        "bag.pem",
        [&*factory.root.pem(), &*factory.intermediate.pem(), &leaf, &*factory.issuing.pem()].concat(),
    );
    desk.file("uploaded.pem", factory.intermediate.pem());
    let words =
        "openssl --cert bag.pem --group-ca uploaded.pem --enrollment group --on-device /certs --out out";
    let run = configure(&desk, words);
    assert_eq!(run.code, 0, "{run:?}");
    let read = |name: &str| fs::read_to_string(desk.path("out").join(name)).unwrap().replace("\r\n", "\n");
    assert_eq!(read("intermediates.pem"), factory.issuing.pem().replace("\r\n", "\n"));
    assert_eq!(read("device-cert.pem"), leaf.replace("\r\n", "\n"));
    let script = read("openssl/handshake.sh");
    assert!(
        script.contains("-key /certs/device-key.pem")
            && script.contains("-cert_chain /certs/intermediates.pem")
    );
}

/// However the certificates were written: what goes out is whole. The key's file is used as it is, so it has to be right.
#[test]
fn mangled_certificates_are_written_anew() {
    let desk = Desk::new();
    let literal = |path: &Path| {
        let text = fs::read_to_string(path).unwrap();
        text.lines().map(|line| format!("    \"{line}\\r\\n\"\n")).collect::<String>()
    };
    desk.file("chain.h", literal(&desk.device.chain));
    desk.file("key.h", literal(&desk.device.key));
    let good = "paho --id-scope 0ne1 --cert chain.h --key device-key.pem --out out";
    assert_eq!(configure(&desk, good).code, 0);
    let chain = |name: &str| fs::read_to_string(desk.path(name)).unwrap().replace("\r\n", "\n");
    assert_eq!(chain("out/device-full-chain.pem"), chain("device.pem"));
    let bad = configure(&desk, "paho --id-scope 0ne1 --cert chain.h --key key.h --out bad");
    assert!(bad.code == 1 && bad.err.contains("key.h") && !bad.err.contains("chain.h"), "{bad:?}");
}

#[test]
fn nothing_is_overwritten_and_nothing_is_left_half() {
    let desk = Desk::new();
    desk.file("out/provision/device.toml", "mine");
    let run = configure(&desk, &format!("provision paho {NAMES} --key device-key.pem --out out"));
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.err.contains("nothing is overwritten") && run.err.contains("device.toml"), "{run:?}");
    assert_eq!(files_below(&desk.path("out")), ["provision/device.toml".to_owned()].into());
    assert_eq!(fs::read_to_string(desk.path("out/provision/device.toml")).unwrap(), "mine");
    let run = configure(&desk, &format!("provision {NAMES} --key device-key.pem --out device-key.pem/under"));
    assert!(run.code == 2 && run.err.contains("cannot write into the folder"), "{run:?}");
}

/// A killed run can remove nothing any more; the next one names what it left, and gets through.
#[test]
fn what_a_killed_run_left_is_named() {
    let desk = Desk::new();
    desk.file("out/.dps-x509-a1B2c3/kubernetes/secret.yaml", "half");
    desk.file("out/.dps-x509-no-folder", "another's");
    let run = configure(&desk, &format!("provision {NAMES} --key device-key.pem --out out"));
    assert!(run.code == 0 && run.err.contains("out/.dps-x509-a1B2c3 is left"), "{run:?}");
    assert_eq!(run.err.lines().count(), 1, "{run:?}");
    assert!(desk.path("out/.dps-x509-a1B2c3/kubernetes/secret.yaml").exists());
    assert!(desk.path("out/provision/device.toml").exists());
}

#[test]
fn what_cannot_work_is_refused() {
    let desk = Desk::new();
    let good = format!("{NAMES} --key device-key.pem");
    assert_refused(&desk, &format!("pahoo {good}"), &["DX121"], "Did you mean paho?");
    assert_refused(&desk, "paho --cert device.pem --key device-key.pem", &["DX122"], "--id-scope");
    assert_refused(&desk, &format!("paho {NAMES}"), &["DX122"], "--key");
    assert_refused(&desk, "provision --id-scope 0ne1 --key device-key.pem", &["DX122", "DX122"], "--cert");
    assert_refused(
        &desk,
        &format!("node {good} --endpoint localhost:9000"),
        &["DX123"],
        "always dials port 8883",
    );
    assert_refused(&desk, &format!("mosquitto {good} --transport websocket"), &["DX123"], "WebSocket");
    assert_refused(&desk, &format!("paho {good} --registration-id a@b"), &["DX102"], "'@'");
    assert_refused(&desk, &format!("paho {good} --endpoint https://x/"), &["DX104"], "not a URL");
    assert_refused(
        &desk,
        "paho --id-scope 0ne/1 --cert device.pem --key device-key.pem",
        &["DX101"],
        "ID scope",
    );
    assert_refused(
        &desk,
        &format!("azure-cli {good} --dps-name d --resource-group g"),
        &["DX122"],
        "--enrollment",
    );
    assert_refused(&desk, &format!("paho {good} --registration-id device-2"), &["DX401"], "device-1");
    // The key in the place of the certificate is said to be that, and nothing is said to be missing.
    let swapped =
        "paho --id-scope 0ne1 --registration-id device-1 --cert device-key.pem --key device-key.pem";
    assert_refused(&desk, swapped, &["DX211"], "private key");
    assert_refused(
        &desk,
        "paho --id-scope 0ne1 --cert device-key.pem --on-device /x",
        &["DX211"],
        "private key",
    );
    let baltimore = dps_x509_tests::environment::root().join("tests/fixture/cert/server-root-baltimore.pem");
    assert_refused(&desk, &format!("paho {good} --trust {}", baltimore.display()), &["DX484"], "Baltimore");
}

#[test]
fn a_chain_with_errors_is_refused() {
    let desk = Desk::new();
    desk.file("other-key.pem", key().serialize_pem());
    assert_refused(&desk, &format!("paho {NAMES} --key other-key.pem"), &["DX303"], "other-key.pem");
    let mut params = chain::device("device-1");
    params.not_after = chain::device("x").not_before;
    desk.file("expired.pem", desk.factory.device_with(params).chain);
    let run = configure(&desk, "paho --id-scope 0ne1 --cert expired.pem --on-device /x --out out");
    assert!(run.code == 1 && run.err.contains("Nothing was written."), "{run:?}");
    assert!(files_below(&desk.path("out")).is_empty());
}

#[test]
fn an_encrypted_key_is_refused_with_the_way_out() {
    let desk = Desk::new();
    let mut openssl = Command::new(dps_x509_tests::environment::program("openssl"));
    openssl.args([
        "pkcs8",
        "-topk8",
        "-in",
        "device-key.pem",
        "-out",
        "locked.pem",
        "-passout",
        "pass:secret",
    ]);
    assert_eq!(
        cli::finish({
            openssl.current_dir(&desk.folder);
            openssl
        })
        .code,
        0
    );
    desk.file("passphrase", "secret\n");
    let words = format!("paho {NAMES} --key locked.pem --key-passphrase-file passphrase");
    assert_refused(&desk, &words, &["DX123"], "openssl pkey");
}

#[test]
fn a_key_in_der_is_refused_with_the_way_out() {
    let desk = Desk::new();
    let mut openssl = Command::new(dps_x509_tests::environment::program("openssl"));
    openssl
        .args(["pkey", "-in", "device-key.pem", "-outform", "DER", "-out", "key.der"])
        .current_dir(&desk.folder);
    assert_eq!(cli::finish(openssl).code, 0);
    assert_refused(&desk, &format!("paho {NAMES} --key key.der"), &["DX123"], "openssl pkey");
}

#[test]
fn the_key_is_embedded_on_request_and_nobody_else_reads_it() {
    let desk = Desk::new();
    let run = configure(&desk, &format!("arduino {NAMES} --key device-key.pem --embed-key --out out"));
    assert!(
        run.code == 0 && run.err.contains("DX125") && run.out.contains("holds the private key"),
        "{run:?}"
    );
    let header = desk.path("out/arduino/device_key.h");
    assert_eq!(fs::metadata(&header).unwrap().permissions().mode() & 0o777, 0o600);
    let run = configure(&desk, &format!("all {NAMES} --key device-key.pem --out without"));
    assert_eq!(run.code, 0, "{run:?}");
    let files = files_below(&desk.path("without"));
    assert!(files.len() > 30 && !files.contains("arduino/device_key.h"), "{files:?}");
    let key = fs::read_to_string(&desk.device.key).unwrap();
    let secret = key.lines().nth(1).unwrap();
    for name in files {
        let text = fs::read_to_string(desk.path("without").join(&name)).unwrap();
        assert!(!text.contains(secret), "{name} holds the private key");
    }
}

#[test]
fn all_writes_what_is_possible_and_says_what_is_not() {
    let desk = Desk::new();
    let run = configure(
        &desk,
        &format!(
            "all {NAMES} --key device-key.pem --endpoint localhost:9000 --trust device-leaf.pem --out out"
        ),
    );
    // A device's certificate is no root, which is a warning here and DPS's business elsewhere.
    assert_eq!(run.code, 0, "{run:?}");
    for written in
        ["paho/register.py", "curl/register.sh", "provision/device.toml", "roots/azure-roots-public.pem"]
    {
        assert!(desk.path("out").join(written).exists(), "{written}: {run:?}");
    }
    let left_out = run.out.split_once("Left out").unwrap().1;
    for (target, flag) in [("node", "8883"), ("azure-cli", "--enrollment"), ("freertos", "8883")] {
        assert!(
            left_out.lines().any(|line| line.contains(target) && line.contains(flag)),
            "{target}: {left_out}"
        );
    }
}

#[test]
fn the_list_has_every_target() {
    let run = cli::run(["configure", "--list"]);
    assert_eq!(run.code, 0);
    let json = cli::run(["configure", "--list", "--json"]).json();
    let targets = json["targets"].as_array().unwrap();
    assert!(targets.len() >= 29);
    for target in targets {
        assert!(run.out.contains(target["name"].as_str().unwrap()), "{target}");
    }
}
