//! What was built: its imports, and machine code that does not fit.

use std::{collections::BTreeSet, path::Path};

use dps_x509_host::{LoadError, Provisioner, precompile, wasmtime::Engine};
use wit_component::DecodedWasm;
use wit_parser::{Resolve, WorldId};

use crate::built;

fn imports(resolve: &Resolve, world: WorldId) -> BTreeSet<String> {
    resolve.worlds[world].imports.keys().map(|key| resolve.name_world_key(key)).collect()
}

#[test]
fn the_component_imports_its_world_and_nothing_else() {
    let mut contract = Resolve::default();
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    let (package, _) = contract.push_dir(wit).unwrap();
    let world = contract.select_world(&[package], Some("provisioner")).unwrap();
    let DecodedWasm::Component(component, component_world) =
        wit_component::decode(&built("provisioner.wasm")).unwrap()
    else {
        panic!("it is a package, not a component");
    };
    assert_eq!(imports(&component, component_world), imports(&contract, world));
    assert_eq!(component.worlds[component_world].exports.len(), 1);
    for import in imports(&component, component_world) {
        let known = ["wasi:io/", "wasi:clocks/monotonic-clock@", "dps-x509:device/"];
        assert!(known.iter().any(|known| import.starts_with(known)), "{import}");
    }
}

/// Loads code that is damaged on purpose; the checks come before anything in it runs.
#[expect(unsafe_code, reason = "only what is outside of the machine code is changed")]
fn load(code: &[u8]) -> LoadError {
    // SAFETY: the machine code itself is that of this workspace.
    unsafe { Provisioner::from_precompiled(code) }.unwrap_err()
}

/// The code with `old` replaced by `new` once.
fn patched(old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut code = built("provisioner.cwasm");
    let at = code.windows(old.len()).position(|window| window == old).unwrap();
    code[at..at + old.len()].copy_from_slice(new);
    code
}

#[test]
fn machine_code_that_does_not_fit_is_refused_with_the_reason() {
    assert_eq!(load(b"\0asm"), LoadError::NotPrecompiled);
    assert_eq!(load(&[]), LoadError::NotPrecompiled);
    // The engine section: a format byte, the length of the version, the version.
    let other_version = load(&patched(b"\x0248", b"\x0247"));
    assert!(matches!(other_version, LoadError::OtherWasmtime { .. }), "{other_version:?}");
    let ours = format!("{}-unknown", std::env::consts::ARCH);
    let other = if std::env::consts::ARCH == "x86_64" { "mips64" } else { "riscv64" };
    let other_processor = load(&patched(ours.as_bytes(), format!("{other}-unknown").as_bytes()));
    assert!(matches!(other_processor, LoadError::OtherProcessor { .. }), "{other_processor:?}");
    let code = built("provisioner.cwasm");
    for length in [64, code.len() / 2, code.len() - 1] {
        assert_eq!(load(&code[..length]), LoadError::NotPrecompiled);
    }
    // By an engine of other settings.
    let settings = Engine::default().precompile_component(&built("provisioner.wasm")).unwrap();
    let incompatible = load(&settings);
    assert!(matches!(incompatible, LoadError::Incompatible { .. }), "{incompatible:?}");
}

#[test]
fn what_is_no_component_is_not_compiled() {
    for bytes in [&b""[..], b"\0asm\x01\0\0\0", b"-----BEGIN CERTIFICATE-----"] {
        let error = Provisioner::from_component(bytes).unwrap_err();
        assert!(matches!(error, LoadError::NotAComponent { .. }), "{error:?}");
        let error = precompile(bytes).unwrap_err();
        assert!(matches!(error, LoadError::NotAComponent { .. }), "{error:?}");
    }
    let empty_component = b"\0asm\x0d\0\x01\0";
    let error = Provisioner::from_component(empty_component).unwrap_err();
    assert!(matches!(error, LoadError::OtherWorld { .. }), "{error:?}");
}
