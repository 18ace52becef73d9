//! The container image: unpacked by umoci, and run with nothing but its own files, as its own user; and in an engine.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
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
    // Reads every blob of this architecture and its hash. umoci takes no index over several.
    let image = format!("oci:{}:{}", release.folder.join("image").display(), release.version);
    let one = format!("{}:{}", folder.join("copy").display(), release.version);
    workspace::run(
        Command::new("skopeo")
            .args(["copy", "--quiet", "--insecure-policy", &image])
            .arg(format!("oci:{one}")),
    )?;
    let config = workspace::read(Command::new("skopeo").args(["inspect", "--config", &image]))?;
    let config: Value = serde_json::from_str(&config)?;
    let config = config.get("config").ok_or("an image without a configuration")?;
    if config["User"] != "10001:10001" {
        return Err(format!("its user is {}", config["User"]).into());
    }
    let bundle = folder.join("bundle");
    workspace::run(Command::new("umoci").args(["unpack", "--rootless", "--image", &one]).arg(&bundle))?;
    let root = bundle.join("rootfs");
    let list = |name: &str| config[name].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut emulator = inside(&root)?;
    emulator.env_clear();
    for (name, value) in list("Env").filter_map(|variable| variable.split_once('=')) {
        emulator.env(
            name,
            match (name, value) {
                // chroot itself is found by it as well.
                ("PATH", path) => format!("{path}:/usr/sbin:/sbin"),
                // The port is taken on this machine.
                (_, "0.0.0.0:8883") => "127.0.0.1:0".to_owned(),
                (_, value) => value.to_owned(),
            },
        );
    }
    emulator.args(list("Entrypoint").chain(list("Cmd"))).args(["--json", "--quiet"]);
    let (_running, ready) = started(&mut emulator)?;
    let endpoint = ready.get("endpoint").and_then(Value::as_str).unwrap_or_default();
    assigns(of_host, endpoint, &ready, &|path| root.join(path.trim_start_matches('/')))
}

/// podman builds the image from what lies in `container`, and runs it as the README says, by runc.
pub(crate) fn in_an_engine(release: &Release, of_host: &Path, folder: &Path) -> Result<()> {
    let name = format!("dps-x509:{}", release.version);
    let podman = || {
        let mut podman = Command::new("podman");
        // Nothing of this machine's own containers is touched, and nothing stays.
        podman.arg("--root").arg(folder.join("storage")).arg("--runroot").arg(folder.join("run"));
        podman.args(["--storage-driver", "vfs", "--runtime", "runc", "--cgroup-manager", "cgroupfs"]);
        podman.env("TMPDIR", folder);
        podman
    };
    workspace::run(
        podman().args(["build", "--quiet", "--tag", &name]).arg(release.folder.join("container")),
    )?;
    super::explains(podman().args(["run", "--rm", &name]))?;
    let state = folder.join("state");
    fs::create_dir_all(&state)?;
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let mut emulator = podman();
    emulator.args(["run", "--rm", "--name", "dps", "--publish", &format!("127.0.0.1:{port}:8883")]);
    emulator.arg("--volume").arg(format!("{}:/state:U", state.display()));
    emulator.args([&name, "emulate", "--json", "--quiet", "--control", "9000"]);
    let (running, ready) = started(&mut emulator)?;
    let in_state = |path: &str| state.join(path.trim_start_matches("/state/"));
    assigns(of_host, &format!("localhost:{port}"), &ready, &in_state)?;
    let mut status = podman();
    status.args(["exec", "dps", "dps-x509", "emulator", "registrations"]);
    let told = workspace::read(&mut status)?;
    workspace::run(podman().args(["stop", "--time", "5", "dps"]).stdout(Stdio::null()))?;
    drop(running);
    if told.contains("device-1") { Ok(()) } else { Err(format!("inside it is told: {told}").into()) }
}

/// Starts an emulator, and takes the line that it prints once it listens.
fn started(emulator: &mut Command) -> Result<(Running, Value)> {
    let mut running = Running(emulator.stdout(Stdio::piped()).spawn()?);
    let output = running.0.stdout.take().ok_or("a child without output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let ready = serde_json::from_str(&line).map_err(|error| format!("it says {line:?}: {error}"))?;
    Ok((running, ready))
}

/// Whether the device of the example gets its hub; `here` has the emulator's files by the names that it has for them.
fn assigns(of_host: &Path, endpoint: &str, ready: &Value, here: &dyn Fn(&str) -> PathBuf) -> Result<()> {
    let text = |member: &str| ready.pointer(member).and_then(Value::as_str).unwrap_or_default();
    let mut provision = Command::new(of_host);
    provision.args(["provision", "--id-scope", text("/idScope"), "--endpoint", endpoint, "--only-trust"]);
    for (flag, member) in [("--trust", "/root"), ("--cert", "/example/fullChain"), ("--key", "/example/key")]
    {
        provision.arg(flag).arg(here(text(member)));
    }
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
