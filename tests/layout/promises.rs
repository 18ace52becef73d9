//! Each promise of SECURITY.md names what tests it, and that is there.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::root;

/// What makes a file one of tests: in Rust, JavaScript, Python.
const MARKS: [&str; 5] = ["#[test]", "#[tokio::test", "proptest! {", "\ntest(", "\ndef test_"];

#[test]
fn each_promise_names_a_test_that_is_there() {
    let page = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let (_, section) = page.split_once("## What is promised, and tested\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let promises: Vec<_> = section.split("\n* ").skip(1).collect();
    assert!(promises.len() > 12, "there are {} promises", promises.len());
    let wrong: Vec<_> = promises.into_iter().filter_map(|promise| wrong(promise, &root()).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nothing, or what is wrong with a promise.
fn wrong(promise: &str, root: &Path) -> Result<(), String> {
    let name = promise.split("**").nth(1).unwrap_or(promise);
    let (mut beside, mut tests) = (PathBuf::new(), 0);
    for word in promise.split('`').skip(1).step_by(2) {
        if let Some(task) = word.strip_prefix("cargo xtask ") {
            let task = task.split(' ').next().unwrap_or_default();
            if !root.join(format!("xtask/src/{task}.rs")).is_file() {
                return Err(format!("{name}: there is no {word}"));
            }
            // What is checked by a command is a stage of the whole test.
            let stages = fs::read_to_string(root.join("xtask/src/test.rs")).unwrap();
            tests += usize::from(stages.contains(task));
            continue;
        }
        // A path from the root, or from where the one before it stands; anything else is an argument or a word.
        let places = [root.to_owned(), beside.clone()].map(|folder| folder.join(word));
        let Some(path) = places.iter().find(|path| path.exists() && !word.starts_with('-')) else {
            match word.contains('/') || Path::new(word).extension().is_some() {
                true => return Err(format!("{name}: there is no {word}")),
                false => continue,
            }
        };
        if path == &root.join(word) {
            beside = if path.is_dir() { path } else { path.parent().unwrap() }.to_owned();
        }
        tests += usize::from(has_test(path, root));
    }
    if tests == 0 { Err(format!("{name}: no test is named")) } else { Ok(()) }
}

fn has_test(path: &Path, root: &Path) -> bool {
    if path.is_dir() {
        return fs::read_dir(path).unwrap().any(|entry| has_test(&entry.unwrap().path(), root));
    }
    // A target of arbitrary inputs is run by the test of its name.
    if path.parent() == Some(&root.join("tests/fuzz/target")) {
        let name = path.file_stem().unwrap().to_string_lossy();
        let list = fs::read_to_string(root.join("tests/fuzz/main.rs")).unwrap();
        return list
            .lines()
            .any(|line| line.starts_with("targets! {") && line.split(' ').any(|word| word == name));
    }
    let is_one = fs::read_to_string(path).is_ok_and(|text| MARKS.iter().any(|mark| text.contains(mark)));
    let modules = path.with_extension("");
    is_one || modules != *path && modules.is_dir() && has_test(&modules, root)
}

#[test]
fn a_promise_without_a_test_is_noticed() {
    let there = "**One.** It holds (`tests/layout/promises.rs`, `limits.rs` beside it).";
    assert_eq!(wrong(there, &root()), Ok(()));
    let target = "**One.** It holds (`tests/fuzz/target/session.rs`).";
    assert_eq!(wrong(target, &root()), Ok(()));
    for (promise, expected) in [
        ("**Two.** It holds.", "no test is named"),
        ("**Two.** It holds (`--key`, `Cargo.toml`).", "no test is named"),
        ("**Two.** It holds (`tests/layout/gone.rs`).", "there is no tests/layout/gone.rs"),
        ("**Two.** It holds (`tests/layout/limits.rs`, `gone.rs` beside it).", "there is no gone.rs"),
        ("**Two.** It holds (`cargo xtask gone`).", "there is no cargo xtask gone"),
        ("**Two.** It holds (`tests/fuzz/target/mod.rs`).", "no test is named"),
    ] {
        assert_eq!(wrong(promise, &root()), Err(format!("Two.: {expected}")));
    }
}
