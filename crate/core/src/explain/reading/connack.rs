//! A return code of CONNACK that is all there is on a line, as people pass it on: `rc=5`.

use super::{meant::statement, reader::Reader};
use crate::explain::{hit::Hit, lexicon::Meaning, number, statement::Statement};

pub(super) static READERS: &[Reader] = &[Reader { word: "rc", read: bare }];

fn bare(hit: &Hit<'_>) -> Option<Statement> {
    let (token, place) = number::behind(hit.text, hit.end)?;
    let is_whole = hit.before().trim_ascii().is_empty()
        && hit
            .text
            .get(place.end..)
            .unwrap_or_default()
            .trim_ascii_start()
            .first()
            .is_none_or(|_| hit.after().len() <= place.end - hit.end + 1);
    let code = token.plain().and_then(|code| u8::try_from(code).ok())?;
    // MQTT 3.1.1 has 1 to 5; clients use others for failures of their own.
    (is_whole && (1..=5).contains(&code)).then(|| statement(Meaning::Connack(code)))
}
