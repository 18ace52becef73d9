//! Bytes in lines, with something in front of them that differs from line to line: the time and the tag of a log, the
//! address that a debugger prints. Behind them may stand what they look like as characters.

use super::number::{long, number};
use crate::cert::{
    der::{Element, Malformed, Problem, tag},
    file::text::{Glyph, Octets, is_line_break},
};

/// Fewer lines are no dump.
const MIN_LINES: usize = 2;
/// Fewer bytes in a full line are words and numbers.
const MIN_WIDTH: usize = 4;

/// Pairs of digits between blanks.
pub(super) fn pairs(glyphs: &[Glyph]) -> Vec<Octets> {
    read(glyphs, |c| c.is_whitespace() || matches!(c, ',' | '-') || is_bar(c))
}

/// The same without the zeros in front, as many programs print a number.
pub(super) fn shorts(glyphs: &[Glyph]) -> Vec<Octets> {
    let is_short = |group: &[Glyph]| {
        matches!(group.len(), 1 | 2) && group.iter().all(|glyph| glyph.character.is_ascii_hexdigit())
    };
    in_lines(glyphs, |line| {
        let groups: Vec<&[Glyph]> =
            line.split(|glyph| glyph.character.is_whitespace()).filter(|group| !group.is_empty()).collect();
        let runs = groups.split(|group| !is_short(group));
        let longest = runs.max_by_key(|run| run.len()).unwrap_or_default();
        longest.iter().filter_map(|group| Some((number(group, 16)?, *group.first()?))).collect()
    })
}

/// Pairs of digits between colons, as OpenSSL and Mbed TLS write them.
pub(super) fn colons(glyphs: &[Glyph]) -> Vec<Octets> {
    read(glyphs, |c| c.is_whitespace() || c == ':')
}

/// Numbers of two, four or eight bytes, the last byte first, as debuggers and boot loaders show the memory of most
/// machines (`x/8xw`, `md`, `mdw`, `xxd -e`).
pub(super) fn words(glyphs: &[Glyph]) -> Vec<Octets> {
    in_lines(glyphs, |line| {
        swapped(longest_run(line, |c| c.is_whitespace() || matches!(c, ',' | '-') || is_bar(c)))
    })
}

/// One long group of digits in each line, as a log shows what came in parts over a radio or a serial line.
pub(super) fn chunks(glyphs: &[Glyph]) -> Vec<Octets> {
    const MIN_DIGITS: usize = 16;
    in_lines(glyphs, |line| {
        let mut groups = line.split(|glyph| !glyph.character.is_ascii_alphanumeric());
        let is_chunk = |group: &&[Glyph]| {
            group.len() >= 2
                && group.len().is_multiple_of(2)
                && group.iter().all(|glyph| glyph.character.is_ascii_hexdigit())
        };
        let last = groups.rfind(|group| !group.is_empty()).filter(is_chunk);
        let is_short = last.is_none_or(|group| group.len() < MIN_DIGITS);
        // The last line of all may be shorter, and stands where the others do.
        if is_short && line.len() < MIN_DIGITS {
            Vec::new()
        } else {
            last.map(bytes).into_iter().flatten().collect()
        }
    })
}

/// One byte at the end of each line, behind what differs from line to line, as logic analysers list them: `uart-1: 30`.
pub(super) fn singles(glyphs: &[Glyph]) -> Vec<Octets> {
    let mut all = Octets::default();
    for line in glyphs.split(|glyph| is_line_break(glyph.character)) {
        let separates =
            |glyph: &Glyph| glyph.character.is_whitespace() || matches!(glyph.character, ',' | ';');
        let mut words = line.split(separates).filter(|word| !word.is_empty()).map(without_prefix);
        let last = words.next_back().filter(|word| word.len() == 2 && words.next().is_some());
        for (byte, glyph) in last.into_iter().flat_map(bytes) {
            all.push(byte, glyph);
        }
    }
    long(vec![all])
}

/// Whether it parts columns: a bar of ASCII, or one of those that boxes are drawn with.
const fn is_bar(character: char) -> bool {
    matches!(character, '|' | '\u{2500}'..='\u{257f}')
}

/// A byte and where it is written.
type Byte = (u8, Glyph);

fn read(glyphs: &[Glyph], separates: impl Fn(char) -> bool) -> Vec<Octets> {
    in_lines(glyphs, |line| {
        let groups = longest_run(line, &separates);
        groups.into_iter().flat_map(bytes).collect()
    })
}

