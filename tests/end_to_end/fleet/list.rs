//! Lists in every form, and what is wrong with them.

use std::{io::Write as _, process::Stdio};

use dps_x509_tests::cli;
use serde_json::json;

use super::{Factory, sensors};

const FILES: &str = "--cert devices/{id}/device-full-chain.pem --key devices/{id}/device-key.pem --rate none";

#[test]
fn csv_by_templates_by_columns_and_by_a_command() {
    let factory = Factory::new(3);
    factory.write("plain.csv", "id,site\nsensor-1,a\nsensor-2,b\nsensor-3,c\n");
    let run = factory.run("plain.csv", FILES);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(factory.outcomes("plain.csv.journal").into_keys().collect::<Vec<_>>(), sensors(3));

    factory.write(
        "columns.csv",
        "Registration ID;Cert;Key;Payload\r\n\
         sensor-1;devices/sensor-1/device-full-chain.pem;devices/sensor-1/device-key.pem;\"{\"\"line\"\":7}\"\r\n",
    );
    let run = factory.run("columns.csv", "");
    assert_eq!(run.code, 0, "{run:?}");

    let by_command = |command: &str, journal: &str| {
        let mut words = factory.words("run", "plain.csv", &format!("--rate none --journal {journal}"));
        words.extend(["--identity-command".to_owned(), command.to_owned()]);
        let mut run = factory.room.command("");
        run.args(&words);
        cli::finish(run)
    };
    let run = by_command("cat devices/{id}/device-full-chain.pem devices/{id}/device-key.pem", "by-command");
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(factory.outcomes("by-command").len(), 3);

    // However much it says of itself; of that the end is told if it fails.
    let talks = "yes 'reading the key' | head -c 200000 >&2; echo 'the end' >&2";
    factory.write(
        "talks.sh",
        &format!("{talks}\ncat devices/$1/device-full-chain.pem devices/$1/device-key.pem\n"),
    );
    let run = by_command("sh talks.sh {id}", "by-talk");
    assert_eq!((run.code, factory.outcomes("by-talk").len()), (0, 3), "{run:?}");
    factory.write("fails.sh", &format!("{talks}\nexit 3\n"));
    let run = by_command("sh fails.sh {id}", "by-failure");
    assert!(run.code == 1 && run.err.contains("exit status: 3 the end"), "{run:?}");
}

