//! `dps-x509 explain`.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use dps_x509_core::{explain, finding::Naming};
use dps_x509_tests::{
    cli::{self, Run},
    environment::root,
};

fn case(name: &str) -> String {
    root().join("tests/case/explain").join(name).join("input.txt").display().to_string()
}

fn fixture(name: &str) -> String {
    root().join("tests/fixture/cert").join(name).display().to_string()
}

fn piped(args: &[&str], text: &[u8]) -> Run {
    let mut command = Command::new(cli::binary());
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Run { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
}

#[test]
fn a_log_is_explained_and_the_files_say_which_cause_it_is() {
    let log = case("recorded-leaf-alone-azure-node");
    let open = cli::run(["explain", &log]);
    assert_eq!((open.code, open.err.as_str()), (0, ""), "{open:?}");
    assert!(open.out.starts_with("error DX707 ca-certificate-not-found\n"), "{}", open.out);
    assert!(open.out.contains("line 10, column 7") && open.out.contains("Likely causes"), "{}", open.out);

    let arguments = |leaf: &str| {
        let leaf = fixture(leaf);
        cli::run(["explain", &log, "--json", "--enrollment", "group", "--at", "2027-01-15", "--with", &leaf])
            .json()
    };
    let verdicts = |json: &serde_json::Value| {
        let causes = json["happenings"][0]["causes"].as_array().unwrap().clone();
        let verdict = |cause: &serde_json::Value| {
            (
                cause["finding"]["code"].as_str().unwrap().to_owned(),
                cause["verdict"].as_str().unwrap().to_owned(),
            )
        };
        causes.iter().map(verdict).collect::<std::collections::BTreeMap<_, _>>()
    };
    let alone = arguments("device-1.pem");
    assert_eq!(alone["happenings"][0]["finding"]["causedBy"], "DX431");
    assert_eq!(verdicts(&alone)["DX431"], "in-files");
    let whole = arguments("full-chain.pem");
    assert_eq!(whole["happenings"][0]["finding"].get("causedBy"), None);
    assert_eq!(verdicts(&whole)["DX431"], "ruled-out");
    assert!(whole["happenings"][0]["finding"]["nextStep"].as_str().unwrap().contains("side of the service"));
}

#[test]
fn text_comes_by_file_by_pipe_and_as_words() {
    let body = r#"{"errorCode":401002,"message":"CA certificate not found."}"#;
    let words = ["explain", "401002", "CA", "certificate", "not", "found."];
    for run in [
        piped(&["explain"], body.as_bytes()),
        piped(&["explain", "-"], body.as_bytes()),
        cli::run(["explain", body]),
        cli::run(words),
    ] {
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.out.starts_with("error DX707 "), "{run:?}");
    }
    let topic = cli::run(["explain", "$dps/registrations/res/404/?$rid=1"]);
    assert!(topic.code == 0 && topic.out.starts_with("error DX711 "), "{topic:?}");
}

#[test]
fn codes_of_the_service_are_explained_known_or_not() {
    let known = cli::run(["explain", "401002"]);
    assert!(known.code == 0 && known.out.contains("DX706") && known.out.contains("DX708"), "{known:?}");
    let unknown = cli::run(["explain", "404299"]);
    assert!(unknown.code == 0 && unknown.out.contains("in no document and no trace"), "{unknown:?}");
    let two = cli::run(["explain", "429001", "DX431"]);
    assert!(two.code == 0 && two.out.contains("DX713") && two.out.contains("# DX431 "), "{two:?}");
}

#[test]
fn what_says_nothing_is_told_from_what_cannot_be_read() {
    let nothing = cli::run(["explain", &case("nothing-known")]);
    assert_eq!(nothing.code, 1, "{nothing:?}");
    assert!(nothing.out.contains("errorCode, message"), "{nothing:?}");
    let certificate = cli::run(["explain", &fixture("device-1.pem")]);
    assert!(certificate.code == 2 && certificate.err.contains("dps-x509 check"), "{certificate:?}");
    for (what, says) in
        [("/nowhere/device.log", "no such file"), ("device.log", "no such file"), ("/", "a folder")]
    {
        let run = cli::run(["explain", what]);
        assert!(run.code == 2 && run.out.is_empty() && run.err.contains(says), "{run:?}");
    }
    let empty = tempfile::NamedTempFile::new().unwrap();
    let run = cli::run(["explain".as_ref(), empty.path().as_os_str()]);
    assert!(run.code == 2 && run.out.is_empty() && run.err.contains("is empty"), "{run:?}");
    let run = cli::run(["explain", "401002", "--with", "/nowhere.pem"]);
    assert!(run.code == 2 && run.err.contains("/nowhere.pem"), "{run:?}");
    let run = piped(&["explain"], b" \n");
    assert!(run.code == 2 && run.err.contains("nothing on standard input"), "{run:?}");
    assert_eq!(cli::run(["explain", "DX401", "--json"]).code, 2);
}

