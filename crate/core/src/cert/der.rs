//! A walk over DER that keeps spans and treats damage as a result, not as an abort.
//!
//! It reads more than DER allows (lengths that are not minimal, for one) because a person wants to know what
//! is in the file; what a strict reader would refuse is said by [`crate::cert::x509::certificate`].

pub mod ber;
pub mod kind;
pub mod oid;
pub(in crate::cert) mod usual;

use std::{fmt, ops::Range};

/// Universal tags that certificates use, and the constructed context tags.
pub mod tag {
    #![allow(missing_docs, reason = "the names of X.690 section 8")]
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BIT_STRING: u8 = 0x03;
    pub const OCTET_STRING: u8 = 0x04;
    pub const NULL: u8 = 0x05;
    pub const OBJECT_IDENTIFIER: u8 = 0x06;
    pub const ENUMERATED: u8 = 0x0a;
    pub const UTF8_STRING: u8 = 0x0c;
    pub const NUMERIC_STRING: u8 = 0x12;
    pub const PRINTABLE_STRING: u8 = 0x13;
    pub const TELETEX_STRING: u8 = 0x14;
    pub const IA5_STRING: u8 = 0x16;
    pub const UTC_TIME: u8 = 0x17;
    pub const GENERALIZED_TIME: u8 = 0x18;
    pub const VISIBLE_STRING: u8 = 0x1a;
    pub const UNIVERSAL_STRING: u8 = 0x1c;
    pub const BMP_STRING: u8 = 0x1e;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;
    pub const CONTEXT_0: u8 = 0xa0;
    pub const CONTEXT_1: u8 = 0xa1;
    pub const CONTEXT_2: u8 = 0xa2;
    pub const CONTEXT_3: u8 = 0xa3;
}

/// One element: tag, length, content, and where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Element<'a> {
    /// The first identifier octet.
    pub tag: u8,
    /// Header and content.
    pub bytes: &'a [u8],
    /// The content alone.
    pub content: &'a [u8],
    /// Offset of `bytes` in the outermost input.
    pub offset: usize,
    /// Whether the length was written the one way that DER allows.
    pub is_minimal: bool,
}

impl<'a> Element<'a> {
    /// Reads the element at the start of `input`, which lies at `offset` of the outermost input.
    ///
    /// # Errors
    /// [`Malformed`] with the offset, if there is no whole element.
    pub fn read(input: &'a [u8], offset: usize) -> Result<Self, Malformed> {
        let bad = |problem| Malformed { offset, problem };
        let (&tag, rest) = input.split_first().ok_or(bad(Problem::Empty))?;
        if tag & 0x1f == 0x1f {
            return Err(bad(Problem::HighTagNumber));
        }
        let (&first, rest) = rest.split_first().ok_or(bad(Problem::HeaderCut))?;
        let (length, rest, is_minimal) = match first {
            0..0x80 => (usize::from(first), rest, true),
            0x80 => return Err(bad(Problem::IndefiniteLength)),
            _ => {
                let count = usize::from(first & 0x7f);
                let (digits, rest) = rest.split_at_checked(count).ok_or(bad(Problem::HeaderCut))?;
                let length = digits.iter().try_fold(0_usize, |length, &digit| {
                    length.checked_mul(256)?.checked_add(usize::from(digit)).filter(|&l| l <= MAX_LENGTH)
                });
                let length = length.ok_or(bad(Problem::LengthTooLarge))?;
                (length, rest, length >= 0x80 && digits.first() != Some(&0))
            }
        };
        let content =
            rest.get(..length).ok_or(bad(Problem::ContentCut { declared: length, present: rest.len() }))?;
        let header = input.len() - rest.len();
        let bytes = input.get(..header + length).ok_or(bad(Problem::HeaderCut))?;
        Ok(Self { tag, bytes, content, offset, is_minimal })
    }

    /// Where it lies in the outermost input, header included.
    #[must_use]
    pub const fn span(&self) -> Range<usize> {
        self.offset..self.offset + self.bytes.len()
    }

    /// Offset of the content in the outermost input.
    #[must_use]
    pub const fn content_offset(&self) -> usize {
        self.offset + self.bytes.len() - self.content.len()
    }

