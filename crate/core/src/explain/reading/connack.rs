//! What CONNACK says where it is all there is on a line, as people pass it on: `rc=5`, `not Authorized`.

use super::{meant::statement, reader::Reader};
use crate::explain::{hit::Hit, lexicon::Meaning, number, statement::Statement};

pub(super) static READERS: &[Reader] = &[
    Reader { word: "rc", read: bare },
    // The packet itself (MQTT 3.1.1, section 3.2): what refuses says that no session is present.
    Reader { word: "20020001", read: |hit| packet(hit, 1) },
    Reader { word: "20020002", read: |hit| packet(hit, 2) },
    Reader { word: "20020003", read: |hit| packet(hit, 3) },
    Reader { word: "20020004", read: |hit| packet(hit, 4) },
    Reader { word: "20020005", read: |hit| packet(hit, 5) },
    // Paho for Go says no more than this.
    Reader { word: "not authorized", read: |hit| alone(hit, 5) },
    Reader { word: "not authorised", read: |hit| alone(hit, 5) },
    Reader { word: "identifier rejected", read: |hit| alone(hit, 2) },
    Reader { word: "bad user name or password", read: |hit| alone(hit, 4) },
    Reader { word: "unacceptable protocol version", read: |hit| alone(hit, 1) },
];

/// Words that stand for a return code where nothing else is on their line.
fn alone(hit: &Hit<'_>, code: u8) -> Option<Statement> {
    let is_empty = |part: &[u8]| part.iter().all(|byte| !byte.is_ascii_alphanumeric());
    (is_empty(hit.before()) && is_empty(hit.after())).then(|| statement(Meaning::Connack(code)))
}

/// Four bytes that are all there is of a packet, on a line that says that something came.
fn packet(hit: &Hit<'_>, code: u8) -> Option<Statement> {
    const CAME: [&str; 8] = ["connack", "mqtt", "rx", "recv", "read", "received", "<-", "<<"];
    /// With what parts them.
    const LONG: usize = "20 02 00 0".len();
    let is_byte = |word: Option<&[u8]>| {
        word.is_some_and(|word| word.len() == 2 && word.iter().all(u8::is_ascii_hexdigit))
    };
    let is_end = |byte: &u8| !byte.is_ascii_alphanumeric();
    let before = hit.before().trim_ascii_end().rsplit(is_end).next();
    let after = hit.after().trim_ascii_start().split(is_end).next();
    let is_whole = hit.end - hit.start > LONG && !is_byte(before) && !is_byte(after);
    (is_whole && CAME.iter().any(|word| hit.has(word))).then(|| statement(Meaning::Connack(code)))
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_all_there_is_and_came() {
        let is_read = |line: &str| {
            let (start, end) = (line.find("20").unwrap(), line.rfind("05").unwrap() + 2);
            packet(&Hit::new(line.as_bytes(), line.as_bytes(), start, end), 5).is_some()
        };
        for line in ["MQTT RX: 20 02 00 05", "<- 20:02:00:05", "recv [20,02,00,05]"] {
            assert!(is_read(line), "{line}");
        }
        for line in ["20 02 00 05", "recv 4d 20 02 00 05", "recv 20 02 00 05 31", "read 20020005 bytes"] {
            assert!(!is_read(line), "{line}");
        }
    }
}
