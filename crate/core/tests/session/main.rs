//! The session against scripted conversations in virtual time.
//!
//! Cases are files in `tests/case/session`; `tests/case/whole/session.json` has every word of some of them, and
//! `session-failures.txt` beside it what a person is told of each that fails.
//! `cargo xtask bless` rewrites what they expect. Beside its own expectation every case is played with its bytes split
//! in every way and cut at every byte, and arbitrary inputs are played against the machine.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]
#![allow(clippy::result_large_err, reason = "the outcome type of the machine")]

mod arbitrary;
mod case;
mod drive;
#[allow(unreachable_pub, reason = "it has other users")]
#[path = "../../../../tests/src/expectation.rs"]
mod expectation;
mod wire;

use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
    num::NonZero,
    sync::Mutex,
    thread,
};

use dps_x509_core::{
    session::{Input, Instant, Output, Provisioning, Seed, Settings},
    text::printable,
};
use serde_json::{Map, Value, json};

/// Cases of which every word is kept; together they have every member of a report and every kind of line.
const WHOLE: [&str; 17] = [
    "assigned-after-answers-that-name-no-request",
    "assigned-after-long-wait",
    "assigned-after-operation-forgotten",
    "assigned-after-other-answers",
    "assigned-after-service-fault",
    "assigned-after-websocket-closed",
    "assigned-with-connection-profile",
    "assigned-with-issued-certificates",
    "assigned-with-packets-acknowledged",
    "assigned-with-payload",
    "assigned-without-retry-after",
    "hub-lost-and-taken",
    "hub-name-not-found",
    "no-connection-certificate-refused",
    "refused-by-failed-operation",
    "refused-in-words-that-a-terminal-obeys",
    "refused-throttled-past-the-deadline",
];

/// Every case gives the log, the bytes and the report that its file expects.
#[test]
fn conversations_go_as_written() {
    let mut failures = Vec::new();
    for case in case::all() {
        if let Err(difference) = case.check(&drive::play(&case, None)) {
            failures.push(difference);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The golden file of whole conversations: no member of a report and no kind of line of any case is missing in it.
#[test]
fn the_whole_of_a_conversation_is_as_it_was() {
    let mut golden = Map::new();
    let (mut here, mut elsewhere) = (BTreeSet::new(), BTreeMap::new());
    for case in case::all() {
        let played = drive::play(&case, None);
        let mut parts = expectation::members(&played.report);
        // What is in there is the peer's own.
        let is_foreign =
            |member: &String| [".payload.", ".twin.", ".additional."].iter().any(|it| member.contains(it));
        parts.retain(|member| !is_foreign(member));
        parts.extend(played.steps.iter().map(|step| kind(step)));
        if WHOLE.contains(&case.name.as_str()) {
            here.extend(parts);
            golden.insert(case.name, json!({ "log": played.log, "report": played.report }));
        } else {
            elsewhere.extend(parts.into_iter().map(|part| (part, case.name.clone())));
        }
    }
    assert_eq!(golden.len(), WHOLE.len());
    let missing: Vec<_> = elsewhere.iter().filter(|(part, _)| !here.contains(*part)).collect();
    assert!(missing.is_empty(), "what no case of WHOLE has, and one that has it: {missing:?}");
    let text = format!("{:#}\n", Value::Object(golden));
    let path = case::folder().join("../whole/session.json");
    expectation::golden(&path, &text).unwrap_or_else(|difference| panic!("{difference}"));
}

/// What a person is told of every failure. A case has the codes of findings; which of the sentences behind a code it is, and
/// what was found, stands here.
#[test]
fn what_a_person_is_told_is_as_it_was() {
    let mut text = String::new();
    for case in case::all() {
        let played = drive::play(&case, None);
        let findings = played.report["findings"].as_array().unwrap();
        if played.failure.is_none() && findings.is_empty() {
            continue;
        }
        text += &format!("==== {}\n{}\n", case.name, played.failure.as_deref().unwrap_or("assigned"));
        for finding in findings {
            text += &format!("{}\n", finding["code"].as_str().unwrap());
            for member in ["message", "found", "nextStep"] {
                if let Some(words) = finding[member].as_str() {
                    text += &format!("  {member}: {}\n", printable(words.as_bytes()));
                }
            }
        }
    }
    let path = case::folder().join("../whole/session-failures.txt");
    expectation::golden(&path, &text).unwrap_or_else(|difference| panic!("{difference}"));
}

/// A step without the time and whatever else is the case's own: `received PUBLISH`, `waiting s retry-after`.
fn kind(step: &str) -> String {
    let is_word = |word: &&str| word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    step.split(' ').filter(is_word).collect::<Vec<_>>().join(" ")
}

/// However the network splits the bytes, the same happens.
#[test]
fn no_split_makes_a_difference() {
    on_every_core(|case| {
        let whole = drive::play(case, None);
        for size in 1..=9 {
            assert_eq!(drive::play(case, Some(&chunks_of(size))), whole, "{}: chunks of {size}", case.name);
        }
        for position in (1..wire::longest(case)).step_by(stride(case)) {
            let cut = drive::play(case, Some(&cut_at(position)));
            assert_eq!(cut, whole, "{}: cut at {position}", case.name);
        }
    });
}

/// What an earlier connection still says is nothing to the one that followed.
#[test]
fn late_words_make_no_difference() {
    for case in case::all() {
        assert_eq!(drive::play_with_late_words(&case), drive::play(&case, None), "{}", case.name);
    }
}

/// A conversation that breaks off before the deciding answer never ends in success, and never hangs.
#[test]
fn every_strict_prefix_fails() {
    on_every_core(|case| {
        let total = wire::total(case);
        for length in (0..total).step_by(stride(case)) {
            let played = drive::play_prefix(case, length);
            // What is left is the hub's part, once DPS has assigned the device.
            let is_whole = played.outcome() == "assigned" && played.report["hubCheck"]["outcome"] != "failed";
            assert!(!is_whole, "{}: {length} of {total} bytes", case.name);
        }
    });
}

/// Any one byte of the service's flipped: it still ends, and nothing panics.
#[test]
fn every_damaged_byte_ends() {
    on_every_core(|case| {
        for position in (0..wire::total(case)).step_by(stride(case)) {
            for mask in [0x01, 0x20, 0x80, 0xff] {
                let played = drive::play_damaged(case, position, mask);
                assert!(!played.outcome().is_empty(), "{}: byte {position} ^ {mask:02x}", case.name);
            }
        }
    });
}

/// Every case once; each core takes the next that nobody has.
fn on_every_core(judge: impl Fn(&case::Case) + Sync) {
    let cases = Mutex::new(case::all().into_iter());
    let take = || cases.lock().unwrap().next();
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| iter::from_fn(take).for_each(|case| judge(&case)));
        }
    });
}

