//! Says whether the components are here: `cargo xtask component` builds them into this folder, and packages have them.

use std::{env, path::PathBuf};

fn main() {
    println!("cargo::rustc-check-cfg=cfg(built)");
    let folder = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let files = ["provisioner.wasm", "provisioner.sha256", "toolkit.wasm", "toolkit.sha256"];
    for file in files {
        println!("cargo::rerun-if-changed={file}");
    }
    println!("cargo::rerun-if-changed=build.rs");
    if files.iter().all(|file| folder.join(file).is_file()) {
        println!("cargo::rustc-cfg=built");
    } else if folder.join("Cargo.toml.orig").is_file() {
        println!(
            "cargo::error=this package was made without its components; `cargo xtask package` makes it with them"
        );
    }
}
