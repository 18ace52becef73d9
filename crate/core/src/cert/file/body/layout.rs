//! What distinguishes a body from base64 as RFC 7468 section 3 wants it.

use super::{
    reading::{Damage, DamageKind},
    source::Source,
};
use crate::cert::file::base64::value;

impl Source<'_> {
    /// What distinguishes the text from base64 in lines of one length (RFC 7468 section 3), each kind once.
    pub(super) fn damage(&self, reading: &[(u32, usize)]) -> Vec<Damage> {
        let mut found: Vec<Damage> = Vec::new();
        let mut note = |kind: DamageKind, index: usize| {
            if let Some(glyph) = self.glyphs.get(index)
                && !found.iter().any(|damage| damage.kind == kind)
            {
                found.push(Damage { kind, glyph: *glyph });
            }
        };
        let last_used = reading.last().map_or(self.start, |&(_, index)| index);
        let mut padding = 0;
        if let Some((index, _)) = self
            .characters(self.start, last_used)
            .find(|&(index, _)| self.glyphs.get(index).is_some_and(|g| g.is_escaped))
        {
            note(DamageKind::Escaped, index);
        }
        for (index, character) in self.characters(self.start, self.end) {
            match character {
                '=' if index < last_used => note(DamageKind::Padding, index),
                '=' => padding += 1,
                '"' | '\'' | '`' | ',' | ';' | '(' | ')' | '{' | '}' | '[' | ']' | '\\' | '“' | '”' => {
                    note(DamageKind::Literal, index)
                }
                c if value(c).is_some() || c.is_ascii_whitespace() => {}
                c if crate::text::is_invisible(c) || c.is_whitespace() => {
                    note(DamageKind::Invisible, index);
                }
                _ => note(DamageKind::Stray, index),
            }
        }
        if padding != (4 - reading.len() % 4) % 4 {
            note(DamageKind::Padding, last_used);
        }
        self.layout(&mut note);
        found
    }

    fn layout(&self, note: &mut impl FnMut(DamageKind, usize)) {
        let is_blank = |&(_, c): &(usize, char)| c == ' ' || c == '\t';
        let content = |line: &(usize, usize)| {
            self.characters(line.0, line.1).filter(|(_, c)| !c.is_whitespace()).count()
        };
        let last = self.lines.iter().rposition(|line| content(line) > 0).unwrap_or(0);
        let first = self.lines.iter().position(|line| content(line) > 0).unwrap_or(0);
        let width = self.lines.get(first).map_or(0, content);
        // Between the last line and END there is one line break and not two.
        let is_closed = self.glyphs.get(self.end).is_some_and(|glyph| glyph.character == '-');
        if let Some(blank) = self.lines.get(last + 1).filter(|_| is_closed && last + 2 < self.lines.len()) {
            note(DamageKind::BlankLine, blank.0);
        }
        for (number, line) in self.lines.iter().enumerate().take(last + 1).skip(first) {
            let length = content(line);
            if length == 0 {
                note(DamageKind::BlankLine, line.0);
                continue;
            }
            if self.characters(line.0, line.1).next().as_ref().is_some_and(is_blank) {
                note(DamageKind::Indented, line.0);
            }
            let mut inner = self.characters(line.0, line.1).skip_while(is_blank);
            if let Some((index, _)) = inner.find(is_blank) {
                note(DamageKind::Blanks, index);
            }
            if length > 64 || (number < last && length != width) || (number == last && length > width) {
                note(DamageKind::LineLength, line.0);
            }
        }
    }
}
