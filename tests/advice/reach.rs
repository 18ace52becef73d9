//! Which next steps of the catalogue the cases lead to: a command that no case leads to is tried by nobody.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde::Deserialize;

use crate::next_step;

/// A next step with a command that no case leads to.
#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotReached {
    /// Its code.
    code: String,
    /// Which of the sentences of this code it belongs to; empty for what all of them share.
    say: String,
    why: String,
}

/// A next step of the catalogue.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Advice {
    code: String,
    say: String,
    /// What stands between the facts in it, in its order.
    pieces: Vec<String>,
}

/// The next steps that no case leads to and that have no reason for it, and the reasons that are stale.
pub(crate) fn unexplained(not_reached: &[NotReached]) -> Vec<String> {
    let steps = next_step::of_cases();
    let is_reached = |advice: &Advice| {
        steps.iter().any(|(code, next)| *code == advice.code && has_in_order(next, &advice.pieces))
    };
    let with_commands = with_commands();
    let missing = with_commands.iter().filter(|advice| !is_reached(advice));
    let missing: BTreeSet<_> = missing.map(|it| (it.code.clone(), it.say.clone())).collect();
    let known: BTreeSet<_> = not_reached.iter().map(|it| (it.code.clone(), it.say.clone())).collect();
    assert!(not_reached.iter().all(|it| !it.why.is_empty()));
    println!("{} next steps have a command, {} of them no case leads to", with_commands.len(), missing.len());
    let unknown = missing.difference(&known).map(|it| format!("no case leads to the command of {it:?}"));
    let stale = known.difference(&missing).map(|it| format!("a case leads to {it:?}, or it has no command"));
    unknown.chain(stale).collect()
}

/// Those of the catalogue in which a command stands, written out or as what a front end calls it.
fn with_commands() -> Vec<Advice> {
    let catalogue = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crate/core/catalogue");
    let files = fs::read_dir(catalogue).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|it| it == "md"))
        .flat_map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let front = text.split("+++").nth(1).unwrap().parse::<toml::Table>().unwrap();
            let code = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let own = front.get("next").map(|next| (String::new(), next.clone()));
            let said = front.get("say").and_then(toml::Value::as_table).cloned().unwrap_or_default();
            let said = said.into_iter().filter_map(|(say, it)| Some((say, it.get("next")?.clone())));
            let steps: Vec<_> = own.into_iter().chain(said).collect();
            steps.into_iter().filter_map(move |(say, next)| {
                let next = next.as_str().unwrap();
                let has_command = next.contains('`') || next.contains("{do:");
                has_command.then(|| Advice { code: code.clone(), say, pieces: pieces(next) })
            })
        })
        .collect();
    all.sort();
    all
}

/// What stands outside of braces.
fn pieces(next: &str) -> Vec<String> {
    let outside = next.split('{').map(|part| part.split_once('}').map_or(part, |(_, behind)| behind));
    outside.map(|piece| piece.trim().to_owned()).filter(|piece| !piece.is_empty()).collect()
}

fn has_in_order(text: &str, pieces: &[String]) -> bool {
    let mut rest = text;
    pieces.iter().all(|piece| {
        let found = rest.split_once(piece.as_str());
        rest = found.map_or("", |(_, behind)| behind);
        found.is_some()
    })
}

#[test]
fn a_step_is_known_by_what_stands_between_its_facts() {
    let step = pieces("Use {do:repair}. Or `cat {path}` again.");
    assert_eq!(step, ["Use", ". Or `cat", "` again."]);
    assert!(has_in_order("Use `x`. Or `cat a.pem` again.", &step));
    assert!(!has_in_order("Or `cat a.pem` again.", &step));
}
