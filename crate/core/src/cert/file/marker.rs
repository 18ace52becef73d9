//! BEGIN and END lines, also those that a mail program, a keyboard or a person has changed.

use super::text::{Glyph, is_line_break};

/// A BEGIN or END.
pub(super) struct Marker {
    pub(super) is_begin: bool,
    /// In upper case, words separated by one space.
    pub(super) label: String,
    /// Index of its first glyph.
    pub(super) start: usize,
    /// Index behind its last glyph.
    pub(super) end: usize,
    /// Where it stands.
    pub(super) glyph: Glyph,
    /// What is wrong with it, if it is not exactly `-----BEGIN LABEL-----` on a line of its own.
    pub(super) damage: Option<MarkerDamage>,
}

/// What is wrong with a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MarkerDamage {
    /// Dashes on one side only.
    OneSided,
    /// Other dashes than the hyphen.
    OtherDashes,
    /// Other than five of them.
    DashCount,
    /// Lower case, or other blanks than one.
    Spelling,
    /// A character that nobody sees stands in it.
    Hidden,
    /// Something stands in front of it on its line.
    InLine,
    /// Something stands behind it on its line.
    Followed,
    /// The next BEGIN stands on its line.
    Joined,
}

impl MarkerDamage {
    /// Whether it is only in the wrong place on its line.
    pub(super) const fn is_position(self) -> bool {
        matches!(self, Self::InLine | Self::Followed)
    }

    /// The end of a sentence about the line.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::OneSided => "lacks its dashes on one side",
            Self::OtherDashes => "has dashes that are not the ASCII hyphen",
            Self::DashCount => "does not have five dashes on both sides",
            Self::Spelling => "is not written in capital letters with single spaces",
            Self::Hidden => "has a character in it that nobody sees",
            Self::InLine => "does not begin its line",
            Self::Followed => "is followed by more on its line",
            Self::Joined => "lacks the line break behind it, as where files are joined",
        }
    }
}

/// Longest label looked for, in characters.
const MAX_LABEL: usize = 40;

/// All markers of a text.
pub(super) fn find(glyphs: &[Glyph]) -> Vec<Marker> {
    let mut markers: Vec<Marker> = Vec::new();
    let mut from = 0;
    while from < glyphs.len() {
        match read(glyphs, from, markers.last().map_or(0, |marker| marker.end)) {
            Some(mut marker) => {
                from = marker.end;
                if let Some(last) = markers.last_mut().filter(|last| !last.is_begin && marker.is_begin)
                    && last.end == marker.start
                    && last.damage == Some(MarkerDamage::Followed)
                    && marker.damage == Some(MarkerDamage::InLine)
                {
                    last.damage = Some(MarkerDamage::Joined);
                    marker.damage = None;
                }
                markers.push(marker);
            }
            None => from += 1,
        }
    }
    markers
}

/// Whether a word stands here.
fn is_word(glyphs: &[Glyph], at: usize, word: &str) -> bool {
    word.chars().enumerate().all(|(offset, c)| glyphs.get(at + offset).is_some_and(|g| g.character == c))
}

