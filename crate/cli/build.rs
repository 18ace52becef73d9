//! Builds the component in as machine code, where the environment variable `DPS_X509_PRECOMPILED` names a file that
//! `precompile` has made of it for the target. Without one it is compiled when it is run, which takes the feature
//! `compile`.

#![allow(clippy::disallowed_macros, reason = "a build script speaks to Cargo by printing")]

use std::{env, fs, path::PathBuf};

const VARIABLE: &str = "DPS_X509_PRECOMPILED";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    println!("cargo::rustc-check-cfg=cfg(precompiled)");
    let named = env::var_os(VARIABLE).map(PathBuf::from);
    if let Some(path) = &named {
        println!("cargo::rerun-if-changed={}", path.display());
        let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("provisioner.cwasm");
        if fs::copy(path, &out).is_ok() {
            return println!("cargo::rustc-cfg=precompiled");
        }
    }
    let has = |feature: &str| env::var_os(format!("CARGO_FEATURE_{feature}")).is_some();
    if has("COMPONENT") && !has("COMPILE") {
        println!(
            "cargo::error=without the feature `compile`, {VARIABLE} has to name a file that `precompile` has made of the \
             provisioner component for this target; {}",
            named.map_or_else(
                || "it is not set".to_owned(),
                |path| format!("{} cannot be read", path.display())
            )
        );
    }
}
