//! What strangers' clients printed, collected from public threads without a look at the lexicon: `tests/case/strangers`.
//!
//! The first set was mended against; the later ones were tried before anything was mended, and their first rates stand in
//! `tests/case/strangers/README.md`.

use std::fs;

use dps_x509_core::{cert::Inputs, explain::Explanation, finding::Place};

use crate::case;

/// A thread's lines, and what they have to be told as.
struct Thread {
    name: String,
    expected: Vec<String>,
    lines: String,
}

/// How an explanation meets what is expected.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Verdict {
    /// Told, and first.
    Right,
    /// Told, and not first, or as a cause that is left open.
    Partly,
    /// Something else is told.
    Wrong,
    /// Nothing is told.
    Missed,
}

fn threads() -> Vec<(String, Vec<Thread>)> {
    let mut files: Vec<_> = fs::read_dir(case::folder().join("../strangers"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    files.iter().map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), read(path))).collect()
}

fn read(path: &std::path::Path) -> Vec<Thread> {
    let text = fs::read_to_string(path).unwrap();
    let blocks = text.split("\n=== ").skip(1);
    blocks
        .map(|block| {
            let (name, rest) = block.split_once('\n').unwrap();
            let (expected, lines) = rest.split_once('\n').unwrap_or((rest, ""));
            let expected = expected.strip_prefix("= ").unwrap_or_else(|| panic!("{name} expects nothing"));
            Thread {
                name: name.to_owned(),
                expected: expected.split('|').map(str::to_owned).collect(),
                lines: lines.to_owned(),
            }
        })
        .collect()
}

fn verdict(thread: &Thread) -> (Verdict, Vec<String>) {
    let explanation = Explanation::of_text(thread.lines.as_bytes(), &Place::default(), &Inputs::default());
    let told: Vec<String> =
        explanation.happenings.iter().map(|happening| happening.finding.code().to_owned()).collect();
    let is = |word: &str| thread.expected.iter().any(|expected| expected == word);
    let has_come = explanation.reached.is_some() || explanation.assigned.is_some();
    let first = match told.first() {
        Some(first) => is(first),
        None if !explanation.elsewhere.is_empty() => is("elsewhere"),
        None if has_come => is("reached"),
        None => is("nothing"),
    };
    let causes = explanation.happenings.iter().flat_map(|happening| &happening.causes);
    let is_among = told.iter().any(|code| is(code)) || causes.map(|cause| cause.finding.code()).any(is);
    let verdict = match (first, is_among, told.is_empty()) {
        (true, ..) => Verdict::Right,
        (false, true, _) => Verdict::Partly,
        (false, false, false) => Verdict::Wrong,
        (false, false, true) => Verdict::Missed,
    };
    (verdict, told)
}

#[test]
fn what_strangers_printed_is_told() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (file, threads) in threads() {
        tried += threads.len();
        let verdicts: Vec<_> = threads.iter().map(verdict).collect();
        for (thread, (verdict, told)) in threads.iter().zip(&verdicts) {
            if *verdict != Verdict::Right {
                let Thread { name, expected, .. } = thread;
                wrong.push(format!("{file}: {name}: {verdict:?}, {told:?}, not {expected:?}"));
            }
        }
        let rate = [Verdict::Right, Verdict::Partly, Verdict::Wrong, Verdict::Missed].map(|kind| {
            format!("{} {kind:?}", verdicts.iter().filter(|(verdict, _)| *verdict == kind).count())
        });
        println!("{file}: {} threads, {}", threads.len(), rate.join(", "));
    }
    assert!(tried > 1_400, "{tried} threads were tried");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}
