//! Lists of devices, journals, and what is summed up of them: files that others write, or that a kill has cut.

use std::{cell::RefCell, fs, path::Path};

use dps_x509_core::text;
use dps_x509_fleet::{Journal, JournalError, List, Template, journal, summary::Summary};

/// What a journal begins with.
const HEADER: &[u8] = b"9a4098d4 {\"journal\":\"dps-x509 fleet\",\"version\":1}\n";

thread_local! {
    static FOLDER: RefCell<tempfile::TempDir> = RefCell::new(tempfile::tempdir().unwrap());
}

pub(super) fn run(bytes: &[u8]) {
    let (first, rest) = bytes.split_first().map_or((b'l', bytes), |(first, rest)| (*first, rest));
    FOLDER.with_borrow(|folder| {
        let path = folder.path().join("file");
        if first == b'j' { journal(&path, rest) } else { list(&path, rest) }
    });
}

fn list(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    let [inside, alone] =
        ["devices/{registrationId}/key.pem", "{key}"].map(|it| it.parse::<Template>().unwrap());
    let rows = match List::of(path).rows() {
        Ok(rows) => rows,
        Err(error) => return plain(&error.to_string()),
    };
    let mut before = 0;
    for row in rows {
        let (number, line) = match row {
            Err(error) => return plain(&error.to_string()),
            Ok(Err(fault)) => {
                plain(&fault.to_string());
                (fault.number, fault.line)
            }
            Ok(Ok(row)) => {
                match inside.fill_path(&row) {
                    Err(error) => plain(&error.to_string()),
                    Ok(path) => {
                        let names = path.split(['/', '\\']).collect::<Vec<_>>();
                        assert!(
                            names.len() == 3 && !["", ".", ".."].contains(&names[1]),
                            "{path:?} leads elsewhere"
                        );
                    }
                }
                let _ = alone.fill_path(&row);
                let _ = inside.fill_uri(&row);
                (row.number(), row.line())
            }
        };
        assert!(number == before + 1 && line > 0, "row {number} at line {line} behind row {before}");
        before = number;
    }
}

/// Each line as one that was written whole, unless it begins with `!`: then as it is.
fn journal(path: &Path, bytes: &[u8]) {
    let mut file = HEADER.to_vec();
    let is_whole = bytes.ends_with(b"\n");
    for line in bytes.split(|byte| *byte == b'\n') {
        match line.strip_prefix(b"!") {
            Some(raw) => file.extend(raw),
            None => file.extend([format!("{:08x} ", checksum(line)).as_bytes(), line].concat()),
        }
        file.push(b'\n');
    }
    if !is_whole {
        file.pop();
    }
    fs::write(path, &file).unwrap();
    let before = entries(path);
    if let Ok(summary) = Summary::of(path) {
        let shown = summary.to_text();
        assert!(!shown.chars().any(|it| it != '\n' && text::is_invisible(it)), "{shown:?}");
        let page = summary.to_html();
        for foreign in ["<script", "<img", "<a", "<iframe"] {
            assert!(!page.contains(foreign), "{foreign}: {page}");
        }
        let _ = (summary.to_csv(), summary.to_json());
    }
    // What is not whole is cut off, and nothing else.
    let opened = Journal::open(path, |_| {});
    assert_eq!(opened.is_ok(), before.is_ok(), "{before:?}, {:?}", opened.err());
    drop(opened);
    if let (Ok(before), Ok(after)) = (before, entries(path)) {
        let (kept, added) = after.split_at_checked(before.len()).unwrap_or((&after, &[]));
        assert_eq!(kept, before, "opening the journal changed what is in it");
        assert!(added.len() <= 1 && added.iter().all(|line| line.contains("\"begin\"")), "{added:?}");
    }
}

fn entries(path: &Path) -> Result<Vec<String>, JournalError> {
    journal::read(path)?.map(|entry| entry.map(|(_, json)| json)).collect()
}

fn plain(line: &str) {
    assert!(!line.contains(text::is_invisible), "{line:?}");
}

/// CRC-32 (ISO 3309), bit by bit.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}
