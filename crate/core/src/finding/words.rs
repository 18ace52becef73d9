//! A sentence for a person, which every front end says in its own words.

use std::{
    borrow::Cow,
    fmt::{self, Display, Write as _},
};

use super::naming::{Deed, Input, Naming};
use crate::text::{Line, visible};

/// A sentence in which inputs and deeds stand as what they are until a front end says them. It is one line, in which all
/// is seen: what others wrote and nobody sees is written out when the sentence is made.
///
/// `Display` is for logs of developers: an input is called by its name. What people read is [`Words::said`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    text: String,
    /// Where in the text something is to be said, in its order.
    marks: Vec<(usize, Mark)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Input(Input),
    Deed(Deed),
}

/// A piece of a sentence of the catalogue.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Piece {
    Text(&'static str),
    /// What the finder knows, by its name.
    Fact(&'static str),
    Input(Input),
    Deed(Deed),
}

impl Words {
    /// Puts the facts into a sentence of the catalogue. Its types see to it that each is there.
    pub(crate) fn of(pieces: &[Piece], facts: &[(&str, &dyn Display)]) -> Self {
        let mut words = Self::default();
        for piece in pieces {
            let end = words.text.len();
            match piece {
                Piece::Text(text) => words.text.push_str(text),
                Piece::Fact(name) => {
                    if let Some((_, fact)) = facts.iter().find(|(known, _)| known == name) {
                        // Writing to a String cannot fail.
                        let _ = write!(Line::on(&mut words.text), "{fact}");
                    }
                }
                Piece::Input(input) => words.marks.push((end, Mark::Input(*input))),
                Piece::Deed(deed) => words.marks.push((end, Mark::Deed(*deed))),
            }
        }
        words
    }

    /// The sentence as a front end says it.
    #[must_use]
    pub fn said(&self, naming: Naming) -> String {
        self.with(|mark| match mark {
            Mark::Input(input) => naming.input(input).into(),
            Mark::Deed(deed) => naming.deed(deed).into(),
        })
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty() && self.marks.is_empty()
    }

    /// This, and another sentence behind it.
    #[must_use]
    pub fn then(mut self, other: impl Into<Self>) -> Self {
        let other: Self = other.into();
        self.text.push(' ');
        let end = self.text.len();
        self.text.push_str(&other.text);
        self.marks.extend(other.marks.into_iter().map(|(at, mark)| (at + end, mark)));
        self
    }

    /// The sentence with other text, and the same inputs and deeds behind it.
    #[cfg(any(feature = "explain", feature = "_page"))]
    #[must_use]
    pub(crate) fn map(&self, map: impl Fn(&str) -> String) -> Self {
        let (mut words, mut done) = (Self::default(), 0);
        for (at, mark) in &self.marks {
            words.text.push_str(&map(self.text.get(done..*at).unwrap_or_default()));
            words.marks.push((words.text.len(), *mark));
            done = *at;
        }
        words.text.push_str(&map(self.text.get(done..).unwrap_or_default()));
        words
    }

    /// The sentence for a front end behind another interface: inputs as `{input:trust}`, deeds as `{do:repair}`.
    #[must_use]
    pub fn marked(&self) -> String {
        self.with(|mark| match mark {
            Mark::Input(input) => format!("{{input:{}}}", input.name()).into(),
            Mark::Deed(deed) => format!("{{do:{}}}", deed.name()).into(),
        })
    }

    /// A sentence as [`Words::marked`] writes it. What looks like a mark, and is none that is known, is text.
    #[must_use]
    pub fn from_marked(text: &str) -> Self {
        let text = visible(text);
        let (mut words, mut rest) = (Self::default(), &*text);
        while let Some(start) = rest.find('{') {
            let (before, behind) = rest.split_at(start);
            words.text.push_str(before);
            let inside = behind.get(1..).and_then(|behind| behind.split_once('}'));
            let mark = inside.and_then(|(name, after)| {
                let mark = match name.split_once(':')? {
                    ("input", name) => Mark::Input(Input::named(name)?),
                    ("do", name) => Mark::Deed(Deed::named(name)?),
                    _ => return None,
                };
                Some((mark, after))
            });
            match mark {
                Some((mark, after)) => {
                    words.marks.push((words.text.len(), mark));
                    rest = after;
                }
                None => {
                    words.text.push('{');
                    rest = behind.get(1..).unwrap_or_default();
                }
            }
        }
        words.text.push_str(rest);
        words
    }

    fn with(&self, say: impl Fn(Mark) -> Cow<'static, str>) -> String {
        let (mut out, mut done) = (String::with_capacity(self.text.len()), 0);
        for (at, mark) in &self.marks {
            out.push_str(self.text.get(done..*at).unwrap_or_default());
            out.push_str(&say(*mark));
            done = *at;
        }
        out.push_str(self.text.get(done..).unwrap_or_default());
        out
    }
}

impl Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(Naming::Plain))
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        let text = match visible(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(visible) => visible,
        };
        Self { text, marks: Vec::new() }
    }
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIECES: [Piece; 5] = [
        Piece::Text("Give "),
        Piece::Input(Input::RegistrationId),
        Piece::Text(" for "),
        Piece::Fact("who"),
        Piece::Deed(Deed::Repair),
    ];

    #[test]
    fn each_front_end_says_it_its_own_way() {
        let words = Words::of(&PIECES, &[("who", &"{input:trust}, ")]);
        let said = |naming| words.said(naming);
        assert_eq!(
            said(Naming::CommandLine),
            "Give --registration-id for {input:trust}, `dps-x509 check FILE --write-fixed DIR`"
        );
        assert_eq!(said(Naming::JavaScript), "Give `registrationId` for {input:trust}, `repair(files)`");
        assert_eq!(said(Naming::Python), "Give `registration_id` for {input:trust}, `repair(files)`");
        assert_eq!(words.to_string(), "Give registration-id for {input:trust}, the repair");
        let both = Words::from("First.").then(words);
        assert!(both.said(Naming::CommandLine).starts_with("First. Give --registration-id for"));
    }

    #[test]
    fn marks_come_back_and_nothing_else_is_one() {
        let words = Words::of(&PIECES, &[("who", &"{}{input:mars}{do:}")]);
        assert_eq!(words.marked(), "Give {input:registration-id} for {}{input:mars}{do:}{do:repair}");
        assert_eq!(Words::from_marked(&words.marked()), words);
        assert_eq!(Words::from_marked("{").to_string(), "{");
    }

    #[test]
    fn a_sentence_is_one_line_however_it_is_made() {
        let hostile = "a\u{1b}[2J\n\u{202e}b";
        let shown = "a\\u{1b}[2J\\u{a}\\u{202e}b";
        assert_eq!(Words::from(hostile).to_string(), shown);
        assert_eq!(Words::from_marked(hostile).to_string(), shown);
        assert_eq!(Words::of(&[Piece::Fact("who")], &[("who", &hostile)]).to_string(), shown);
    }
}
