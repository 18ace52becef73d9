//! Lists of devices: CSV, JSON Lines, a folder; row by row, whatever their length.

mod csv;
mod folder;
mod jsonl;
mod lines;
mod utf16;

use std::{
    fmt,
    fs::File,
    io::{self, BufRead, BufReader, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use dps_x509_core::{
    finding::{Finding, Input, Place, say},
    text::visible,
};
use utf16::{Order, Utf16};

/// Where a list comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller chooses")]
pub enum List {
    /// A file of CSV or of JSON Lines, which its first character tells.
    File(PathBuf),
    /// A folder with a folder for each device.
    Folder(PathBuf),
    /// The same as a file, from standard input. It can be read once.
    Standard,
}

/// One device of a list, as it stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    number: u64,
    line: u64,
    columns: Vec<(Arc<str>, String)>,
}

/// A row that cannot be read. Others can.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowFault {
    /// The how manieth, from 1.
    pub number: u64,
    /// Where it begins, from 1; in a folder its number.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// A list that cannot be read, or not any further.
#[derive(Debug)]
#[non_exhaustive]
pub struct ListError {
    /// Which list.
    pub list: String,
    /// The line, where one is to blame.
    pub line: Option<u64>,
    /// What is wrong with it.
    pub reason: String,
}

/// The rows of a list, one after the other.
pub struct Rows(Box<dyn Iterator<Item = Result<Result<Row, RowFault>, Stop>> + Send>, String);

/// Why there are no more rows, with the line.
type Stop = (Option<u64>, String);

/// Longest row, in bytes.
pub(crate) const MAX_ROW: usize = 1024 * 1024;

impl List {
    /// The list of a path; `-` is standard input.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        if path == Path::new("-") {
            Self::Standard
        } else if path.is_dir() {
            Self::Folder(path.to_owned())
        } else {
            Self::File(path.to_owned())
        }
    }

    /// Whether it can be read a second time.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::Standard => false,
            Self::Folder(_) => true,
            // A pipe with a name is read once as well. What is not there is told at any time.
            Self::File(path) => path.is_file() || !path.exists(),
        }
    }

    /// The folder that paths in the list are relative to.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        match self {
            Self::File(path) => path.parent().unwrap_or(Path::new("")).to_owned(),
            Self::Folder(path) => path.clone(),
            Self::Standard => PathBuf::new(),
        }
    }

    /// Begins to read it.
    ///
    /// # Errors
    /// It cannot be opened, or is in no form that is read here.
    pub fn rows(&self) -> Result<Rows, ListError> {
        let list = self.to_string();
        let failed = |(line, reason): Stop| ListError { list: list.clone(), line, reason };
        let rows = match self {
            Self::Folder(path) => folder::rows(path).map_err(|error| (None, reason(&error))),
            Self::File(path) => match File::open(path) {
                Ok(file) => read(BufReader::with_capacity(64 * 1024, file)),
                Err(error) => Err((None, reason(&error))),
            },
            Self::Standard => read(BufReader::new(io::stdin())),
        };
        Ok(Rows(rows.map_err(failed)?, list))
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) | Self::Folder(path) => f.write_str(&visible(&path.to_string_lossy())),
            Self::Standard => f.write_str("standard input"),
        }
    }
}

type Boxed = Box<dyn Iterator<Item = Result<Result<Row, RowFault>, Stop>> + Send>;

/// What people give for a list that is none, by its first bytes.
const OTHERS: [(&[u8], &str); 6] = [
    (b"PK\x03\x04", "a workbook of a spreadsheet (xlsx, ods), or another ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "a workbook of an old spreadsheet (xls)"),
    (b"\x1f\x8b", "compressed by gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd"),
    (b"%PDF", "a PDF"),
    (b"----", "a certificate or a key and no list of devices"),
];

/// CSV or JSON Lines, by the first character.
fn read(mut input: impl BufRead + Send + 'static) -> Result<Boxed, Stop> {
    let failed = |error: io::Error| (None, reason(&error));
    // The first piece of a pipe may be short, but not shorter than this, unless there is no more.
    let mut begin = Vec::new();
    input.by_ref().take(4).read_to_end(&mut begin).map_err(failed)?;
    if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| begin.starts_with(magic)) {
        return Err((None, format!("it is {what}; save the list as CSV")));
    }
    if let Some((order, mark)) = Order::of(&begin) {
        let begin = io::Cursor::new(begin.split_off(mark));
        return text(BufReader::new(Utf16::new(begin.chain(input), order)));
    }
    if begin.contains(&0) {
        return Err((Some(1), "it is UTF-16 without a mark, or no text at all; save it as UTF-8".to_owned()));
    }
    let begin = begin.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&begin).to_vec();
    text(io::Cursor::new(begin).chain(input))
}

