//! A sentence of a program around the client: what it says, by the words in it for what failed and for how.
//!
//! It is what is left where no row of the lexicon says anything, or nothing precise, of the same line.

use std::ops::Range;

use super::{meant::statement, prose};
use crate::explain::{
    hit::Hit,
    lexicon::{Lexicon, Meaning, Sentences, Word},
    number,
    statement::Statement,
    work,
};

/// How far a sentence reaches from the word that gave it away, in bytes.
const REACH: usize = 160;
/// The scripts from here on do not set their words apart.
const EAST: char = '\u{2e80}';
/// How far behind a sentence its number may stand, in bytes.
const NUMBER_FOLLOWS: usize = 24;
/// What ends one.
const ENDS: [&str; 7] = [". ", "; ", "! ", "? ", " | ", "\\n", "--->"];
/// Words that a number for a failure stands behind.
const LABELS: [&str; 12] = [
    "code",
    "rc",
    "err",
    "errno",
    "error",
    "ret",
    "state",
    "returned",
    "res",
    "failed",
    "fehlercode",
    "código",
];
/// What begins a sentence about what could be.
const SUPPOSING: [&str; 5] = ["if", "when", "should", "unless", "would"];
/// What a program is at when an error comes: `error loading`, `error in`.
const AT: [&str; 6] = ["in", "during", "while", "on", "when", "al"];

/// What a sentence says in which this word stands.
pub(super) fn read(hit: &Hit<'_>) -> Option<Statement> {
    let sentences = Lexicon::get().sentences();
    let place = around(hit);
    let text = String::from_utf8_lossy(hit.text.get(place.clone())?);
    // A frame of a trace has names alone.
    let is_frame = hit.before().trim_ascii_start().starts_with(b"at ");
    if is_frame || prose::is_prose(text.as_bytes()) || text.trim_end().ends_with('?') {
        return None;
    }
    let words = words(&text);
    if words.first().is_some_and(|first| SUPPOSING.contains(&first.text.as_str())) {
        return None;
    }
    // The level of a line gives no sentence away.
    let sign = hit.text.get(hit.start..hit.end)?.to_ascii_lowercase();
    let is_error = [&b"error"[..], b"errors"].contains(&sign.as_slice());
    if is_error && is_left_out(&text, hit.start - place.start, &sign, &words) {
        return None;
    }
    let meaning = sentences.meaning(&words)?;
    let numbered = || by_number(hit.text, &place, sentences, &words, meaning);
    Some(statement(numbered().unwrap_or(meaning))).filter(|statement| *statement != Statement::Nothing)
}

/// Where the sentence stands.
fn around(hit: &Hit<'_>) -> Range<usize> {
    let (before, after) = (hit.before(), hit.after());
    let before = before.get(before.len().saturating_sub(REACH)..).unwrap_or_default();
    let after = after.get(..after.len().min(REACH)).unwrap_or_default();
    let find = |text: &[u8], last: bool| {
        let ends = ENDS.iter().filter_map(|end| {
            let mut places = text.windows(end.len());
            let is_end = |part: &[u8]| part == end.as_bytes();
            if last { places.rposition(is_end).map(|at| at + end.len()) } else { places.position(is_end) }
        });
        if last { ends.max() } else { ends.min() }
    };
    let start = hit.start - before.len() + find(before, true).unwrap_or(0);
    start..hit.end + find(after, false).unwrap_or(after.len())
}

/// The words of a sentence, in lower case: `MqttClient` and `mqtt_client` are two.
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut word, mut before, mut gap, mut is_part) = (String::new(), ' ', String::new(), false);
    // Where words are not set apart, one begins where the script changes.
    let is_of_the_east = |character: char| character >= EAST;
    let text = without_symbols(&text.replace("IoT", "Iot"));
    let mut characters = text.chars().chain([' ']).peekable();
    while let Some(character) = characters.next() {
        work::step();
        let is_apostrophe = matches!(character, '\'' | '\u{2019}');
        let is_of_word = character.is_alphanumeric();
        let goes_on = characters.peek().is_some_and(|next| next.is_lowercase());
        let is_capital = character.is_uppercase()
            && (before.is_lowercase() || before.is_uppercase() && goes_on)
            || is_of_word && is_of_the_east(character) != is_of_the_east(before);
        if (!is_of_word && !is_apostrophe || is_capital) && !word.is_empty() {
            let is_joined = gap.chars().all(|it| matches!(it, ' ' | '_' | '-' | '\'' | '"' | '/'));
            let is_added = gap.ends_with('(');
            words.push(Word { text: std::mem::take(&mut word), is_joined, is_part, is_added });
            gap.clear();
            is_part = is_capital;
        }
        if is_of_word {
            word.extend(character.to_lowercase());
        } else if !is_apostrophe {
            gap.push(character);
        }
        before = character;
    }
    leave_out_names(&mut words);
    words
}

