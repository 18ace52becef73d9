//! `crate/core/lexicon/TABLE.md`: what the lexicon has of each stack, from which sources, and which sets are complete.
//!
//! A file says in its line `complete:` what it has all of, and how many numbers each table of it has by its source: a number
//! that goes missing is told.

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::PathBuf};

/// What one file has.
#[derive(Default)]
struct Stack {
    name: String,
    speaker: String,
    sources: Vec<String>,
    complete: Option<String>,
    rows: usize,
    /// How many numbers each of its tables has.
    numbers: BTreeMap<String, usize>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("lexicon")
}

fn stacks() -> Vec<Stack> {
    let mut files: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    files.iter().map(|path| stack(&fs::read_to_string(path).unwrap())).collect()
}

fn stack(text: &str) -> Stack {
    let mut stack = Stack::default();
    let mut table = None;
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        if let Some(name) = line.strip_prefix("stack: ") {
            name.clone_into(&mut stack.name);
        } else if let Some(name) = line.strip_prefix("speaker: ") {
            name.clone_into(&mut stack.speaker);
        } else if let Some(source) = line.strip_prefix("source: ") {
            stack.sources.push(source.to_owned());
        } else if let Some(what) = line.strip_prefix("complete: ") {
            stack.complete = Some(what.to_owned());
        } else if let Some(heading) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            let numbers = heading.strip_prefix("numbers: ").or_else(|| heading.strip_prefix("flags: "));
            table = numbers.map(|name| name.split(" |").next().unwrap().to_owned());
        } else if let Some(table) = &table {
            *stack.numbers.entry(table.clone()).or_default() += 1;
        } else {
            stack.rows += 1;
        }
    }
    stack
}

#[test]
fn the_table_is_as_the_files_are() {
    let mut text = String::from(
        "# What the lexicon has\n\nWritten by `crate/core/tests/explain/table.rs` (`cargo xtask bless`).\n\n\
         | stack | speaker | rows | numbers | complete | source |\n|---|---|---|---|---|---|\n",
    );
    let (mut rows, mut numbers) = (0, 0);
    for stack in stacks() {
        let of_tables: usize = stack.numbers.values().sum();
        (rows, numbers) = (rows + stack.rows, numbers + of_tables);
        let Stack { name, speaker, sources, complete, .. } = &stack;
        let (complete, sources) = (complete.clone().unwrap_or_default(), sources.join("; "));
        let cells =
            [name.as_str(), speaker, &stack.rows.to_string(), &of_tables.to_string(), &complete, &sources];
        writeln!(text, "| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")).unwrap();
    }
    writeln!(text, "| all | | {rows} | {numbers} | | |").unwrap();
    let path = folder().join("TABLE.md");
    if env::var_os("BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    assert!(known == text, "{} is not what the files have: cargo xtask bless", path.display());
}

/// What stands in parentheses behind `complete:` are the sizes of the tables, as their sources have them.
#[test]
fn complete_sets_have_every_number() {
    let mut tried = 0;
    for stack in stacks() {
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
