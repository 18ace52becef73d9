//! The files of the lexicon, as whoever writes them has them: `crate/core/lexicon/README.md` tells how.

use std::{collections::BTreeMap, fs, path::PathBuf};

/// What one file has.
#[derive(Default)]
pub(crate) struct Stack {
    /// The file, without its extension.
    pub(crate) file: String,
    pub(crate) name: String,
    pub(crate) speaker: String,
    pub(crate) sources: Vec<String>,
    pub(crate) complete: Option<String>,
    /// The words of its rows, and of the numbers of its tables.
    pub(crate) words: Vec<String>,
    /// The number of rows.
    pub(crate) rows: usize,
    /// How many lines each of its tables has.
    pub(crate) numbers: BTreeMap<String, usize>,
    /// What its tables have, each number with what stands behind it.
    pub(crate) tables: BTreeMap<String, BTreeMap<i64, String>>,
}

/// Where they are.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("lexicon")
}

/// All of them, in the order of their names.
pub(crate) fn all() -> Vec<Stack> {
    let mut files: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let read = |path: &PathBuf| {
        let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Stack { file, ..stack(&fs::read_to_string(path).unwrap()) }
    };
    files.iter().map(read).collect()
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
            let (value, meaning) = line.split_once(" = ").unwrap();
            stack.tables.entry(table.clone()).or_default().insert(number(value), meaning.to_owned());
            stack.words.extend(meaning.split([';', '|']).skip(1).map(|words| words.trim().to_owned()));
        } else {
            stack.words.push(line.split(" | ").next().unwrap().to_owned());
            stack.rows += 1;
        }
    }
    stack
}

/// A number as the lexicon and its sources write it.
pub(crate) fn number(text: &str) -> i64 {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let value = match digits.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    sign * value.unwrap_or_else(|_| panic!("{text} is no number"))
}
