//! A run that is killed, interrupted, or meets another.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader},
    process::{Child, ChildStderr, ChildStdout, Command},
    thread,
    time::{Duration, SystemTime},
};

use dps_x509_tests::cli;
use serde_json::Value;

use super::{Factory, sensors, summary};

/// What a run reports.
struct Reports(BufReader<ChildStdout>);

impl Reports {
    fn of(child: &mut Child) -> Self {
        Self(BufReader::new(child.stdout.take().unwrap()))
    }

    /// The next device, of a whole line; none once the run is over.
    fn next(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            // A kill may cut the last one off.
            if let (true, Ok(result)) = (line.ends_with('\n'), serde_json::from_str::<Value>(&line))
                && let Some(device) = result["device"].as_str()
            {
                return Some(device.to_owned());
            }
        }
    }

    fn all(mut self) -> Vec<String> {
        std::iter::from_fn(|| self.next()).collect()
    }
}

fn signal(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

/// Reads what a run says until it has heard the first signal. The rest is whoever's who keeps it.
fn until_told(child: &mut Child) -> BufReader<ChildStderr> {
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("Ctrl-C again leaves at once") {
        line.clear();
        assert_ne!(told.read_line(&mut line).unwrap(), 0, "it ended without a word of the signal");
    }
    told
}

/// A kill at any moment loses no result that was reported and repeats no device that has one.
#[test]
fn killed_again_and_again_every_device_has_exactly_one_result() {
    const DEVICES: u32 = 60;
    let factory = Factory::new(DEVICES);
    let mut told = BTreeSet::new();
    let mut chance = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos();
    println!("seed {chance}");
    let mut kills = 0;
    loop {
        let mut child = factory.begin(".", "--rate none --at-once 4 --check off --journal j --json");
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let mut reports = Reports::of(&mut child);
        // Behind up to seven results, and some time: at the start, between two results, while one is written.
        let mut devices: Vec<_> = (0..chance >> 29).map_while(|_| reports.next()).collect();
        thread::sleep(Duration::from_millis(u64::from(chance >> 21) & 127));
        // It may have ended by itself by now.
        let _ = child.kill();
        devices.extend(reports.all());
        let is_done = cli::wait(&mut child, "dps-x509 fleet run").code() == Some(0);
        for device in devices {
            assert!(told.insert(device.clone()), "{device} was reported by two runs");
        }
        // What was reported is there, whatever was cut off.
        let outcomes = factory.outcomes("j");
        let lost: Vec<_> = told.iter().filter(|device| !outcomes.contains_key(*device)).collect();
        assert!(lost.is_empty(), "{lost:?} were reported and are lost");
        kills += 1;
        if is_done {
            break;
        }
        assert!(kills < 200, "no end: {} of {DEVICES}", outcomes.len());
    }
    println!("{kills} runs");
    let finished = factory.run(".", "--rate none --check off --journal j --json");
    assert_eq!((finished.code, &summary(&finished)["doneBefore"]), (0, &DEVICES.into()), "{finished:?}");
    assert_eq!(factory.lines("j").len(), sensors(DEVICES).len(), "a device was done twice");
    assert_eq!(factory.outcomes("j").into_keys().collect::<Vec<_>>(), sensors(DEVICES));
    assert_eq!(factory.registered(), sensors(DEVICES), "by the list of the DPS");
}

#[test]
fn an_interrupt_lets_those_under_way_come_to_their_end() {
    let factory = Factory::new(8);
    for signal_name in ["INT", "TERM"] {
        let words = "--rate none --at-once 2 --check off --json --journal";
        let gate = factory.gate();
        let mut child = factory.begin_behind(&gate, ".", &format!("{words} {signal_name}"));
        gate.wait_for(2);
        signal(&child, &format!("-{signal_name}"));
        let _told = until_told(&mut child);
        gate.open();
        let devices = Reports::of(&mut child).all();
        assert_eq!(cli::wait(&mut child, "dps-x509 fleet run").code(), Some(130));
        assert_eq!(devices.len(), 2, "those that were under way: {devices:?}");
    }
    let run = factory.run(".", "--rate none --journal INT --json");
    assert_eq!((run.code, &summary(&run)["doneBefore"]), (0, &2.into()), "{run:?}");
    assert_eq!(factory.lines("INT").len(), 8);
}

#[test]
fn a_second_interrupt_leaves_at_once() {
    let factory = Factory::new(2);
    // It stays closed: no device comes to an end.
    let gate = factory.gate();
    let mut child = factory.begin_behind(&gate, ".", "--rate none --check off --journal j --json");
    gate.wait_for(2);
    signal(&child, "-INT");
    // Two signals of which nobody has seen the first are one.
    let _told = until_told(&mut child);
    signal(&child, "-INT");
    assert_eq!(cli::wait(&mut child, "dps-x509 fleet run").code(), Some(130));
    assert_eq!(factory.outcomes("j").len(), 0);
}

#[test]
fn a_second_process_on_the_journal_is_refused() {
    let factory = Factory::new(2);
    let gate = factory.gate();
    let mut first = factory.begin_behind(&gate, ".", "--rate none --check off --journal j");
    gate.wait_for(2);
    let second = factory.run(".", "--rate none --check off --journal j");
    assert_eq!(second.code, 2, "{second:?}");
    assert!(second.err.contains("DX132") && second.err.contains("Another process writes"), "{second:?}");
    // Readers are not.
    assert_eq!(cli::finish(factory.room.command("fleet summary j")).code, 0);
    gate.open();
    assert_eq!(cli::wait(&mut first, "dps-x509 fleet run").code(), Some(0));
}
