//! Lines: what is written into one stays in it, and all of it is seen.

use std::fmt::{self, Write};

use super::visible;

/// Writes on, with every invisible character written out: one line, whatever is written.
///
/// A `Display` that shows what others wrote goes through it as a whole, so that no part has to be thought of.
#[derive(Debug)]
pub struct Line<'a, W: ?Sized>(&'a mut W);

impl<'a, W: ?Sized> Line<'a, W> {
    /// Writes on to this.
    pub const fn on(out: &'a mut W) -> Self {
        Self(out)
    }
}

impl<W: Write + ?Sized> Write for Line<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write_str(&visible(text))
    }
}

/// A text that people read, made line by line. What stands in a line cannot begin another one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lines(String);

impl Lines {
    /// A text without a line.
    #[must_use]
    pub const fn new() -> Self {
        Self(String::new())
    }

    /// Adds a line. Line breaks in what is written are shown as what they are.
    pub fn line(&mut self, line: fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = Line(&mut self.0).write_fmt(line);
        self.0.push('\n');
    }

    /// Adds an empty line.
    pub fn empty(&mut self) {
        self.0.push('\n');
    }

    /// Adds the lines of another text, so many columns to the right. An empty line stays empty.
    pub fn block(&mut self, lines: &Self, indent: usize) {
        for line in lines.0.lines() {
            if !line.is_empty() {
                self.0.extend(std::iter::repeat_n(' ', indent));
            }
            self.0.push_str(line);
            self.0.push('\n');
        }
    }

    /// The text; each line has its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text without the end of its last line.
    #[must_use]
    pub fn into_block(mut self) -> String {
        if self.0.ends_with('\n') {
            self.0.pop();
        }
        self.0
    }
}

impl From<Lines> for String {
    fn from(lines: Lines) -> Self {
        lines.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_line() {
        let mut inner = Lines::new();
        inner.line(format_args!("b: {}", "x\nerror DX999\u{202e}"));
        inner.line(format_args!(""));
        let mut lines = Lines::new();
        lines.line(format_args!("a\r"));
        lines.block(&inner, 2);
        assert_eq!(lines.as_str(), "a\\u{d}\n  b: x\\u{a}error DX999\\u{202e}\n\n");
        assert_eq!(inner.into_block(), "b: x\\u{a}error DX999\\u{202e}\n");
        assert_eq!(Lines::new().into_block(), "");
    }
}
