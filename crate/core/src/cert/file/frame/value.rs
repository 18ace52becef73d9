//! What comes out of a frame.

use std::ops::Range;

use crate::cert::file::{
    text::{Glyph, Octets},
    wiped::Wiped,
};

/// What comes out of a frame.
pub(in crate::cert::file) struct Value {
    pub(in crate::cert::file) content: Content,
    /// The glyphs of the text that it was written with.
    pub(in crate::cert::file) span: Range<usize>,
    pub(in crate::cert::file) frame: Frame,
    /// Where a string of several ends without a line break: its last glyph, by the index of the next string's first
    /// glyph in the content.
    pub(in crate::cert::file) joints: Vec<(usize, Glyph)>,
}

/// Text or bytes.
pub(in crate::cert::file) enum Content {
    Text(Wiped<Glyph>),
    Octets(Octets),
}

/// Who takes a frame away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cert::file) enum Frame {
    /// A compiler: strings.
    Literal,
    /// A compiler: numbers.
    Array,
    /// A parser of documents.
    Document,
    /// Nobody: lines of a diff or of a log.
    Lines,
    /// A parser of JSON, if its line breaks were written as JSON wants them.
    LineBreaks,
    /// A compiler, if the quote were there that is missing at this place.
    Unclosed { line: u32, column: u32 },
}

impl Frame {
    /// Whether nobody takes it away as it is.
    pub(in crate::cert::file) const fn is_wrong(self) -> bool {
        matches!(self, Self::Lines | Self::LineBreaks | Self::Unclosed { .. })
    }
}

/// Shorter values hold no object.
pub(super) const MIN_LENGTH: usize = 48;