#[test]
fn without_anything_on_a_terminal_it_shows_help_and_does_not_wait() {
    let run = cli::run_on_terminal(["explain"]);
    assert!(run.code == 2 && run.out.contains("explain device.log --with"), "{run:?}");
}

#[test]
fn a_key_with_a_passphrase_goes_with_a_log() {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = folder.path().join("passphrase");
    std::fs::write(&passphrase, "example\n").unwrap();
    let (chain, key) = (fixture("full-chain.pem"), fixture("device-1.encrypted.key"));
    let args = ["explain", "tlsv1 alert unknown ca", "--json", "--at", "2027-01-15", "--with", &chain, &key];
    // Whether the key belongs to the leaf.
    let verdict = |more: &[&str]| {
        let run = cli::run(args.iter().chain(more));
        assert_eq!(run.code, 0, "{run:?}");
        let report = run.json();
        let mut causes = report["happenings"][0]["causes"].as_array().unwrap().iter();
        let cause = causes.find(|cause| cause["finding"]["code"] == "DX303").unwrap();
        (cause["verdict"].as_str().unwrap().to_owned(), run.out.contains("DX304"))
    };
    assert_eq!(verdict(&[]), ("open".to_owned(), true));
    let given = ["--key-passphrase-file", passphrase.to_str().unwrap()];
    assert_eq!(verdict(&given), ("ruled-out".to_owned(), false));
}

#[test]
fn no_secret_of_a_log_is_printed() {
    for run in [cli::run(["explain", &case("secrets")]), cli::run(["explain", "--json", &case("secrets")])] {
        assert_eq!(run.code, 0, "{run:?}");
        let shown = run.out + &run.err;
        for secret in ["hunter2", "c2VjcmV0", "c2lnbmF0", "EXAMPLEEXAMPLE"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

#[test]
fn a_code_or_a_name_prints_its_page() {
    let page = explain::page("DX431", Naming::CommandLine).unwrap();
    for words in [["explain", "DX431"], ["explain", "dx431"], ["explain", "leaf-alone"]] {
        let run = cli::run(words);
        assert_eq!((run.code, run.out.trim_end(), run.err.as_str()), (0, page.trim_end(), ""), "{words:?}");
    }
    let two = cli::run(["explain", "DX431", "DX707"]);
    assert_eq!(two.code, 0);
    assert!(two.out.contains("# DX431 leaf-alone\n") && two.out.contains("# DX707 "), "{two:?}");
}

#[test]
fn all_prints_every_page_once_in_order() {
    let run = cli::run(["explain", "--all"]);
    let titles: Vec<_> =
        run.out.lines().filter_map(|line| line.strip_prefix("# DX")?.split(' ').next()).collect();
    let expected: Vec<_> = explain::pages(Naming::CommandLine)
        .filter_map(|(definition, _)| definition.code.strip_prefix("DX"))
        .collect();
    assert_eq!((run.code, titles), (0, expected));
}

#[test]
fn what_has_no_page_leads_to_what_is_near() {
    for (text, near) in [("DX4O1", "DX401"), ("leaf-alon", "leaf-alone"), ("", "--all"), ("ünknown", "--all")]
    {
        let run = cli::run(["explain", text]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
        assert!(run.err.contains("no page") && run.err.contains(near), "{run:?}");
    }
    // One that is known does not hide one that is not.
    assert_eq!(cli::run(["explain", "DX401", "DX999"]).code, 2);
    assert_eq!(cli::run(["explain"]).code, 2);
    assert_eq!(cli::run(["explain", "--all", "DX401"]).code, 2);
}
