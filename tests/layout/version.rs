//! One version everywhere: that of the workspace.

use std::fs;

use crate::root;

/// Each file that has the version, and what stands before and behind it there.
const PLACES: [(&str, &str, &str); 9] = [
    ("crate/web/npm/package.json", "\"version\": \"", "\""),
    ("crate/web/npm/package-lock.json", "\"version\": \"", "\""),
    ("wit/world.wit", "package dps-x509:device@", ";"),
    ("www/book/kubernetes.md", "image: dps-x509:", "\n"),
    ("www/book/kubernetes.md", "- name: emulator\n          image: dps-x509:", "\n"),
    ("www/book/ci.md", "-v dps:/state dps-x509:", " "),
    ("crate/emulator/Containerfile", "-t dps-x509:", " "),
    ("crate/emulator/example/compose.yaml", "image: dps-x509:", "\n"),
    ("crate/emulator/example/compose.yaml", "device:\n    image: dps-x509:", "\n"),
];

#[test]
fn the_version_is_one() {
    let read =
        |path: &str| fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let workspace: toml::Table = read("Cargo.toml").parse().unwrap();
    let version = workspace["workspace"]["package"]["version"].as_str().unwrap();
    for (path, before, behind) in PLACES {
        let text = read(path);
        let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{path} has no {before}"));
        let found = rest.split(behind).next().unwrap();
        assert_eq!(found, version, "{path}, behind {before:?}");
    }
    for (name, dependency) in workspace["workspace"]["dependencies"].as_table().unwrap() {
        if name.starts_with("dps-x509") {
            assert_eq!(dependency["version"].as_str(), Some(format!("={version}").as_str()), "{name}");
        }
    }
}

/// What changed has a section for what is not out yet, or for this very version.
#[test]
fn the_changelog_has_the_version() {
    let workspace: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let version = workspace["workspace"]["package"]["version"].as_str().unwrap();
    let text = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    let newest = text.lines().find_map(|line| line.strip_prefix("## ")).unwrap();
    let is_dated = newest.strip_prefix(version).is_some_and(|rest| rest.starts_with(" (20"));
    assert!(newest == "Unreleased" || is_dated, "the newest section of CHANGELOG.md is {newest:?}");
}
