//! Two runs that must be the same, apart from times and random names.

use crate::cli::Run;

/// Whether two runs came to the same: exit code, standard output and standard error, byte for byte apart from times,
/// durations, what is random in an identifier, and the system's words for a connection that a peer has ended.
///
/// # Panics
/// They did not.
pub fn assert_same(one: &Run, other: &Run, what: &str) {
    let shown = |run: &Run| format!("exit code {}\n{}\n{}", run.code, masked(&run.out), masked(&run.err));
    let (one, other) = (shown(one), shown(other));
    let differing = one.lines().zip(other.lines()).find(|(one, other)| one != other);
    assert!(one == other, "{what}: {differing:?}\n== one\n{one}\n== the other\n{other}");
}

/// How a system tells that the peer ended the connection. Which of them it is hangs on what of ours was on the way at that
/// moment (RFC 1122 section 4.2.2.13: data that nobody read turn the end into a reset).
const ENDS: [&str; 3] = [
    "Connection reset by peer (os error 104)",
    "Broken pipe (os error 32)",
    "the peer closed the connection without close_notify",
];

/// The text with a sign in place of every word that is a time or random, and one text for every way to tell an end.
#[must_use]
pub fn masked(text: &str) -> String {
    let text =
        ENDS.iter().fold(text.to_owned(), |text, end| text.replace(end, "the peer ended the connection"));
    let mut masked = String::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let is_inside =
            |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | ':');
        let length = rest.find(|character| !is_inside(character)).unwrap_or(rest.len());
        if length == 0 {
            let character = rest.chars().next().unwrap();
            masked.push(character);
            rest = &rest[character.len_utf8()..];
            continue;
        }
        let (word, behind) = rest.split_at(length);
        // How long ago something was counts from when the run began.
        let is_age = behind.starts_with(" seconds ago");
        masked.push_str(if is_age || is_volatile(word) { "~" } else { word });
        rest = behind;
    }
    // Columns of numbers are as wide as the numbers.
    masked.lines().map(str::trim_start).collect::<Vec<_>>().join("\n")
}

fn is_volatile(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ':', '-']);
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_number = word.parse::<f64>().is_ok() && word.contains(['.', 'e']);
    let is_time = word.len() >= 19 && word.as_bytes()[4] == b'-' && word.as_bytes()[10] == b'T';
    // `762f04db-1`, a GUID, `4.94c…`: what an identifier has of chance.
    let parts: Vec<_> = word.split(['-', '.']).collect();
    let is_random = parts.iter().all(|part| is_hex(part)) && parts.iter().any(|part| part.len() >= 8);
    is_number || is_time || is_random
}

#[test]
fn times_and_random_names_are_no_difference() {
    let one =
        "    0.012 s  ->  PUBLISH  topic \"$rid=762f04db-2&operationId=4.94c0ffee\", at 2026-11-27T18:51:39Z";
    let two = "   12.345 s  ->  PUBLISH  topic \"$rid=0123abcd-2&operationId=4.deadbeef\", at 2027-01-01T00:00:00.5Z";
    assert_eq!(masked(one), masked(two));
    assert_eq!(masked(ENDS[0]), masked(ENDS[2]));
    assert_ne!(masked("refused: 401002"), masked("refused: 401003"));
    assert_ne!(masked("127.0.0.1:8883"), masked("127.0.0.1:443"));
}