    /// The elements inside. Ends after the first that is malformed.
    #[must_use]
    pub const fn children(&self) -> Elements<'a> {
        Elements { rest: self.content, offset: self.content_offset() }
    }

    /// Whether its tag says that elements are inside.
    #[must_use]
    pub const fn is_constructed(&self) -> bool {
        self.tag & 0x20 != 0
    }

    /// The content of an INTEGER of at most four octets that is not negative.
    #[must_use]
    pub fn small_integer(&self) -> Option<u32> {
        let is_small = self.tag == tag::INTEGER && (1..=5).contains(&self.content.len());
        let is_negative = self.content.first().is_some_and(|&first| first >= 0x80);
        if !is_small || is_negative {
            return None;
        }
        self.content.iter().try_fold(0_u32, |n, &octet| n.checked_mul(256)?.checked_add(u32::from(octet)))
    }
}

/// Elements one after the other.
#[derive(Debug, Clone)]
pub struct Elements<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Elements<'a> {
    /// The elements of a whole input.
    #[must_use]
    pub const fn new(input: &'a [u8]) -> Self {
        Self { rest: input, offset: 0 }
    }

    /// The next element if it has this tag; otherwise nothing is consumed.
    pub fn next_if(&mut self, tag: u8) -> Option<Element<'a>> {
        let element = Element::read(self.rest, self.offset).ok().filter(|element| element.tag == tag)?;
        self.next();
        Some(element)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Element<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let element = Element::read(self.rest, self.offset);
        let consumed = element.as_ref().map_or(self.rest.len(), |element| element.bytes.len());
        self.rest = self.rest.get(consumed..).unwrap_or_default();
        self.offset += consumed;
        Some(element)
    }
}

/// A number without the zeros in front of it.
pub(in crate::cert) fn strip_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&octet| octet == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// Largest length taken: what a certificate file can hold, far below what a length can claim.
const MAX_LENGTH: usize = 1 << 28;

/// There is no whole element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Malformed {
    /// Where the element begins, in bytes of the outermost input.
    pub offset: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// Why there is no whole element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// There are no bytes.
    Empty,
    /// The input ends inside tag or length.
    HeaderCut,
    /// The input ends inside the content.
    ContentCut {
        /// Length that the header claims, in bytes.
        declared: usize,
        /// Bytes that are there.
        present: usize,
    },
    /// BER's indefinite length, which DER does not have.
    IndefiniteLength,
    /// A length beyond any certificate.
    LengthTooLarge,
    /// A tag number of 31 or more, which certificates do not use.
    HighTagNumber,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problem {
            Problem::Empty => f.write_str("there are no bytes")?,
            Problem::HeaderCut => f.write_str("the bytes end inside a tag or a length")?,
            Problem::ContentCut { declared, present } => {
                write!(f, "{declared} bytes are announced and {present} are there")?;
            }
            Problem::IndefiniteLength => {
                f.write_str("the length is BER's indefinite form, which DER does not have")?
            }
            Problem::LengthTooLarge => f.write_str("the length is larger than any certificate")?,
            Problem::HighTagNumber => f.write_str("the tag is none that certificates use")?,
        }
        write!(f, " (DER byte {})", self.offset)
    }
}

impl std::error::Error for Malformed {}

/// Bytes in lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_knows_where_it_lies() {
        let input = [0x30, 0x05, 0x02, 0x01, 0x07, 0x05, 0x00];
        let outer = Element::read(&input, 10).unwrap();
        let children: Vec<_> = outer.children().map(Result::unwrap).collect();
        assert_eq!(outer.span(), 10..17);
        assert_eq!(children.iter().map(Element::span).collect::<Vec<_>>(), [12..15, 15..17]);
        assert_eq!(children[0].small_integer(), Some(7));
    }

    #[test]
    fn each_damage_has_its_name() {
        let problem = |input: &[u8]| Element::read(input, 0).unwrap_err().problem;
        assert_eq!(problem(&[]), Problem::Empty);
        assert_eq!(problem(&[0x30]), Problem::HeaderCut);
        assert_eq!(problem(&[0x30, 0x82, 0x01]), Problem::HeaderCut);
        assert_eq!(problem(&[0x30, 0x03, 0x02]), Problem::ContentCut { declared: 3, present: 1 });
        assert_eq!(problem(&[0x30, 0x80, 0, 0]), Problem::IndefiniteLength);
        assert_eq!(problem(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), Problem::LengthTooLarge);
        assert_eq!(problem(&[0x3f, 0x81, 0x01]), Problem::HighTagNumber);
    }

    #[test]
    fn a_length_that_is_not_minimal_is_read_and_told() {
        let element = Element::read(&[0x04, 0x81, 0x01, 0xaa], 0).unwrap();
        assert_eq!((element.content, element.is_minimal), ([0xaa].as_slice(), false));
    }
}
