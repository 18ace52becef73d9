//! What a device costs while a number of others is under way: CPU time, rate, memory and growth of one process, natively
//! and through the component, beside a bare rustls client that sends the same packets. Each figure is of a process of its
//! own, against a peer in another one, which asks for the device's certificate and assigns at once, or holds all devices
//! until they are all there. Beside it, what of a device is cryptography. Prints; judges nothing. `cargo bench -p dps-x509-host --bench steady`, after
//! `cargo xtask component`; without `--bench` it only shows that it works.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement may fail by panicking"
)]

mod bare;
#[path = "../../../net/tests/net/certificates.rs"]
#[expect(dead_code, reason = "other processes read them as files")]
mod certificates;
mod client;
mod cryptography;
#[path = "../../../../xtask/src/bench/note.rs"]
mod note;
mod peer;
mod precompiled;
mod stand;

use std::env;

use client::Way;
use stand::{Cost, Stand};

/// How many are under way, and how many provision in all for the costs of one.
const STEPS: [(usize, usize); 6] =
    [(1, 500), (10, 1_000), (100, 10_000), (1_000, 10_000), (5_000, 10_000), (20_000, 20_000)];
/// How often each cost is measured.
const ROUNDS: usize = 3;
/// More take more memory mappings than a Linux process gets ([`dps_x509_host::Provisioner::at_once`]).
const MOST_THROUGH_THE_COMPONENT: usize = 5_000;
/// Their costs are told beside those of the cryptography alone: the most where no queue costs anything yet.
const AS_LIMIT: usize = 100;
/// Beyond it the bare client is refused by listeners that it fills; nobody bounds how many of its dial at a time.
const MOST_BARE: usize = 5_000;

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["peer"] => peer::run(),
        ["client", way, port, at_once, devices] => {
            client::run(
                Way::of(way),
                port.parse().unwrap(),
                at_once.parse().unwrap(),
                devices.parse().unwrap(),
            );
        }
        _ if words.iter().any(|word| word == "--bench") => measure(&STEPS, ROUNDS),
        _ => measure(&[(1, 5), (20, 40)], 1),
    }
}

fn measure(steps: &[(usize, usize)], rounds: usize) {
    let mut stand = Stand::start();
    let mut computed = Vec::new();
    // A socket for each, and what a process has open besides.
    let most_sockets = stand::allow_many_files() - 100;
    for &(at_once, devices) in steps {
        let at_once = at_once.min(most_sockets);
        println!("\n{at_once} under way");
        let ways: Vec<Way> = Way::ALL.into_iter().filter(|way| at_once <= most(*way)).collect();
        let mut costs: Vec<Vec<Cost>> = ways.iter().map(|_| Vec::new()).collect();
        for _ in 0..rounds {
            // In turn, so that what else the machine does meets all alike.
            for (way, costs) in ways.iter().zip(&mut costs) {
                costs.push(stand.cost(*way, at_once, devices));
            }
        }
        let group = |what: &str| format!("{at_once} under way in one process: {what}");
        let tell = |what: &str, unit: &str, of: fn(&Cost) -> f64| {
            for (way, costs) in ways.iter().zip(&costs) {
                let values: Vec<f64> = costs.iter().map(of).collect();
                println!("  {}, {what}: {values:.1?} {unit}", way.name());
                note::note(&group(what), way.name(), unit, &values);
            }
        };
        tell("CPU time a device", "us", |it| it.cpu_us);
        if at_once <= AS_LIMIT {
            let of = |costs: &Vec<Cost>| costs.iter().map(|it| it.cpu_us).collect::<Vec<_>>();
            computed = ways.iter().map(|way| way.name()).zip(costs.iter().map(of)).collect();
        }
        tell("rate", "devices/s", |it| it.rate);
        if devices > at_once {
            tell("growth a device", "B", |it| it.growth);
        }
        for way in ways {
            let memory = stand.memory(way, at_once);
            println!("  {}, memory a device: {memory:.1} kB", way.name());
            note::note(&group("memory a device"), way.name(), "kB", &[memory]);
        }
    }
    let repeated = |measure: fn() -> f64| (0..rounds).map(|_| measure()).collect::<Vec<_>>();
    let limits = [
        ("its cryptography, by openssl", repeated(cryptography::by_openssl)),
        ("its cryptography, by ring", repeated(cryptography::by_ring)),
    ];
    println!("\nwhat of a device is cryptography");
    for (name, values) in limits.into_iter().chain(computed) {
        println!("  {name}: {values:.1?} us");
        note::note("CPU time of a device and of its cryptography alone", name, "us", &values);
    }
}

const fn most(way: Way) -> usize {
    match way {
        Way::Bare => MOST_BARE,
        Way::Native => usize::MAX,
        Way::Component => MOST_THROUGH_THE_COMPONENT,
    }
}
