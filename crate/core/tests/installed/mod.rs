//! Python packages that `cargo xtask setup` installs for their data.

use std::path::PathBuf;

/// The folder of a package of the environment `vectors`.
///
/// # Panics
/// It is not there.
pub(crate) fn package(name: &str) -> PathBuf {
    // target/debug/deps/this-test
    let target = std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned();
    let library = target.join("python/vectors/lib");
    let versions = std::fs::read_dir(&library).into_iter().flatten().map(|entry| entry.unwrap().path());
    versions
        .map(|version| version.join("site-packages").join(name))
        .find(|folder| folder.is_dir())
        .unwrap_or_else(|| {
            panic!("{name} is not below {}; `cargo xtask setup` installs it", library.display())
        })
}
