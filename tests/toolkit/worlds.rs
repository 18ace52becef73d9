//! What the components import and export: their worlds in `wit/`, and nothing else.

use std::{collections::BTreeSet, fs};

use dps_x509_tests::environment::root;
use wit_component::DecodedWasm;
use wit_parser::{IndexMap, Resolve, WorldItem, WorldKey};

use crate::toolkit::built;

fn names(resolve: &Resolve, items: &IndexMap<WorldKey, WorldItem>) -> BTreeSet<String> {
    items.keys().map(|key| resolve.name_world_key(key)).collect()
}

/// Imports and exports of a built component, which are those of its world.
fn imports_and_exports(name: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut contract = Resolve::default();
    let (package, _) = contract.push_dir(root().join("wit")).unwrap();
    let world = &contract.worlds[contract.select_world(&[package], Some(name)).unwrap()];
    let DecodedWasm::Component(decoded, id) = wit_component::decode(&fs::read(built(name)).unwrap()).unwrap()
    else {
        panic!("{name} is a package, not a component");
    };
    let component = &decoded.worlds[id];
    let (imports, exports) = (names(&decoded, &component.imports), names(&decoded, &component.exports));
    assert_eq!(imports, names(&contract, &world.imports), "{name}");
    assert_eq!(exports, names(&contract, &world.exports), "{name}");
    (imports, exports)
}

#[test]
fn the_toolkit_imports_nothing() {
    let (imports, exports) = imports_and_exports("toolkit");
    assert_eq!(imports, BTreeSet::new());
    let expected = [
        "configuration",
        "explanation",
        "findings",
        "generation",
        "identity",
        "inspection",
        "machine",
        "naming",
        "session",
        "transcript",
        "transport",
    ];
    assert_eq!(exports, expected.map(|name| format!("dps-x509:device/{name}@0.1.0")).into());
}

#[test]
fn the_provisioner_imports_its_world_and_nothing_else() {
    let (imports, exports) = imports_and_exports("provisioner");
    for import in imports {
        let known = ["wasi:io/", "wasi:clocks/monotonic-clock@", "dps-x509:device/"];
        assert!(known.iter().any(|known| import.starts_with(known)), "{import}");
    }
    assert_eq!(exports, ["dps-x509:device/provisioning@0.1.0".to_owned()].into());
}
