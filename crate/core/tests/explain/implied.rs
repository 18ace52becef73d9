//! What the build leaves out of the lexicon's text, because a shorter row says it as well, is told all the same.

use std::fs;

use dps_x509_core::{
    cert::Inputs,
    explain::{Explanation, lexicon_text},
    finding::Place,
};

use crate::stack;

/// The rows of the files that are words alone under a code's heading, each with the code.
fn rows() -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(stack::folder()).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let mut rows = Vec::new();
    for path in files {
        let mut code = None;
        for line in fs::read_to_string(path).unwrap().lines() {
            if let Some(heading) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                code = heading.starts_with("DX").then(|| heading.get(..5).unwrap().to_owned());
            } else if let Some(code) = &code
                && !line.is_empty()
                && !line.starts_with("# ")
                && !line.contains(['{', '|'])
            {
                rows.push((line.to_owned(), code.clone()));
            }
        }
    }
    rows
}

#[test]
fn what_is_left_out_is_told_by_what_is_kept() {
    let kept: Vec<&str> = lexicon_text().lines().collect();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (row, code) in rows().into_iter().filter(|(row, _)| !kept.contains(&row.as_str())) {
        tried += 1;
        let told = Explanation::of_text(row.as_bytes(), &Place::default(), &Inputs::default());
        if told.happenings.iter().all(|happening| happening.finding.code() != code) {
            wrong.push((row, code, told.happenings.len()));
        }
    }
    assert!(tried > 100, "{tried} were left out");
    assert!(wrong.is_empty(), "{} of {tried}: {wrong:#?}", wrong.len());
}
