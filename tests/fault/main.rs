//! Everything that the emulator can do wrong, at every stage where it can happen, over both transports, natively and through the
//! component: each ends in assigned after the right waits, or in one precise outcome. Never a hang, never a wrong success.
//!
//! The tables are in `tests/case/fault`; `cargo xtask bless` rewrites them. The machine is the real one and so are TLS and the
//! emulator; only the machine's waits are jumped over. The component throws dice of its own, so that how often it dials is not
//! in its columns.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod client;
mod component;
mod stand;

use std::{
    collections::{BTreeMap, VecDeque},
    fs,
    sync::Mutex,
    thread,
};

use dps_x509_core::name::Transport;
use dps_x509_emulator::fault::{Action, Scenario};
use dps_x509_tests::{environment::root, expectation};
use serde::{Deserialize, Serialize};
use stand::{Engine, Stand};

/// A row's name, and what came of it over each transport.
type Table = BTreeMap<String, Outcomes>;

#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Outcomes {
    mqtt: String,
    websocket: String,
    component_mqtt: String,
    component_websocket: String,
}

impl Outcomes {
    const fn of(&mut self, engine: Engine, transport: Transport) -> &mut String {
        match (engine, transport) {
            (Engine::Native, Transport::Mqtt) => &mut self.mqtt,
            (Engine::Native, Transport::WebSocket) => &mut self.websocket,
            (Engine::Component, Transport::Mqtt) => &mut self.component_mqtt,
            (Engine::Component, Transport::WebSocket) => &mut self.component_websocket,
        }
    }

    /// Through the component it ends as it does natively.
    fn assert_same(&self, name: &str) {
        for (native, component) in
            [(&self.mqtt, &self.component_mqtt), (&self.websocket, &self.component_websocket)]
        {
            let rest = native.strip_prefix(component.as_str());
            let is_same = rest.and_then(|rest| rest.strip_prefix(", ")?.split_once(" dials"));
            assert!(is_same.is_some_and(|(dials, _)| dials.parse::<u32>().is_ok()), "{name}: {self:#?}");
        }
    }
}

const STAGES: [&str; 8] =
    ["tls", "connect", "subscribe", "register", "poll", "hub-connect", "hub-subscribe", "twin"];

/// Every kind of fault, with what it takes. The delay is short, because it is real.
const KINDS: [(&str, &str); 22] = [
    ("delay", "seconds = 0.05"),
    ("drop", ""),
    ("close", ""),
    ("half", ""),
    ("garbage", ""),
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

#[test]
fn every_fault_at_every_stage_ends_as_the_table_says() {
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
    assert!(rows.len() > 100, "only {} faults", rows.len());
    check("faults", rows);
}

#[test]
fn every_scenario_ends_as_the_table_says() {
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
    check("scenarios", rows.collect());
}

#[test]
#[should_panic(expected = "another row")]
fn another_end_through_the_component_is_noticed() {
    let native = || "refused, connect, DX718, 8 dials, redial 0.7 s".to_owned();
    let same = || "refused, connect, DX718".to_owned();
    let mut outcomes =
        Outcomes { mqtt: native(), websocket: native(), component_mqtt: same(), component_websocket: same() };
    outcomes.assert_same("the same");
    outcomes.component_websocket = "refused, connect".to_owned();
    outcomes.assert_same("another row");
}

/// Runs every row over both transports and compares with the table.
fn check(part: &str, rows: Vec<(String, String)>) {
    let found = Mutex::new(Table::new());
    let stand = Stand::new();
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
                    let outcome = stand.run(entry, transport, engine);
                    let mut found = found.lock().unwrap();
                    *found.entry(name.clone()).or_default().of(engine, transport) = outcome;
                }
            });
        }
    });
    let found = found.into_inner().unwrap();
    found.iter().for_each(|(name, outcomes)| outcomes.assert_same(name));
    compare(part, &found);
}

fn compare(part: &str, found: &Table) {
    let path = root().join(format!("tests/case/fault/{part}.json"));
    if expectation::is_blessing() {
        return fs::write(path, serde_json::to_string_pretty(found).unwrap() + "\n").unwrap();
    }
    let expected: Table = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let names = |table: &Table| table.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(found), names(&expected), "rows");
    let differences: Vec<_> = found
        .iter()
        .filter(|(name, outcomes)| expected[*name] != **outcomes)
        .map(|(name, outcomes)| format!("{name}\n  expected {:#?}\n  found {outcomes:#?}", expected[name]))
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
