//! `dps-x509 emulator`: what an owner does with a running emulator, from a shell.

use std::{fs, path::Path, process::Command};

use dps_x509_tests::{
    chain::Factory,
    cli::{self, Run},
    environment::program,
};

use crate::stand::Stand;

fn stand() -> Stand {
    Stand::start_in(tempfile::tempdir().unwrap(), &["--control", "0"])
}

fn ask(stand: &Stand, words: &[&str]) -> Run {
    cli::run(["emulator", "--control", stand.text("/control")].iter().chain(words))
}

fn ask_json(stand: &Stand, words: &[&str]) -> serde_json::Value {
    let run = ask(stand, &[words, &["--json"]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    run.json()
}

fn openssl(folder: &Path, words: &str) {
    let mut command = Command::new(program("openssl"));
    command.current_dir(folder).args(words.split_whitespace());
    let run = cli::finish(command);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_ca_certificate_is_uploaded_and_verified_with_openssl() {
    let stand = stand();
    let factory = Factory::new();
    let (folder, file) = (stand.folder.path(), |name: &str| stand.file(name).to_str().unwrap().to_owned());
    fs::write(stand.file("ca.pem"), factory.root.pem()).unwrap();
    fs::write(stand.file("ca-key.pem"), factory.root.key().serialize_pem()).unwrap();
    assert_eq!(ask(&stand, &["ca", "list"]).code, 0);
    let run = ask(&stand, &["ca", "upload", "my root", &file("ca.pem")]);
    assert!(run.code == 0 && run.out.contains("From now on a group's CA counts only if"), "{run:?}");
    let all = ask_json(&stand, &["ca", "list"]);
    assert_eq!((&all[0]["name"], &all[0]["verified"]), (&"my root".into(), &false.into()));

    let run = ask(&stand, &["ca", "verify", "my root", &file("ca.pem")]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.err.contains("ask for one first"), "{run:?}");
    let code = ask(&stand, &["ca", "code", "my root"]).out.trim().to_owned();
    openssl(
        folder,
        &format!(
            "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj /CN={code} -out v.csr"
        ),
    );
    openssl(folder, "x509 -req -in v.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 1 -out v.pem");
    let run = ask(&stand, &["ca", "verify", "my root", &file("v.pem")]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(ask_json(&stand, &["ca", "list"])[0]["verified"], true);
    let run = ask(&stand, &["ca", "list"]);
    assert!(run.out.contains("my root  verified"), "{run:?}");
    assert_eq!(ask(&stand, &["ca", "delete", "my root"]).code, 0);
    assert_eq!(ask_json(&stand, &["ca", "list"]), serde_json::json!([]));
    let run = ask(&stand, &["ca", "delete", "my root"]);
    assert!(run.code == 1 && run.err.contains("no CA certificate with the name my root"), "{run:?}");
}

#[test]
fn a_registration_is_listed_and_deleted() {
    let stand = stand();
    assert_eq!(stand.args().run_once().code, 0);
    let all = ask_json(&stand, &["registrations"]);
    assert_eq!(all[0]["registrationId"], "device-1");
    let status = ask_json(&stand, &["status"]);
    assert_eq!((&status["registrations"], &status["groups"]), (&1.into(), &1.into()));
    assert_eq!(status["endpoints"][0], stand.text("/endpoint"));
    assert_eq!(status["configuration"], stand.text("/example/enrollments"));
    assert!(ask(&stand, &["enrollments"]).out.starts_with("group  factory  enabled"));
    assert_eq!(ask(&stand, &["delete-registration", "device-1"]).code, 0);
    let again = ask(&stand, &["delete-registration", "device-1"]);
    assert_eq!(again.code, 1, "{again:?}");
    assert!(again.err.contains("device-1 is not registered"), "{again:?}");
    assert_eq!(ask(&stand, &["registrations"]).out, "No device is registered.\n");
}

#[test]
fn faults_come_and_go() {
    let stand = stand();
    let scenarios = cli::run(["emulator", "fault", "scenarios"]);
    assert!(scenarios.code == 0 && scenarios.out.contains("late-refusal"), "{scenarios:?}");
    let used = ask_json(&stand, &["fault", "use", "late-refusal", "--seed", "3"]);
    assert_eq!(used["seed"], 3);
    assert_eq!(stand.args().run_once().code, 1);
    assert_eq!(ask(&stand, &["fault", "clear"]).out, "Nothing goes wrong on purpose.\n");
    assert_eq!(stand.args().run_once().code, 0);
    fs::write(stand.file("fault.toml"), "[[fault]]\nstage = \"register\"\nkind = \"nothing\"\n").unwrap();
    let run = ask(&stand, &["fault", "load", stand.file("fault.toml").to_str().unwrap()]);
    assert!(run.code == 1 && run.err.contains("no kind of fault called \"nothing\""), "{run:?}");
    let run = ask(&stand, &["fault", "use", "quick"]);
    assert!(run.code == 1 && run.err.contains("\"quick\" is none of"), "{run:?}");
}

#[test]
fn enrollments_are_followed_and_read_again_at_will() {
    let mut stand = stand();
    let enrollments = stand.file("enrollments.toml");
    let text = fs::read_to_string(&enrollments).unwrap();
    fs::write(&enrollments, format!("{text}enabled = false\n")).unwrap();
    while stand.next_event()["event"] != "configured" {}
    assert_eq!(stand.args().run_once().code, 1);
    fs::write(&enrollments, "nonsense").unwrap();
    let run = ask(&stand, &["reload"]);
    assert!(run.code == 1 && run.err.contains("enrollments.toml, line 1"), "{run:?}");
    fs::write(&enrollments, &text).unwrap();
    assert_eq!(ask(&stand, &["reload"]).code, 0);
    assert_eq!(stand.args().run_once().code, 0);
}

#[test]
fn stop_ends_it_with_0_and_then_nobody_is_there() {
    let stand = stand();
    let address = stand.text("/control").to_owned();
    let run = ask(&stand, &["stop"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(stand.wait().0, Some(0));
    let run = cli::run(["emulator", "--control", &address, "status"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.err.contains("dps-x509 emulate --control"), "{run:?}");
    let run = cli::run(["emulator", "--control", &address, "status", "--json"]);
    assert!(run.code == 3 && run.json()["error"].is_string(), "{run:?}");
}

#[test]
fn what_cannot_be_asked_is_said_before_anybody_is_asked() {
    for (words, said) in [
        (vec!["emulator"], "Proof of possession"),
        (vec!["emulator", "--control", "somewhere", "status"], "somewhere"),
        (vec!["emulator", "ca", "upload", "name", "/nowhere.pem"], "/nowhere.pem"),
        (vec!["emulator", "fault", "use"], "SCENARIOS"),
    ] {
        let run = cli::run(&words);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.err.contains(said), "{run:?}");
    }
}
