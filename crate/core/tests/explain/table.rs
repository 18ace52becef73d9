//! `crate/core/lexicon/TABLE.md`: what the lexicon has of each stack, from which sources, and which sets are complete.
//!
//! A file says in its line `complete:` what it has all of, and how many numbers each table of it has by its source: a number
//! that goes missing is told.

use std::{env, fmt::Write as _, fs};

use crate::{
    case,
    recordings::CLIENTS,
    stack::{self, Stack},
};

/// How many of the recorded cases are of clients whose words a file has.
fn recorded(file: &str, cases: &[String]) -> usize {
    let client = |case: &&String| CLIENTS.iter().find(|(client, _)| case.ends_with(client));
    cases.iter().filter(|case| client(case).is_some_and(|(_, known)| *known == file)).count()
}

#[test]
fn the_table_is_as_the_files_are() {
    let mut text = String::from(
        "# What the lexicon has\n\nWritten by `crate/core/tests/explain/table.rs` (`cargo xtask bless`).\n\n\
         Recorded are the logs of \
         `tests/case/explain` that `tests/interop/record.sh` makes, where the client runs here.\n\n\
         | stack | speaker | rows | numbers | recorded | complete | source |\n|---|---|---|---|---|---|---|\n",
    );
    let mut cases: Vec<String> = case::all().into_iter().map(|case| case.name).collect();
    cases.retain(|case| case.starts_with("recorded-"));
    let (mut rows, mut numbers, mut logs) = (0, 0, 0);
    for stack in stack::all() {
        let of_tables: usize = stack.numbers.values().sum();
        (rows, numbers) = (rows + stack.rows, numbers + of_tables);
        let recorded = recorded(&stack.file, &cases);
        logs += recorded;
        let shown = if recorded > 0 { recorded.to_string() } else { String::new() };
        let Stack { name, speaker, sources, complete, .. } = &stack;
        let (complete, sources) = (complete.clone().unwrap_or_default(), sources.join("; "));
        let (of_words, of_tables) = (stack.rows.to_string(), of_tables.to_string());
        let cells = [name.as_str(), speaker, &of_words, &of_tables, &shown, &complete, &sources];
        writeln!(text, "| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")).unwrap();
    }
    writeln!(text, "| all | | {rows} | {numbers} | {logs} | | |").unwrap();
    let path = stack::folder().join("TABLE.md");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(logs, cases.len(), "a recorded log is of a client without a file");
    assert!(known == text, "{} is not what the files have: cargo xtask bless", path.display());
}

/// What stands in parentheses behind `complete:` are the sizes of the tables, as their sources have them.
#[test]
fn complete_sets_have_every_number() {
    let mut tried = 0;
    for stack in stack::all() {
        let Some(complete) = &stack.complete else { continue };
        let Some((_, sizes)) = complete.rsplit_once(" (") else { continue };
        for size in sizes.trim_end_matches(')').split(", ") {
            let (table, count) = size.rsplit_once(' ').unwrap();
            assert_eq!(stack.numbers.get(table), count.parse().ok().as_ref(), "{}: {table}", stack.name);
            tried += 1;
        }
    }
    assert!(tried >= 12, "{tried} tables were counted");
}
