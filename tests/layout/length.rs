//! A file has one subject, and no more lines than a person reads at once (CONTRIBUTING.md).

use std::fs;

use crate::{Source, root, sources};

const MOST: usize = 400;

#[test]
fn no_file_is_longer_than_it_may_be() {
    let mut longer = Vec::new();
    let mut seen = 0;
    for folder in ["crate", "tests", "xtask"] {
        for Source { file, .. } in sources(&root().join(folder)) {
            seen += 1;
            let lines = fs::read_to_string(&file).unwrap().lines().count();
            if lines > MOST {
                longer.push(format!("{}: {lines}", file.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert!(seen > 300, "{seen} files: where are the sources?");
    assert!(longer.is_empty(), "more than {MOST} lines:\n{}", longer.join("\n"));
}
