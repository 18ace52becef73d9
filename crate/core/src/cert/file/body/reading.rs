//! What a reading of a body comes to: whole DER and what had to be overlooked, or why it is broken.

use zeroize::Zeroizing;

use crate::cert::{
    der::Malformed,
    file::{text::Glyph, wiped::Wiped},
};

/// Whole DER, as it was read out of a run of characters.
pub(in crate::cert::file) struct Whole {
    /// One or more elements, nothing behind them.
    pub(in crate::cert::file) der: Zeroizing<Vec<u8>>,
    /// What had to be overlooked; nothing for base64 in lines of 64.
    pub(in crate::cert::file) damage: Vec<Damage>,
    /// Index behind the last glyph that was needed.
    pub(in crate::cert::file) end: usize,
}

/// Why a run of characters cannot be read.
pub(in crate::cert::file) enum Broken {
    /// No character of base64.
    Empty,
    /// The base64 is fine and its bytes end too early.
    Cut(Malformed),
    /// A character that base64 does not have, and the bytes do not come out right without it either.
    Stray(Glyph),
    /// More or fewer characters than the DER announces, without a place that would tell which.
    Misfit {
        /// Bytes that the DER announces.
        announced: usize,
        /// Bytes that are there.
        present: usize,
    },
    /// The bytes are no DER.
    NotDer(Malformed),
    /// Words or dots in place of the base64.
    Placeholder(Glyph),
    /// One line is the damaged one.
    Line {
        /// Where it begins.
        glyph: Glyph,
        /// What is wrong with it.
        fault: LineFault,
    },
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cert::file) enum LineFault {
    /// It has another length than the lines around it.
    Length {
        /// Its characters.
        length: usize,
        /// Those of the others.
        usual: usize,
        /// How many more lines are like it.
        others: usize,
    },
    /// It is the last, and characters were lost or added in it or, in equal numbers a line, before it.
    Last {
        /// Its characters.
        length: usize,
    },
    /// It is the same as the line before it.
    Twice,
    /// It belongs somewhere else.
    Added,
    /// Whole lines are lost in front of it, or in front of one up to this line.
    Lost {
        /// The last line that it can be.
        until: u32,
    },
    /// It and the line behind it have changed places.
    Swapped,
}

/// Something that is not plain base64 in lines, and where it is seen first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::cert::file) struct Damage {
    pub(in crate::cert::file) kind: DamageKind,
    pub(in crate::cert::file) glyph: Glyph,
}

impl Damage {
    /// Whether something stands in front of or behind the lines, so that BEGIN and END do not stand alone either.
    pub(in crate::cert::file) const fn is_around_lines(&self) -> bool {
        matches!(
            self.kind,
            DamageKind::Literal
                | DamageKind::Escaped
                | DamageKind::LostBackslash
                | DamageKind::Framed
                | DamageKind::Prefixed
                | DamageKind::Stray
                | DamageKind::Indented
        )
    }

    /// Whether only lines and padding are not as they should be.
    pub(in crate::cert::file) const fn is_layout(&self) -> bool {
        matches!(
            self.kind,
            DamageKind::BlankLine
                | DamageKind::Indented
                | DamageKind::Blanks
                | DamageKind::LineLength
                | DamageKind::OddLine
                | DamageKind::Padding
        )
    }
}

/// What had to be overlooked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cert::file) enum DamageKind {
    /// Characters that have no width or look like a space.
    Invisible,
    /// Quotes, commas, brackets: a string of some programming language.
    Literal,
    /// Characters in front of or behind each line: quoting, comments, line numbers.
    Framed,
    /// The same in front of each line, and of BEGIN.
    Prefixed,
    /// Base64 for URLs, with `-` and `_`.
    UrlSafe,
    /// Quoted-printable mail: `=3D` for `=`.
    QuotedPrintable,
    /// Blanks in place of `+`, as a form that is not encoded leaves them.
    BlankForPlus,
    /// The `n` of `\n`, its backslash lost.
    LostBackslash,
    /// Line breaks and others as escapes.
    Escaped,
    /// Other characters in between.
    Stray,
    /// Empty lines between the lines.
    BlankLine,
    /// Blanks in front of a line.
    Indented,
    /// Blanks behind or inside a line.
    Blanks,
    /// Lines that have not the length of the others, or are too long.
    LineLength,
    /// A line of another length than the others, with what stands around the lines left out.
    OddLine,
    /// More characters behind the end of the DER.
    Overlong,
    /// Padding that does not fit.
    Padding,
}

/// One way to pick the characters of base64 out of a text: their values, and the indices of their glyphs.
pub(super) type Reading = Wiped<(u32, usize)>;

pub(super) fn bytes_of(reading: &[(u32, usize)]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(reading.len() / 4 * 3 + 3));
    let (mut accumulator, mut bits) = (0_u32, 0_u32);
    for &(digit, _) in reading {
        accumulator = (accumulator << 6) | digit;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            let [.., byte] = (accumulator >> bits).to_be_bytes();
            out.push(byte);
            accumulator &= (1 << bits) - 1;
        }
    }
    out
}

/// Characters of base64 that `bytes` bytes need, padding left out.
pub(super) const fn characters_for(bytes: usize) -> usize {
    (bytes * 8).div_ceil(6)
}
