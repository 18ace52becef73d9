//! Everything that the emulator, a name server and a proxy can do wrong, at every stage where it can happen, over both transports,
//! natively and through the component: each ends in assigned after the right waits, or in one precise outcome. Never a hang, never a
//! wrong success, and nothing is left behind.
//!
//! The tables are in `tests/case/fault`, and all of them in one, for people, in `tests/fault/README.md`; `cargo xtask bless fault`
//! rewrites them. The machine is the real one and so are TLS and the emulator; only the machine's waits are jumped over. The
//! component throws dice of its own, so that how often it dials is not in its columns. What is on the way to the service is met by
//! the command line, in real time.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod client;
mod component;
mod left;
mod name_server;
mod proxy;
mod sdk;
mod stand;
mod table;
mod way;

use std::{
    collections::VecDeque,
    fs,
    sync::{Mutex, PoisonError},
    thread,
};

use dps_x509_core::name::Transport;
use dps_x509_emulator::fault::{Action, Scenario};
use dps_x509_tests::environment::root;
use left::Left;
use stand::{Engine, Stand};
use table::{Outcomes, Table};

const STAGES: [&str; 10] = [
    "tls",
    "upgrade",
    "connect",
    "subscribe",
    "register",
    "poll",
    "hub-connect",
    "hub-subscribe",
    "twin",
    "disconnect",
];

/// Every kind of fault, with what it takes. The delay is short, because it is real.
const KINDS: [(&str, &str); 26] = [
    ("delay", "seconds = 0.05"),
    ("drop", ""),
    ("close", ""),
    ("half", ""),
    ("garbage", ""),
    ("oversize", ""),
    ("reset", ""),
    ("trickle", "seconds = 0"),
    ("trickle", "seconds = 100"),
    ("duplicate", ""),
    ("wrong-rid", ""),
    ("reordered-query", ""),
    ("no-retry-after", ""),
    ("retry-after", "retry-after = 7"),
    ("retry-after", ""),
    ("malformed-json", ""),
    ("unknown-status", ""),
    ("throttled", "retry-after = 5"),
    ("internal-error", ""),
    ("failed-operation", ""),
    ("connack", "code = 3"),
    ("connack", "code = 5"),
    ("tls-alert", "alert = \"unknown-ca\""),
    ("tls-alert", "alert = \"handshake-failure\""),
    ("expired-certificate", ""),
    ("wrong-host", ""),
];

/// One table at a time: what is left behind is seen for the whole process.
static ONE: Mutex<()> = Mutex::new(());

/// Every fault at every stage where it can happen: a row's name, and its entry in a configuration.
fn faults() -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for (kind, detail) in KINDS {
        let mut is_possible = false;
        for stage in STAGES {
            for (times, occurrence) in [("once", "occurrence = 1\n"), ("always", "")] {
                let entry =
                    format!("[[fault]]\nstage = \"{stage}\"\nkind = \"{kind}\"\n{detail}\n{occurrence}");
                match stand::is_possible(&entry) {
                    true => {
                        rows.push((format!("{stage}: {kind} {detail}, {times}").replace(" ,", ","), entry))
                    }
                    false => continue,
                }
                is_possible = true;
            }
        }
        assert!(is_possible, "{kind} happens nowhere");
    }
    assert!(rows.len() > 200, "only {} faults", rows.len());
    rows
}

#[test]
fn every_fault_at_every_stage_ends_as_the_table_says() {
    check("faults", faults());
}

fn scenarios() -> Vec<(String, String)> {
    let rows = Scenario::ALL.iter().map(|scenario| {
        let is_slow = scenario.faults().iter().any(|fault| matches!(fault.action, Action::Delay(_)));
        // Delays are real: a shorter one has the same effect.
        let entry = if is_slow {
            let text =
                fs::read_to_string(root().join(format!("crate/emulator/scenario/{}.toml", scenario.name)));
            text.unwrap().replace("seconds = 5", "seconds = 0.05")
        } else {
            format!("scenarios = [\"{}\"]\n", scenario.name)
        };
        (scenario.name.to_owned(), entry)
    });
    rows.collect()
}

#[test]
fn every_scenario_ends_as_the_table_says() {
    check("scenarios", scenarios());
}

const fn of(outcomes: &mut Outcomes, engine: Engine, transport: Transport) -> &mut String {
    match (engine, transport) {
        (Engine::Native, Transport::Mqtt) => &mut outcomes.mqtt,
        (Engine::Native, Transport::WebSocket) => &mut outcomes.websocket,
        (Engine::Component, Transport::Mqtt) => &mut outcomes.component_mqtt,
        (Engine::Component, Transport::WebSocket) => &mut outcomes.component_websocket,
    }
}

/// Runs every row over both transports and compares with the table.
fn check(part: &str, rows: Vec<(String, String)>) {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let found = Mutex::new(Table::new());
    let stand = Stand::new();
    let before = Left::seen(stand.folder());
    let ways = || {
        let engines = [Engine::Native, Engine::Component].into_iter();
        engines.flat_map(|engine| Transport::ALL.map(|transport| (engine, transport)))
    };
    let work: VecDeque<_> = rows.iter().flat_map(|row| ways().map(move |way| (row, way))).collect();
    let work = Mutex::new(work);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let next = work.lock().unwrap().pop_front();
                    let Some(((name, entry), (engine, transport))) = next else { return };
                    // Only WebSocket is upgraded to.
                    let outcome = match name.starts_with("upgrade: ") && transport == Transport::Mqtt {
                        true => table::NOT_THERE.to_owned(),
                        false => stand.run(entry, transport, engine),
                    };
                    let mut found = found.lock().unwrap();
                    *of(found.entry(name.clone()).or_default(), engine, transport) = outcome;
                }
            });
        }
    });
    stand.assert_idle();
    before.assert_same(stand.folder());
    table::compare(part, &found.into_inner().unwrap());
}
