//! Why a command does not do what it was asked, where JSON was asked for: by the schema, and nothing on standard error. Of
//! the emulator it stands there too: its standard output is read by whoever waits for its ready line.

use std::fs;

use dps_x509_tests::{
    chain,
    cli::{self, Run},
    environment::root,
};

use crate::{
    assert_valid,
    validator::{Document, FAILURE, PROBE, PROVISION},
};

/// What to say in a folder of [`folder`]; how that ends; what is said.
const FAILURES: &[(&str, i32, &str)] = &[
    ("check empty", 2, "no certificate and no key is in"),
    ("check --each empty", 2, "there is no device in the folder"),
    ("compare cas.pem cas.pem", 2, "several CAs"),
    ("configure c --cert device.pem --key device.key --id-scope 0ne00000000 --out cas.pem", 2, "no folder"),
    ("emulate nothing.toml", 2, "nothing.toml"),
    ("emulator status --control 1", 3, "emulate --control"),
    ("explain DX401", 2, "DX401 is a page"),
    ("explain", 2, "standard input"),
    ("fleet check empty.csv", 2, "there is no device in the list"),
    ("fleet run empty.csv", 2, "there is no device in the list"),
    ("fleet run -", 2, "--journal FILE"),
    ("fleet run list.csv --at-once 1000000000", 2, "open files"),
    ("fleet submit empty.csv --queue nats://127.0.0.1:1", 3, "127.0.0.1:1"),
    ("fleet summary nothing.journal", 2, "nothing.journal"),
    ("fleet summary --queue nats://127.0.0.1:1", 3, "127.0.0.1:1"),
    ("fleet test list.csv", 2, "--endpoint"),
    ("fleet test nothing.csv --endpoint localhost", 2, "nothing.csv"),
    ("fleet watch --queue nats://127.0.0.1:1", 3, "127.0.0.1:1"),
    ("fleet work --queue nats://127.0.0.1:1", 3, "127.0.0.1:1"),
    ("fleet work --queue nats://127.0.0.1:1 --folder nowhere", 2, "no folder"),
    ("generate csr --registration-id device-1 --out taken", 2, "nothing is overwritten"),
    ("generate device --registration-id device-1 --ca device.pem --ca-key device.key", 2, "is no CA"),
    ("probe --endpoint 127.0.0.1:1", 3, "DX503"),
    ("provision", 2, "--id-scope"),
];

#[test]
fn every_command_that_prints_json_says_in_json_why_it_does_not() {
    let folder = folder();
    let mut documents = Vec::new();
    let commands = commands();
    for Command { words, json } in &commands {
        let wrong = run(folder.path(), &format!("{words} {json} --no-such-flag"));
        assert_eq!((wrong.code, wrong.err.as_str()), (2, ""), "{words}: {wrong:?}");
        assert!(wrong.out.contains("--no-such-flag"), "{words}: {wrong:?}");
        documents.push(Document::new(words, FAILURE, wrong.json()));
        // Those of one command go one way, but for fleet's.
        let way: Vec<&str> = words.split(' ').take(if words.starts_with("fleet") { 2 } else { 1 }).collect();
        let is_tried = FAILURES.iter().any(|(failure, ..)| failure.starts_with(&way.join(" ")));
        assert!(is_tried, "no failure of `{words}` is tried");
    }
    for (words, code, said) in FAILURES {
        let command = commands.iter().find(|it| words.starts_with(&it.words));
        let json = command.unwrap_or_else(|| panic!("{words} prints no JSON")).json;
        let failed = run(folder.path(), &format!("{words} {json}"));
        assert_eq!(failed.code, *code, "{words}: {failed:?}");
        assert!(failed.out.contains(said), "{words}: {failed:?}");
        let is_in_words_too = words.starts_with("emulate ");
        assert!(
            if is_in_words_too { failed.err.contains(said) } else { failed.err.is_empty() },
            "{failed:?}"
        );
        let schema = match *words {
            "probe --endpoint 127.0.0.1:1" => PROBE,
            "provision" => PROVISION,
            _ => FAILURE,
        };
        let content = if schema == FAILURE { last_line(&failed) } else { failed.json() };
        documents.push(Document::new(words, schema, content));
    }
    assert_valid(&documents);
}

/// What a list is looked at for before it is run: the devices, what they come to, and that nothing was dialled.
#[test]
fn a_list_that_is_not_ready_is_told_in_json() {
    let folder = folder();
    fs::write(folder.path().join("list.csv"), "id,cert,key\nsensor-1,nowhere.pem,nowhere.pem\n").unwrap();
    let ran = run(folder.path(), "fleet run list.csv --id-scope 0ne00000000 --json");
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{ran:?}");
    let lines: Vec<serde_json::Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3, "{ran:?}");
    assert_eq!(lines[0]["device"], "sensor-1", "{ran:?}");
    assert_eq!(lines[1]["summary"]["withErrors"], 1, "{ran:?}");
    assert!(lines[2]["error"].as_str().unwrap().starts_with("Nothing was dialled"), "{ran:?}");
    let schemas = [crate::validator::FLEET_CHECK, crate::validator::FLEET_CHECK, FAILURE];
    let documents = lines.into_iter().zip(schemas).map(|(line, schema)| Document::new("run", schema, line));
    assert_valid(&documents.collect::<Vec<_>>());
}

/// A command that can print JSON, and how it is asked to.
struct Command {
    words: String,
    json: &'static str,
}

/// All of them, as their help says.
fn commands() -> Vec<Command> {
    let (mut found, mut open) = (Vec::new(), vec![String::new()]);
    while let Some(words) = open.pop() {
        let help = cli::run(words.split_whitespace().chain(["--help"])).out;
        let below = help.split_once("\nCommands:\n").map(|(_, rest)| rest.split("\n\n").next().unwrap());
        if let Some(below) = below {
            let names = below.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
            let names =
                names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
            open.extend(names.map(|name| format!("{words} {name}").trim().to_owned()));
        } else if help.lines().any(|line| line.trim_start().starts_with("--json")) {
            found.push(Command { words, json: "--json" });
        } else if help.contains("- json:") {
            found.push(Command { words, json: "--format json" });
        }
    }
    assert!(found.len() > 25, "{} commands", found.len());
    found
}

/// Of what is printed line by line.
fn last_line(run: &Run) -> serde_json::Value {
    let line = run.out.lines().last().unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

fn run(folder: &std::path::Path, words: &str) -> Run {
    let mut command = std::process::Command::new(cli::binary());
    command.current_dir(folder).args(words.split_whitespace());
    cli::finish(command)
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let ca = |name| chain::ca(name).self_signed(&chain::key()).unwrap().pem();
    let fixture = |name: &str| fs::read_to_string(root().join("tests/fixture/cert").join(name)).unwrap();
    write("cas.pem", &format!("{}{}", ca("one"), ca("other")));
    write("device.pem", &fixture("device-1.pem"));
    write("device.key", &fixture("device-1.key"));
    write("empty.csv", "id,cert,key\n");
    write("list.csv", "id,cert,key\nsensor-1,device.pem,device.key\n");
    fs::create_dir(folder.path().join("empty")).unwrap();
    fs::create_dir(folder.path().join("taken")).unwrap();
    write("taken/device-key.pem", "mine");
    folder
}
