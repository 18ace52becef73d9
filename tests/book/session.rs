//! The blocks of a chapter in one shell and one folder.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use dps_x509_tests::{cli, environment};

use crate::block::{self, Block};

/// Longest run of a chapter, in seconds: past it, it hangs.
const PATIENCE: &str = "180";

/// What parts the output of one block from that of the next.
const MARK: &str = "\u{1e}";

/// Runs the blocks of `sh`, and gives how many there were.
pub(crate) fn run(blocks: &[Block]) -> Result<usize, String> {
    let shells: Vec<_> = blocks.iter().filter(|block| block.language == "sh").collect();
    if shells.is_empty() {
        return Ok(0);
    }
    let folder = tempfile::tempdir().unwrap();
    for block in blocks {
        if let Some(name) = &block.name {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &block.text).unwrap();
        }
    }
    let said = shell(folder.path(), &shells)?;
    let mut outputs = said.split(MARK).skip(1);
    let mut last = None;
    for block in blocks {
        match block.language.as_str() {
            "sh" => last = outputs.next(),
            "text" => {
                let output = last.take().ok_or(format!("line {}: no command prints this", block.line))?;
                if !block::fits(&block.text, output) {
                    return Err(format!("line {}: what is printed is:\n{output}", block.line));
                }
            }
            _ => {}
        }
    }
    Ok(shells.len())
}

/// One script of all blocks. What runs in the background ends with it.
fn shell(folder: &Path, blocks: &[&Block]) -> Result<String, String> {
    let mut script =
        "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true; wait || true' EXIT\n".to_owned();
    for block in blocks {
        script += &format!("printf '{MARK}'\nline={}\n{}", block.line, block.text);
    }
    packages(folder);
    let runtime = runtime(folder);
    let usual = std::env::var_os("PATH").unwrap_or_default();
    let built = cli::binary().parent().unwrap().to_path_buf();
    let path = std::env::join_paths([built].into_iter().chain(std::env::split_paths(&usual))).unwrap();
    let mut command = Command::new("timeout");
    // What is said of an error tells the line of its block.
    let script =
        script.replacen("trap '", "trap 'test $? = 0 || echo \"in the block of line $line\" >&2; ", 1);
    command.args(["--kill-after=5", PATIENCE, "bash", "-c", &script]).current_dir(folder);
    command.env("PATH", path).env("HOME", folder).env_remove("NO_COLOR");
    for search in ["C_INCLUDE_PATH", "LIBRARY_PATH", "LD_LIBRARY_PATH"] {
        command.env(search, &runtime);
    }
    for proxy in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] {
        command.env_remove(proxy);
    }
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("timeout: {error}"))?;
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() {
        Ok(out.into_owned())
    } else {
        Err(format!("{}\n{out}\n{err}", output.status))
    }
}

/// The npm package as `npm install` would have put it there.
fn packages(folder: &Path) {
    let package = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../crate/web/npm");
    let modules = folder.join("node_modules");
    fs::create_dir_all(&modules).unwrap();
    std::os::unix::fs::symlink(package, modules.join("dps-x509")).unwrap();
}

/// The core module, and a folder with the C API of a runtime for it: the header of the tests, the library of wasmtime's
/// Python package.
fn runtime(folder: &Path) -> PathBuf {
    let module = environment::target().join("module/dps-x509.wasm");
    std::os::unix::fs::symlink(module, folder.join("dps-x509.wasm")).unwrap();
    let place = folder.join(".runtime");
    fs::create_dir_all(&place).unwrap();
    let header = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("module/wasm.h");
    std::os::unix::fs::symlink(header, place.join("wasm.h")).unwrap();
    std::os::unix::fs::symlink(environment::wasmtime_library(), place.join("libwasmtime.so")).unwrap();
    place
}

/// Whether a shell understands it.
pub(crate) fn read_by_shell(text: &str) -> Result<(), String> {
    read_by(Command::new("bash").arg("-n"), text)
}

/// Whether a Python script takes it on its standard input.
pub(crate) fn read_by_python(script: &str, text: &str) -> Result<(), String> {
    read_by(Command::new(environment::python("formats")).args(["-c", script]), text)
}

fn read_by(command: &mut Command, text: &str) -> Result<(), String> {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| format!("{command:?}: {error}"))?;
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}
