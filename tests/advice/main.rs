//! Advice is tried: every command of a page and of a next step runs on the input that leads to it, and what comes out of it
//! is cured.
//!
//! `room.sh` makes the files that pages speak of. `given.json` has, for a code, what is made wrong first (`given`), the
//! arguments with which `check` then finds the code (`before`; none where a current tool cannot make it), and those with which
//! it does not find it any more once the page's commands ran (`after`). `not-run.json` has the commands that cannot run here,
//! with the reason; one that no advice has fails. `not-reached.json` has the next steps whose commands no case leads to.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod command;
mod next_step;
mod page;
mod reach;
mod room;

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde::Deserialize;

/// A command that cannot run here.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotRun {
    /// How it starts.
    pub(crate) starts: String,
    why: String,
}

pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("advice")
}

pub(crate) fn read<T: for<'de> Deserialize<'de>>(name: &str) -> T {
    let text = fs::read_to_string(folder().join(name)).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What each page advises, as scripts.
fn pages() -> BTreeMap<String, Vec<String>> {
    let catalogue = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crate/core/catalogue");
    let files = fs::read_dir(catalogue).unwrap().map(|entry| entry.unwrap().path());
    let pages = files.filter(|path| path.extension().is_some_and(|it| it == "md")).map(|path| {
        let code = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (code, page::blocks(&fs::read_to_string(path).unwrap()))
    });
    pages.collect()
}

#[test]
fn every_command_of_a_page_works_and_cures() {
    let (not_run, given): (Vec<NotRun>, BTreeMap<String, page::Given>) =
        (read("not-run.json"), read("given.json"));
    let pages = pages();
    for code in given.keys() {
        assert!(pages.get(code).is_some_and(|blocks| !blocks.is_empty()), "{code} advises nothing: stale");
    }
    let mut wrong = Vec::new();
    let (mut ran, mut left) = (0, 0);
    for (code, blocks) in pages.iter().filter(|(_, blocks)| !blocks.is_empty()) {
        match page::run(code, blocks, given.get(code), &not_run) {
            Ok(tally) => (ran, left) = (ran + tally.ran, left + tally.left),
            Err(why) => wrong.push(format!("{code}: {why}")),
        }
    }
    println!("{ran} commands of pages ran, {left} cannot run here");
    assert!(wrong.is_empty(), "{} pages give advice that does not work:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_command_of_a_next_step_works() {
    let not_run: Vec<NotRun> = read("not-run.json");
    let tally = next_step::run_all(&not_run);
    println!("{} commands of next steps ran, {} cannot run here", tally.ran, tally.left);
    assert!(tally.ran >= 10, "only {} commands ran", tally.ran);
}

/// A command of the catalogue that no case leads to would be tried by nobody. `not-reached.json` has those, with the reason.
#[test]
fn every_command_of_the_catalogue_is_reached_by_a_case() {
    let unexplained = reach::unexplained(&read::<Vec<reach::NotReached>>("not-reached.json"));
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
}

/// What cannot run here is advised somewhere.
#[test]
fn no_reason_is_stale() {
    let not_run: Vec<NotRun> = read("not-run.json");
    let of_pages = pages();
    let of_pages = of_pages.values().flatten().flat_map(|block| command::split(block));
    let all: Vec<String> = of_pages.chain(next_step::commands()).collect();
    for NotRun { starts, why } in &not_run {
        assert!(all.iter().any(|one| one.starts_with(starts)), "nothing advises {starts:?}: {why}");
    }
}
