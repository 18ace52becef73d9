//! The toolkit in a program of Node's, which has no host of components: jco makes a module of it, and what this finds is what
//! the command line finds.

use std::{path::Path, process::Command};

use serde_json::Value;

use crate::{
    dist::Release,
    setup,
    workspace::{self, Result},
};

/// A device's certificate under another name.
const FILES: [&str; 2] = ["certs/device-full-chain.pem", "certs/device-key.pem"];
const NAME: &str = "another-device";

pub(crate) fn finds_the_same(release: &Release, of_host: &Path, folder: &Path) -> Result<()> {
    let project = setup::jco()?;
    let toolkit = folder.join("toolkit");
    workspace::run(
        Command::new(project.join("node_modules/.bin/jco"))
            .args(["transpile", "--quiet", "--name", "toolkit", "--out-dir"])
            .arg(&toolkit)
            .arg(release.folder.join("component/toolkit.wasm")),
    )?;
    workspace::write(&toolkit.join("package.json"), br#"{ "type": "module" }"#)?;
    let mut generate = Command::new(of_host);
    generate.args(["generate", "chain", "--registration-id", "device-1", "--out", "certs"]);
    workspace::read(generate.current_dir(folder))?;

    let mut check = Command::new(of_host);
    check.arg("check").args(FILES).args(["--registration-id", NAME, "--format", "json"]).current_dir(folder);
    // It ends with 1, for it finds something.
    let native: Value = serde_json::from_slice(&check.output()?.stdout)?;
    let mut node = Command::new("node");
    node.arg(workspace::root().join("tests/interop/npm/jco/check.mjs")).arg(toolkit.join("toolkit.js"));
    let told: Value =
        serde_json::from_str(&workspace::read(node.arg(NAME).args(FILES).current_dir(folder))?)?;
    let expected = native.get("findings").filter(|findings| findings.to_string().contains("DX401"));
    if expected == Some(&told) {
        Ok(())
    } else {
        Err(format!("by jco it finds {told}, and not {native}").into())
    }
}
