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
