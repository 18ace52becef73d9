//! The sentences of the catalogue as types: one for each code that has them, with a field for each fact that stands in
//! them. Whoever finds something gives the facts; the words are in the code's file.
#![expect(
    clippy::exhaustive_structs,
    clippy::exhaustive_enums,
    reason = "each is made where the fact is found; a fact more or less is a change of what is said"
)]

use std::fmt::{Display, Write as _};

use super::{
    Definition, Finding, catalogue,
    words::{Piece, Words},
};

include!(concat!(env!("OUT_DIR"), "/say.rs"));

fn said(
    definition: &'static Definition,
    message: &[Piece],
    next: &[Piece],
    facts: &[(&str, &dyn Display)],
) -> Finding {
    Finding::new(definition, Words::of(message, facts), Words::of(next, facts))
}

/// Evidence as it is: renderers see to what cannot be seen in it.
fn plain(pieces: &[Piece], facts: &[(&str, &dyn Display)]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Fact(name) => {
                if let Some((_, fact)) = facts.iter().find(|(known, _)| known == name) {
                    // Writing to a String cannot fail.
                    let _ = write!(text, "{fact}");
                }
            }
            // The build takes neither in evidence.
            Piece::Input(_) | Piece::Deed(_) => {}
        }
    }
    text
}
