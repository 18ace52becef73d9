//! What `cargo xtask test` sets up for the tests. What is missing is an error that says so, never a skip.

use std::path::{Path, PathBuf};

/// The folder of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The folder of everything that is built.
#[must_use]
pub fn target() -> PathBuf {
    // target/debug/deps/this-test
    std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned()
}

/// The Python interpreter of an environment that `cargo xtask setup` makes.
///
/// # Panics
/// It is not there.
#[must_use]
pub fn python(environment: &str) -> PathBuf {
    let path = target().join("python").join(environment).join("bin/python");
    assert!(path.exists(), "{} is missing; `cargo xtask setup` makes it", path.display());
    path
}

/// A file of an npm package that `cargo xtask setup` unpacks.
///
/// # Panics
/// It is not there.
#[must_use]
pub fn npm_file(package: &str, file: &str) -> PathBuf {
    let path = target().join("npm").join(package).join("package").join(file);
    assert!(path.exists(), "{} is missing; `cargo xtask setup` unpacks it", path.display());
    path
}

/// The folder of an npm project that `cargo xtask setup` installs, with its `node_modules`.
///
/// # Panics
/// It is not there.
#[must_use]
pub fn npm_project(name: &str) -> PathBuf {
    let path = target().join("npm-project").join(name);
    assert!(
        path.join("installed.json").exists(),
        "{} is missing; `cargo xtask setup` makes it",
        path.display()
    );
    path
}

/// A program of the system, by name.
///
/// # Panics
/// It is not on the PATH.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{name} is not on the PATH; `cargo xtask setup` installs it or says how"))
}

/// Wasmtime's C API, as its Python package brings it.
///
/// # Panics
/// It is not there.
#[must_use]
pub fn wasmtime_library() -> PathBuf {
    let script = "import pathlib, wasmtime\n\
                  print(*pathlib.Path(wasmtime.__file__).parent.glob('*/_libwasmtime.so'), end='')";
    let output = std::process::Command::new(python("python")).args(["-c", script]).output().unwrap();
    let path = PathBuf::from(String::from_utf8(output.stdout).unwrap());
    assert!(path.is_file(), "{} is missing; `cargo xtask setup` makes it", path.display());
    path
}
