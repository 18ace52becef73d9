//! What `dps-x509 fleet` prints of a list and a journal, judged by the schemas.

use std::fs;

use dps_x509_tests::{cli, plant::Plant};

use crate::{
    assert_valid,
    validator::{Document, FAILURE, FLEET_CHECK, FLEET_RESULT, FLEET_SUMMARY, lines},
};

#[test]
fn what_a_fleet_tells_is_valid() {
    let plant = Plant::new(3);
    plant.cut_chain("sensor-3");
    plant.write("list.csv", &list());
    let scope = plant.text("idScope");
    let dial = |words: &str| cli::finish(plant.dialling(&format!("{words} --id-scope {scope}")));
    let print = |words: &str| cli::finish(plant.fleet(words));
    let mut documents = Vec::new();
    let checked = dial("check list.csv --json");
    documents.extend(lines("check", &checked, FLEET_CHECK, None));
    assert_eq!(checked.out.lines().count(), 7, "{checked:?}");
    let run = "run list.csv --check off --rate none --json";
    let ran = dial(run);
    assert_eq!(ran.out.lines().count(), 6, "{ran:?}");
    documents.extend(lines("run", &ran, FLEET_RESULT, Some(FLEET_SUMMARY)));
    documents.extend(lines("run again", &dial(run), FLEET_RESULT, Some(FLEET_SUMMARY)));
    documents.extend(lines("results", &print("results list.csv.journal"), FLEET_RESULT, None));
    let summary = print("summary list.csv.journal --format json");
    documents.push(Document::new("summary", FLEET_SUMMARY, summary.json()));
    let good = fs::read_to_string(plant.path("list.csv")).unwrap();
    plant.write("good.csv", &good.lines().take(3).collect::<Vec<_>>().join("\n"));
    let load = dial("test good.csv --at-once 2 --ramp 100ms --hold 900ms --format json");
    documents.push(Document::new("test", FLEET_SUMMARY, load.json()));
    assert_valid(&documents);
}

/// Whatever it is that cannot be used: it is a finding in a line of JSON, and standard error has no other words of it.
#[test]
fn what_cannot_be_used_is_told_in_json() {
    let plant = Plant::new(1);
    plant.write("list.csv", &list());
    plant.write("xlsx.csv", "PK\u{3}\u{4}");
    plant.write("foreign.journal", "no journal\n");
    let mut documents = Vec::new();
    for (words, code, said) in [
        ("run nothing.csv", "DX131", "no such file"),
        ("check nothing.csv", "DX131", "no such file"),
        ("run xlsx.csv", "DX131", "spreadsheet"),
        ("check xlsx.csv", "DX131", "spreadsheet"),
        ("run list.csv --journal foreign.journal", "DX132", "no journal"),
        ("run list.csv --journal nowhere/journal", "DX132", "no such file"),
        ("run list.csv --journal .", "DX132", "."),
        ("run list.csv --id-scope x/y", "DX101", "ID scope"),
        ("run list.csv --shard 9/8", "DX111", "--shard"),
    ] {
        let run = cli::finish(plant.dialling(&format!("{words} --json")));
        assert!(run.code == 2 && run.err.is_empty(), "{words}: {run:?}");
        let told = run.json();
        let finding = &told["findings"][0];
        assert_eq!(finding["code"], code, "{words}: {run:?}");
        assert!(finding.to_string().contains(said), "{words}: {run:?}");
        assert!(finding["nextStep"].as_str().is_some_and(|next| !next.is_empty()), "{words}: {run:?}");
        documents.extend(lines(words, &run, FAILURE, None));
    }
    assert_valid(&documents);
}

/// Two devices that get their hub, one that is refused, rows that are wrong in two ways, and one that is there twice.
fn list() -> String {
    let row = |id: &str| format!("{id},devices/{id}/device-full-chain.pem,devices/{id}/device-key.pem\n");
    let [one, two, three] = ["sensor-1", "sensor-2", "sensor-3"].map(row);
    format!("id,cert,key\n{one}{two}{three}no columns\nsensor-9,,\n{one}")
}
