//! The same faults, met by Microsoft's SDKs for Python and Node, as far as a client of DPS meets them. They wait in real time, and
//! not twice for as long: what came of it is made by a command, `cargo xtask bless sdk`, and kept in `tests/case/fault/sdk.json`;
//! the test holds that these are the rows of today.

use std::{
    collections::{BTreeMap, VecDeque},
    env, fs,
    path::Path,
    process::Command,
    sync::Mutex,
    thread,
    time::Instant,
};

use dps_x509_tests::{chain::Files, cli, environment};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{stand::Stand, table};

/// How long a client is waited for, in seconds: as long as a device gives `dps-x509` by itself.
const PATIENCE: u32 = 60;

/// What came of a row with each SDK.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sdks {
    pub(crate) python: String,
    pub(crate) node: String,
}

pub(crate) type Columns = BTreeMap<String, Sdks>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sdk {
    Python,
    Node,
}

/// The rows that a client of DPS meets, which knows nothing of hubs.
fn rows() -> Vec<(String, String)> {
    let mut rows = crate::faults();
    rows.retain(|(name, _)| !["hub-", "twin: "].iter().any(|stage| name.starts_with(stage)));
    rows
}

#[test]
fn the_sdks_columns_are_of_todays_list() {
    if env::var_os("BLESS_SDK").is_some() {
        table::write("sdk", &meet());
    }
    let kept: Columns = table::read("sdk");
    let mut names: Vec<_> = rows().into_iter().map(|(name, _)| name).collect();
    names.sort();
    assert_eq!(kept.keys().cloned().collect::<Vec<_>>(), names, "`cargo xtask bless sdk` makes them");
    for (name, sdks) in kept {
        assert!(!sdks.python.is_empty() && !sdks.node.is_empty(), "{name}: {sdks:?}");
    }
}

fn meet() -> Columns {
    let rows = rows();
    let stand = Stand::new();
    let device = stand.device_files();
    let work: VecDeque<_> =
        rows.iter().flat_map(|row| [Sdk::Python, Sdk::Node].map(|sdk| (row, sdk))).collect();
    let (work, found) = (Mutex::new(work), Mutex::new(Columns::new()));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let next = work.lock().unwrap().pop_front();
                    let Some(((name, entry), sdk)) = next else { return };
                    let emulator = stand.emulator(entry);
                    let root = tempfile::NamedTempFile::new().unwrap();
                    fs::write(root.path(), emulator.root_pem()).unwrap();
                    let is_websocket = name.starts_with("upgrade: ");
                    let outcome =
                        register(sdk, &emulator.addr().to_string(), root.path(), &device, is_websocket);
                    println!("{name}, {sdk:?}: {outcome}");
                    stand.stop(emulator);
                    let mut found = found.lock().unwrap();
                    let sdks = found.entry(name.clone()).or_default();
                    match sdk {
                        Sdk::Python => sdks.python = outcome,
                        Sdk::Node => sdks.node = outcome,
                    }
                }
            });
        }
    });
    found.into_inner().unwrap()
}

/// Registers, and says in a line what came of it and after how long.
fn register(sdk: Sdk, address: &str, root: &Path, device: &Files, is_websocket: bool) -> String {
    let tests = environment::root().join("tests");
    let mut command = Command::new(environment::program("timeout"));
    command.arg(PATIENCE.to_string());
    match sdk {
        Sdk::Python => {
            command.arg(environment::python("azure-iot-device"));
            command.arg(tests.join("interop/azure_iot_device_register.py"));
            command.env("PYTHONPATH", tests.join("interop/dial"));
        }
        Sdk::Node => {
            command.arg(environment::program("node"));
            command
                .arg("--require")
                .arg(tests.join("interop/dial/dial.js"))
                .arg(tests.join("fault/register.js"));
            command.env("NODE_PATH", environment::npm_project("azure-iot-device").join("node_modules"));
            command.env("NODE_EXTRA_CA_CERTS", root);
        }
    }
    command.args(["--host", "localhost", "--id-scope", "0ne00111111", "--registration-id", "device-1"]);
    command.arg("--cert").arg(&device.chain).arg("--key").arg(&device.key).arg("--root").arg(root);
    command.args(is_websocket.then_some("--websocket")).env("DIAL", address);
    let begun = Instant::now();
    let run = cli::finish(command);
    let took = begun.elapsed().as_secs();
    // `timeout` says so.
    if run.code == 124 {
        return format!("no end in {PATIENCE} s");
    }
    let told = run.out.lines().find_map(|line| serde_json::from_str::<Value>(line).ok());
    let words = match &told {
        Some(answer) if answer["status"].is_string() => answer["status"].as_str().unwrap().to_owned(),
        Some(answer) => format!("error, {}", cause(&answer["error"])),
        None => format!("exit code {}, without a word", run.code),
    };
    format!("{words}, {took} s")
}

/// The innermost of the errors that an SDK tells, cut where it becomes long.
fn cause(errors: &Value) -> String {
    let errors = errors.as_array().map(Vec::as_slice).unwrap_or_default();
    let last = errors.last().and_then(Value::as_str).unwrap_or_default();
    let line = last.lines().next().unwrap_or_default();
    line.chars().filter(|character| !character.is_control() && *character != '|').take(80).collect()
}
