//! Circles between files: none of them can be read, tested or moved without the others.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// Which files each file names.
pub(crate) type Edges = BTreeMap<PathBuf, BTreeSet<PathBuf>>;

/// The files that lead back to themselves, each circle once, its files in order.
pub(crate) fn circles(edges: &Edges) -> BTreeSet<Vec<PathBuf>> {
    let reached: BTreeMap<_, _> = edges.keys().map(|file| (file, reach(file, edges))).collect();
    let mut found = BTreeSet::new();
    for (file, ahead) in &reached {
        if ahead.contains(*file) {
            let leads_back = |other: &&PathBuf| reached.get(other).is_some_and(|back| back.contains(*file));
            found.insert(ahead.iter().filter(leads_back).cloned().collect());
        }
    }
    found
}

fn reach(from: &PathBuf, edges: &Edges) -> BTreeSet<PathBuf> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        for next in edges.get(file).into_iter().flatten() {
            if seen.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    seen
}

#[test]
fn a_circle_is_found_and_what_leads_to_it_is_none() {
    let edges: Edges = [("a", "b"), ("b", "c"), ("c", "b"), ("d", "d2")]
        .into_iter()
        .map(|(from, to)| (PathBuf::from(from), BTreeSet::from([PathBuf::from(to)])))
        .collect();
    let expected = BTreeSet::from([vec![PathBuf::from("b"), PathBuf::from("c")]]);
    assert_eq!(circles(&edges), expected);
}
