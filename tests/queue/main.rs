//! Several machines: a queue on real NATS servers, and workers that share it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod failure;
mod kill;
mod leaf;
mod refuse;
mod schema;

use std::{
    collections::BTreeMap,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use dps_x509_tests::{
    cli::{self, Run},
    nats::Server,
    plant::Plant,
};
use serde_json::Value;

/// A factory whose devices go through a queue.
struct Factory(Plant);

impl Factory {
    fn new(devices: u32) -> Self {
        Self(Plant::new(devices))
    }

    /// `fleet WHAT` on a queue.
    fn command(&self, what: &str, url: &str, more: &str) -> Command {
        let words = format!("{what} --queue {url} {more}");
        if what == "work" { self.0.dialling(&words) } else { self.0.fleet(&words) }
    }

    fn queue(&self, what: &str, url: &str, more: &str) -> Run {
        cli::finish(self.command(what, url, more))
    }

    fn submit(&self, list: &str, url: &str, more: &str) -> Run {
        let scope = self.0.text("idScope");
        self.queue(&format!("submit {list}"), url, &format!("--id-scope {scope} {more}"))
    }

    /// A worker that is left to itself.
    fn worker(&self, url: &str, more: &str) -> Child {
        let mut command = self.command("work", url, more);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// What the queue says of each device; each has one result.
    fn outcomes(&self, url: &str, more: &str) -> BTreeMap<String, String> {
        let run = self.queue("results", url, more);
        assert_eq!(run.code, 0, "{run:?}");
        let mut outcomes = BTreeMap::new();
        for line in run.out.lines() {
            let result: Value = serde_json::from_str(line).unwrap();
            let device = result["device"].as_str().unwrap().to_owned();
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
fn a_list_goes_through_a_queue_and_a_second_submission_does_nothing() {
    let (factory, server) = (Factory::new(12), Server::start("one", ""));
    let url = server.url();
    factory.0.cut_chain("sensor-3");
    let none = factory.queue("work", &url, "");
    assert!(none.code == 2 && none.err.contains("fleet submit"), "{none:?}");

    let submitted = factory.submit(".", &url, "--json");
    assert_eq!((submitted.code, &summary(&submitted)["new"]), (0, &12.into()), "{submitted:?}");
    let again = factory.submit(".", &url, "--json");
    assert_eq!((&summary(&again)["new"], &summary(&again)["inQueueBefore"]), (&0.into(), &12.into()));
    let watched = factory.queue("watch", &url, "--once --json");
    assert_eq!((&watched.json()["waiting"], &watched.json()["results"]), (&12.into(), &0.into()));

    let worked = factory.queue("work", &url, "--rate none --json --worker w1");
    assert_eq!(worked.code, 1, "{worked:?}");
    assert_eq!(worked.out.lines().count(), 13);
    let report: Value = serde_json::from_str(worked.out.lines().next().unwrap()).unwrap();
    assert_eq!((&report["version"], &report["worker"]), (&1.into(), &"w1".into()));
    let told = summary(&worked);
    assert_eq!(
        (&told["assigned"], &told["withoutHub"], &told["ended"]),
        (&11.into(), &1.into(), &"done".into())
    );
    assert_eq!(factory.0.registered().len(), 11);

    let outcomes = factory.outcomes(&url, "");
    assert_eq!(outcomes.keys().cloned().collect::<Vec<_>>(), sensors(12));
    assert_eq!(outcomes["sensor-3"], "refused");
    let third = factory.submit(".", &url, "--json");
    assert_eq!(
        (&summary(&third)["new"], &summary(&third)["doneBefore"]),
        (&0.into(), &12.into()),
        "{third:?}"
    );
    let watched = factory.queue("watch", &url, "");
    assert!(watched.code == 1 && watched.out.contains("11  assigned"), "{watched:?}");
    let table = factory.queue("results", &url, "--format csv --only failed");
    assert!(table.out.lines().count() == 2 && table.out.contains("DX707"), "{table:?}");
    let summed = factory.queue("summary", &url, "--format json");
    assert_eq!(summed.json()["devices"], 12, "{summed:?}");
    // Another run, or another site, is another queue.
    let other = factory.queue("watch", &url, "--run other --once");
    assert!(other.code == 2 && other.err.contains("run other at site default"), "{other:?}");
}

/// Each of two workers may go at the whole rate; together they keep to it.
#[test]
fn workers_share_the_rate_of_an_id_scope() {
    const DEVICES: u32 = 32;
    let (factory, server) = (Factory::new(DEVICES), Server::start("one", ""));
    let url = server.url();
    assert_eq!(factory.submit(".", &url, "").code, 0);
    let started = Instant::now();
    // Four a second: eight seconds and the three in which each listens for others. Without sharing it were seven.
    let mut workers = [(); 2].map(|()| factory.worker(&url, "--rate 240/min"));
    for worker in &mut workers {
        assert_eq!(cli::wait(worker, "dps-x509 fleet work").code(), Some(0));
    }
    let took = started.elapsed();
    assert!(took > Duration::from_secs(9), "{DEVICES} devices at four a second took {took:?}");
    assert!(took < Duration::from_secs(25), "{took:?}");
    let results = factory.queue("results", &url, "").out;
    let of = |line: &str| serde_json::from_str::<Value>(line).unwrap()["worker"].as_str().unwrap().to_owned();
    let mut by = BTreeMap::<_, u32>::new();
    results.lines().for_each(|line| *by.entry(of(line)).or_default() += 1);
    assert!(by.len() == 2 && by.values().all(|devices| *devices > 8), "{by:?}");
}

#[test]
fn a_failure_that_passes_is_given_back_and_one_that_stays_is_a_result() {
    let fault = "[[fault]]\nstage = \"connect\"\nkind = \"close\"\noccurrence = 1\ntimes = 1\ndevice = \"sensor-1\"\n\
                 [[fault]]\nstage = \"connect\"\nkind = \"close\"\ndevice = \"sensor-2\"\n";
    let (factory, server) = (Factory(Plant::with(3, fault)), Server::start("one", ""));
    let url = server.url();
    assert_eq!(factory.submit(".", &url, "").code, 0);
    let worked = factory.queue("work", &url, "--rate none --timeout 400ms --attempts 3 --json");
    assert_eq!((worked.code, &summary(&worked)["triedAgain"]), (1, &2.into()), "{worked:?}");
    let results = factory.queue("results", &url, "").out;
    let results: Vec<Value> = results.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |device: &str| results.iter().find(|result| result["device"] == device).unwrap();
    assert_eq!((&of("sensor-1")["outcome"], &of("sensor-1")["attempts"]), (&"assigned".into(), &2.into()));
    assert_eq!(of("sensor-2")["attempts"], 3);
    assert_ne!(of("sensor-2")["outcome"], "assigned");
}

/// What one worker hears from a busy service slows the other down as well.
#[test]
fn a_busy_service_slows_all_workers_and_every_device_gets_through() {
    let fault = "[[fault]]\nstage = \"register\"\nkind = \"throttled\"\nretry-after = 2\noccurrence = 1\n";
    let factory = Factory(Plant::with(6, fault));
    let server = Server::start("one", "");
    let url = server.url();
    assert_eq!(factory.submit(".", &url, "").code, 0);
    let mut workers = [(); 2].map(|()| factory.worker(&url, "--rate 600/min --at-once 2"));
    for worker in &mut workers {
        assert_eq!(cli::wait(worker, "dps-x509 fleet work").code(), Some(0));
    }
    assert_eq!(factory.outcomes(&url, "").len(), 6);
    assert_eq!(factory.0.registered(), sensors(6));
}
