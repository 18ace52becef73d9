//! The verdict of `check` beside those of `openssl verify` and rustls-webpki, on questions that are made here.
//!
//! "Ready" must never be said of what OpenSSL refuses, and "Not ready" never of what both take. Where it is said all the
//! same, the change that leads to it stands in `differences.json` with its reason; a reason that is not needed any more
//! fails the test. What only `openssl verify -x509_strict` refuses must be told, if as a note. For one question in forty the
//! built program is asked too. `cargo test` asks a fixed choice of questions, `cargo xtask referee` many more.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

mod cause;
mod certificate;
mod change;
mod judge;
mod question;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use question::Question;
use serde::Deserialize;

/// Pairs of changes that are asked in `cargo test`.
const PAIRS: usize = 1_800;
/// The variable by which `cargo xtask referee` asks for more.
const MORE: &str = "DPS_X509_REFEREE_PAIRS";

/// Why a verdict is another than OpenSSL's or that of both, wherever this change is made.
#[derive(Deserialize)]
struct Difference {
    change: String,
    /// The level at which the change is made: "device", "between", "enrolled", or any.
    at: Option<String>,
    ours: Ours,
    why: String,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
enum Ours {
    Ready,
    NotReady,
    /// Ready, and nothing is said of what a strict verifier refuses.
    Silent,
}

/// One question in so many is asked of the built program.
const SAMPLE: usize = 40;

#[derive(Default)]
struct Tally {
    /// Chains that only the strict refuse, and those of which nothing is said.
    strict: [usize; 2],
    programs: usize,
    counts: BTreeMap<(bool, bool, bool), usize>,
    used: BTreeSet<usize>,
    wrong: Vec<String>,
}

#[test]
fn verdicts_agree_or_are_explained() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("referee/differences.json");
    let differences: Vec<Difference> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let pairs = std::env::var(MORE).map_or(PAIRS, |number| number.parse().unwrap());
    let questions = question::all(&question::keys(), pairs);
    assert!(questions.len() >= 2_000, "only {} questions", questions.len());
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let folder = tempfile::tempdir().unwrap();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(question) = questions.get(number) else { return };
                    judge(question, folder.path(), &differences, &tally);
                    if number % SAMPLE == 0 {
                        program(question, folder.path(), &tally);
                    }
                }
            });
        }
    });
    let Tally { strict: [refused, silent], programs, counts, used, wrong } = tally.into_inner().unwrap();
    report(questions.len(), &counts);
    println!(
        "the strict alone refuse {refused}, of which nothing is said of {silent}; {programs} asked of the program"
    );
    let stale = differences.iter().enumerate().filter(|(index, _)| !used.contains(index));
    let stale: Vec<_> = stale.map(|(_, it)| format!("{} {:?}: {}", it.change, it.ours, it.why)).collect();
    let most = 60;
    let shown: Vec<_> = wrong.iter().take(most).cloned().collect();
    assert!(wrong.is_empty(), "{} unexplained, the first {most}:\n{}", wrong.len(), shown.join("\n"));
    assert!(stale.is_empty(), "no difference any more:\n{}", stale.join("\n"));
}

fn judge(question: &Question, folder: &Path, differences: &[Difference], tally: &Mutex<Tally>) {
    let ours = judge::ours(question);
    let mut openssl = judge::openssl(question, folder, false);
    let webpki = judge::webpki(question);
    let strict = if openssl.is_ok() { judge::openssl(question, folder, true) } else { Ok(()) };
    let is_silent = ours.is_ok() && strict.is_err() && !judge::is_told_to_the_strict(question);
    let mut tally = tally.lock().unwrap();
    *tally.counts.entry((ours.is_ok(), openssl.is_ok(), webpki.is_ok())).or_default() += 1;
    tally.strict[0] += usize::from(strict.is_err());
    tally.strict[1] += usize::from(is_silent);
    let said = match (&ours, &openssl, &webpki) {
        (Ok(()), Err(_), _) => Ours::Ready,
        (Err(_), Ok(()), Ok(())) => Ours::NotReady,
        _ if is_silent => Ours::Silent,
        _ => return,
    };
    if is_silent {
        openssl = strict;
    }
    let explains =
        |it: &Difference| it.ours == said && question.wrong.iter().any(|wrong| is_of(it, wrong, question));
    match differences.iter().position(explains) {
        Some(index) => drop(tally.used.insert(index)),
        None => tally.wrong.push(format!(
            "{:?} of {} levels, {} key identifiers, enrolled at {}: {said:?}; ours: {ours:?}; openssl: {openssl:?}; \
             webpki: {webpki:?}",
            question.wrong,
            question.levels,
            if question.has_key_ids { "with" } else { "without" },
            question.enrolled,
        )),
    }
}

/// Asks the built program, whose exit code has to be that of the verdict.
fn program(question: &Question, folder: &Path, tally: &Mutex<Tally>) {
    let expected = i32::from(judge::ours(question).is_err());
    let found = judge::exit_code(question, folder);
    let mut tally = tally.lock().unwrap();
    tally.programs += 1;
    if found != Some(expected) {
        tally
            .wrong
            .push(format!("{:?}: the program ends with {found:?}, not with {expected}", question.wrong));
    }
}

fn is_of(difference: &Difference, (change, level): &(&str, usize), question: &Question) -> bool {
    let place = match *level {
        0 => "device",
        level if level == question.enrolled => "enrolled",
        _ => "between",
    };
    difference.change == *change && difference.at.as_deref().is_none_or(|at| at == place)
}

fn report(all: usize, counts: &BTreeMap<(bool, bool, bool), usize>) {
    let word = |is_taken: &bool| if *is_taken { "takes" } else { "refuses" };
    println!("{all} questions");
    for ((ours, openssl, webpki), count) in counts {
        let verdict = if *ours { "ready" } else { "not ready" };
        println!("{count:6}  {verdict:9}  OpenSSL {}, webpki {}", word(openssl), word(webpki));
    }
    let same = |pick: fn(&(bool, bool, bool)) -> bool| {
        counts.iter().filter(|(verdicts, _)| pick(verdicts)).map(|(_, count)| count).sum::<usize>()
    };
    let (openssl, webpki) = (same(|it| it.0 == it.1), same(|it| it.0 == it.2));
    println!("as OpenSSL: {openssl} of {all}; as webpki: {webpki} of {all}");
}