/// The bytes of a group of digits.
fn bytes(group: &[Glyph]) -> impl DoubleEndedIterator<Item = Byte> {
    group.as_chunks::<2>().0.iter().filter_map(|pair| Some((number(pair, 16)?, pair[0])))
}

/// The bytes of groups, each from behind; none where a group is of one byte.
fn swapped(groups: Vec<&[Glyph]>) -> Vec<Byte> {
    // What is left of the last word may be shorter.
    let has_words = groups.first().is_some_and(|group| matches!(group.len(), 4 | 8 | 16));
    groups.into_iter().filter(|_| has_words).flat_map(|group| bytes(group).rev()).collect()
}

fn in_lines(glyphs: &[Glyph], read: impl Fn(&[Glyph]) -> Vec<Byte>) -> Vec<Octets> {
    let lines = glyphs.split(|glyph| is_line_break(glyph.character));
    let lines: Vec<Vec<Byte>> = lines.map(read).filter(|run| !run.is_empty()).collect();
    // What all full lines have; the characters that stand behind may look like bytes.
    let Some(width) = usual_width(&lines).filter(|width| *width >= MIN_WIDTH) else { return Vec::new() };
    let mut all = vec![Octets::default()];
    let mut left = lines.iter().map(|line| line.len().min(width)).sum();
    let mut reach = Reach::within(left);
    for line in lines {
        let starts_again = all.last().is_some_and(|last| begins(&line) && reach.is_over(&last.bytes));
        if starts_again {
            left -= all.last().map_or(0, |last| last.bytes.len());
            all.push(Octets::default());
            reach = Reach::within(left);
        }
        if let Some(last) = all.last_mut() {
            for (byte, glyph) in line.into_iter().take(width) {
                last.push(byte, glyph);
            }
        }
    }
    long(all)
}

/// The count of bytes that most lines have; `None` if there are too few lines.
fn usual_width(lines: &[Vec<Byte>]) -> Option<usize> {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for line in lines {
        *counts.entry(line.len()).or_default() += 1;
    }
    counts
        .into_iter()
        .max_by_key(|&(_, lines)| lines)
        .filter(|_| lines.len() >= MIN_LINES)
        .map(|(width, _)| width)
}

/// Whether an object begins with these bytes: DER with a length of several octets, or PEM.
fn begins(line: &[Byte]) -> bool {
    let start: Vec<u8> = line.iter().take(5).map(|&(byte, _)| byte).collect();
    matches!(start.as_slice(), [tag::SEQUENCE, 0x81..=0x83, ..]) || start == *b"-----"
}

/// How far the objects go that have begun in some bytes. In a packet or a memory they begin anywhere, and bytes of a key
/// or a signature may look as if another one began in the midst of them.
struct Reach {
    /// How many bytes there will be at most: what announces more is no object, or is cut.
    limit: usize,
    /// Where beginnings have been looked for.
    seen: usize,
    /// Where the furthest of them ends.
    end: usize,
}

impl Reach {
    const fn within(limit: usize) -> Self {
        Self { limit, seen: 0, end: 0 }
    }

    /// Whether nothing of what has begun is still to be continued. The bytes may only grow from call to call.
    fn is_over(&mut self, bytes: &[u8]) -> bool {
        let begins_at_once = bytes.first() == Some(&tag::SEQUENCE);
        // What begins at once has everything inside of it.
        while self.seen < bytes.len() && !(begins_at_once && self.seen > 0) {
            let rest = bytes.get(self.seen..).unwrap_or_default();
            if begins_at_once || matches!(rest, [tag::SEQUENCE] | [tag::SEQUENCE, 0x81..=0x83, ..]) {
                match Element::read(rest, 0) {
                    Ok(element) => self.end = self.end.max(self.seen + element.bytes.len()),
                    Err(Malformed { problem: Problem::ContentCut { declared, present }, .. }) => {
                        let end = bytes.len() - present + declared;
                        self.end = if end > self.limit { self.end } else { self.end.max(end) };
                    }
                    // Once more of it is there, it is looked at again.
                    Err(Malformed { problem: Problem::HeaderCut, .. }) => return false,
                    Err(_) => {}
                }
            }
            self.seen += 1;
        }
        !bytes.is_empty() && bytes.len() >= self.end
    }
}