/// The same of a text in UTF-8, behind its mark.
fn text(mut input: impl BufRead + Send + 'static) -> Result<Boxed, Stop> {
    let failed = |error: io::Error| (None, reason(&error));
    let mut blank = 0;
    loop {
        let buffer = input.fill_buf().map_err(failed)?;
        let Some(first) = buffer.first().copied() else {
            return Err((None, "it is empty".to_owned()));
        };
        match first {
            b'{' => return Ok(Box::new(jsonl::rows(input, blank))),
            b'[' => {
                return Err((
                    Some(blank + 1),
                    "it is one JSON array; give a line for each device, which `jq -c '.[]'` makes".to_owned(),
                ));
            }
            b'\n' | b'\r' | b' ' | b'\t' => {
                blank += u64::from(first == b'\n');
                input.consume(1);
            }
            _ => return Ok(Box::new(csv::rows(input, blank)?)),
        }
    }
}

/// The system's reason without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

impl Iterator for Rows {
    type Item = Result<Result<Row, RowFault>, ListError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self(rows, list) = self;
        let row = rows.next()?;
        Some(row.map_err(|(line, reason)| ListError { list: list.clone(), line, reason }))
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Rows").field(&self.1).finish()
    }
}

impl Row {
    /// A row of these columns: the how manieth, and the line where it begins, both from 1.
    #[must_use]
    pub fn of<'a>(number: u64, line: u64, columns: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let columns = columns.into_iter().map(|(name, value)| (name.into(), value.to_owned()));
        Self { number, line, columns: columns.collect() }
    }

    /// The how manieth of the list it is, from 1.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The line where it begins, from 1; in a folder its number.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.line
    }

    /// The value of a column. Names are compared without case, blanks, hyphens and underscores, so that
    /// `registrationId`, `registration_id` and `Registration ID` are one.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&str> {
        let found = self.columns.iter().find(|(name, _)| is_same(name, column));
        found.map(|(_, value)| value.as_str())
    }

    /// The names of the columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|(name, _)| name.as_ref())
    }
}

fn is_same(one: &str, other: &str) -> bool {
    let letters = |text: &str| {
        let kept = text.chars().filter(|character| !matches!(character, ' ' | '-' | '_'));
        kept.flat_map(char::to_lowercase).collect::<Vec<_>>()
    };
    one == other || letters(one) == letters(other)
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&visible(&self.reason))
    }
}

impl ListError {
    /// What it is, and what to do.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let Self { list, line, reason } = self;
        let place = Place::input(Input::List);
        let place = line
            .map_or_else(|| place.clone(), |line| place.clone().line(line.try_into().unwrap_or(u32::MAX)));
        say::DeviceRowInvalid::List { list, why: &visible(reason) }.finding().at(place)
    }
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { list, line, reason } = self;
        let reason = visible(reason);
        match line {
            Some(line) => write!(f, "the list {list} cannot be read at line {line}: {reason}"),
            None => write!(f, "the list {list} cannot be read: {reason}"),
        }
    }
}

impl std::error::Error for ListError {}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The rows of a text, each as `number@line name=value …` or `number@line! reason`, and why there are no more.
    pub(crate) fn shown(text: impl AsRef<[u8]>) -> Vec<String> {
        let rows = match read(io::Cursor::new(text.as_ref().to_vec())) {
            Ok(rows) => rows,
            Err((line, reason)) => return vec![format!("{line:?} {reason}")],
        };
        rows.map(|row| match row {
            Ok(Ok(Row { number, line, columns })) => {
                let columns: String =
                    columns.iter().map(|(name, value)| format!(" {name}={}", value.escape_debug())).collect();
                format!("{number}@{line}{columns}")
            }
            Ok(Err(RowFault { number, line, reason })) => format!("{number}@{line}! {reason}"),
            Err((line, reason)) => format!("{line:?} {reason}"),
        })
        .collect()
    }

    #[test]
    fn the_first_character_tells_the_form() {
        assert_eq!(shown("id\na\n"), ["1@2 id=a"]);
        assert_eq!(shown("\n\n{\"id\":\"a\"}\n"), ["1@3 id=a"]);
        assert_eq!(shown("\u{feff}id\r\na\r\n"), ["1@2 id=a"]);
        assert!(shown("[{}]")[0].contains("jq"));
        assert!(shown("")[0].contains("empty"));
        assert!(shown(" \n \n")[0].contains("empty"));
        assert!(shown(b"i\0d\0")[0].contains("UTF-16"));
        assert!(shown(b"PK\x03\x04\x14\0\x06\0")[0].contains("xlsx"));
        assert!(shown(b"\xd0\xcf\x11\xe0\xa1\xb1")[0].contains("xls"));
        assert!(shown("-----BEGIN CERTIFICATE-----\n")[0].contains("no list"));
    }

    #[test]
    fn names_of_columns_are_read_as_people_write_them() {
        let row = Row::of(1, 2, [("Registration_ID", "a"), ("idScope", "0ne1")]);
        assert_eq!(row.get("registrationId"), Some("a"));
        assert_eq!(row.get("registration-id"), Some("a"));
        assert_eq!(row.get("ID scope"), Some("0ne1"));
        assert_eq!(row.get("id"), None);
    }
}
