//! What `pip install dps-x509` takes: a wheel with the program inside for each binary, one for every platform, the sources.

use std::path::Path;

use super::{Release, binary::Binary};
use crate::{python, workspace::Result};

/// To `python` of the release.
pub(crate) fn all(release: &Release, binaries: &[Binary]) -> Result<()> {
    let platforms: Vec<_> = binaries.iter().map(platform).collect::<Result<_>>()?;
    let programs: Vec<(&Path, &str)> = binaries
        .iter()
        .zip(&platforms)
        .map(|(binary, platform)| (binary.path.as_path(), platform.as_str()))
        .collect();
    python::distributions(&programs, &release.folder.join("python"))
}

/// The platform of a binary in the words of wheels ("Platform compatibility tags" of the Python Packaging User Guide). A
/// static one is for every C library; any other of Linux is for machines like this one, and PyPI takes none such.
pub(crate) fn platform(binary: &Binary) -> Result<String> {
    let tag = match binary.target.as_str() {
        "x86_64-unknown-linux-musl" => "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64",
        "aarch64-unknown-linux-musl" => "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        // The oldest systems that Rust's own libraries are for.
        "x86_64-apple-darwin" => "macosx_10_12_x86_64",
        "aarch64-apple-darwin" => "macosx_11_0_arm64",
        "x86_64-pc-windows-msvc" | "x86_64-pc-windows-gnu" => "win_amd64",
        _ => return python::this_platform(),
    };
    Ok(tag.to_owned())
}
