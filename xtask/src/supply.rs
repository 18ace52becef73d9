//! `cargo xtask supply`: where everything comes from, under which licence, and which texts go with it.

use std::collections::{BTreeMap, BTreeSet};

use clap::Args;
use serde_json::Value;

use crate::{
    notices,
    workspace::{self, Result},
};

/// Checks licences, sources and duplicates of all dependencies against `xtask/deny.toml`, and the notices of what is given
/// away. Asks no server.
#[derive(Debug, Args, Default)]
pub(crate) struct Supply {
    /// Writes the notices, and the list of duplicates, anew.
    #[arg(long)]
    bless: bool,
}

/// The one registry.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

impl Supply {
    /// Tells everything that is wrong.
    pub(crate) fn run(&self) -> Result<()> {
        let metadata = metadata()?;
        let rules = Rules::read()?;
        let mut wrong = Vec::new();
        for package in packages(&metadata) {
            rules.judge(package, &mut wrong);
        }
        if self.bless {
            rules.write_duplicates(&duplicates(&metadata))?;
        } else {
            rules.judge_duplicates(&duplicates(&metadata), &mut wrong);
        }
        notices::all(&metadata, self.bless, &mut wrong)?;
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
    }
}

/// What Cargo knows of the workspace, for every platform and feature.
pub(crate) fn metadata() -> Result<Value> {
    let mut metadata = workspace::cargo();
    metadata.args(["metadata", "--format-version=1", "--locked", "--all-features"]);
    Ok(serde_json::from_str(&workspace::read(&mut metadata)?)?)
}

pub(crate) fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

pub(crate) fn text<'a>(package: &'a Value, member: &str) -> &'a str {
    package[member].as_str().unwrap_or_default()
}

/// Names of which there are several versions, each with its older ones.
fn duplicates(metadata: &Value) -> BTreeSet<(String, String)> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages(metadata) {
        versions.entry(text(package, "name")).or_default().push(text(package, "version"));
    }
    let number = |version: &str| {
        version.split(['.', '-', '+']).map(|part| part.parse::<u64>().unwrap_or(0)).collect::<Vec<_>>()
    };
    let mut duplicates = BTreeSet::new();
    for (name, mut versions) in versions {
        versions.sort_by_key(|version| number(version));
        versions.pop();
        duplicates.extend(versions.into_iter().map(|version| (name.to_owned(), version.to_owned())));
    }
    duplicates
}

/// `xtask/deny.toml`.
struct Rules {
    source: String,
    licences: Vec<String>,
    skipped: BTreeSet<(String, String)>,
}

impl Rules {
    fn path() -> std::path::PathBuf {
        workspace::root().join("xtask/deny.toml")
    }

    fn read() -> Result<Self> {
        let source = std::fs::read_to_string(Self::path())?;
        let table: toml::Table = source.parse()?;
        let list = |section: &str, key: &str| {
            let list = table.get(section).and_then(|it| it.get(key)).and_then(toml::Value::as_array);
            list.cloned().ok_or(format!("xtask/deny.toml has no list {section}.{key}"))
        };
        let text = |value: &toml::Value| value.as_str().unwrap_or_default().to_owned();
        let skipped = list("bans", "skip")?;
        let skipped = skipped.iter().map(|entry| {
            let (name, version) =
                text(entry).split_once('@').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap_or_default();
            (name, version)
        });
        Ok(Self {
            licences: list("licenses", "allow")?.iter().map(text).collect(),
            skipped: skipped.collect(),
            source,
        })
    }

    fn judge(&self, package: &Value, wrong: &mut Vec<String>) {
        let (name, version) = (text(package, "name"), text(package, "version"));
        match package["source"].as_str() {
            // The workspace's own.
            None => return,
            Some(CRATES_IO) => {}
            Some(source) => wrong.push(format!("{name} {version} comes from {source}")),
        }
        let licence = text(package, "license");
        let is_allowed = |word: &str| self.licences.iter().any(|allowed| allowed == word);
        if !licence::holds(licence, &is_allowed) {
            wrong.push(format!(
                "{name} {version} is under \"{licence}\", which xtask/deny.toml does not allow"
            ));
        }
    }

    fn judge_duplicates(&self, found: &BTreeSet<(String, String)>, wrong: &mut Vec<String>) {
        for (name, version) in found.difference(&self.skipped) {
            wrong.push(format!("{name} {version}: there is a newer one too; see `skip` in xtask/deny.toml"));
        }
        for (name, version) in self.skipped.difference(found) {
            wrong.push(format!(
                "{name} {version} is in `skip` of xtask/deny.toml, and is no duplicate any more"
            ));
        }
    }

    fn write_duplicates(&self, found: &BTreeSet<(String, String)>) -> Result<()> {
        let start = self.source.find("skip = [").ok_or("xtask/deny.toml has no skip")?;
        let (before, list) = self.source.split_at(start);
        let end = list.find(']').ok_or("xtask/deny.toml has no end of skip")?;
        let lines: String =
            found.iter().map(|(name, version)| format!("    \"{name}@{version}\",\n")).collect();
        let after = list.get(end..).unwrap_or_default();
        workspace::write(&Self::path(), format!("{before}skip = [\n{lines}{after}").as_bytes())
    }
}

/// Expressions of SPDX 2.3, annex D.
pub(crate) mod licence {
    /// Whether what is allowed is enough for the expression.
    pub(crate) fn holds(expression: &str, is_allowed: &dyn Fn(&str) -> bool) -> bool {
        // Old packages write a slash for OR.
        let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
        let words: Vec<_> = spaced.split_whitespace().collect();
        let mut rest = words.as_slice();
        let holds = any(&mut rest, is_allowed);
        holds && rest.is_empty()
    }

    fn any(words: &mut &[&str], is_allowed: &dyn Fn(&str) -> bool) -> bool {
        let mut holds = every(words, is_allowed);
        while let ["OR", rest @ ..] = *words {
            *words = rest;
            holds |= every(words, is_allowed);
        }
        holds
    }

    fn every(words: &mut &[&str], is_allowed: &dyn Fn(&str) -> bool) -> bool {
        let mut holds = one(words, is_allowed);
        while let ["AND", rest @ ..] = *words {
            *words = rest;
            holds &= one(words, is_allowed);
        }
        holds
    }

    fn one(words: &mut &[&str], is_allowed: &dyn Fn(&str) -> bool) -> bool {
        match *words {
            ["(", rest @ ..] => {
                *words = rest;
                let holds = any(words, is_allowed);
                match *words {
                    [")", rest @ ..] => *words = rest,
                    _ => return false,
                }
                holds
            }
            [licence, "WITH", exception, rest @ ..] => {
                *words = rest;
                is_allowed(&format!("{licence} WITH {exception}"))
            }
            [licence, rest @ ..] => {
                *words = rest;
                is_allowed(licence)
            }
            [] => false,
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn expressions() {
            let is_allowed = |word: &str| ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].contains(&word);
            for (expression, expected) in [
                ("MIT", true),
                ("GPL-3.0", false),
                ("GPL-3.0 OR MIT", true),
                ("MIT/Apache-2.0", true),
                ("MIT AND GPL-3.0", false),
                ("(MIT OR GPL-3.0) AND ISC", true),
                ("MIT OR GPL-3.0 AND ISC", true),
                ("Apache-2.0 WITH LLVM-exception", true),
                ("Apache-2.0", false),
                ("(MIT", false),
                ("MIT)", false),
                ("", false),
            ] {
                assert_eq!(holds(expression, &is_allowed), expected, "{expression}");
            }
        }
    }
}
