//! Lines of PEM that a program or a text only names: no base64 stands behind them.

use std::ops::Range;

use crate::cert::file::{base64, text::Glyph};

/// Whether there is no base64 in a text, or behind a line BEGIN in the first lines of its block: no long run, and none that
/// words and names are not.
pub(super) fn has_no_base64(glyphs: &[Glyph], body: Range<usize>) -> bool {
    /// Headers may stand in front of base64, and nothing longer.
    const NEAR: u32 = 8;
    /// Longer runs are no names.
    const LONG: usize = 40;
    const SHORT: usize = 28;
    let belongs = |glyph: &Glyph| base64::value(glyph.character).is_some();
    let is_base64 = |run: &[Glyph]| {
        let has = |is_it: fn(&char) -> bool| run.iter().any(|glyph| is_it(&glyph.character));
        run.len() >= LONG
            || run.len() >= SHORT
                && has(char::is_ascii_uppercase)
                && has(char::is_ascii_lowercase)
                && has(|it| it.is_ascii_digit() || matches!(it, '+' | '/'))
    };
    let body = glyphs.get(body).unwrap_or_default();
    let last = body.first().map_or(0, |first| first.line + NEAR);
    let near = body.iter().take_while(|glyph| glyph.line <= last).count();
    !body.get(..near).unwrap_or_default().split(|glyph| !belongs(glyph)).any(is_base64)
}

/// Whether a line stands alone between two quotes, its line break aside: a string of a program that is compared, or put
/// together with others.
pub(super) fn is_string(glyphs: &[Glyph], marker: Range<usize>) -> bool {
    let at = |index: usize| glyphs.get(index).map(|glyph| glyph.character);
    let quote = marker.start.checked_sub(1).and_then(at).filter(|c| matches!(c, '"' | '\'' | '`'));
    let mut behind = marker.end;
    loop {
        match glyphs.get(behind..) {
            Some([slash, letter, ..]) if slash.character == '\\' && matches!(letter.character, 'n' | 'r') => {
                behind += 2;
            }
            // Undone already.
            Some([line_break, ..]) if line_break.is_escaped => behind += 1,
            _ => break,
        }
    }
    quote.is_some() && at(behind) == quote
}
