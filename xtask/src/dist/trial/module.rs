//! The core module in a folder by itself, by the example of its README in Node: what it finds is in the list of its codes.

use std::{fs, path::Path, process::Command};

use crate::{
    dist::Release,
    workspace::{self, Result},
};

pub(crate) fn answers(release: &Release, of_host: &Path, folder: &Path) -> Result<()> {
    let given = release.folder.join("module");
    let readme = fs::read_to_string(given.join("README.md"))?;
    let example = readme.split_once("```js\n").and_then(|(_, rest)| rest.split_once("```"));
    let (example, _) = example.ok_or("the module's README has no example")?;
    workspace::write(&folder.join("example.mjs"), example.as_bytes())?;
    fs::copy(given.join("dps-x509.wasm"), folder.join("dps-x509.wasm"))?;
    let mut generate = Command::new(of_host);
    generate.args(["generate", "chain", "--registration-id", "device-1", "--out", "certs"]);
    workspace::read(generate.current_dir(folder))?;
    fs::copy(folder.join("certs/device-full-chain.pem"), folder.join("device.pem"))?;
    let told = workspace::read(Command::new("node").arg("example.mjs").current_dir(folder))?;
    if told.contains("'DX401'") { Ok(()) } else { Err(format!("it finds {told}, and no DX401").into()) }
}
