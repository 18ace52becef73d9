//! The workspace as seen from its own tools: where it is, and how to run something in it.

use std::{
    env, error,
    ffi::OsStr,
    fs,
    io::{self, BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// What a step gives; the error is a sentence for the person at the terminal.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn error::Error + Send + Sync>>;

/// The folder of the workspace's Cargo.toml: the one that Cargo runs this step in, or that somebody who starts it without
/// Cargo stands in.
///
/// Not the one in which it was compiled: checkouts that share a target folder share this program too.
pub(crate) fn root() -> PathBuf {
    if let Some(xtask) = env::var_os("CARGO_MANIFEST_DIR") {
        let xtask = Path::new(&xtask);
        return xtask.parent().unwrap_or(xtask).to_path_buf();
    }
    let here = env::current_dir().unwrap_or_default();
    let root = here.ancestors().find(|folder| folder.join("xtask/Cargo.toml").is_file());
    root.unwrap_or(&here).to_path_buf()
}

/// Where Cargo builds.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The Cargo that runs this step, in the workspace.
pub(crate) fn cargo() -> Command {
    let mut command = program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The command, to be run when nobody else wants to compute; where systems have a program for that.
pub(crate) fn in_the_background(command: Command) -> Command {
    if !cfg!(unix) {
        return command;
    }
    let mut nice = program("nice");
    nice.args(["-n", "10"]).arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        nice.current_dir(folder);
    }
    nice
}

/// A program as a person starts it: what Cargo has told this one of itself is not for the next one.
///
/// A build script that looks at it, such as that of ring, would be built anew whenever `cargo build` and `cargo xtask` take
/// turns, and with it the command line, under the hands of the tests that run it.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    let is_told = |name: &str| {
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO_BIN_NAME"
    };
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_told) {
            command.env_remove(name);
        }
    }
    command
}

/// The target triple of this machine.
pub(crate) fn host() -> Result<String> {
    let told = read(Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("rustc does not say what machine this is")?.to_owned())
}

/// Builds one binary of the workspace, and gives its path.
///
/// Always with the features of the whole workspace: with those of one package alone, wasmtime would be
/// compiled once for every package.
pub(crate) fn binary(name: &str, profile: &str) -> Result<PathBuf> {
    run(cargo().args(["build", "--workspace", "--bin", name, "--profile", profile]))?;
    let folder = if profile == "dev" { "debug" } else { profile };
    Ok(target().join(folder).join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

/// Runs a command to its end; its output goes to the terminal.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", name(command)).into()) }
}

/// Runs a command to its end as [`run`] does, and gives the lines of its output that are wanted.
///
/// # Errors
/// The command fails; what it wrote has been shown.
pub(crate) fn run_and_keep(command: &mut Command, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<String>> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| not_started(command, &error))?;
    let output = child.stdout.take().ok_or("a child without output")?;
    let mut kept = Vec::new();
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        if is_wanted(&line) {
            kept.push(line.into_owned());
        }
    }
    let status = child.wait()?;
    if status.success() { Ok(kept) } else { Err(format!("{} failed ({status})", name(command)).into()) }
}

/// What a command writes to its standard output, without the line's end.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        return Err(format!("{} failed ({})", name(command), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

/// Writes a file whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let wrong = |error: io::Error| format!("{} cannot be written: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(wrong)?;
    }
    let partial = path.with_extension("partial");
    fs::write(&partial, bytes).map_err(wrong)?;
    fs::rename(&partial, path).map_err(wrong)?;
    Ok(())
}

fn not_started(command: &Command, error: &io::Error) -> String {
    format!("{} cannot be started: {error}", name(command))
}

fn name(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}
