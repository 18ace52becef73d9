//! Puts the precompiled component where `include_bytes!` finds it, or says which command makes it.

use std::{env, fs, path::PathBuf};

fn main() {
    let component = component();
    println!("cargo::rerun-if-changed={}", component.display());
    println!("cargo::rerun-if-env-changed=CARGO_TARGET_DIR");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("provisioner.cwasm");
    if let Err(error) = fs::copy(&component, &out) {
        println!(
            "cargo::error=the command line has the component inside, and {} cannot be read ({error}); \
             run `cargo xtask build`, which makes both",
            component.display()
        );
    }
}

/// `target/component/provisioner.cwasm`, written by `cargo xtask component`.
fn component() -> PathBuf {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let workspace = manifest.ancestors().nth(2).map(PathBuf::from).unwrap_or_default();
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    workspace.join(target).join("component/provisioner.cwasm")
}