/// The longest row of groups of digits in a line; of two, the one behind. A longer group in front is an offset.
fn longest_run(line: &[Glyph], separates: impl Fn(char) -> bool) -> Vec<&[Glyph]> {
    let mut best: &[&[Glyph]] = &[];
    let groups: Vec<&[Glyph]> = line
        .split(|glyph| separates(glyph.character))
        .filter(|group| !group.is_empty())
        .map(without_prefix)
        .collect();
    let mut from = 0;
    while from < groups.len() {
        let rest = groups.get(from..).unwrap_or_default();
        let digits = rest.iter().take_while(is_group).count();
        let run = rest.get(..digits).unwrap_or_default();
        let run = match run {
            [first, second, ..] if first.len() > second.len() => run.get(1..).unwrap_or_default(),
            [first, second, third, ..] if first.len() < second.len() && second.len() == third.len() => {
                run.get(1..).unwrap_or_default()
            }
            _ => run,
        };
        // All groups have one length, but the last.
        let length = run.first().map_or(0, |group| group.len());
        let same = run.iter().take_while(|group| group.len() == length).count();
        let last = run.get(same).is_some_and(|group| group.len() < length && same + 1 == run.len());
        let run = run.get(..same + usize::from(last)).unwrap_or_default();
        let is_row = length <= 8 && !run.is_empty() || run.len() > 1;
        if is_row && run.len() >= best.len() {
            best = run;
        }
        from += digits.max(1);
    }
    best.to_vec()
}

fn without_prefix(group: &[Glyph]) -> &[Glyph] {
    match group {
        [zero, x, rest @ ..] if zero.character == '0' && matches!(x.character, 'x' | 'X') => rest,
        all => all,
    }
}

/// An even number of hexadecimal digits, as many as an address can have.
fn is_group(group: &&&[Glyph]) -> bool {
    group.len() <= 16
        && !group.is_empty()
        && group.len().is_multiple_of(2)
        && group.iter().all(|glyph| glyph.character.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::file::text::Text;

    /// As a packet is shown: what is before an object, the object, and, where a line begins, bytes in it that look as if
    /// another one began.
    #[test]
    fn bytes_of_an_object_do_not_begin_another() {
        // The header itself may stand at the end of a line, in part.
        for before in [20, 29, 30, 31] {
            let mut packet = [&vec![0x45; before][..], &[0x30, 0x81, 200], &[0xff; 200]].concat();
            packet[80..84].copy_from_slice(&[0x30, 0x82, 0x01, 0x01]);
            let shown = packet.chunks(16).map(|line| {
                let groups = line.chunks(2).map(|two| two.iter().map(|byte| format!("{byte:02x}")).collect());
                groups.collect::<Vec<String>>().join(" ") + "\n"
            });
            let text: String = shown.enumerate().map(|(at, line)| format!("0x{at:04x}:  {line}")).collect();
            let read = pairs(&Text::decode(text.as_bytes()).glyphs);
            assert_eq!(
                read.iter().map(|octets| octets.bytes.to_vec()).collect::<Vec<_>>(),
                [packet],
                "{text}"
            );
        }
    }

    /// What announces more than there is hides nothing that follows.
    #[test]
    fn a_length_beyond_the_end_hides_no_object() {
        let object = [&[0x30, 0x81, 61][..], &[7; 61]].concat();
        let before = [&[0x45; 20][..], &[0x30, 0x83, 0xff, 0xff, 0xff], &[0x45; 7]].concat();
        let shown = |bytes: &[u8]| -> String {
            let line =
                |line: &[u8]| line.iter().map(|byte| format!(" {byte:02x}")).collect::<String>() + "\n";
            bytes.chunks(16).map(|bytes| format!("t={}", line(bytes))).collect()
        };
        let text = shown(&before) + &shown(&object) + &shown(&object);
        let read = pairs(&Text::decode(text.as_bytes()).glyphs);
        assert_eq!(
            read.iter().map(|octets| octets.bytes.to_vec()).collect::<Vec<_>>(),
            [before, object.clone(), object]
        );
    }

    #[test]
    fn what_follows_a_whole_object_is_another() {
        let object = [&[0x30, 0x81, 61][..], &[7; 61]].concat();
        let shown = |bytes: &[u8]| -> String {
            let line =
                |line: &[u8]| line.iter().map(|byte| format!(" {byte:02x}")).collect::<String>() + "\n";
            bytes.chunks(16).map(|bytes| format!("t={}", line(bytes))).collect()
        };
        let text = shown(&object) + &shown(&object);
        let read = pairs(&Text::decode(text.as_bytes()).glyphs);
        assert_eq!(
            read.iter().map(|octets| octets.bytes.to_vec()).collect::<Vec<_>>(),
            [object.clone(), object]
        );
    }
}
