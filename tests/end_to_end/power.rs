//! The power goes, at every moment: nothing that was acknowledged is lost, and nothing half is read, whatever a disk makes of what
//! was not synced.

mod disk;

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Stdio},
    time::SystemTime,
};

use dps_x509_fleet::journal;
use dps_x509_tests::cli;
use serde_json::Value;

use crate::{fleet::Factory, stand::Stand};

fn now() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64()
}

/// What was acknowledged, and when.
struct Acknowledged<T>(Vec<(f64, T)>);

impl<T> Acknowledged<T> {
    fn add(&mut self, what: T) {
        self.0.push((now(), what));
    }

    fn before(&self, time: f64) -> impl Iterator<Item = &T> {
        self.0.iter().filter(move |(at, _)| *at < time).map(|(_, what)| what)
    }
}

#[test]
fn a_fleet_s_results() {
    let factory = Factory::new(6);
    let folder = tempfile::tempdir().unwrap();
    let (log, place) = (folder.path().join("log"), folder.path().join("place"));
    fs::create_dir(&place).unwrap();
    let journal = place.join("j");
    let mut command = disk::traced(&log);
    let words = factory.words("run", ".", "--rate none --at-once 2 --check off --json --journal");
    command.current_dir(factory.folder()).args(words).arg(&journal);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut told = Acknowledged(Vec::new());
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let result: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if let Some(device) = result["device"].as_str() {
            told.add(device.to_owned());
        }
    }
    assert_eq!(cli::wait(&mut child, "dps-x509 fleet run").code(), Some(0));
    assert_eq!(told.0.len(), 6);
    let states = disk::states(&log, &place);
    assert!(states.len() > 12, "{} states", states.len());
    for (state, until) in states {
        let left = tempfile::tempdir().unwrap();
        state.write(left.path());
        let path = left.path().join("j");
        let devices: BTreeSet<String> = match path.exists() {
            true => journal::read(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", state.how))
                .map(|entry| entry.unwrap_or_else(|error| panic!("{}: {error}", state.how)).1)
                .filter_map(|json| {
                    Some(serde_json::from_str::<Value>(&json).unwrap()["device"].as_str()?.to_owned())
                })
                .collect(),
            false => BTreeSet::new(),
        };
        let lost: Vec<_> = told.before(until).filter(|device| !devices.contains(*device)).collect();
        assert!(lost.is_empty(), "{}: {lost:?} were told and are lost", state.how);
        // And it goes on from there.
        drop(journal::Journal::open(&path, |_| {}).unwrap_or_else(|error| panic!("{}: {error}", state.how)));
    }
}

/// What the emulator has said to be so.
#[derive(Debug)]
enum Fact {
    Root(String),
    Registered,
    Desired(u64),
}

#[test]
fn what_the_emulator_keeps() {
    let folder = tempfile::tempdir().unwrap();
    let (log, place) = (folder.path().join("log"), folder.path().join("place"));
    fs::create_dir(&place).unwrap();
    // It makes the folder, and that one's folder.
    let state = place.join("new/state");
    let mut command = disk::traced(&log);
    command.args(["emulate", "--listen", "127.0.0.1:0", "--json", "--quiet", "--control", "0", "--folder"]);
    let mut child = command.arg(&state).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut told = Acknowledged(Vec::new());
    let ready = ready(&mut child);
    let text = |pointer: &str| ready.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    told.add(Fact::Root(fs::read_to_string(text("/root")).unwrap()));
    let run = cli::run(
        [
            ["provision", "--only-trust"],
            ["--id-scope", &text("/idScope")],
            ["--endpoint", &text("/endpoint")],
            ["--cert", &text("/example/fullChain")],
            ["--key", &text("/example/key")],
            ["--trust", &text("/root")],
        ]
        .concat(),
    );
    assert_eq!(run.code, 0, "{run:?}");
    told.add(Fact::Registered);
    let control = text("/control");
    let emulator =
        |words: &[&str]| cli::run(["emulator", "--json", "--control", &control].iter().chain(words));
    for n in 1..=4 {
        let change = format!("{{\"properties\":{{\"desired\":{{\"n\":{n}}}}}}}");
        let run = emulator(&["twin", "device-1", "set", &change]);
        assert_eq!(run.code, 0, "{run:?}");
        told.add(Fact::Desired(n));
    }
    assert_eq!(emulator(&["stop"]).code, 0);
    assert_eq!(cli::wait(&mut child, "dps-x509 emulate").code(), Some(0));
    let states = disk::states(&log, &place);
    assert!(states.len() > 12, "{} states", states.len());
    for (state, until) in states {
        let facts: Vec<_> = told.before(until).collect();
        let left = tempfile::tempdir().unwrap();
        state.write(left.path());
        check(left, &facts, state.how);
    }
}

/// An emulator starts with what is left, and says the same.
fn check(left: tempfile::TempDir, facts: &[&Fact], how: &str) {
    let state = left.path().join("new/state");
    let stand = Stand::start_at(left, &state, &["--quiet", "--control", "0"]);
    let emulator = |words: &[&str]| {
        cli::run(["emulator", "--json", "--control", stand.text("/control")].iter().chain(words))
    };
    for fact in facts {
        match fact {
            Fact::Root(pem) => {
                let root = fs::read_to_string(Path::new(stand.text("/root"))).unwrap();
                assert!(root == *pem, "{how}: another root");
            }
            Fact::Registered => {
                let run = emulator(&["registrations"]);
                assert!(run.out.contains("device-1"), "{how}: {run:?}");
            }
            Fact::Desired(least) => {
                let twin = emulator(&["twin", "device-1"]).json();
                let n = twin["properties"]["desired"]["n"].as_u64();
                assert!(n >= Some(*least), "{how}: {n:?} and not {least}");
            }
        }
    }
}

fn ready(child: &mut Child) -> Value {
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
}
