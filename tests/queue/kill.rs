//! Workers, servers and leaders that are killed at random moments: every device has exactly one result.

use std::{
    process::Child,
    thread,
    time::{Duration, Instant, SystemTime},
};

use dps_x509_tests::cli;

use super::{Factory, Server, sensors, summary};

/// Numbers by chance, from a seed that is printed: `DPS_X509_SEED` takes it again.
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
        let given = std::env::var("DPS_X509_SEED").ok().map(|seed| seed.parse().unwrap());
        let seed = given.unwrap_or_else(|| u64::try_from(now() % u128::from(u64::MAX)).unwrap());
        println!("DPS_X509_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn pick(&mut self, of: usize) -> usize {
        usize::try_from(self.below(u64::try_from(of).unwrap())).unwrap()
    }
}

const WORK: &str = "--rate none --at-once 8";

/// Whether it has ended by itself, having emptied the queue.
fn has_ended(worker: &mut Child) -> bool {
    let Some(status) = worker.try_wait().unwrap() else { return false };
    assert_eq!(status.code(), Some(0), "a worker fails");
    true
}

fn assert_each_once(factory: &Factory, url: &str, devices: u32) {
    let outcomes = factory.outcomes(url, "");
    assert_eq!(outcomes.keys().cloned().collect::<Vec<_>>(), sensors(devices));
    assert!(outcomes.values().all(|outcome| outcome == "assigned"), "{outcomes:?}");
    assert_eq!(factory.0.registered(), sensors(devices), "by the list of the DPS");
    let watched = factory.queue("watch", url, "--once --json");
    assert_eq!((watched.code, &watched.json()["dead"]), (0, &0.into()), "{watched:?}");
    let again = factory.submit(".", url, "--json");
    assert_eq!((&summary(&again)["new"], &summary(&again)["doneBefore"]), (&0.into(), &devices.into()));
}

#[test]
fn workers_that_are_killed_lose_nothing_and_repeat_nothing() {
    const DEVICES: u32 = 150;
    let (factory, server) = (Factory::new(DEVICES), Server::start("one", ""));
    let (url, mut chance) = (server.url(), Chance::new());
    assert_eq!(factory.submit(".", &url, "--lost-after 2s").code, 0);
    let mut workers: Vec<_> = (0..2).map(|_| factory.worker(&url, WORK)).collect();
    for _ in 0..12 {
        thread::sleep(Duration::from_millis(chance.below(400)));
        let at = chance.pick(workers.len());
        workers[at].kill().unwrap();
        workers[at].wait().unwrap();
        workers[at] = factory.worker(&url, WORK);
    }
    for mut worker in workers {
        assert_eq!(cli::wait(&mut worker, "dps-x509 fleet work").code(), Some(0));
    }
    assert_each_once(&factory, &url, DEVICES);
}

#[test]
fn three_servers_of_which_one_is_killed_again_and_again_lose_nothing() {
    const DEVICES: u32 = 300;
    const KILLS: u32 = 8;
    let (factory, mut servers) = (Factory::new(DEVICES), Server::cluster());
    let url = servers.iter().map(Server::url).collect::<Vec<_>>().join(",");
    let mut chance = Chance::new();
    let submitted = factory.submit(".", &url, "--replicas 3 --lost-after 2s");
    assert_eq!(submitted.code, 0, "{submitted:?}");
    let mut workers: Vec<_> = (0..3).map(|_| factory.worker(&url, WORK)).collect();
    let (mut leaders, mut lost) = (0, 0);
    for kill in 0..KILLS {
        thread::sleep(Duration::from_millis(chance.below(500)));
        if kill % 2 == 0 {
            // The leader, if one is known at this moment; else any.
            let stream = if chance.below(2) == 0 { "work" } else { "results" };
            let stream = format!("dps-x509+default+default+{stream}");
            let leader = servers.iter().find_map(|server| server.leader(&stream));
            let leader = leader.and_then(|leader| servers.iter().position(|server| server.name == leader));
            leaders += u32::from(leader.is_some());
            let at = leader.unwrap_or_else(|| chance.pick(3));
            servers[at].kill();
            thread::sleep(Duration::from_millis(chance.below(1500)));
            servers[at].run();
        } else {
            let at = chance.pick(workers.len());
            lost += u32::from(!has_ended(&mut workers[at]));
            let _ = workers[at].kill();
            workers[at].wait().unwrap();
            workers[at] = factory.worker(&url, WORK);
        }
    }
    let ending = Instant::now();
    for mut worker in workers {
        assert_eq!(cli::wait(&mut worker, "dps-x509 fleet work").code(), Some(0));
    }
    println!("{leaders} leaders, {lost} workers, {:?} behind the last kill", ending.elapsed());
    assert!(leaders > 0, "no leader was known");
    assert_each_once(&factory, &url, DEVICES);
}
