//! Every target of `cargo xtask fuzz` on a fixed corpus: the fixtures of other tests, what fuzzing once found, and plain edits
//! of both. What takes a second is as wrong as what panics.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail")]

mod target;

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// Longest that one input may take. A key under scrypt takes most of it: an unoptimized build is some twenty times slower than
/// an optimized one.
const LONGEST: Duration = Duration::from_secs(60);

/// A test for each target.
macro_rules! targets {
    ($($name:ident)+) => {
        $(#[test]
        fn $name() {
            no_input_breaks_a_promise(stringify!($name));
        })+

        #[test]
        fn every_target_is_tried() {
            assert_eq!(target::ALL.map(|target| target.name), [$(stringify!($name)),+]);
        }
    };
}

targets! { file key check path explain lexicon name mqtt session config settings fleet guest emulator control }

fn no_input_breaks_a_promise(name: &str) {
    let target = target::ALL.iter().find(|target| target.name == name).unwrap();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for path in inputs(target) {
        let bytes = fs::read(&path).unwrap();
        for bytes in edits(&bytes) {
            let begun = Instant::now();
            if catch_unwind(AssertUnwindSafe(|| (target.run)(&bytes))).is_err() {
                wrong.push(format!("{} panics", path.display()));
            }
            if begun.elapsed() > LONGEST {
                wrong.push(format!("{} takes {:?}", path.display(), begun.elapsed()));
            }
            tried += 1;
        }
    }
    println!("{tried} inputs");
    assert!(tried >= 3, "it has no corpus");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn inputs(target: &target::Target) -> Vec<PathBuf> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![tests.join("fuzz/corpus").join(target.name)];
    folders.extend(target.seeds.iter().map(|seeds| tests.join(seeds)));
    let mut inputs = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { inputs.push(path) }
        }
    }
    inputs.sort();
    inputs
}

/// The input, and some of what a fuzzer would make of it first.
fn edits(bytes: &[u8]) -> Vec<Vec<u8>> {
    let half = bytes.len() / 2;
    let mut flipped = bytes.to_vec();
    if let Some(byte) = flipped.get_mut(half) {
        *byte ^= 0x81;
    }
    vec![bytes.to_vec(), bytes[..half].to_vec(), bytes[half..].to_vec(), flipped]
}
