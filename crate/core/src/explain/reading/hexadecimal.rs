//! Numbers that only one library writes like this, whatever stands around them: `-0x2700`, `0x80090326`.

use super::{meant::statement, reader::Reader};
use crate::explain::{hit::Hit, lexicon::Lexicon, number, statement::Statement};

pub(super) static READERS: &[Reader] = &[Reader { word: "0x", read: distinct }];

/// Words before the addresses of a crash.
const OF_ADDRESSES: [&[u8]; 7] = [b"address", b"addr", b"at", b"pc", b"lr", b"sp", b"offset"];

fn distinct(hit: &Hit<'_>) -> Option<Statement> {
    let before = hit.before().trim_ascii_end();
    let is_word = |byte: &u8| byte.is_ascii_alphabetic();
    let length = before.iter().rev().take_while(|byte| is_word(byte)).count();
    let word = before.get(before.len() - length..)?;
    if OF_ADDRESSES.iter().any(|of_address| word.eq_ignore_ascii_case(of_address)) {
        return None;
    }
    let (token, _) = number::behind(hit.text, hit.start).filter(|(token, _)| token.is_distinct())?;
    let lexicon = Lexicon::get();
    ["hresult", "mbedtls"].into_iter().find_map(|table| lexicon.number(table, &token)).map(statement)
}
