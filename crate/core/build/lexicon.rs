//! The lexicon as one text: its files without what only its writers need, and without rows that a shorter one says as well.
//!
//! The files have all that their sources have, symbol by symbol; most symbols end in words that stand alone elsewhere, and
//! mean the same. What travels has each meaning once.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fs, io,
    path::Path,
};

/// A shorter row that is broken over two lines is found from this length on, in letters and digits.
const BROKEN: usize = 14;

/// The files of a folder as one text.
pub(crate) fn text(folder: &Path) -> io::Result<String> {
    let mut files: Vec<_> =
        fs::read_dir(folder)?.map(|file| file.map(|file| file.path())).collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let mut lines = Vec::new();
    for path in files {
        lines.extend(fs::read_to_string(&path)?.lines().map(|line| line.trim_end().to_owned()));
    }
    let is_row = |line: &String| {
        !line.is_empty() && !["# ", "source:", "complete:"].iter().any(|start| line.starts_with(start))
    };
    lines.retain(is_row);
    let rows = rows(&lines);
    let (implied, repeated) = (implied(&rows), repeated(&lines));
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        let left_out: BTreeSet<&str> =
            implied.iter().filter(|row| row.line == at).map(|row| row.text).collect();
        match line.split_once(" | ").filter(|(head, _)| head.contains(" = ")) {
            Some((head, names)) if !left_out.is_empty() => {
                let names: Vec<&str> = names.split(" ; ").filter(|name| !left_out.contains(name)).collect();
                out.push_str(head);
                if !names.is_empty() {
                    out.push_str(" | ");
                    out.push_str(&names.join(" ; "));
                }
            }
            _ if left_out.is_empty() && !repeated.contains(&at) => out.push_str(line),
            _ => continue,
        }
        out.push('\n');
    }
    Ok(out)
}

/// A row of words alone.
struct Row<'t> {
    /// Where it stands.
    line: usize,
    text: &'t str,
    /// Its words, in letters and digits.
    words: Vec<String>,
    meaning: &'t str,
    /// Whether it asks for other words on its line.
    is_conditional: bool,
}

impl Row<'_> {
    /// Whether what it says is trouble: of what else a text says each place counts.
    fn is_trouble(&self) -> bool {
        ["DX", "connack ", "alert ", "status ", "dps "].iter().any(|kind| self.meaning.starts_with(kind))
    }
}

fn rows(lines: &[String]) -> Vec<Row<'_>> {
    let (mut rows, mut section) = (Vec::new(), "");
    for (at, line) in lines.iter().enumerate() {
        if let Some(heading) =
            line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).filter(|it| is_heading(it))
        {
            section = heading;
        } else if ["stack: ", "speaker: "].iter().any(|kind| line.starts_with(kind))
            || ["concept ", "sign "].iter().any(|kind| section.starts_with(kind))
            || ["programs", "sentences"].contains(&section)
        {
        } else if section.starts_with("numbers: ") || section.starts_with("flags: ") {
            let Some((number, names)) = line.split_once(" | ") else { continue };
            let Some((_, meaning)) = number.split_once(" = ") else { continue };
            rows.extend(names.split(" ; ").filter_map(|name| row(at, name, meaning)));
        } else if section != "by number" {
            rows.extend(row(at, line, section));
        }
    }
    rows
}

/// A heading, and not `[Errno {errno}]`.
fn is_heading(text: &str) -> bool {
    const KINDS: [&str; 20] = [
        "numbers: ",
        "flags: ",
        "by number",
        "programs",
        "concept ",
        "sign ",
        "sentences",
        "DX",
        "hint ",
        "connack ",
        "alert ",
        "dps ",
        "status ",
        "words ",
        "peer ",
        "stage ",
        "server",
        "other",
        "nothing",
        "ours",
    ];
    matches!(text, "theirs" | "theirs aside") || KINDS.iter().any(|kind| text.starts_with(kind))
}

fn row<'t>(line: usize, text: &'t str, meaning: &'t str) -> Option<Row<'t>> {
    let (words, conditions) = text.split_once(" | ").unwrap_or((text, ""));
    let is_alone = !words.contains('{') && words.is_ascii() && !words.starts_with("near: ");
    let words = words.split(|it: char| !it.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    is_alone.then(|| Row {
        line,
        text,
        words: words.map(str::to_ascii_lowercase).collect(),
        meaning,
        is_conditional: !conditions.is_empty(),
    })
}

/// The rows that another one says as well: the same words, or words inside of them, with the same meaning always; and nothing
/// else inside of them means something else.
fn implied<'r, 't>(rows: &'r [Row<'t>]) -> Vec<&'r Row<'t>> {
    let mut by_words: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        by_words.entry(row.words.concat()).or_default().push(at);
    }
    let is_implied = |at: usize, row: &Row<'_>| {
        let (mut says_it, mut says_else) = (false, false);
        for (from, to) in parts(row.words.len()) {
            let Some(part) = row.words.get(from..to) else { continue };
            let is_whole = part.len() == row.words.len();
            for &other in by_words.get(&part.concat()).into_iter().flatten().filter(|other| **other != at) {
                let Some(inside) = rows.get(other) else { continue };
                let is_same = inside.meaning == row.meaning && !inside.is_conditional;
                says_it |= is_same
                    && if is_whole {
                        other < at
                    } else {
                        part.iter().map(String::len).sum::<usize>() >= BROKEN
                    };
                says_else |= inside.meaning != row.meaning;
            }
        }
        says_it && !says_else
    };
    // A number at the end may be one of a table's behind the same words.
    let has_number =
        |row: &Row<'_>| row.words.iter().any(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    let may = |row: &Row<'_>| row.is_trouble() && !row.is_conditional && !has_number(row);
    rows.iter().enumerate().filter(|(at, row)| may(row) && is_implied(*at, row)).map(|(_, row)| row).collect()
}

/// The rows with gaps and numbers that stand elsewhere as well, under the same heading and with the same conditions, whatever
/// signs are between their words.
fn repeated(lines: &[String]) -> BTreeSet<usize> {
    let (mut known, mut section) = (HashSet::new(), "");
    let mut is_repeated = |at: usize| {
        let line = lines.get(at)?;
        if let Some(heading) =
            line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).filter(|it| is_heading(it))
        {
            section = heading;
        }
        let is_row =
            line.contains('{') && !section.starts_with("numbers: ") && !section.starts_with("flags: ");
        (is_row && !known.insert((section, pieces(line)))).then_some(at)
    };
    (0..lines.len()).filter_map(&mut is_repeated).collect()
}

/// The words of a row as they are compared, with its gaps, numbers and conditions between and behind them.
fn pieces(row: &str) -> String {
    let (words, conditions) = row.split_once(" | ").unwrap_or((row, ""));
    let mut is_inside = false;
    let words = words.chars().filter(|it| {
        is_inside = *it == '{' || is_inside && *it != '}';
        is_inside || *it == '}' || it.is_alphanumeric()
    });
    format!("{} | {conditions}", words.collect::<String>().to_lowercase())
}

/// Every part of so many words, and the whole.
fn parts(words: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..words).flat_map(move |from| (from + 1..=words).map(move |to| (from, to)))
}
