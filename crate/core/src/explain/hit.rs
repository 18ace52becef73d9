//! A word that was found in a text, and the line around it.

use std::cell::OnceCell;

use super::work;

/// How far is looked around a word, in bytes on either side, and not beyond the line.
const WINDOW: usize = 400;
/// How far the name of whose a number is may stand from it, in bytes on either side, whatever the lines.
const AROUND: usize = 600;

/// A word that was found, and what stands around it.
pub(super) struct Hit<'t> {
    pub(super) text: &'t [u8],
    /// The same with its secrets masked: whatever is shown comes from here.
    pub(super) shown: &'t [u8],
    pub(super) start: usize,
    pub(super) end: usize,
    line: OnceCell<Vec<u8>>,
    around: OnceCell<Vec<u8>>,
}

impl<'t> Hit<'t> {
    pub(super) const fn new(text: &'t [u8], shown: &'t [u8], start: usize, end: usize) -> Self {
        Self { text, shown, start, end, line: OnceCell::new(), around: OnceCell::new() }
    }

    /// What follows the word on its line.
    pub(super) fn after(&self) -> &'t [u8] {
        let rest = self.text.get(self.end..self.text.len().min(self.end + WINDOW)).unwrap_or_default();
        rest.split(|byte| *byte == b'\n').next().unwrap_or_default()
    }

    /// What precedes the word on its line.
    pub(super) fn before(&self) -> &'t [u8] {
        let rest = self.text.get(self.start.saturating_sub(WINDOW)..self.start).unwrap_or_default();
        rest.rsplit(|byte| *byte == b'\n').next().unwrap_or_default()
    }

    /// The line around the word, in lower case.
    pub(super) fn line(&self) -> &[u8] {
        self.line.get_or_init(|| {
            let word = self.text.get(self.start..self.end).unwrap_or_default();
            let line = [self.before(), word, self.after()].concat().to_ascii_lowercase();
            line.iter().for_each(|_| work::step());
            line
        })
    }

    /// Whether the line has this, which is in lower case.
    pub(super) fn has(&self, word: &str) -> bool {
        self.line().windows(word.len().max(1)).any(|part| part == word.as_bytes())
    }

    /// Whether the line or one around it has this, which is in lower case.
    pub(super) fn has_around(&self, word: &str) -> bool {
        let around = self.around.get_or_init(|| {
            let around =
                self.start.saturating_sub(AROUND)..self.text.len().min(self.end.saturating_add(AROUND));
            let around = self.text.get(around).unwrap_or_default().to_ascii_lowercase();
            around.iter().for_each(|_| work::step());
            around
        });
        around.windows(word.len().max(1)).any(|part| part == word.as_bytes())
    }
}
