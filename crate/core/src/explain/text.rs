//! A pasted text: decoded, its bytes that are printed as numbers too, its secrets masked, and every position told as line and column.

use std::ops::Range;

use super::{octets, secret, work};
use crate::text;

/// A text without its secrets. Whatever is quoted of it later cannot show one.
pub(super) struct Text {
    bytes: Vec<u8>,
    /// The text before masking, where that changed it.
    raw: Option<Vec<u8>>,
    /// Where each line starts.
    lines: Vec<usize>,
}

impl Text {
    /// Takes UTF-8, and UTF-16 with a byte order mark, as PowerShell writes it; what is neither stays as bytes.
    pub(super) fn new(bytes: &[u8]) -> Self {
        let mut bytes = match text::Order::of_mark(bytes) {
            Some((order, rest)) => text::utf16(rest, order).collect::<String>().into_bytes(),
            None => bytes.to_vec(),
        };
        if let Some(said) = octets::spelled_out(&bytes) {
            bytes = said;
        }
        let secrets = secret::spans(&bytes);
        let raw = (!secrets.is_empty()).then(|| bytes.clone());
        secret::mask(&mut bytes, secrets);
        let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        Self { bytes, raw, lines }
    }

    /// The text with its secrets masked: whatever is shown comes from here.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text as it is, to be read and not to be shown.
    pub(super) fn raw(&self) -> &[u8] {
        self.raw.as_deref().unwrap_or(&self.bytes)
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> u32 {
        number(self.lines.partition_point(|start| *start <= at))
    }

    /// How many lines there are.
    pub(super) fn lines(&self) -> u32 {
        number(self.lines.len())
    }

    /// A line, from 1, without its end.
    pub(super) fn line_text(&self, line: u32) -> &[u8] {
        self.bytes.get(self.range(line)).unwrap_or_default()
    }

    /// The same as it is, to be read and not to be shown.
    pub(super) fn raw_line(&self, line: u32) -> &[u8] {
        self.raw().get(self.range(line)).unwrap_or_default()
    }

    fn range(&self, line: u32) -> Range<usize> {
        let Some(index) = usize::try_from(line).ok().and_then(|line| line.checked_sub(1)) else {
            return 0..0;
        };
        let start = self.lines.get(index).copied().unwrap_or(self.bytes.len());
        let end = self.lines.get(index + 1).map_or(self.bytes.len(), |next| next - 1);
        start..end
    }

    /// What stands near a byte on its line, however long that is.
    pub(super) fn around(&self, at: usize) -> &[u8] {
        const NEAR: usize = 512;
        let line = self.lines.partition_point(|start| *start <= at);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let end = self.lines.get(line).map_or(self.bytes.len(), |next| next - 1);
        let (from, to) = (start.max(at.saturating_sub(NEAR)), end.min(at + NEAR));
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// Line and column of a byte, both from 1; the column in characters.
    pub(super) fn position(&self, at: usize) -> (u32, u32) {
        let line = self.lines.partition_point(|start| *start <= at);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = String::from_utf8_lossy(self.bytes.get(start..at).unwrap_or_default()).chars().count();
        (number(line), number(before + 1))
    }

    /// What stands on the line around a span, short enough to be quoted.
    pub(super) fn excerpt(&self, start: usize, end: usize) -> String {
        const MOST_BEFORE: usize = 60;
        const MOST: usize = 160;
        let line = self.lines.partition_point(|first| *first <= start).saturating_sub(1);
        let first = self.lines.get(line).copied().unwrap_or(0);
        let behind = self.lines.get(line + 1).map_or(self.bytes.len(), |next| next.saturating_sub(1));
        let from = first.max(start.saturating_sub(MOST_BEFORE));
        let to = behind.min(from + MOST.max(end.saturating_sub(from).min(2 * MOST)));
        let quoted = String::from_utf8_lossy(self.bytes.get(from..to).unwrap_or_default());
        let (left, right) = (if from > first { "…" } else { "" }, if to < behind { "…" } else { "" });
        quoted.chars().for_each(|_| work::step());
        let line = String::from_utf8_lossy(self.around(start));
        let quoted = secret::quotable(quoted.trim().trim_matches('\u{fffd}'), &line);
        format!("{left}{quoted}{right}")
    }
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters() {
        let text = Text::new("äb\nöc rc=5\n".as_bytes());
        assert_eq!(text.position(0), (1, 1));
        assert_eq!(text.position(2), (1, 2));
        assert_eq!(text.position(4), (2, 1));
        assert_eq!(text.position(8), (2, 4));
        assert_eq!(text.position(1000), (3, 1));
    }

    #[test]
    fn what_powershell_writes_is_read() {
        let utf16: Vec<u8> = "\u{feff}rc=5\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Text::new(&utf16).bytes(), b"rc=5\r\n");
    }

    #[test]
    fn excerpts_are_of_one_line_and_short() {
        let text =
            Text::new(format!("first\n{}socket{}\nlast", "a ".repeat(500), " b".repeat(500)).as_bytes());
        let excerpt = text.excerpt(6 + 1000, 6 + 1006);
        assert!(excerpt.contains("socket") && excerpt.chars().count() < 200, "{excerpt}");
        assert!(excerpt.starts_with('…') && excerpt.ends_with('…'), "{excerpt}");
        assert_eq!(Text::new(b"one\ntls\nthree").excerpt(4, 7), "tls");
    }
}
