//! What a component says of itself, in custom sections of the names that wasm-tools, wkg and registries read.

use std::fs;

use serde_json::json;
use toml::Table;
use wasm_encoder::{ComponentNameSection, ComponentSection as _, CustomSection};

use crate::workspace::{self, Result};

/// What a component, or the package of its contract, says of itself.
#[derive(Debug, Clone)]
pub(crate) struct Metadata {
    /// Its name, such as `dps-x509-toolkit`.
    pub(crate) name: String,
    /// A sentence.
    pub(crate) description: String,
    /// An SPDX expression.
    pub(crate) licence: String,
    /// That of the workspace.
    pub(crate) version: String,
}

impl Metadata {
    /// Of the component of this name, from the manifests of its crate and of the workspace.
    pub(crate) fn of(name: &str) -> Result<Self> {
        Self::of_crate(&format!("crate/component/{name}"))
    }

    /// The same of the crate in this folder.
    pub(crate) fn of_crate(folder: &str) -> Result<Self> {
        let root = workspace::root();
        let own = read(&root.join(folder).join("Cargo.toml"))?;
        let house = read(&root.join("Cargo.toml"))?;
        let text = |table: &Table, path: &[&str]| -> Result<String> {
            let mut value = table.get(*path.first().unwrap_or(&""));
            for key in path.iter().skip(1) {
                value = value.and_then(|value| value.get(key));
            }
            let text = value.and_then(toml::Value::as_str);
            Ok(text
                .ok_or_else(|| format!("the manifests of {folder} have no {}", path.join(".")))?
                .to_owned())
        };
        Ok(Self {
            name: text(&own, &["package", "name"])?,
            description: text(&own, &["package", "description"])?,
            licence: text(&house, &["workspace", "package", "license"])?,
            version: text(&house, &["workspace", "package", "version"])?,
        })
    }

    /// The component with its name, description, licence and version, and with what the contract says of its world.
    pub(crate) fn add_to(&self, mut component: Vec<u8>, world: &str) -> Result<Vec<u8>> {
        let mut name = ComponentNameSection::new();
        name.component(&self.name);
        name.append_to_component(&mut component);
        for (section, text) in self.sections() {
            add(&mut component, section, text.as_bytes());
        }
        // Version 0 of the section; of a component, its world is read by the name "root" (wit-parser, `decode_component`).
        let documents = json!({ "worlds": { "root": { "docs": documentation(world)? } } }).to_string();
        add(&mut component, "package-docs", &[&[0], documents.as_bytes()].concat());
        Ok(component)
    }
}

impl Metadata {
    /// Its custom sections.
    pub(crate) fn sections(&self) -> [(&'static str, &str); 3] {
        [("description", &self.description), ("licenses", &self.licence), ("version", &self.version)]
    }
}

/// The component with the commit that it was made of: of what is given away, and not in between, where each commit would
/// change it.
pub(crate) fn add_revision(mut component: Vec<u8>, commit: &str) -> Vec<u8> {
    add(&mut component, "revision", commit.as_bytes());
    component
}

fn add(component: &mut Vec<u8>, name: &str, data: &[u8]) {
    CustomSection { name: name.into(), data: data.into() }.append_to_component(component);
}

/// What stands above the world in `wit/world.wit`.
fn documentation(world: &str) -> Result<String> {
    let text = fs::read_to_string(workspace::root().join("wit/world.wit"))?;
    let begin = format!("world {world} {{");
    let mut lines = Vec::new();
    for line in text.lines() {
        if line == begin {
            return Ok(lines.join("\n"));
        }
        match line.strip_prefix("///") {
            Some(words) => lines.push(words.trim()),
            None => lines.clear(),
        }
    }
    Err(format!("wit/world.wit has no world {world}").into())
}

fn read(path: &std::path::Path) -> Result<Table> {
    fs::read_to_string(path)?.parse().map_err(|error| format!("{}: {error}", path.display()).into())
}

#[cfg(test)]
mod tests {
    use wasmparser::{Parser, Payload};

    use super::*;

    /// The custom sections of a component, and not those of what is inside.
    fn sections(component: &[u8]) -> Vec<(String, String)> {
        let custom = Parser::new(0).parse_all(component).filter_map(|payload| match payload.unwrap() {
            Payload::CustomSection(section) => {
                Some((section.name().to_owned(), String::from_utf8_lossy(section.data()).into_owned()))
            }
            _ => None,
        });
        custom.collect()
    }

    #[test]
    fn a_component_says_what_it_is() {
        for name in ["provisioner", "toolkit"] {
            let component = wasm_encoder::Component::new().finish();
            let metadata = Metadata::of(name).unwrap();
            let component = add_revision(metadata.add_to(component, name).unwrap(), "0123abc");
            let sections = sections(&component);
            let of = |wanted: &str| sections.iter().find(|(name, _)| name == wanted).unwrap().1.clone();
            assert!(of("component-name").contains(&format!("dps-x509-{name}")));
            assert_eq!(of("version"), env!("CARGO_PKG_VERSION"));
            assert_eq!(of("licenses"), "Apache-2.0 OR MIT");
            assert_eq!(of("revision"), "0123abc");
            assert!(of("description").len() > 20 && of("package-docs").len() > 60, "{sections:?}");
        }
    }
}
