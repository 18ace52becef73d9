//! Who may know whom: the edges of the design, and no other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail")]

mod circles;
mod paths;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The rooms of core, each with the rooms it may know.
const ROOMS: [(&str, &[&str]); 8] = [
    ("finding", &[]),
    ("name", &[]),
    ("service", &["finding"]),
    ("session", &["name", "service", "finding"]),
    ("cert", &["name", "finding"]),
    ("explain", &["service", "session", "cert", "config", "finding"]),
    ("config", &["cert", "name", "finding"]),
    ("generate", &["cert", "name", "finding"]),
];

/// The crates, each with those of this workspace that it may depend on.
const CRATES: [(&str, &[&str]); 10] = [
    ("dps-x509-core", &[]),
    ("dps-x509-provisioner", &["dps-x509-core"]),
    ("dps-x509-toolkit", &["dps-x509-core"]),
    ("dps-x509-web", &["dps-x509-core"]),
    ("dps-x509-net", &["dps-x509-core"]),
    ("dps-x509-host", &["dps-x509-core", "dps-x509-net"]),
    ("dps-x509-emulator", &["dps-x509-core"]),
    ("dps-x509", &["dps-x509-core", "dps-x509-host", "dps-x509-net", "dps-x509-emulator"]),
    ("dps-x509-tests", &["dps-x509-core", "dps-x509-host", "dps-x509-net", "dps-x509-emulator"]),
    ("xtask", &[]),
];

#[test]
fn the_rooms_of_core_know_only_whom_they_may() {
    let allowed: BTreeMap<_, _> = ROOMS.into_iter().collect();
    let mut wrong = Vec::new();
    for (file, room) in files_by_room(&root().join("crate/core/src")) {
        let Some(may_know) = allowed.get(room.as_str()) else {
            wrong.push(format!("{}: the room \"{room}\" is not in the design", file.display()));
            continue;
        };
        let depth = file.strip_prefix(root().join("crate/core/src")).unwrap().iter().count();
        for reference in paths::of_file(&file, "crate", depth) {
            let known = &reference.room;
            if *known != room && !may_know.contains(&known.as_str()) {
                let line = reference.line;
                wrong.push(format!("{}:{line}: {room} may not know {known}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How many files of a room are still in circles; to be lowered, and never raised.
const IN_CIRCLES: [(&str, usize); 5] =
    [("cert", 12), ("config", 50), ("explain", 12), ("generate", 12), ("session", 11)];

#[test]
fn no_more_files_of_core_know_each_other_in_a_circle() {
    let circles = circles::circles(&root().join("crate/core/src"));
    let shown: Vec<String> = circles.iter().map(|circle| circle.join(", ")).collect();
    let mut count = BTreeMap::<&str, usize>::new();
    for file in circles.iter().flatten() {
        *count.entry(file.split("::").next().unwrap()).or_default() += 1;
    }
    let known: BTreeMap<_, _> = IN_CIRCLES.into_iter().collect();
    let is_more = count.iter().any(|(room, files)| *files > known.get(room).copied().unwrap_or(0));
    assert!(!is_more, "{count:?} files in {} circles:\n{}", shown.len(), shown.join("\n"));
}

#[test]
fn the_emulator_knows_names_and_service_only() {
    let mut seen = BTreeSet::new();
    for (file, _) in files_by_room(&root().join("crate/emulator/src")) {
        seen.extend(paths::of_file(&file, "dps_x509_core", 0).into_iter().map(|reference| reference.room));
    }
    let expected = ["name", "service"].map(str::to_owned).into_iter().collect();
    // `finding` is there through the standing of the known codes.
    seen.remove("finding");
    assert_eq!(seen, expected);
}

#[test]
fn only_the_mqtt_room_names_mqttbytes() {
    let mut rooms = BTreeSet::new();
    for (file, _) in files_by_room(&root().join("crate/core/src")) {
        if !paths::of_file(&file, "mqttbytes", 0).is_empty() {
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
    let allowed: BTreeMap<_, _> = CRATES.into_iter().collect();
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
                assert!(
                    is_test || may_know.contains(&dependency.as_str()),
                    "{name} may not know {dependency}"
                );
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

/// Every source file below a folder, with the name of the top-level module it belongs to.
fn files_by_room(source: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![source.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") && path != source.join("lib.rs") {
                let inside = path.strip_prefix(source).unwrap();
                let first = inside.iter().next().unwrap().to_str().unwrap();
                found.push((path.clone(), first.trim_end_matches(".rs").to_owned()));
            }
        }
    }
    assert!(found.len() > 5, "too few files below {}", source.display());
    found
}
