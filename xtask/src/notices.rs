//! The notices that go with what is given away: of every package in it, the licence that it is taken under, and the text of
//! those that ask for it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::{
    supply::{self, licence},
    workspace::{self, Result},
};

/// What is given away, and where its notices are. What only some machines need is told too.
const GIVEN_AWAY: [(&str, &str); 3] = [
    ("dps-x509", "crate/cli/NOTICES.txt"),
    ("dps-x509-module", "crate/module/NOTICES.txt"),
    ("dps-x509-web", "crate/web/npm/NOTICES.txt"),
];

/// Taken first where there is a choice: one text serves all.
const APACHE: &str = "Apache-2.0";

/// Writes each file, or says that it is not what it should be.
pub(crate) fn all(metadata: &Value, bless: bool, wrong: &mut Vec<String>) -> Result<()> {
    for (package, path) in GIVEN_AWAY {
        let text = notices(metadata, package, wrong)?;
        let file = workspace::root().join(path);
        if bless {
            workspace::write(&file, text.as_bytes())?;
        } else if fs::read_to_string(&file).unwrap_or_default() != text {
            wrong
                .push(format!("{path} is not of these dependencies: `cargo xtask supply --bless` writes it"));
        }
    }
    Ok(())
}

fn notices(metadata: &Value, package: &str, wrong: &mut Vec<String>) -> Result<String> {
    let mut out = "What is in this program besides its own code, under which licence each part is taken, and the texts that go \
                   with them.\nMade by `cargo xtask supply --bless`.\n"
        .to_owned();
    // Packages by the text that goes with them.
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut by_licence: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for dependency in linked(metadata, package)? {
        let name = format!("{} {}", supply::text(dependency, "name"), supply::text(dependency, "version"));
        let expression = supply::text(dependency, "license");
        if licence::holds(expression, &|word| word == APACHE || word == "Apache-2.0 WITH LLVM-exception") {
            by_licence.entry(APACHE.to_owned()).or_default().insert(name);
            continue;
        }
        by_licence.entry(expression.to_owned()).or_default().insert(name.clone());
        let found = licence_texts(dependency)?;
        if found.is_empty() {
            wrong.push(format!("{name} ({expression}) has no file with its licence"));
        }
        for text in found {
            texts.entry(text).or_default().insert(name.clone());
        }
    }
    for (licence, names) in by_licence {
        out += &format!("\n{licence}\n");
        names.iter().for_each(|name| out += &format!("  {name}\n"));
    }
    let apache = fs::read_to_string(workspace::root().join("LICENSE-APACHE"))?;
    out += &format!("\n{}\n{APACHE}\n\n{}\n", "=".repeat(80), apache.trim_end());
    for (text, names) in texts {
        let names: Vec<_> = names.into_iter().collect();
        out += &format!("\n{}\n{}\n\n{text}\n", "=".repeat(80), names.join(", "));
    }
    Ok(out)
}

/// The packages whose code gets into a program: what it depends on at last, without what only builds.
pub(crate) fn linked<'a>(metadata: &'a Value, package: &str) -> Result<Vec<&'a Value>> {
    let by_id: BTreeMap<&str, &Value> =
        supply::packages(metadata).map(|it| (supply::text(it, "id"), it)).collect();
    let nodes =
        metadata.pointer("/resolve/nodes").and_then(Value::as_array).ok_or("Cargo tells no resolution")?;
    let nodes: BTreeMap<&str, &Value> = nodes.iter().map(|node| (supply::text(node, "id"), node)).collect();
    let root = by_id.values().find(|it| supply::text(it, "name") == package && it["source"].is_null());
    let root = root.ok_or(format!("there is no package {package}"))?;
    let mut seen = BTreeSet::new();
    let mut open = vec![supply::text(root, "id")];
    while let Some(id) = open.pop() {
        let is_macro = by_id.get(id).is_some_and(|package| {
            let targets = package["targets"].as_array().into_iter().flatten();
            targets.into_iter().any(|target| target["kind"] == serde_json::json!(["proc-macro"]))
        });
        if is_macro || !seen.insert(id) {
            continue;
        }
        let dependencies = nodes.get(id).and_then(|node| node["deps"].as_array()).into_iter().flatten();
        for dependency in dependencies {
            let kinds = dependency["dep_kinds"].as_array().into_iter().flatten();
            if kinds.into_iter().any(|kind| kind["kind"].is_null()) {
                open.push(supply::text(dependency, "pkg"));
            }
        }
    }
    let taken = taken(package)?;
    let is_taken = |it: &&Value| {
        let name = format!("{} v{}", supply::text(it, "name"), supply::text(it, "version"));
        !it["source"].is_null() && taken.contains(&name)
    };
    Ok(seen.into_iter().filter_map(|id| by_id.get(id).copied()).filter(is_taken).collect())
}

/// `NAME vVERSION` of what a package is built with by itself: the resolution of the workspace has the features that any of its
/// packages asks for.
fn taken(package: &str) -> Result<BTreeSet<String>> {
    let mut tree = workspace::cargo();
    tree.args(["tree", "--locked", "--package", package, "--edges", "normal", "--target", "all"]);
    tree.args(["--prefix", "none", "--format", "{p}"]);
    let lines = workspace::read(&mut tree)?;
    let name = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    Ok(lines.lines().map(name).collect())
}

/// The texts beside a package's manifest, but for that of Apache.
fn licence_texts(package: &Value) -> Result<Vec<String>> {
    let manifest = PathBuf::from(supply::text(package, "manifest_path"));
    let folder = manifest.parent().unwrap_or(Path::new(""));
    let mut texts = Vec::new();
    let mut entries = fs::read_dir(folder)?.collect::<std::io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().to_ascii_uppercase();
        let is_licence =
            ["LICEN", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"].iter().any(|it| name.starts_with(it));
        if is_licence && !name.contains("APACHE") && entry.path().is_file() {
            let text = fs::read_to_string(entry.path())?.replace('\r', "");
            texts.push(text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned());
        }
    }
    Ok(texts)
}
