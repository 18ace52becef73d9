//! One edit at a random place of a frame: the line that is told is the line that was edited, or the finding says why it
//! cannot know.

use std::collections::BTreeMap;

use dps_x509_core::{
    cert::{File, KeyContainer, Kind},
    finding::Place,
};

use crate::object::{self, Object};

/// Of a hundred edits, as many have to be placed.
const AIM: usize = 95;
/// Places tried of each kind of edit in each frame.
const PLACES: usize = 12;

/// What is said where a line cannot be known.
const CANNOT_KNOW: &str = "nothing tells";

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        // xorshift64
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(most.max(1)).unwrap()).unwrap()
    }
}

/// What a line of the text becomes.
type Frame = fn(&str) -> String;

/// Frames: the lines of the text, each body line in a frame of its own.
const FRAMES: [(&str, &str, Frame); 6] = [
    ("PEM", "pem", |line| line.to_owned()),
    ("C literal", "c", |line| format!("\"{line}\\n\"")),
    ("JavaScript", "js", |line| format!("  '{line}\\n' +")),
    ("mail", "txt", |line| format!("> {line}")),
    ("log", "log", |line| format!("Nov 27 16:00:03 gw-7 agent[812]: {line}")),
    ("YAML", "yaml", |line| format!("  {line}")),
];

/// An edit: the lines of the object, and which line it is made in; gives the line (from 0) in which it can be seen.
type Edit = fn(&mut Vec<String>, usize, &mut Dice) -> usize;

const EDITS: [(&str, Edit); 12] = [
    ("a character lost", |lines, at, dice| {
        let place = dice.below(lines[at].len());
        lines[at].remove(place);
        at
    }),
    ("a character added", |lines, at, dice| {
        let place = dice.below(lines[at].len());
        lines[at].insert(place, 'A');
        at
    }),
    ("a character that is no base64", |lines, at, dice| {
        let place = dice.below(lines[at].len());
        lines[at].replace_range(place..=place, "*");
        at
    }),
    ("a line lost", |lines, at, _| {
        lines.remove(at);
        at
    }),
    ("a line doubled", |lines, at, _| {
        let line = lines[at].clone();
        lines.insert(at, line);
        at + 1
    }),
    ("two lines swapped", |lines, at, _| {
        lines.swap(at, at + 1);
        at
    }),
    ("two lines joined", |lines, at, _| {
        let next = lines.remove(at + 1);
        lines[at] += &next;
        at
    }),
    ("a dash of BEGIN lost", |lines, _, _| {
        lines[0].remove(0);
        0
    }),
    ("a dash of END lost", |lines, _, _| {
        let last = lines.len() - 1;
        lines[last].pop();
        last
    }),
    ("the label of END changed", |lines, _, _| {
        let last = lines.len() - 1;
        lines[last] = lines[last].replace("END ", "END OLD ");
        last
    }),
    ("a header line", |lines, _, _| {
        lines.insert(1, "Comment: mine".to_owned());
        1
    }),
    ("a placeholder", |lines, at, _| {
        lines[at] = "...".to_owned();
        at
    }),
];

#[test]
fn the_line_that_is_told_is_the_line_that_was_edited() {
    let objects = object::all();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut tally: BTreeMap<(&str, &str), (usize, usize, String)> = BTreeMap::new();
    // Of what is encrypted nobody can tell without the passphrase whether it is whole.
    let is_open = |object: &&Object| object.parts[0].0 != Kind::PrivateKey(KeyContainer::LegacyEncrypted);
    let alone = objects.iter().filter(|object| object.parts.len() == 1 && object.pem.is_some());
    // Of two lines nobody knows which is as it should be.
    let has_lines = |object: &&Object| object.pem.as_ref().is_some_and(|pem| pem.lines().count() >= 6);
    for object in alone.filter(is_open).filter(has_lines) {
        for (frame, extension, one) in FRAMES {
            for (edit, change) in EDITS {
                for _ in 0..PLACES / 4 {
                    let outcome = told(object, extension, one, change, &mut dice);
                    let entry = tally.entry((frame, edit)).or_default();
                    entry.1 += 1;
                    match outcome {
                        Ok(()) => entry.0 += 1,
                        Err(why) => entry.2 = format!("{}: {why}", object.name),
                    }
                }
            }
        }
    }
    let (mut right, mut all) = (0, 0);
    for ((frame, edit), (placed, tried, why)) in &tally {
        println!("{frame}, {edit}: {placed} of {tried} {why}");
        right += placed;
        all += tried;
    }
    println!("{right} of {all} edits are placed, or it is said why not");
    assert!(right * 100 >= all * AIM, "{right} of {all} are less than {AIM} %");
}

/// Whether an edit is told at its line.
fn told(
    object: &Object,
    extension: &str,
    frame: fn(&str) -> String,
    change: Edit,
    dice: &mut Dice,
) -> Result<(), String> {
    let pem = object.pem.as_ref().unwrap();
    let mut lines: Vec<String> = pem.lines().map(str::to_owned).collect();
    // A line of the body that is not the last; the one behind it is there as well.
    let at = 1 + dice.below(lines.len() - 4);
    let line = change(&mut lines, at, dice);
    let mut text: String = lines.iter().map(|line| frame(line) + "\n").collect();
    let mut offset = 1;
    if extension == "yaml" {
        text = format!("cert: |\n{text}");
        offset = 2;
    }
    if extension == "c" {
        text = format!("const char c[] =\n{text};\n");
        offset = 2;
    }
    let file = File::read(text.as_bytes(), &Place::default().path(format!("x.{extension}")));
    let expected = u32::try_from(line + offset).unwrap();
    let is_told = file.findings.iter().any(|finding| {
        finding.place.line == Some(expected)
            || finding.message.to_string().contains(&format!("line {expected} "))
            || finding.message.to_string().to_lowercase().contains(CANNOT_KNOW)
    });
    // What changes nothing that is read need not be told: the object is there, byte for byte, and no client minds.
    let is_same = file.items.len() == 1 && *file.items[0].der == object.parts[0].1 && file.refused.is_empty();
    if is_told || is_same {
        return Ok(());
    }
    let all: Vec<_> =
        file.findings.iter().map(|f| format!("{} {:?} {}", f.code(), f.place.line, f.message)).collect();
    Err(format!("line {expected}: {all:?}"))
}
