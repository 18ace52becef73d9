//! The book's examples are tried: every block of `www/book` is run, compiled or read by what it is for.
//!
//! A chapter is one session in one folder: its blocks of `sh` run one after the other in one shell, where `dps-x509` is the
//! built one and `require`s and imports of `dps-x509` find the built packages. A block of `text` is what the block before it
//! prints, with `…` for what may differ. A block with a name is a file in that folder. `console` is for other machines: its
//! programs are those of [`ELSEWHERE`], and a shell reads it. Rust is compiled by rustdoc (`tests/src/lib.rs`).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod block;
mod session;

use std::{collections::BTreeSet, fs, path::PathBuf};

use block::Block;

/// What a block of `console` may start, and what this machine lacks for it.
const ELSEWHERE: [(&str, &str); 8] = [
    ("az", "an account of Azure"),
    ("cargo", "a crate that is published"),
    ("docker", "an image that is published"),
    ("kubectl", "a cluster"),
    ("npm", "a package that is published"),
    ("npx", "a package that is published"),
    ("pip", "a package that is published"),
    ("sudo", "a system that may be changed"),
];

/// Reads YAML; what is an object of Kubernetes is held against its schema.
const YAML: &str = "\
import sys, yaml, kubernetes_validate
documents = list(yaml.safe_load_all(sys.stdin))
assert documents
for document in documents:
    if 'apiVersion' in document:
        kubernetes_validate.validate(document, '1.34', strict=True)
";

fn book() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../www/book")
}

/// Every chapter: its name, and its blocks.
fn chapters() -> Vec<(String, Vec<Block>)> {
    let mut files: Vec<_> = fs::read_dir(book()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    files.sort();
    let chapter = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, block::all(&fs::read_to_string(path).unwrap()))
    };
    files.iter().map(chapter).collect()
}

#[test]
fn every_example_does_what_the_book_says() {
    let (mut wrong, mut ran) = (Vec::new(), 0);
    for (name, blocks) in chapters() {
        match session::run(&blocks) {
            Ok(count) => ran += count,
            Err(why) => wrong.push(format!("{name}.md: {why}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(ran > 20, "only {ran} blocks were run");
    println!("{ran} blocks were run");
}

#[test]
fn every_block_is_of_a_kind_that_is_tried() {
    let shared = fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let mut wrong = Vec::new();
    for (chapter, blocks) in chapters() {
        for block in &blocks {
            if let Err(why) = tried(block, &chapter, &shared) {
                wrong.push(format!("{chapter}.md:{}: {why}", block.line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn tried(block: &Block, chapter: &str, shared: &str) -> Result<(), String> {
    let is_file = block.name.is_some();
    match block.language.as_str() {
        "sh" if !is_file => Ok(()),
        "text" if !is_file => Ok(()),
        "rust" => {
            let is_compiled = shared.contains(&format!("www/book/{chapter}.md"));
            is_compiled
                .then_some(())
                .ok_or_else(|| "tests/src/lib.rs does not include the chapter".to_owned())
        }
        "console" => elsewhere(&block.text),
        "toml" => block.text.parse::<toml::Table>().map(drop).map_err(|error| error.to_string()),
        "json" => serde_json::from_str::<serde_json::Value>(&block.text)
            .map(drop)
            .map_err(|error| error.to_string()),
        "yaml" => session::read_by_python(YAML, &block.text),
        // A file that a command of the chapter takes.
        "c" | "csv" | "js" | "python" | "ini" if is_file => Ok(()),
        other => {
            Err(format!("nobody tries a block of {other:?} (a program or a list needs the name of a file)"))
        }
    }
}

/// Whether a shell can read it, and whether it starts only what is not for this machine.
fn elsewhere(text: &str) -> Result<(), String> {
    session::read_by_shell(text)?;
    let known: BTreeSet<_> = ELSEWHERE.iter().map(|(program, _)| *program).collect();
    let mut goes_on = false;
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
        let program = line.split_whitespace().next().unwrap_or_default();
        if !goes_on && !known.contains(program) {
            return Err(format!("`{program}` can be run here: in a block of sh it is"));
        }
        goes_on = line.ends_with('\\');
    }
    Ok(())
}
