//! What secrets look like, and how far they go at most.

use crate::explain::work;

/// Longest value of a secret, in bytes of text.
pub(super) const LONGEST_VALUE: usize = 4 * 1024;

/// Whether a word has what nobody writes by hand: digits and letters of both cases, or signs.
pub(super) fn looks_like_one(text: &[u8], at: usize) -> bool {
    let word = text.get(at..text.len().min(at + 256)).unwrap_or_default();
    let word = word.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let has = |kind: fn(&u8) -> bool| word.iter().any(kind);
    let is_path =
        word.contains(&b'/') && word.rsplit(|byte| *byte == b'/').next().is_some_and(|it| it.contains(&b'.'));
    let is_path = is_path
        || word.starts_with(b"/")
        || word.starts_with(b"./")
        || word.windows(3).any(|part| part == b"://");
    word.len() >= 6 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) && !is_path
}

/// Whether a word is a file, by its end or its beginning.
pub(super) fn is_file(word: &[u8]) -> bool {
    const ENDS: [&[u8]; 12] = [
        b".pem", b".key", b".crt", b".cer", b".der", b".pfx", b".p12", b".jks", b".txt", b".json", b".csr",
        b".p8",
    ];
    let ends_so = |end: &&[u8]| {
        word.len() > end.len()
            && word.get(word.len() - end.len()..).is_some_and(|behind| behind.eq_ignore_ascii_case(end))
    };
    ENDS.iter().any(ends_so)
        || word.starts_with(b"/") && word.contains(&b'.')
        || word.starts_with(b"file:")
        || word.starts_with(b"C:\\")
}

/// The first place from here on, and within a few bytes, that is not skipped.
pub(super) fn skip(text: &[u8], from: usize, is_skipped: impl Fn(u8) -> bool) -> usize {
    work::step();
    let rest = text.get(from..text.len().min(from + 16)).unwrap_or_default();
    from + rest.iter().position(|byte| !is_skipped(*byte)).unwrap_or(rest.len())
}
