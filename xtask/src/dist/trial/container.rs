//! The container image: unpacked by umoci, and run with nothing but its own files, as its own user.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

use crate::{
    dist::Release,
    workspace::{self, Result},
};

/// A process that ends when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.0.kill().unwrap_or_default();
        self.0.wait().map(drop).unwrap_or_default();
    }
}

/// A device gets its hub from the emulator of the image.
pub(crate) fn emulates(release: &Release, of_host: &Path, folder: &Path) -> Result<()> {
    // Reads every blob and its hash.
    let image = format!("oci:{}:{}", release.folder.join("image").display(), release.version);
    workspace::run(
        Command::new("skopeo")
            .args(["copy", "--quiet", "--insecure-policy", &image])
            .arg(format!("dir:{}", folder.join("copy").display())),
    )?;
    let config = workspace::read(Command::new("skopeo").args(["inspect", "--config", &image]))?;
    let config: Value = serde_json::from_str(&config)?;
    let config = config.get("config").ok_or("an image without a configuration")?;
    if config["User"] != "10001:10001" {
        return Err(format!("its user is {}", config["User"]).into());
    }
    let bundle = folder.join("bundle");
    let image = format!("{}:{}", release.folder.join("image").display(), release.version);
    workspace::run(Command::new("umoci").args(["unpack", "--rootless", "--image", &image]).arg(&bundle))?;
    let root = bundle.join("rootfs");
    let words = config["Entrypoint"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut emulator = inside(&root)?;
    let words: Vec<_> = words.map(|word| if word == "0.0.0.0:8883" { "127.0.0.1:0" } else { word }).collect();
    emulator.args(&words).args(["--json", "--quiet"]).stdout(Stdio::piped());
    let mut running = Running(emulator.spawn()?);
    let output = running.0.stdout.take().ok_or("a child without output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let ready: Value = serde_json::from_str(&line).map_err(|error| format!("it says {line:?}: {error}"))?;
    let text = |member: &str| ready.pointer(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let file = |member: &str| root.join(text(member).trim_start_matches('/'));
    let mut provision = Command::new(of_host);
    provision.args([
        "provision",
        "--id-scope",
        &text("/idScope"),
        "--endpoint",
        &text("/endpoint"),
        "--only-trust",
    ]);
    provision
        .arg("--trust")
        .arg(file("/root"))
        .arg("--cert")
        .arg(file("/example/fullChain"))
        .arg("--key")
        .arg(file("/example/key"));
    let said = workspace::read(&mut provision)?;
    if said.contains("assigned") { Ok(()) } else { Err(format!("the device is told: {said}").into()) }
}

/// A command in that root, as the image's user: root changes into it, everybody else gets a namespace for that.
fn inside(root: &Path) -> Result<Command> {
    let is_root = workspace::read(Command::new("id").arg("-u"))? == "0";
    let mut command;
    if is_root {
        workspace::run(Command::new("chown").arg("10001:10001").arg(root.join("state")))?;
        command = Command::new("chroot");
        command.arg("--userspec=10001:10001").arg(root);
    } else {
        command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--root"]).arg(root);
    }
    fs::metadata(root.join("usr/bin/dps-x509"))?;
    Ok(command)
}
