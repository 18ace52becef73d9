//! The npm package and that of this platform, in a project that has nothing else.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

use super::explains;
use crate::{
    dist::{Release, binary::Binary, npm},
    workspace::{self, Result},
};

/// What the README begins with, in WebAssembly; and an emulator of the program, which ends when npm's command is told to.
pub(crate) fn answers(release: &Release, binary: &Binary, folder: &Path) -> Result<()> {
    fs::write(folder.join("package.json"), r#"{ "private": true }"#)?;
    let archive = |name: &str| release.folder.join("npm").join(format!("{name}-{}.tgz", release.version));
    // Nothing is asked of a registry, which has the other platforms' once they are published.
    let mut install = Command::new("npm");
    install.args(["install", "--silent", "--offline", "--omit=optional", "--no-audit", "--no-fund"]);
    install.arg(archive("dps-x509")).arg(archive(&npm::name(binary)?));
    workspace::run(install.current_dir(folder))?;
    let npx = || {
        let mut npx = Command::new("npx");
        npx.args(["--no", "--offline", "dps-x509"]).current_dir(folder);
        npx
    };
    explains(&mut npx())?;
    workspace::read(npx().args(["generate", "chain", "--registration-id", "device-1", "--out", "certs"]))?;
    let checked = workspace::read(npx().args(["check", "certs/device-full-chain.pem"]))?;
    if !checked.contains("Ready") {
        return Err(format!("it says of what it made: {checked}").into());
    }
    let mut emulator = Command::new(folder.join("node_modules/.bin/dps-x509"));
    emulator.args(["emulate", "--listen", "0", "--folder", "state", "--json", "--quiet"]);
    emulator.args(["--control", "0"]).current_dir(folder).stdout(Stdio::piped());
    let mut running = emulator.spawn()?;
    let mut line = String::new();
    BufReader::new(running.stdout.take().ok_or("a child without output")?).read_line(&mut line)?;
    let ready: Value = serde_json::from_str(&line).map_err(|error| format!("it says {line:?}: {error}"))?;
    let control = ready.get("control").and_then(Value::as_str).unwrap_or_default();
    workspace::read(npx().args(["emulator", "--control", control, "stop"]))?;
    let ended = running.wait()?;
    if ended.success() { Ok(()) } else { Err(format!("npx dps-x509 emulate ends with {ended}").into()) }
}