/// Every byte of a conversation, and of a long one as many of them as can be tried in a moment.
fn stride(case: &case::Case) -> usize {
    1 + wire::total(case) / 1_500
}

fn chunks_of(size: usize) -> impl Fn(&[u8]) -> Vec<Vec<u8>> {
    move |bytes| bytes.chunks(size).map(<[u8]>::to_vec).collect()
}

fn cut_at(position: usize) -> impl Fn(&[u8]) -> Vec<Vec<u8>> {
    move |bytes| match bytes.split_at_checked(position) {
        Some((head, tail)) => vec![head.to_vec(), tail.to_vec()],
        None => vec![bytes.to_vec()],
    }
}

/// The machine says the same for ever once it is done, whatever it is told.
#[test]
fn done_is_sticky() {
    for case in case::all() {
        drive::play_on_after_the_end(&case);
    }
}

/// What is cancelled before the host was told to dial is not dialled.
#[test]
fn a_dial_that_nobody_was_told_of_is_taken_back() {
    let config = Settings::new("0ne00111111", "device-1").parse().unwrap().0;
    for polls in 0..=2 {
        let mut machine = Provisioning::new(config.clone(), Seed([7; 16]), Instant::from_millis(0));
        let is_told = (0..polls).any(|_| matches!(machine.poll_output(), Output::Connect(..)));
        machine.handle_input(Instant::from_millis(1), Input::Cancel);
        loop {
            match machine.poll_output() {
                Output::Connect(..) => panic!("it dials after {polls} polls"),
                Output::Done(outcome) => {
                    let failure = outcome.as_ref().unwrap_err();
                    break assert_eq!(failure.tally.dials, u32::from(is_told));
                }
                _ => {}
            }
        }
    }
}

/// Packets that answer nothing are not read for ever.
#[test]
fn a_flood_ends() {
    let cases = case::all();
    let case = cases.iter().find(|case| case.name == "assigned-at-once").unwrap();
    for packet in [&b"\xd0\x00"[..], b"\x40\x02\x00\x02", b"\x30\x03\x00\x01a"] {
        let played = drive::play_flood(case, packet);
        assert_eq!((played.outcome(), &played.report["findings"][0]["code"]), ("protocol", &"DX606".into()));
    }
    let case = cases.iter().find(|case| case.name == "assigned-over-websocket").unwrap();
    for frame in [&b"\x89\x00"[..], b"\x8a\x00", b"\x82\x00", b"\x82\x02\xd0\x00"] {
        let played = drive::play_flood(case, frame);
        assert_eq!((played.outcome(), &played.report["findings"][0]["code"]), ("protocol", &"DX606".into()));
    }
}

/// Nor are bytes: what a peer makes the host keep is bounded, whatever its packets are like.
#[test]
fn a_flood_of_few_long_packets_ends() {
    let cases = case::all();
    let long = [b"\x30\x80\x80\x08\x00\x01a".as_slice(), &[b'x'; 128 * 1024 - 3]].concat();
    for name in ["assigned-at-once", "assigned-over-websocket"] {
        let case = cases.iter().find(|case| case.name == name).unwrap();
        let packet = if name.contains("websocket") { wire::frame(0x82, &long) } else { long.clone() };
        let played = drive::play_flood(case, &packet);
        assert_eq!((played.outcome(), &played.report["findings"][0]["code"]), ("protocol", &"DX606".into()));
        let received = played.report["tally"]["bytesReceived"].as_u64().unwrap();
        assert!(received < 2 * 1024 * 1024, "{name}: {received} bytes");
    }
}

/// A new connection is no new account.
#[test]
fn a_flood_over_many_connections_ends() {
    let cases = case::all();
    let case = cases.iter().find(|case| case.name == "assigned-at-once").unwrap();
    let long = [b"\x30\x80\x80\x08\x00\x01a".as_slice(), &[b'x'; 128 * 1024 - 3]].concat();
    let played = drive::play_redialled_flood(case, &long);
    assert_eq!((played.outcome(), &played.report["findings"][0]["code"]), ("protocol", &"DX606".into()));
    assert!(played.report["tally"]["bytesReceived"].as_u64().unwrap() < 2 * 1024 * 1024);
}
