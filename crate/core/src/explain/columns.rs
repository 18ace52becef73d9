//! The columns that other programs put around each line of a log: a container's name, a time, a host, JSON around the line.
//!
//! A message that its client broke in two, or a body that it printed over several lines, goes on behind them. Whatever the
//! program is, its columns are what two neighbouring lines have in common at their ends, numbers aside.

use std::ops::Range;

/// Widest columns, in bytes.
const WIDEST: usize = 192;
/// How much of a text is read through its columns, from either end, in bytes: in a long log the first and the newest say what
/// there is.
const MOST: usize = 4 << 20;

/// What of a text is read through its columns: all of it, or whole lines at either end of a long one.
pub(super) fn parts(text: &[u8]) -> Vec<Range<usize>> {
    if text.len() <= 2 * MOST {
        return std::iter::once(0..text.len()).collect();
    }
    let is_end = |byte: &u8| *byte == b'\n';
    let first = text.get(..MOST).and_then(|part| part.iter().rposition(is_end)).map_or(MOST, |at| at + 1);
    let behind = text.len() - MOST;
    let last =
        text.get(behind..).and_then(|part| part.iter().position(is_end)).map_or(behind, |at| behind + at + 1);
    vec![0..first, last..text.len()]
}

/// The text with blanks in place of its columns, every other byte where it was; `None` if there are none.
pub(super) fn blanked(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = None;
    let mut before: Option<(usize, &[u8])> = None;
    let mut start = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let bare = line.strip_suffix(b"\n").unwrap_or(line);
        let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
        if let Some((first, upper)) = before {
            let (front, back) = common(upper, bare);
            for (from, length) in [(start, front), (first + upper.len() - back, back)] {
                if length > 0 {
                    let out = out.get_or_insert_with(|| text.to_vec());
                    out.get_mut(from..from + length).into_iter().for_each(|part| part.fill(b' '));
                }
            }
        }
        before = Some((start, bare));
        start += line.len();
    }
    out
}

/// How much the lower line has in common with the upper one at its front, and the upper with the lower at its back.
fn common(upper: &[u8], lower: &[u8]) -> (usize, usize) {
    let front = alike(upper.iter().take(WIDEST), lower.iter().take(WIDEST));
    let rest = upper.len().saturating_sub(front).min(lower.len().saturating_sub(front)).min(WIDEST);
    let back = alike(lower.iter().rev().take(rest), upper.iter().rev().take(rest));
    // A time before a line is a column; a number behind it is what the line says.
    let is_column = |part: &[u8]| part.iter().any(u8::is_ascii_alphanumeric);
    let is_named = |part: &[u8]| part.iter().any(u8::is_ascii_alphabetic);
    let front =
        lower.get(..front).filter(|part| is_column(part) && front < lower.len()).map_or(0, <[u8]>::len);
    let column = upper.get(upper.len() - back.min(upper.len())..).unwrap_or_default();
    (front, if is_named(column) && back < upper.len() { back } else { 0 })
}

/// How many bytes of the second are like those of the first, up to the end of a word; any two numbers are alike.
fn alike<'t>(first: impl Iterator<Item = &'t u8>, second: impl Iterator<Item = &'t u8>) -> usize {
    let (mut first, mut second) = (first.peekable(), second.peekable());
    let (mut taken, mut whole) = (0, 0);
    let is_digit = |byte: &&u8| byte.is_ascii_digit();
    loop {
        let are_numbers = first.peek().is_some_and(is_digit) && second.peek().is_some_and(is_digit);
        if are_numbers {
            while first.next_if(is_digit).is_some() {}
            while second.next_if(is_digit).is_some() {
                taken += 1;
            }
            continue;
        }
        match (first.next(), second.next()) {
            (Some(one), Some(other)) if one == other => {
                taken += 1;
                if !other.is_ascii_alphanumeric() {
                    whole = taken;
                }
            }
            _ => return whole,
        }
    }
}

#[cfg(test)]
mod tests {
    fn blanked(text: &str) -> String {
        super::blanked(text.as_bytes()).map_or_else(|| text.to_owned(), |out| String::from_utf8(out).unwrap())
    }

    #[test]
    fn columns_of_any_program_go() {
        for (text, rest) in [
            ("web_1  | certificate ver\nweb_1  | ify failed", "certificate ver ify failed"),
            (
                "Nov 27 22:09:59 host app[9]: certificate ver\nNov 27 22:10:00 host app[9]: ify failed",
                "certificate ver ify failed",
            ),
            (
                "{\"log\":\"certificate ver\\n\",\"time\":\"2026-01-01T00:00:00.123Z\"}\n{\"log\":\"ify failed\\n\",\"time\":\"2026-01-01T00:00:00.45Z\"}",
                "certificate ver ify failed",
            ),
        ] {
            let blanked = blanked(text);
            let words: Vec<_> = blanked.split_whitespace().collect();
            assert!(
                words.join(" ").contains(rest)
                    || rest.split(' ').all(|word| words.iter().any(|it| it.contains(word))),
                "{blanked}"
            );
            assert_eq!(blanked.len(), text.len());
        }
    }

    #[test]
    fn a_long_text_is_read_at_its_ends() {
        let line = "a line of a log\n";
        let text = line.repeat(2 * super::MOST / line.len() + 2);
        let parts = super::parts(text.as_bytes());
        let [first, last] = parts.as_slice() else { panic!("{parts:?}") };
        assert!(first.start == 0 && last.end == text.len() && first.end < last.start);
        assert!([first.end, last.start].iter().all(|at| at % line.len() == 0), "{parts:?}");
        let whole = super::parts(line.as_bytes());
        assert!(matches!(whole.as_slice(), [all] if *all == (0..line.len())), "{whole:?}");
    }

    #[test]
    fn what_is_no_column_stays() {
        for text in ["one line", "first\nsecond", "\"a\": 1,\n\"b\": 2,", "same\nsame", ""] {
            assert_eq!(blanked(text), text);
        }
    }
}
