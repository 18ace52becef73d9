//! What `cargo xtask component` made.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use dps_x509_host::Provisioner;
use wasmtime::Config;

/// A file of the folder that it writes into.
pub(crate) fn read(name: &str) -> Vec<u8> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(target).join("component");
    fs::read(folder.join(name)).expect("run `cargo xtask component` first")
}

#[expect(unsafe_code, reason = "the code was made by `cargo xtask component` of this workspace")]
pub(crate) fn load(config: Config, code: &[u8]) -> Provisioner {
    // SAFETY: written by `precompile` in this build.
    unsafe { Provisioner::from_precompiled_with(config, code) }.unwrap()
}