#[test]
fn json_lines_from_standard_input() {
    let factory = Factory::new(2);
    let mut command = factory.command("run", "-", &format!("{FILES} --journal j"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    for device in ["sensor-1", "sensor-2", "sensor-1"] {
        writeln!(input, "{}", json!({ "id": device, "idScope": "left aside", "more": [1] })).unwrap();
    }
    drop(input);
    assert_eq!(cli::wait(&mut child, "dps-x509 fleet run").code(), Some(0));
    assert_eq!(factory.outcomes("j").len(), 2);
    let nameless = factory.run("-", FILES);
    assert!(nameless.code == 2 && nameless.err.contains("--journal"), "{nameless:?}");
}

#[test]
fn what_is_no_list_is_told_of_standard_input_as_of_a_file() {
    let factory = Factory::new(1);
    for (begin, word) in [(&b"PK\x03\x04"[..], "xlsx"), (b"", "empty"), (b"[{}]", "jq")] {
        let mut command = factory.command("run", "-", &format!("{FILES} --journal j"));
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(begin).unwrap();
        let ended = child.wait_with_output().unwrap();
        let told = String::from_utf8(ended.stderr).unwrap();
        assert!(ended.status.code() == Some(2) && told.contains(word), "{}: {told}", ended.status);
        assert_eq!(factory.outcomes("j").len(), 0);
    }
}

#[test]
fn a_list_is_looked_at_before_anything_is_dialled() {
    let factory = Factory::new(3);
    factory.write(
        "bad.csv",
        "id\nsensor-1\nsensor-2,more\nsensor-9\n../sensor-3\nsensor-1\n\"sensor 4\"\nsensor-3\n",
    );
    let check = cli::finish(factory.command("check", "bad.csv", FILES.trim_end_matches("--rate none")));
    assert_eq!(check.code, 1, "{check:?}");
    for part in [
        "row 2  error DX131",
        "sensor-9  error",
        "../sensor-3  error DX131",
        "sensor-1  warning DX131",
        "7 devices: 3 without errors, 4 with",
        // What is in the list twice is done once, and nothing to stop at.
        "2  error   DX131",
        "1  warning DX131",
    ] {
        assert!(check.out.contains(part), "{part}: {}", check.out);
    }
    let run = factory.run("bad.csv", FILES);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.err.contains("Nothing was dialled"), "{run:?}");
    assert_eq!(factory.registered(), Vec::<String>::new());

    let run = factory.run("bad.csv", &format!("{FILES} --check lenient"));
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(factory.registered(), ["sensor-1", "sensor-3"]);
    let outcomes = factory.outcomes("bad.csv.journal");
    assert_eq!(outcomes.values().filter(|outcome| *outcome == "assigned").count(), 2, "{outcomes:?}");
    assert_eq!(outcomes.values().filter(|outcome| *outcome == "invalid-settings").count(), 4, "{outcomes:?}");

    // A row that is put right is done by the same command.
    factory.write("bad.csv", "id\nsensor-1\nsensor-2\nsensor-3\n");
    let run = factory.run("bad.csv", FILES);
    assert_eq!((run.code, factory.registered()), (0, sensors(3)), "{run:?}");
    assert_eq!(factory.outcomes("bad.csv.journal").into_keys().collect::<Vec<_>>(), sensors(3));
}

#[test]
fn a_key_of_another_device_and_a_leaf_alone_are_found_before_and_by_the_service() {
    let factory = Factory::new(2);
    factory.cut_chain("sensor-2");
    factory.write(
        "mixed.csv",
        "id,cert,key\n\
         sensor-1,devices/sensor-1/device-full-chain.pem,devices/sensor-2/device-key.pem\n\
         sensor-2,devices/sensor-2/device-full-chain.pem,devices/sensor-2/device-key.pem\n",
    );
    let run = factory.run("mixed.csv", "--check off --json");
    assert_eq!(run.code, 1, "{run:?}");
    let results = factory.lines("mixed.csv.journal");
    let of = |device: &str| results.iter().find(|result| result["device"] == device).unwrap();
    assert_eq!(of("sensor-1")["outcome"], "invalid-settings");
    let refused = of("sensor-2");
    assert_eq!((&refused["outcome"], &refused["answer"]["code"]), (&"refused".into(), &401_002.into()));
    assert_eq!(
        (&refused["findings"][0]["code"], &refused["findings"][0]["causedBy"]),
        (&"DX707".into(), &"DX431".into())
    );
}

#[test]
fn what_is_no_list_is_told() {
    let factory = Factory::new(2);
    factory.write("array.json", "[{\"id\":\"a\"}]");
    factory.write("empty.csv", "");
    factory.write("header.csv", "id\n");
    factory.write("open.csv", "id,cert\nsensor-1,\"x\n");
    for (list, word) in [
        ("array.json", "jq"),
        ("empty.csv", "empty"),
        ("header.csv", "no device"),
        ("nowhere.csv", "no such file"),
        ("open.csv", "never closed"),
    ] {
        let run = factory.run(list, FILES);
        assert!(run.code == 2 && run.err.contains(word), "{list}: {run:?}");
    }
    factory.write("plain.csv", "id\nsensor-1\n");
    for (more, word) in [
        ("--cert {device}.pem --key k", "there is no column \"device\" but id; the first line"),
        ("--cert {id.pem --key k", "brace"),
        ("--rate 900/day", "no rate"),
        ("--shard 3/2", "no part 3"),
        ("--api-version latest", "2021-06-01"),
        ("--cert {id}.pem", "--key"),
        ("--journal plain.csv", "no journal"),
        ("--journal devices", "folder"),
    ] {
        let run = factory.run("plain.csv", more);
        assert!(run.code != 0 && run.err.contains(word), "{more}: {run:?}");
    }
    assert_eq!(factory.registered(), Vec::<String>::new());
}
