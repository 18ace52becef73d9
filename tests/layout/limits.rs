//! The limits that SECURITY.md promises are those of the sources.

use std::fs;

use crate::root;

#[test]
fn the_limits_of_the_security_page_are_those_of_the_sources() {
    let page = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<_> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        match cells[..] {
            ["", what, limit, path, ""] if path.ends_with(".rs") => Some((what, limit, path)),
            _ => None,
        }
    });
    let mut seen = 0;
    for (what, limit, path) in rows {
        let source = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert!(source.contains(limit), "{what}: {path} does not say {limit}");
        seen += 1;
    }
    assert!(seen > 20, "there are {seen} limits");
}
