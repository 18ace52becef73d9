//! What clients print today still says what it said when it was recorded: `tests/interop/record.sh FOLDER` makes every
//! recording again, with the clients as they are installed, and runs this.
//!
//! Times, ports and addresses differ from one recording to the next, and so do lines; what is found in them does not. A client
//! that has no case of its own has to say what the others say of the same situation.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::PathBuf,
};

use dps_x509_core::{explain::Explanation, finding::Place};

use crate::case::{self, Case};

/// What the recordings of each client are called behind their situation, and the file of the lexicon that has its words.
pub(crate) const CLIENTS: [(&str, &str); 10] = [
    ("-azure-python-debug", "azure-iot-sdk-python"),
    ("-azure-python", "azure-iot-sdk-python"),
    ("-azure-node", "azure-iot-sdk-node"),
    ("-mosquitto", "mosquitto"),
    ("-openssl", "openssl"),
    ("-mqttjs", "mqttjs"),
    ("-python", "node-python"),
    ("-paho1", "paho"),
    ("-paho2", "paho"),
    ("-curl", "curl"),
];

/// The codes of an explanation in their order.
fn codes(text: &[u8], case: &Case) -> Vec<String> {
    let explanation = Explanation::of_text(text, &Place::default(), &case.inputs());
    explanation.happenings.iter().map(|happening| happening.finding.code().to_owned()).collect()
}

/// The codes that a case expects.
fn expected(case: &Case) -> Vec<String> {
    let happenings = case.expected["happenings"].as_array().cloned().unwrap_or_default();
    let code = |is: &serde_json::Value| is["is"].as_str().unwrap().split(' ').next().unwrap().to_owned();
    happenings.iter().map(code).collect()
}

/// `recorded-tls-refusal-azure-node`: the situation without its client.
fn situation(name: &str) -> &str {
    CLIENTS.iter().find_map(|(client, _)| name.strip_suffix(client)).unwrap_or(name)
}

#[test]
#[ignore = "needs recordings of clients: tests/interop/record.sh makes them, and runs this"]
fn recordings_of_today_say_what_the_cases_say() {
    let folder = PathBuf::from(env::var_os("RECORDINGS").expect("RECORDINGS names the folder of record.sh"));
    let cases: BTreeMap<String, Case> = case::all()
        .into_iter()
        .filter(|case| case.name.starts_with("recorded-"))
        .map(|case| (case.name.clone(), case))
        .collect();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read(path.join("input.txt")).unwrap();
        tried += 1;
        if let Some(case) = cases.get(&name) {
            let (said, expected) = (codes(&text, case), expected(case));
            if said != expected {
                wrong.push(format!("{name}: {said:?}, recorded were {expected:?}"));
            }
            continue;
        }
        let alike: Vec<&Case> =
            cases.values().filter(|case| situation(&case.name) == situation(&name)).collect();
        let Some(first) = alike.first() else {
            wrong.push(format!("{name}: no case is of this situation"));
            continue;
        };
        let known: BTreeSet<String> =
            alike.iter().filter_map(|case| expected(case).first().cloned()).collect();
        let said = codes(&text, first);
        if !said.first().is_some_and(|code| known.contains(code)) {
            wrong.push(format!("{name}: {said:?}, the other clients say {known:?}"));
        }
    }
    assert!(tried >= 50, "{tried} recordings were looked at");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}
