//! What came of every row, as it is kept in `tests/case/fault`, and for people in `README.md`.

use std::{collections::BTreeMap, fs, path::PathBuf};

use dps_x509_tests::{environment::root, expectation};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::sdk::Columns;

/// A row's name, and what came of it.
pub(crate) type Table = BTreeMap<String, Outcomes>;

/// In the place of what cannot happen over a transport.
pub(crate) const NOT_THERE: &str = "-";

#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Outcomes {
    pub(crate) mqtt: String,
    pub(crate) websocket: String,
    pub(crate) component_mqtt: String,
    pub(crate) component_websocket: String,
}

impl Outcomes {
    /// Through the component it ends as it does natively.
    fn assert_same(&self, name: &str) {
        for (native, component) in
            [(&self.mqtt, &self.component_mqtt), (&self.websocket, &self.component_websocket)]
        {
            let is_same = native.strip_prefix(component.as_str()).is_some_and(|rest| {
                let dials = rest.strip_prefix(", ").and_then(|rest| rest.split_once(" dials"));
                rest.is_empty() || dials.is_some_and(|(dials, _)| dials.parse::<u32>().is_ok())
            });
            assert!(is_same && !component.is_empty(), "{name}: {self:#?}");
        }
    }
}

fn path(part: &str) -> PathBuf {
    root().join(format!("tests/case/fault/{part}.json"))
}

/// What is kept under a name.
pub(crate) fn read<T: DeserializeOwned>(part: &str) -> T {
    serde_json::from_slice(&fs::read(path(part)).unwrap()).unwrap()
}

pub(crate) fn write<T: Serialize>(part: &str, table: &T) {
    fs::write(path(part), serde_json::to_string_pretty(table).unwrap() + "\n").unwrap();
}

/// Compares what was found with what is kept.
pub(crate) fn compare(part: &str, found: &Table) {
    found.iter().for_each(|(name, outcomes)| outcomes.assert_same(name));
    if expectation::is_blessing() {
        return write(part, found);
    }
    let expected: Table = read(part);
    let names = |table: &Table| table.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(found), names(&expected), "rows");
    let differences: Vec<_> = found
        .iter()
        .filter(|(name, outcomes)| expected[*name] != **outcomes)
        .map(|(name, outcomes)| format!("{name}\n  expected {:#?}\n  found {outcomes:#?}", expected[name]))
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// The one table of all, between the marks of the README.
fn shown() -> String {
    let sdks: Columns = read("sdk");
    let mut out = String::from(
        "| fault | `dps-x509` over MQTT | over WebSocket | Python's SDK | Node's SDK |\n|---|---|---|---|---|\n",
    );
    for part in ["ways", "faults", "scenarios"] {
        for (name, outcomes) in read::<Table>(part) {
            let (python, node) = sdks.get(&name).map_or(("", ""), |sdks| (&sdks.python, &sdks.node));
            let websocket =
                if outcomes.websocket == outcomes.mqtt { "the same" } else { &outcomes.websocket };
            out.push_str(&format!("| {name} | {} | {websocket} | {python} | {node} |\n", outcomes.mqtt));
        }
    }
    out
}

#[test]
fn the_readme_shows_all() {
    let path = root().join("tests/fault/README.md");
    let document = fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- table -->\n", "<!-- end of table -->\n");
    let (before, rest) = document.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let expected = format!("{before}{begin}{}{end}{after}", shown());
    if expectation::is_blessing() {
        fs::write(&path, expected).unwrap();
    } else {
        assert!(document == expected, "`cargo xtask bless fault` writes it anew");
    }
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
