//! What other programs write says nothing of a device: `tests/case/others`, a file a kind.
//!
//! Each line is tried alone, as a journal has it, and behind a container's name; each file is tried as a whole.

use std::fs;

use dps_x509_core::{cert::Inputs, explain::Explanation, finding::Place};

use crate::case;

fn told(text: &str) -> Vec<String> {
    let explanation = Explanation::of_text(text.as_bytes(), &Place::default(), &Inputs::default());
    explanation.happenings.iter().map(|it| format!("{} {}", it.finding.code(), it.finding.message)).collect()
}

fn files() -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(case::folder().join("../others"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn what_other_programs_write_gives_no_cause() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (file, text) in files() {
        for line in text.lines().filter(|line| !line.is_empty()) {
            tried += 1;
            let frames = [line.to_owned(), format!("{line}\n{line}\n"), format!("\u{1b}[31m{line}\u{1b}[0m")];
            for framed in frames {
                let told = told(&framed);
                if !told.is_empty() {
                    wrong.push(format!("{file}: {line}\n    {told:?}"));
                    break;
                }
            }
        }
        let whole = told(&text);
        if !whole.is_empty() {
            wrong.push(format!("{file}, as a whole\n    {whole:?}"));
        }
    }
    assert!(tried > 350, "{tried} lines were tried");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_number_of_the_system_is_read_by_no_other_table() {
    let network = ["DX501", "DX502", "DX503", "DX504", "DX513", "DX515"];
    let of_system = |line: &str| {
        told(line)
            .into_iter()
            .filter(|it| !network.iter().any(|code| it.starts_with(code)))
            .collect::<Vec<_>>()
    };
    for number in 1..=133 {
        for line in [format!("connection error: (os error {number})"), format!("(os error {number})")] {
            assert_eq!(of_system(&line), Vec::<String>::new(), "{line}");
        }
    }
    for line in [
        "Failed to send HTTP request (attempt 1 of 2): Connection reset by peer (os error 104)",
        "Get \"ftp://example.com\": unsupported protocol scheme \"ftp\"",
    ] {
        assert_eq!(of_system(line), Vec::<String>::new(), "{line}");
    }
}
