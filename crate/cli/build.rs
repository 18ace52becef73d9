//! Builds the component in as machine code, where the environment variable `DPS_X509_PRECOMPILED` names a file that
//! `precompile` has made of it for the target. Without one it is compiled when it is run, which takes the feature
//! `compile`.
//!
//! The version names the commit: that of the environment variable `DPS_X509_COMMIT`, which `cargo xtask dist` sets, or of the
//! package that Cargo made. What is built in between would be built anew for each commit.

#![allow(clippy::disallowed_macros, reason = "a build script speaks to Cargo by printing")]

use std::{env, fs, path::PathBuf};

const VARIABLE: &str = "DPS_X509_PRECOMPILED";
const COMMIT: &str = "DPS_X509_COMMIT";
/// What Cargo puts into a package.
const PACKED: &str = ".cargo_vcs_info.json";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={COMMIT}");
    println!("cargo::rustc-env=DPS_X509_VERSION={}", version());
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
    if env::var_os("CARGO_FEATURE_COMPILE").is_none() {
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

/// Such as `1.2.3 (0123456789ab)`.
fn version() -> String {
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let commit = env::var(COMMIT).ok().or_else(packed_commit).filter(|commit| is_commit(commit));
    let short = commit.as_deref().and_then(|commit| commit.get(..12));
    short.map_or_else(|| version.clone(), |short| format!("{version} ({short})"))
}

/// The value of `sha1`.
fn packed_commit() -> Option<String> {
    let text = fs::read_to_string(PACKED).ok()?;
    let (_, behind) = text.split_once("\"sha1\"")?;
    behind.split('"').nth(1).map(str::to_owned)
}

fn is_commit(text: &str) -> bool {
    (12..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
