//! Who may know whom: the edges of ARCHITECTURE.md, and no other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail")]

mod circles;
mod edges;
mod features;
mod length;
mod limits;
mod paths;
mod promises;
mod unsafe_code;
mod version;
mod words;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

#[test]
fn the_rooms_of_core_know_only_whom_they_may() {
    let allowed = edges::of("rooms of core");
    let mut wrong = Vec::new();
    for Source { file, module } in sources(&root().join("crate/core/src")) {
        let room = module[0].as_str();
        let Some(may_know) = allowed.get(room) else {
            wrong.push(format!("{}: the room \"{room}\" is not in the design", file.display()));
            continue;
        };
        for reference in paths::of_file(&file, "crate", &module) {
            let known = reference.room();
            if known != room && !may_know.iter().any(|it| it == known) {
                let line = reference.line;
                wrong.push(format!("{}:{line}: {room} may not know {known}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_of_core_do_not_know_each_other_in_a_circle() {
    let circles = circles::circles(&root().join("crate/core/src"));
    let shown: Vec<String> = circles.iter().map(|circle| circle.join(", ")).collect();
    assert!(shown.is_empty(), "{} circles:\n{}", shown.len(), shown.join("\n"));
}

#[test]
fn the_rooms_of_cert_know_only_those_below_them() {
    let allowed = edges::of("rooms of cert");
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for Source { file, module } in sources(&root().join("crate/core/src")) {
        // The tasks, and the list of all rooms, stand above.
        let [cert, room, ..] = module.as_slice() else { continue };
        let Some(may_know) = allowed.get(room).filter(|_| cert == "cert") else { continue };
        seen.insert(room.clone());
        for reference in paths::of_file(&file, "crate", &module) {
            let [cert, known, ..] = reference.segments.as_slice() else { continue };
            if cert == "cert" && known != room && !may_know.contains(known) {
                let line = reference.line;
                wrong.push(format!("{}:{line}: {room} may not know {known}", file.display()));
            }
        }
    }
    assert_eq!(seen.len(), allowed.len(), "a room is not there: {seen:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_emulator_knows_names_service_and_text_only() {
    let mut seen = BTreeSet::new();
    for Source { file, module } in sources(&root().join("crate/emulator/src")) {
        let references = paths::of_file(&file, "dps_x509_core", &module);
        seen.extend(references.iter().map(|reference| reference.room().to_owned()));
    }
    let expected = ["name", "service", "text"].map(str::to_owned).into_iter().collect();
    // `finding` is there through the standing of the known codes.
    seen.remove("finding");
    assert_eq!(seen, expected);
}

#[test]
fn only_the_mqtt_room_names_mqttbytes() {
    let mut rooms = BTreeSet::new();
    for Source { file, module } in sources(&root().join("crate/core/src")) {
        if !paths::of_file(&file, "mqttbytes", &module).is_empty() {
            rooms.insert(file.strip_prefix(root().join("crate/core/src")).unwrap().to_owned());
        }
    }
    assert!(!rooms.is_empty());
    for file in rooms {
        assert!(file.starts_with("session/mqtt"), "{} names mqttbytes", file.display());
    }
}

#[test]
fn crates_depend_downwards_only() {
    let allowed = edges::of("crates");
    let workspace = read_toml(&root().join("Cargo.toml"));
    for member in workspace["workspace"]["members"].as_array().unwrap() {
        let manifest = read_toml(&root().join(member.as_str().unwrap()).join("Cargo.toml"));
        let name = manifest["package"]["name"].as_str().unwrap();
        let may_know = allowed.get(name).unwrap_or_else(|| panic!("the crate {name} is not in the design"));
        for section in ["dependencies", "build-dependencies", "dev-dependencies"] {
            let Some(dependencies) = manifest.get(section).and_then(toml::Value::as_table) else { continue };
            // A test may look further than what it tests.
            let is_test = section == "dev-dependencies";
            for dependency in dependencies.keys().filter(|it| it.starts_with("dps-x509")) {
                assert!(is_test || may_know.contains(dependency), "{name} may not know {dependency}");
            }
        }
    }
}

fn read_toml(path: &Path) -> toml::Value {
    fs::read_to_string(path).unwrap().parse::<toml::Table>().unwrap().into()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// A source file.
struct Source {
    file: PathBuf,
    /// Where it stands in its crate.
    module: Vec<String>,
}

/// Every source file below a folder, the crate's own left out.
fn sources(source: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![source.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let file = entry.unwrap().path();
            if file.is_dir() {
                folders.push(file);
            } else if file.extension().is_some_and(|it| it == "rs") && file != source.join("lib.rs") {
                let inside = file.strip_prefix(source).unwrap().with_extension("");
                let module = inside.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
                found.push(Source { file, module });
            }
        }
    }
    assert!(found.len() > 5, "too few files below {}", source.display());
    found
}