/// Without the names that a library gives its codes, `SSL_ERROR_RX_MALFORMED_CLIENT_KEY_EXCH`: they are no sentences.
fn without_symbols(text: &str) -> String {
    const PARTS: usize = 5;
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let of_symbol = |name: &str| name.split('_').filter(|part| !part.is_empty()).count() >= PARTS;
    let is_symbol = |name: &str| !name.contains(|it: char| it.is_ascii_lowercase()) && of_symbol(name);
    let ends = text.split_inclusive(|character| !is_of_name(character));
    ends.map(|part| {
        let name = part.trim_end_matches(|character| !is_of_name(character));
        if is_symbol(name) { part.get(name.len()..).unwrap_or_default() } else { part }
    })
    .collect()
}

/// Leaves out what has the letters of a failure and is none: the level of a log's line, where what fails stands neither right
/// before it nor what it failed at right behind it; a setting with its value; the middle of a name, as in `OpTimeoutStage`.
fn leave_out_names(words: &mut [Word]) {
    for at in 0..words.len() {
        let is_error = words.get(at).is_some_and(|word| matches!(word.text.as_str(), "error" | "errors"));
        let is_behind = at > 0 && words.get(at).is_some_and(|word| word.is_joined);
        let is_before = words.get(at + 1).is_some_and(|next| {
            next.is_joined && (next.text.ends_with("ing") || AT.contains(&next.text.as_str()))
        });
        // In brackets it is how long was waited: `timeout (30000ms)`.
        let is_number =
            |word: &Word| word.text.starts_with(|first: char| first.is_ascii_digit()) && !word.is_added;
        let is_setting = words.get(at).is_some_and(|word| word.text == "timeout")
            && words.get(at + 1).is_some_and(is_number);
        let is_middle = words.get(at + 1).is_some_and(|next| next.is_part);
        if (is_error && !(is_behind || is_before) || is_setting || is_middle && is_sign(words, at))
            && let Some(word) = words.get_mut(at)
        {
            word.text.clear();
        }
    }
}

/// Whether this very word is left out, and not another like it: the sentence has as many without it.
fn is_left_out(text: &str, at: usize, sign: &[u8], words: &[Word]) -> bool {
    let count = |words: &[Word]| words.iter().filter(|word| word.text.as_bytes() == sign).count();
    let around = text.get(..at).zip(text.get(at + sign.len()..));
    let without = around.map(|(before, after)| self::words(&[before, after].concat()));
    count(words) == 0 || without.is_some_and(|without| count(&without) >= count(words))
}

/// Whether a word says how something went.
fn is_sign(words: &[Word], at: usize) -> bool {
    words.get(at).is_some_and(|word| Lexicon::get().sentences().is_sign(&word.text))
}

/// What a number says that stands behind the words of a sentence which say no reason.
fn by_number(
    text: &[u8],
    place: &Range<usize>,
    sentences: &Sentences,
    words: &[Word],
    meaning: Meaning,
) -> Option<Meaning> {
    let speaks = |concept| sentences.speaks_of(concept, words);
    let is_vague = matches!(meaning, Meaning::Symptom(symptom) if symptom.is_vague);
    if !is_vague || !["mqtt", "broker", "connect"].into_iter().any(speaks) {
        return None;
    }
    // The number may be a sentence of its own: `failed. Code: 5`.
    let end = text.len().min(place.end + NUMBER_FOLLOWS);
    let line = text.get(place.end..end)?.iter().position(|byte| *byte == b'\n');
    let (token, is_client) = labelled(text, &(place.start..line.map_or(end, |line| place.end + line)))?;
    let value = token.values().first().copied()?;
    let table = match value {
        1..=5 if is_client && !speaks("tls") && !speaks("closed") => "connack",
        -4..=-1 if is_client => "pubsubclient",
        -133..=-11 => "errno-negative",
        _ if token.is_distinct() || value < -0x1000 => "mbedtls",
        _ => return None,
    };
    Lexicon::get().number(table, &token).filter(|meaning| *meaning != Meaning::Nothing)
}

/// The number behind a word for a failure, and whether it is one that a client gives a meaning of its own.
fn labelled(text: &[u8], place: &Range<usize>) -> Option<(number::Token, bool)> {
    let sentence = text.get(place.clone())?;
    let mut at = 0;
    while at < sentence.len() {
        let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte >= 0x80;
        let length = sentence.get(at..)?.iter().take_while(|byte| is_letter(byte)).count();
        let word = String::from_utf8_lossy(sentence.get(at..at + length)?).to_lowercase();
        if LABELS.contains(&word.as_str())
            && let Some((token, _)) = number::behind(text, place.start + at + length)
        {
            return Some((
                token,
                matches!(word.as_str(), "code" | "rc" | "state" | "ret" | "returned" | "código"),
            ));
        }
        at += length.max(1);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn names_of_functions_have_words_too() {
        assert_eq!(of("mqttClient_connect can't"), ["mqtt", "client", "connect", "cant"]);
        assert_eq!(of("MQTTConnectionRefused"), ["mqtt", "connection", "refused"]);
        assert_eq!(of("IoT Hub, MQTT接続"), ["iot", "hub", "mqtt", "接続"]);
        assert_eq!(of("[ERROR] MQTT up"), ["", "mqtt", "up"]);
        assert_eq!(of("timeout 30000"), ["", "30000"]);
        assert_eq!(of("timeout (30000ms)"), ["timeout", "30000ms"]);
        assert_eq!(of("MQTT error: x, Error loading y"), ["mqtt", "error", "x", "error", "loading", "y"]);
    }
}
