//! Texts that a client prints as numbers, one for each byte: `7b 22 65`, `0x7b, 0x22`, `[123,34,101]`, a dump with its
//! offsets and letters. What they say takes their place, in the same line.

use super::work;

/// Fewest bytes that are taken for a text: fewer are as likely a number.
const LEAST: usize = 16;
/// From so many on a quarter may be no letters, as in the head of a packet.
const MANY: usize = 32;
/// Most bytes in a line of a dump.
const OF_DUMP: usize = 16;

/// The text with what its numbers say in their place; `None` if there is nothing of the kind. Of a dump all stands in its first
/// line, for words go on from one line to the next.
pub(super) fn spelled_out(text: &[u8]) -> Option<Vec<u8>> {
    let mut out: Option<Vec<u8>> = None;
    // The ends of a dump's lines, which come behind what it says.
    let mut ends = Vec::new();
    let (mut start, mut is_in_dump) = (0, false);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let bare = line.trim_ascii_end();
        let end = line.get(bare.len()..).unwrap_or_default();
        let is_looked_at = has_stretch(bare);
        let of_dump = if is_in_dump || is_looked_at { dump(bare) } else { None };
        is_in_dump = of_dump.is_some();
        let said = of_dump.or_else(|| if is_looked_at { inline(bare) } else { None });
        if said.is_some() && out.is_none() {
            out = Some(text.get(..start).unwrap_or_default().to_vec());
        }
        if let Some(out) = &mut out {
            if !is_in_dump {
                out.append(&mut ends);
            }
            out.extend_from_slice(said.as_deref().unwrap_or(bare));
            if is_in_dump { &mut ends } else { out }.extend_from_slice(end);
        }
        start += line.len();
    }
    if let Some(out) = &mut out {
        out.append(&mut ends);
    }
    out
}

/// Whether so many bytes stand together as such numbers have: most lines have none, and are not looked at any further.
fn has_stretch(line: &[u8]) -> bool {
    let is_part =
        |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b' ' | b',' | b':' | b'-' | b'x' | b'\\');
    let mut from = 0;
    // From behind: what stands before a byte that is none need not be looked at.
    while let Some(stretch) = line.get(from..from + 2 * LEAST) {
        work::step();
        match stretch.iter().rposition(|byte| !is_part(byte)) {
            Some(other) => from += other + 1,
            None => return true,
        }
    }
    false
}

/// A line of a dump: an offset, the bytes, and mostly what they are as letters.
fn dump(line: &[u8]) -> Option<Vec<u8>> {
    let line = line.trim_ascii_start();
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let rest = line.get(digits..)?;
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    if !matches!(digits, 4..=16) || !rest.first()?.is_ascii_whitespace() {
        return None;
    }
    let mut bytes = Vec::new();
    let mut rest = rest.trim_ascii_start();
    while bytes.len() < OF_DUMP
        && let Some(byte) = pair(rest)
    {
        bytes.push(byte);
        rest = rest.get(2..)?;
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        // Behind a wider gap the letters stand.
        if blanks > 2 {
            break;
        }
        rest = rest.get(blanks..)?;
    }
    let letters: Vec<u8> = bytes.iter().map(|byte| shown(*byte, b'.')).collect();
    let rest = rest.trim_ascii();
    let column = rest.strip_prefix(b"|").and_then(|rest| rest.strip_suffix(b"|")).unwrap_or(rest);
    let is_dump = column.is_empty() || column == letters || column == letters.trim_ascii();
    (is_dump && !bytes.is_empty() && is_mostly_letters(&bytes))
        .then(|| bytes.iter().map(|byte| shown(*byte, b' ')).collect())
}

/// A line with such numbers in it, spelled out where they are a text.
fn inline(line: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut at, mut is_spelled) = (Vec::new(), 0, false);
    while at < line.len() {
        work::step();
        let is_begin = at
            .checked_sub(1)
            .and_then(|before| line.get(before))
            .is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let run = if is_begin {
            [hexadecimal, decimal].into_iter().find_map(|read| run(line.get(at..)?, read))
        } else {
            None
        };
        match run {
            Some((bytes, length)) if is_text(&bytes) => {
                out.extend(bytes.iter().map(|byte| shown(*byte, b' ')));
                is_spelled = true;
                at += length;
            }
            // What is no text from here on is none from its middle on.
            Some((_, length)) => {
                out.extend_from_slice(line.get(at..at + length).unwrap_or_default());
                at += length;
            }
            None => {
                out.extend(line.get(at));
                at += 1;
            }
        }
    }
    is_spelled.then_some(out)
}

/// Bytes one after the other, with what may stand between two of them, and how long that is; nothing where they are fewer than there
/// have to be, and no bytes where more digits follow.
fn run(text: &[u8], read: fn(&[u8]) -> Option<(u8, usize)>) -> Option<(Vec<u8>, usize)> {
    let (mut bytes, mut here, mut end) = (Vec::new(), 0, 0);
    let mut length = 0;
    while let Some((byte, digits)) = read(text.get(here..)?) {
        work::step();
        bytes.push(byte);
        length += 1;
        end = here + digits;
        let between = text
            .get(end..)?
            .iter()
            .take(3)
            .take_while(|byte| matches!(byte, b' ' | b',' | b':' | b'-'))
            .count();
        here = end + between;
    }
    let is_end = text.get(end).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    if !is_end {
        bytes.clear();
    }
    (length >= LEAST).then_some((bytes, end))
}

