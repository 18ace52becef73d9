//! The lists of edges in ARCHITECTURE.md: the design and the test are one text.

use std::{collections::BTreeMap, fs};

use crate::root;

/// Who may know whom: each name with those that it may know.
pub(crate) type Edges = BTreeMap<String, Vec<String>>;

/// The list behind `<!-- edges: NAME -->`: in the next block a line each, `name → others, with, commas`.
pub(crate) fn of(name: &str) -> Edges {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, behind) = text
        .split_once(&format!("<!-- edges: {name} -->\n```text\n"))
        .unwrap_or_else(|| panic!("ARCHITECTURE.md has no list of the edges of {name}"));
    let (list, _) = behind.split_once("```").unwrap();
    let edges: Edges = list.lines().map(edge).collect();
    assert_eq!(edges.len(), list.lines().count(), "a name stands twice in the list of {name}");
    let known = |others: &Vec<String>| others.iter().all(|other| edges.contains_key(other));
    assert!(edges.values().all(known), "a name in the list of {name} has no line of its own");
    edges
}

fn edge(line: &str) -> (String, Vec<String>) {
    let (name, others) = line.split_once('→').unwrap_or_else(|| panic!("{line} is no edge"));
    let others = others.split(',').map(str::trim).filter(|other| !other.is_empty());
    (name.trim().to_owned(), others.map(str::to_owned).collect())
}
