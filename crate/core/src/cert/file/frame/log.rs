//! A log in JSON, as Docker writes it: each line of what was logged is a document of its own.

use super::{
    span::{is_at, lines},
    value::{Content, Frame, Value},
};
use crate::cert::file::text::Glyph;

/// How Docker's lines begin.
const START: &str = "{\"log\":\"";

/// What was logged; `None` if the text is none.
pub(super) fn logged(glyphs: &[Glyph]) -> Option<Value> {
    let lines = lines(glyphs);
    let of_log = lines.iter().filter(|line| is_at(glyphs, line.start, START));
    let mut content = Vec::new();
    let mut count = 0;
    for line in of_log {
        count += 1;
        let mut rest = glyphs.get(line.start + START.len()..line.end)?;
        while let [first, after @ ..] = rest {
            let (character, length) = match (first.character, after.first().map(|glyph| glyph.character)) {
                ('"', _) => break,
                ('\\', Some('n')) => ('\n', 2),
                ('\\', Some('r')) => ('\r', 2),
                ('\\', Some('t')) => ('\t', 2),
                ('\\', Some(other)) => (other, 2),
                (other, _) => (other, 1),
            };
            content.push(Glyph { character, ..*first });
            rest = rest.get(length..)?;
        }
    }
    let span = 0..glyphs.len();
    (count > 2).then(|| Value {
        content: Content::Text(content),
        span,
        frame: Frame::Lines,
        joints: Vec::new(),
    })
}
