//! Written-out escapes: those of C and JSON strings, of HTML and XML, of URLs and of quoted-printable mail.

use super::glyph::{Glyph, is_line_break};

/// Longest escape looked at, in characters; a tag may have attributes.
const MAX_ESCAPE: usize = 200;

/// The length of the escape at the start, and what it means.
pub(super) fn escape(glyphs: &[Glyph]) -> Option<(usize, char)> {
    let at = |index: usize| glyphs.get(index).map(|glyph| glyph.character);
    match at(0)? {
        '\\' => {
            // Escaped twice, or more often: a string in a string.
            let slashes = glyphs.iter().take(8).take_while(|glyph| glyph.character == '\\').count();
            match at(slashes)? {
                'n' | 'r' => Some((slashes + 1, '\n')),
                't' => Some((slashes + 1, '\t')),
                quote @ ('"' | '\'' | '/') => Some((slashes + 1, quote)),
                'u' => hexadecimal(glyphs, slashes + 1, 4).map(|c| (slashes + 5, c)),
                'x' => hexadecimal(glyphs, slashes + 1, 2).filter(char::is_ascii).map(|c| (slashes + 3, c)),
                line_break if is_line_break(line_break) => Some((slashes + 1, '\n')),
                _ => None,
            }
        }
        // The wide forms of ASCII, which an input method for Chinese or Japanese puts in place of it.
        wide @ '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(wide) - 0xfee0).map(|c| (1, c)),
        '\u{3000}' => Some((1, ' ')),
        '%' => hexadecimal(glyphs, 1, 2).filter(char::is_ascii).map(|c| (3, c)),
        // Soft line breaks stay: a '=' at the end of a line is padding just as well.
        '=' => match (at(1)?, at(2)?) {
            ('0', 'A' | 'D') => Some((3, '\n')),
            ('2', '0') => Some((3, ' ')),
            ('2', 'B') => Some((3, '+')),
            ('2', 'F') => Some((3, '/')),
            ('3', 'D') => Some((3, '=')),
            _ => None,
        },
        // PowerShell's Export-Clixml and Excel write a character so that XML cannot have.
        '_' if at(1) == Some('x') && at(6) == Some('_') => hexadecimal(glyphs, 2, 4).map(|c| (7, c)),
        '&' => {
            let name: String =
                glyphs.iter().skip(1).take(9).map(|g| g.character).take_while(|&c| c != ';').collect();
            let length = name.chars().count() + 2;
            if at(length - 1) != Some(';') {
                return None;
            }
            let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok(),
                None => digits.parse().ok(),
            });
            let named = match name.as_str() {
                "nbsp" => Some(' '),
                "quot" => Some('"'),
                "apos" => Some('\''),
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "NewLine" => Some('\n'),
                "plus" => Some('+'),
                "sol" => Some('/'),
                "equals" => Some('='),
                _ => number.and_then(char::from_u32),
            };
            named.map(|character| (length, character))
        }
        '<' => {
            let is_tag = at(1).is_some_and(|next| next.is_ascii_alphabetic() || next == '/' || next == '!');
            let end = glyphs.iter().take(MAX_ESCAPE).position(|glyph| glyph.character == '>');
            end.filter(|_| is_tag).map(|end| (end + 1, '\n'))
        }
        _ => None,
    }
}

fn hexadecimal(glyphs: &[Glyph], from: usize, count: usize) -> Option<char> {
    let digits = glyphs.get(from..from + count)?;
    let value = digits.iter().try_fold(0, |value, glyph| Some(value * 16 + glyph.character.to_digit(16)?));
    char::from_u32(value?)
}