/// The marker whose word begins at `word`; its dashes may begin as early as `floor`.
fn read(glyphs: &[Glyph], word: usize, floor: usize) -> Option<Marker> {
    let at = |index: usize| glyphs.get(index).map(|glyph| glyph.character);
    let is_begin = match at(word)?.to_ascii_uppercase() {
        'B' => true,
        'E' => false,
        _ => return None,
    };
    let text = if is_begin { "BEGIN" } else { "END" };
    let matches =
        |(index, letter): (usize, char)| at(word + index).is_some_and(|c| c.eq_ignore_ascii_case(&letter));
    if !text.chars().enumerate().all(matches) {
        return None;
    }
    let after_word = word + text.len();
    // Blanks, then dashes, then nothing but the line's indentation in front.
    let before = |end: usize, fits: fn(char) -> bool| {
        let count =
            glyphs.get(floor..end).unwrap_or_default().iter().rev().take_while(|g| fits(g.character)).count();
        end - count
    };
    let blank_before = before(word, is_blank);
    let start = before(blank_before, is_dash);
    let has_front = start < blank_before;
    let start = if has_front { start } else { word };

    let label_glyphs: Vec<char> = glyphs
        .iter()
        .enumerate()
        .skip(after_word)
        .take(MAX_LABEL)
        .map_while(|(index, glyph)| {
            // A soft hyphen in a word is hidden; at its end it stands for a dash.
            let is_inside = || at(index + 1).is_some_and(|next| next.is_ascii_alphanumeric());
            let c = glyph.character;
            (is_label(c) || is_hidden(c) && is_inside()).then_some(c)
        })
        .collect();
    let label_end = after_word + label_glyphs.len();
    let dashes = glyphs.iter().skip(label_end).take(16).take_while(|glyph| is_dash(glyph.character)).count();
    // The dashes of the next line belong to it, where the line break between them is missing.
    let is_joined = dashes > 5 && is_word(glyphs, label_end + dashes, "BEGIN");
    let dashes = if is_joined { dashes - 5.min(dashes / 2) } else { dashes };
    let end = label_end + dashes;
    let ends_line = at(end).is_none_or(is_line_break);
    let seen = label_glyphs.iter().filter(|&&c| !is_hidden(c));
    let words: String = seen.map(|&c| if is_blank(c) || c == '_' || c == '+' { ' ' } else { c }).collect();
    let label = words.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_uppercase();
    let is_separated = at(after_word).is_some_and(|c| is_blank(c) || c == '_' || c == '+');
    let is_plausible = match (has_front, dashes > 0) {
        (true, true) => is_known(&label) || (blank_before - start >= 2 && dashes >= 2),
        (true, false) | (false, true) => is_separated && is_known(&label),
        (false, false) => false,
    };
    // `END` needs no label to end something; `BEGIN` needs one, or dashes on both sides.
    if !is_plausible || label.is_empty() && !(has_front && dashes > 0) {
        return None;
    }

    let exact = |from: usize, to: usize| {
        to - from == 5 && glyphs.get(from..to).is_some_and(|d| d.iter().all(|g| g.character == '-'))
    };
    let starts_line = start == 0 || at(start - 1).is_some_and(is_line_break);
    let written: String = label_glyphs.iter().collect();
    let is_hidden_in = |from: usize, to: usize| {
        glyphs.get(from..to).is_some_and(|part| part.iter().any(|glyph| is_hidden(glyph.character)))
    };
    let line_start = before(start, |c| !is_line_break(c));
    let is_hidden_in_front = is_hidden_in(line_start, start) && before(start, is_hidden) == line_start;
    let damage = if !has_front || dashes == 0 {
        Some(MarkerDamage::OneSided)
    } else if is_hidden_in(blank_before, label_end) || is_hidden_in_front {
        Some(MarkerDamage::Hidden)
    } else if glyphs
        .get(start..end)
        .unwrap_or_default()
        .iter()
        .any(|g| is_dash(g.character) && g.character != '-')
    {
        Some(MarkerDamage::OtherDashes)
    } else if !exact(start, blank_before) || !exact(label_end, end) {
        Some(MarkerDamage::DashCount)
    } else if blank_before < word
        || written.strip_prefix(' ') != Some(label.as_str())
        || at(word) == Some('b')
        || at(word) == Some('e')
    {
        Some(MarkerDamage::Spelling)
    } else if !starts_line {
        Some(MarkerDamage::InLine)
    } else if !ends_line
        && !glyphs
            .get(end..)
            .unwrap_or_default()
            .iter()
            .map(|g| g.character)
            .take_while(|&c| !is_line_break(c))
            .all(is_blank)
    {
        Some(MarkerDamage::Followed)
    } else {
        None
    };
    let glyph = *glyphs.get(start)?;
    Some(Marker { is_begin, label, start, end, glyph, damage })
}

/// Hyphens, dashes, minus signs and bars that stand for a hyphen.
fn is_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{ad}' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '─' | '━'
    )
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() && !is_line_break(character)
        || matches!(character, '\u{200b}' | '\u{feff}' | '\u{2060}')
}

/// Without a width and without a meaning here.
fn is_hidden(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

fn is_label(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || is_blank(character)
        || matches!(character, '_' | '+' | '#' | '.' | '/')
}

/// Whether a certificate, a key or another object of ours begins in a text, however broken.
pub(super) fn begins_own(glyphs: &[Glyph]) -> bool {
    find(glyphs).iter().any(|marker| marker.is_begin && is_known(&marker.label))
}

/// Whether labels of this kind are ours.
pub(super) fn is_known(label: &str) -> bool {
    ["CERTIFICATE", "KEY", "PKCS7", "CMS", "CRL", "PARAMETERS", "REQUEST", "MESSAGE", "SIGNED DATA"]
        .iter()
        .any(|end| label.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::{super::text::Text, *};

    fn markers(text: &str) -> Vec<(bool, String, Option<MarkerDamage>)> {
        let text = Text::decode(text.as_bytes());
        find(&text.glyphs).into_iter().map(|m| (m.is_begin, m.label, m.damage)).collect()
    }

    #[test]
    fn a_clean_marker_has_no_damage() {
        let found = markers("x\n-----BEGIN EC PRIVATE KEY-----\r\nabc\n-----END EC PRIVATE KEY-----");
        let label = "EC PRIVATE KEY".to_owned();
        assert_eq!(found, [(true, label.clone(), None), (false, label, None)]);
    }

    #[test]
    fn a_damaged_marker_is_one_all_the_same() {
        for text in [
            "—–BEGIN CERTIFICATE—–",
            "----BEGIN CERTIFICATE----",
            "-----begin certificate-----",
            "-----BEGIN  CERTIFICATE-----",
            "----- BEGIN CERTIFICATE -----",
            "BEGIN CERTIFICATE-----",
            "-----BEGIN CERTIFICATE",
            "-----BEGIN CERTIFICATE-----MIIB",
            "x-----BEGIN CERTIFICATE-----",
            "-----BEGIN\u{a0}CERTIFICATE-----",
            "-----BEGIN+CERTIFICATE-----",
            "-----BEGIN CERTIFI\u{ad}CATE-----",
            "-----BEGIN CERT\u{200b}IFICATE-----",
            "\u{ad}----BEGIN CERTIFICATE----\u{ad}",
        ] {
            let found = markers(text);
            assert!(
                matches!(found.as_slice(), [(true, label, Some(_))] if label.starts_with("CERTIFICATE")),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn prose_is_no_marker() {
        for text in
            ["The END of it", "let us BEGIN certificate work", "BEGINNER--", "begin end", "- end of list"]
        {
            assert_eq!(markers(text), [], "{text}");
        }
    }
}