/// Two hexadecimal digits, with the sign of such before them or without.
fn hexadecimal(text: &[u8]) -> Option<(u8, usize)> {
    let sign = if text.starts_with(b"0x") || text.starts_with(b"\\x") { 2 } else { 0 };
    Some((pair(text.get(sign..)?)?, sign + 2))
}

/// A decimal number of at most three digits, and a separator or the end behind it.
fn decimal(text: &[u8]) -> Option<(u8, usize)> {
    let length = text.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    let number = std::str::from_utf8(text.get(..length)?).ok()?.parse().ok()?;
    text.get(length).is_none_or(|byte| !byte.is_ascii_alphanumeric()).then_some((number, length))
}

fn pair(text: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(text.get(..2)?)
        .ok()
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}

/// Whether bytes are a text: letters, and a word among them.
fn is_text(bytes: &[u8]) -> bool {
    /// As a word has.
    const WORD: usize = 4;
    let has_word = bytes.split(|byte| !byte.is_ascii_alphabetic()).any(|word| word.len() >= WORD);
    // Counters rise.
    let rises = bytes.is_sorted();
    has_word && !rises && (bytes.iter().all(is_letter) || bytes.len() >= MANY && is_mostly_letters(bytes))
}

fn is_mostly_letters(bytes: &[u8]) -> bool {
    bytes.iter().filter(|byte| is_letter(byte)).count() * 4 >= bytes.len() * 3
}

/// What can be shown, the ends of lines, and what begins a colour.
const fn is_letter(byte: &u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r' | 0x1b)
}

/// A byte as a letter of the line, or what stands for it.
const fn shown(byte: u8, instead: u8) -> u8 {
    if matches!(byte, b' '..=b'~') || instead == b' ' && byte == 0x1b { byte } else { instead }
}

#[cfg(test)]
mod tests {
    fn spelled_out(text: &str) -> String {
        super::spelled_out(text.as_bytes())
            .map_or_else(|| text.to_owned(), |out| String::from_utf8(out).unwrap())
    }

    const SAID: &str = r#"{"errorCode":401002,"message":"CA certificate not found."}"#;

    fn join(bytes: &str, one: impl Fn(u8) -> String, between: &str) -> String {
        bytes.bytes().map(one).collect::<Vec<_>>().join(between)
    }

    #[test]
    fn numbers_that_are_a_text_are_read() {
        let hex = |byte| format!("{byte:02x}");
        for numbers in [
            join(SAID, hex, ""),
            join(SAID, hex, " "),
            join(SAID, |byte| format!("{byte:02X}"), ":"),
            join(SAID, |byte| format!("0x{byte:02x}"), ", "),
            join(SAID, |byte| format!("\\x{byte:02x}"), ""),
            join(SAID, |byte| byte.to_string(), ","),
            join(SAID, |byte| byte.to_string(), " "),
        ] {
            assert_eq!(
                spelled_out(&format!("first\nrecv [{numbers}] 3\nlast")),
                format!("first\nrecv [{SAID}] 3\nlast")
            );
        }
    }

    #[test]
    fn a_dump_is_read_line_by_line() {
        // Its last line is too short to be looked at by itself.
        let dumped = format!("{SAID:.<66}");
        let dump = |line: fn(usize, &[u8]) -> String| {
            let lines = dumped.as_bytes().chunks(16).enumerate().map(|(at, bytes)| line(at * 16, bytes));
            let text = format!("RX\n{}\nend", lines.collect::<Vec<_>>().join("\n"));
            let said = spelled_out(&text);
            assert_eq!(said.lines().count(), text.lines().count(), "{said}");
            said.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
        };
        let said = format!("RX\n{dumped}\nend");
        assert_eq!(
            dump(|at, bytes| {
                let pairs: String = bytes.iter().map(|byte| format!("{byte:02x} ")).collect();
                format!("{at:08x}  {pairs:<48} |{}|", String::from_utf8_lossy(bytes))
            }),
            said
        );
        assert_eq!(
            dump(|at, bytes| {
                let words: Vec<String> = bytes
                    .chunks(2)
                    .map(|two| two.iter().map(|byte| format!("{byte:02x}")).collect())
                    .collect();
                format!("{at:08x}: {:<39}  {}", words.join(" "), String::from_utf8_lossy(bytes))
            }),
            said
        );
        assert_eq!(
            dump(|at, bytes| {
                let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
                format!("  {at:04X}: {}", pairs.join(" "))
            }),
            said
        );
    }

    #[test]
    fn numbers_that_are_none_stay() {
        let odd = format!("{} 000", "61 62 63 64 ".repeat(20));
        for text in [
            odd.as_str(),
            "sha1 fingerprint 5d:41:40:2a:bc:4b:2a:76:b9:71:9d:91:10:17:c5:92:aa:bb:cc:dd",
            "trackingId 6b1c7f0ea35b4f6b9a4a5e6a0a7d2c11 at 2026-11-02 10:00:00,123",
            "counts [33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49]",
            "00000000  30 82 01 0a 02 82 01 01  00 c3 11 9f 33 a1 b2 c3  |0...........3...|",
            "20 02 00 05",
            "no numbers at all in a line that is long enough to be looked at",
        ] {
            assert_eq!(spelled_out(text), text);
        }
    }
}
