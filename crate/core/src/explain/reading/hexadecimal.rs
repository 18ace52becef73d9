//! Numbers that only one library writes like this, whatever stands around them: `-0x2700`, `0x80090326`.

use super::{meant::statement, reader::Reader};
use crate::explain::{hit::Hit, lexicon::Lexicon, number, statement::Statement};

pub(super) static READERS: &[Reader] = &[Reader { word: "0x", read: distinct }];

fn distinct(hit: &Hit<'_>) -> Option<Statement> {
    let (token, _) = number::behind(hit.text, hit.start).filter(|(token, _)| token.is_distinct())?;
    let lexicon = Lexicon::get();
    ["hresult", "mbedtls"].into_iter().find_map(|table| lexicon.number(table, &token)).map(statement)
}
