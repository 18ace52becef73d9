//! `dps-x509 fleet`: every device of a list one result, whatever happens meanwhile.

mod kill;
mod limit;
mod list;
mod report;

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use dps_x509_tests::{
    cli::{self, Run},
    gate::Gate,
};
use serde_json::Value;

use crate::{generate::Room, stand::Stand};

/// A DPS on this machine, and devices that are enrolled there.
pub(crate) struct Factory {
    room: Room,
    stand: Stand,
}

impl Factory {
    pub(crate) fn new(devices: u32) -> Self {
        Self::with(devices, "assigning-polls = 0\n", "")
    }

    /// With more at the top and at the end of the DPS's configuration.
    fn with(devices: u32, top: &str, end: &str) -> Self {
        let room = Room::new();
        room.generate(&format!("chain --registration-id sensor --count {devices} --out ."));
        let enrollments = room.path("enrollments.toml");
        let text = fs::read_to_string(&enrollments).unwrap();
        fs::write(&enrollments, format!("{top}{text}\n{end}")).unwrap();
        let stand = room.emulate(&["--quiet", "--control", "0"]);
        Self { room, stand }
    }

    /// `fleet WHAT LIST` with what gets devices to this DPS.
    pub(crate) fn words(&self, what: &str, list: &str, more: &str) -> Vec<String> {
        let words = [
            &[
                "fleet",
                what,
                list,
                "--endpoint",
                self.stand.text("/endpoint"),
                "--trust",
                self.stand.text("/root"),
            ][..],
            &["--only-trust", "--id-scope", self.stand.text("/idScope")],
        ];
        let more = more.split_whitespace().map(str::to_owned);
        words.concat().into_iter().map(str::to_owned).chain(more).collect()
    }

    /// Where its devices are.
    pub(crate) fn folder(&self) -> PathBuf {
        self.room.path("")
    }

    fn command(&self, what: &str, list: &str, more: &str) -> Command {
        let mut command = self.room.command("");
        command.args(self.words(what, list, more));
        command
    }

    fn run(&self, list: &str, more: &str) -> Run {
        cli::finish(self.command("run", list, more))
    }

    /// Begins a run, and leaves it to itself.
    fn begin(&self, list: &str, more: &str) -> Child {
        let mut command = self.command("run", list, more);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The same through a gate: devices are under way once they have come to it.
    fn begin_behind(&self, gate: &Gate, list: &str, more: &str) -> Child {
        let mut words = self.words("run", list, more);
        let endpoint = words.iter().position(|word| word == "--endpoint").unwrap();
        words[endpoint + 1] = gate.address.to_string();
        let mut command = self.room.command("");
        command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// A closed gate in front of the DPS.
    fn gate(&self) -> Gate {
        Gate::before(self.stand.text("/endpoint"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.room.path(name)
    }

    /// Leaves the leaf alone of what a device sends.
    fn cut_chain(&self, device: &str) {
        let path = self.path(&format!("devices/{device}/device-full-chain.pem"));
        let text = fs::read_to_string(&path).unwrap();
        let end = "-----END CERTIFICATE-----\n";
        fs::write(path, &text[..text.find(end).unwrap() + end.len()]).unwrap();
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// The devices that the DPS itself has registered, by its own list.
    fn registered(&self) -> Vec<String> {
        let run = cli::run(["emulator", "--control", self.stand.text("/control"), "registrations", "--json"]);
        let all = run.json();
        let id = |registration: &Value| registration["registrationId"].as_str().unwrap().to_owned();
        all.as_array().unwrap().iter().map(id).collect()
    }

    /// Every line of a journal, results that were superseded included.
    fn lines(&self, journal: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.path(journal)).unwrap();
        let results = text.lines().map(|line| serde_json::from_str(line.split_once(' ').unwrap().1).unwrap());
        results.filter(|result: &Value| result.get("row").is_some()).collect()
    }

    /// What `fleet results` says of each device.
    fn outcomes(&self, journal: &str) -> BTreeMap<String, String> {
        if !self.path(journal).exists() {
            return BTreeMap::new();
        }
        let run = cli::finish(self.room.command(&format!("fleet results {journal}")));
        assert_eq!(run.code, 0, "{run:?}");
        let mut outcomes = BTreeMap::new();
        for line in run.out.lines() {
            let result: Value = serde_json::from_str(line).unwrap();
            let device =
                result["device"].as_str().map_or_else(|| format!("row {}", result["row"]), str::to_owned);
            let before = outcomes.insert(device, result["outcome"].as_str().unwrap().to_owned());
            assert_eq!(before, None, "a device has two results: {}", run.out);
        }
        outcomes
    }
}

fn sensors(count: u32) -> Vec<String> {
    let mut names: Vec<_> = (1..=count).map(|number| format!("sensor-{number}")).collect();
    names.sort();
    names
}

/// The summary in the last line of `--json`.
fn summary(run: &Run) -> Value {
    let last: Value = serde_json::from_str(run.out.lines().last().unwrap()).unwrap();
    last["summary"].clone()
}

#[test]
fn every_device_of_a_folder_gets_its_hub_and_a_second_run_does_nothing() {
    let factory = Factory::new(12);
    let run = factory.run(".", "--rate none --journal j --json");
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(factory.registered(), sensors(12));
    let report: Value = serde_json::from_str(run.out.lines().next().unwrap()).unwrap();
    assert_eq!((&report["outcome"], &report["assignedHub"]), (&"assigned".into(), &"localhost".into()));
    assert_eq!((&report["version"], &report["attempts"]), (&1.into(), &1.into()));
    assert_eq!(run.out.lines().count(), 13);
    assert_eq!((&summary(&run)["assigned"], &summary(&run)["ended"]), (&12.into(), &"done".into()));

    let again = factory.run(".", "--rate none --journal j");
    assert_eq!(again.code, 0, "{again:?}");
    assert!(again.out.contains("12 done before this run"), "{again:?}");
    assert_eq!(factory.lines("j").len(), 12);
}
