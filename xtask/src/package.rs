//! `cargo xtask package`: every crate that is for others as a package, and a house of packages alone that builds.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use toml::{Table, Value};

use crate::{
    component,
    workspace::{self, Result},
};

/// What is for others, each after what it depends on.
const PACKAGES: [&str; 7] = [
    "dps-x509-component",
    "dps-x509-core",
    "dps-x509-net",
    "dps-x509-fleet",
    "dps-x509-host",
    "dps-x509-emulator",
    "dps-x509",
];

/// Packs every crate that is for others, builds them from their packages, and runs the command line that comes of it.
#[derive(Debug, Default, Args)]
pub(crate) struct Package {
    /// Installs the command line from its package as a user does, optimised and with the features of it alone; that
    /// compiles wasmtime once more.
    #[arg(long)]
    install: bool,
    /// Takes the components as they were last built.
    #[arg(long)]
    no_build: bool,
}

impl Package {
    /// To `target/package`. Nothing outside of a package's folder may be read: in the house there is nothing else.
    pub(crate) fn run(&self) -> Result<()> {
        if !self.no_build {
            component::Component::default().run()?;
        }
        let folder = workspace::target().join("package");
        pack()?;
        let house = folder.join("house");
        if house.exists() {
            fs::remove_dir_all(&house)?;
        }
        build_house(&folder, &house)?;
        let binary = if self.install { install(&house)? } else { build(&house)? };
        try_out(&binary, &folder.join("trial"))?;
        if !self.install {
            // The house has put its own binaries there.
            workspace::binary("dps-x509", "dev")?;
        }
        PACKAGES.iter().for_each(|name| println!("{}", archive(&folder, name).display()));
        Ok(())
    }
}

fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

fn archive(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}-{}.crate", version()))
}

/// Without the lock file: it can be made only of what is in a registry, and these are not yet.
fn pack() -> Result<()> {
    let mut command = workspace::cargo();
    command.args(["package", "--quiet", "--no-verify", "--exclude-lockfile", "--allow-dirty"]);
    for name in PACKAGES {
        command.args(["--package", name]);
    }
    workspace::run(&mut command)
}

/// A workspace of the packages, with the versions and profiles of this one. For each other member stands one of the same
/// dependencies and no code: with the features of the whole, nothing that is there already is compiled again.
fn build_house(folder: &Path, house: &Path) -> Result<()> {
    // So deep that no path of a crate that leads out of its folder finds anything.
    let packed = house.join("packed/by/cargo");
    fs::create_dir_all(&packed)?;
    let mut root = read_toml(&workspace::root().join("Cargo.toml"))?;
    let members = table(&mut root, "workspace")?.remove("members").ok_or("the workspace has no members")?;
    let (mut new_members, mut patches) = (Vec::new(), Table::new());
    for name in PACKAGES {
        workspace::run(Command::new("tar").arg("-xmzf").arg(archive(folder, name)).current_dir(&packed))?;
        let path = format!("packed/by/cargo/{name}-{}", version());
        let dependencies = table(table(&mut root, "workspace")?, "dependencies")?;
        if let Some(Value::Table(dependency)) = dependencies.get_mut(name) {
            dependency.insert("path".into(), path.clone().into());
        }
        patches.insert(name.into(), Table::from_iter([("path".to_owned(), path.clone().into())]).into());
        new_members.push(Value::from(path));
    }
    for member in members.as_array().into_iter().flatten().filter_map(Value::as_str) {
        let mut manifest = read_toml(&workspace::root().join(member).join("Cargo.toml"))?;
        let name = table(&mut manifest, "package")?.get("name").and_then(Value::as_str);
        let name = name.ok_or_else(|| format!("{member} has no name"))?.to_owned();
        if !PACKAGES.contains(&name.as_str()) {
            stand_in(house, &name, &manifest)?;
            new_members.push(format!("others/{name}").into());
        }
    }
    table(&mut root, "workspace")?.insert("members".into(), new_members.into());
    root.insert("patch".into(), Table::from_iter([("crates-io".to_owned(), patches.into())]).into());
    workspace::write(&house.join("Cargo.toml"), toml::to_string(&root)?.as_bytes())?;
    fs::copy(workspace::root().join("Cargo.lock"), house.join("Cargo.lock"))?;
    Ok(())
}

/// A crate with the dependencies and features of one of this workspace, and nothing in it.
fn stand_in(house: &Path, name: &str, manifest: &Table) -> Result<()> {
    let mut kept: Table = ["package", "features", "dependencies", "target"]
        .into_iter()
        .filter_map(|key| Some((key.to_owned(), manifest.get(key)?.clone())))
        .collect();
    if let Some(Value::Table(dependencies)) = kept.get_mut("dependencies") {
        for dependency in dependencies.iter_mut().map(|(_, value)| value).filter_map(Value::as_table_mut) {
            if dependency.remove("path").is_some() {
                dependency.insert("workspace".into(), true.into());
            }
        }
    }
    let folder = house.join("others").join(name);
    workspace::write(&folder.join("src/lib.rs"), b"")?;
    workspace::write(&folder.join("Cargo.toml"), toml::to_string(&kept)?.as_bytes())
}

fn build(house: &Path) -> Result<PathBuf> {
    workspace::run(cargo_in(house).args(["build", "--offline", "--workspace"]))?;
    Ok(workspace::target().join("debug").join(format!("dps-x509{}", std::env::consts::EXE_SUFFIX)))
}

fn install(house: &Path) -> Result<PathBuf> {
    let root = house.join("installed");
    let package = format!("packed/by/cargo/dps-x509-{}", version());
    workspace::run(cargo_in(house).args(["install", "--locked", "--path", &package, "--root"]).arg(&root))?;
    Ok(root.join("bin").join(format!("dps-x509{}", std::env::consts::EXE_SUFFIX)))
}

/// Cargo as somebody else has it, but for the folder of what is built.
fn cargo_in(house: &Path) -> Command {
    let mut command = workspace::cargo();
    // Set to nothing, so that the configuration of this workspace does not set it.
    command.current_dir(house).env("CARGO_TARGET_DIR", workspace::target()).env("DPS_X509_PRECOMPILED", "");
    command
}

/// Makes a device and has the component that is inside dial a port at which nobody listens.
fn try_out(binary: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let generate = ["generate", "chain", "--registration-id", "device-1", "--out"];
    workspace::read(Command::new(binary).args(generate).arg(folder))?;
    let file = |name: &str| folder.join(name);
    let output = Command::new(binary)
        .args([
            "provision",
            "--component",
            "--json",
            "--id-scope",
            "0ne00000001",
            "--endpoint",
            "127.0.0.1:1",
        ])
        .arg("--cert")
        .arg(file("device-full-chain.pem"))
        .arg("--key")
        .arg(file("device-key.pem"))
        .arg("--trust")
        .arg(file("root.pem"))
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.code() == Some(3) && said.contains("\"no-connection\"") {
        return Ok(());
    }
    Err(format!("the packed command line does not run its component: {}, {said}", output.status).into())
}

fn read_toml(path: &Path) -> Result<Table> {
    fs::read_to_string(path)?.parse().map_err(|error| format!("{}: {error}", path.display()).into())
}

fn table<'a>(parent: &'a mut Table, name: &str) -> Result<&'a mut Table> {
    parent
        .get_mut(name)
        .and_then(Value::as_table_mut)
        .ok_or_else(|| format!("there is no [{name}] in the manifest").into())
}
