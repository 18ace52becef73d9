//! Python environments: whatever is in one is pinned with the hash of each file that pip may take.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::is_on_path;
use crate::workspace::{self, Result};

/// The environments that the tests need, each with two files below `tests/interop`: what is wanted (`.in`), and what that
/// comes to (`.txt`).
const OF_TESTS: [&str; 11] = [
    "azure-iot-device",
    "azure-iot-device-3",
    "azure-iot-hub",
    "azure-iothub-provisioningserviceclient",
    "formats",
    "jsonschema",
    "paho",
    "pytest",
    "python",
    "release",
    "vectors",
];

/// Those that somebody may ask for besides.
const OTHERS: [&str; 2] = ["lock", "zig"];

/// The oldest Python that all of them are for.
const PYTHON: &str = "3.11";

/// Makes those of the tests.
pub(super) fn all() -> Result<()> {
    OF_TESTS.into_iter().try_for_each(make)
}

/// Makes one, unless it is there with these very files.
pub(super) fn make(name: &str) -> Result<()> {
    let lock = file(name, "txt");
    let pinned = fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let wanted = fs::read_to_string(file(name, "in"))?;
    if let Some(missing) = missing(&wanted, &pinned) {
        let advice = "cargo xtask setup --lock";
        return Err(
            format!("{} does not pin {missing}, which {name}.in wants: {advice}", lock.display()).into()
        );
    }
    let folder = folder(name);
    let stamp = folder.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == pinned) {
        return Ok(());
    }
    // The installer of Windows has no other name for it.
    let python = if cfg!(windows) { "python" } else { "python3" };
    if !is_on_path(&format!("{python}{}", env::consts::EXE_SUFFIX)) {
        return Err("the tests need Python 3 with its venv module: apt-get install python3-venv".into());
    }
    workspace::run(Command::new(python).args(["-m", "venv", "--clear"]).arg(&folder))
        .map_err(|error| format!("{error}; on Debian: apt-get install python3-venv"))?;
    workspace::run(
        Command::new(programs(name).join("python"))
            .args(["-m", "pip", "install", "--quiet", "--require-hashes", "-r"])
            .arg(&lock),
    )?;
    workspace::write(&stamp, pinned.as_bytes())
}

/// Writes every `.txt` anew, with the newest versions that the `.in` allow.
pub(super) fn lock() -> Result<()> {
    make("lock")?;
    for name in OF_TESTS.into_iter().chain(OTHERS) {
        let mut uv = Command::new(programs("lock").join("uv"));
        uv.args(["pip", "compile", "--quiet", "--upgrade", "--universal", "--python-version", PYTHON])
            .args(["--generate-hashes", "--no-header", "--no-annotate", "--output-file"])
            .arg(file(name, "txt"))
            .arg(file(name, "in"));
        workspace::run(&mut uv)?;
    }
    Ok(())
}

/// The folder of one's programs.
pub(super) fn programs(name: &str) -> PathBuf {
    folder(name).join(if cfg!(windows) { "Scripts" } else { "bin" })
}

fn folder(name: &str) -> PathBuf {
    workspace::target().join("python").join(name)
}

fn file(name: &str, ending: &str) -> PathBuf {
    workspace::root().join("tests/interop").join(Path::new(&format!("{name}.{ending}")))
}

/// The first `NAME==VERSION` that is wanted and not pinned.
fn missing(wanted: &str, pinned: &str) -> Option<String> {
    let pinned: Vec<_> = pinned.lines().filter_map(requirement).collect();
    wanted.lines().filter_map(requirement).find(|one| !pinned.contains(one))
}

/// `NAME==VERSION` of a line, without extras, the name as the index has it (PEP 503).
fn requirement(line: &str) -> Option<String> {
    let word = line.split([' ', ';', '\\']).next().filter(|word| !word.starts_with(['#', '-']))?;
    let (name, version) = word.split_once("==")?;
    let name = name.split('[').next().unwrap_or(name).to_lowercase().replace(['_', '.'], "-");
    Some(format!("{name}=={version}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_pinned() {
        let pinned =
            "jsonschema==4.26.0 \\\n    --hash=sha256:00\nzope-interface==7.0 ; python_version < '3.12' \\\n";
        let missing = |wanted| missing(wanted, pinned);
        assert_eq!(missing("# A validator.\nJSONschema[format-nongpl]==4.26.0\nzope.interface==7.0\n"), None);
        assert_eq!(missing("jsonschema==4.27.0\n"), Some("jsonschema==4.27.0".to_owned()));
        assert_eq!(missing("six==1.17.0\n"), Some("six==1.17.0".to_owned()));
    }
}
