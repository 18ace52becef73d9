//! What the lexicon says that it has all of, it has all of: `fact/` holds the numbers and symbols of each source, as they stand
//! in it at the version and the day that its first lines name. Nothing of them was made from the lexicon.
//!
//! `table: NAME` is about a table of numbers, `rows: FILE` about words that stand as rows, `alerts: FILE` about TLS alerts.
//! With `symbols: printed` the clients print the symbols, so that each is a row as well.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use dps_x509_core::{cert::Inputs, explain::Explanation, finding::Place};

use crate::stack::{self, Stack, number};

/// What one source has.
struct Facts {
    file: String,
    /// `table`, `rows` or `alerts`, and of what.
    kind: String,
    of: String,
    are_printed: bool,
    /// Number and symbol; words have no number.
    facts: Vec<(Option<i64>, String)>,
}

fn all() -> Vec<Facts> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/explain/fact");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(read).collect()
}

fn read(path: &PathBuf) -> Facts {
    let text = fs::read_to_string(path).unwrap();
    let file = path.file_name().unwrap().to_str().unwrap().to_owned();
    let head: Vec<&str> = text.lines().take_while(|line| line.starts_with("# ")).collect();
    assert!(head.len() == 2 && head[1].contains("read 20"), "{file} does not say from what, and when");
    let (kind, of) = text.lines().nth(2).unwrap().split_once(": ").unwrap();
    let lines: Vec<&str> = text.lines().skip(3).collect();
    let are_printed = lines.first() == Some(&"symbols: printed");
    let facts = lines.iter().skip(usize::from(are_printed)).map(|line| match line.split_once(' ') {
        Some((value, symbol)) => (Some(number(value)), symbol.to_owned()),
        None => (None, (*line).to_owned()),
    });
    Facts { kind: kind.to_owned(), of: of.to_owned(), are_printed, facts: facts.collect(), file }
}

/// A row as the lexicon compares it.
fn folded(words: &str) -> String {
    words.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// What a source has and the lexicon has not.
fn missing(facts: &Facts, stacks: &[Stack]) -> Vec<String> {
    let words: BTreeSet<String> = stacks.iter().flat_map(|stack| &stack.words).map(|it| folded(it)).collect();
    let table = stacks.iter().find_map(|stack| stack.tables.get(&facts.of));
    let is_there = |value: Option<i64>, symbol: &str| match facts.kind.as_str() {
        "table" => table.is_some_and(|table| table.contains_key(&value.unwrap())),
        "rows" => words.contains(&folded(symbol)),
        "alerts" => is_told(value.unwrap()),
        other => panic!("{}: {other} is no kind of facts", facts.file),
    };
    let lacks = facts.facts.iter().filter(|(value, symbol)| {
        !is_there(*value, symbol) || facts.are_printed && !words.contains(&folded(symbol))
    });
    lacks.map(|(value, symbol)| format!("{value:?} {symbol}")).collect()
}

/// Whether an alert is told by its number.
fn is_told(number: i64) -> bool {
    let text =
        format!("Error: SSL alert number {number}, connection to global.azure-devices-provisioning.net");
    let told = Explanation::of_text(text.as_bytes(), &Place::default(), &Inputs::default());
    told.happenings
        .iter()
        .any(|happening| happening.finding.message.to_string().contains(&format!("({number})")))
}

#[test]
fn every_source_is_there_with_all_that_it_has() {
    let stacks = stack::all();
    let mut wrong = BTreeMap::new();
    let mut tried = 0;
    for facts in all() {
        tried += facts.facts.len();
        assert!(!facts.facts.is_empty(), "{} is empty", facts.file);
        let missing = missing(&facts, &stacks);
        if !missing.is_empty() {
            wrong.insert(facts.file, missing);
        }
    }
    assert!(tried > 2_400, "{tried} facts were looked for");
    assert!(wrong.is_empty(), "the lexicon lacks {wrong:#?}");
}

/// A file that says `complete:` has a list of facts for each table that it names, or for its rows.
#[test]
fn what_is_called_complete_has_its_source() {
    let facts = all();
    let has = |kind: &str, of: &str| facts.iter().any(|facts| facts.kind == kind && facts.of == of);
    let mut tried = 0;
    for stack in stack::all() {
        let Some(complete) = &stack.complete else { continue };
        tried += 1;
        let sizes = complete.rsplit_once(" (").map(|(_, sizes)| sizes.trim_end_matches(')'));
        let tables =
            sizes.into_iter().flat_map(|sizes| sizes.split(", ")).filter_map(|it| it.rsplit_once(' '));
        let tables: Vec<&str> = tables.map(|(table, _)| table).collect();
        for table in &tables {
            assert!(has("table", table), "{}: no list of facts for the table {table}", stack.file);
        }
        let is_of_rows = has("rows", &stack.file) || has("alerts", &stack.file);
        assert!(!tables.is_empty() || is_of_rows, "{}: no list of facts for its rows", stack.file);
    }
    assert!(tried >= 15, "{tried} files are called complete");
}

/// The test can fail: a source with one number more is found out.
#[test]
fn a_number_that_is_missing_is_told() {
    let stacks = stack::all();
    let of = |kind: &str, of: &str, facts: Vec<(Option<i64>, String)>| {
        let facts =
            Facts { file: String::new(), kind: kind.into(), of: of.into(), are_printed: false, facts };
        missing(&facts, &stacks)
    };
    assert_eq!(
        of("table", "curl", vec![(Some(60), "A".into()), (Some(9_999), "B".into())]),
        ["Some(9999) B"]
    );
    assert_eq!(of("rows", "s2n", vec![(None, "S2N_ERR_NONE_SUCH".into())]), ["None S2N_ERR_NONE_SUCH"]);
    assert_eq!(
        of("alerts", "alert", vec![(Some(48), "unknown_ca".into()), (Some(199), "x".into())]),
        ["Some(199) x"]
    );
}
