//! `cargo xtask python`: the Python package `dps-x509`, from crate/python to wheels that can be published.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;

use crate::{
    component, setup,
    workspace::{self, Result},
};

/// What of the component is in the package.
const SHIPPED: [&str; 2] = ["toolkit.wasm", "toolkit.sha256"];

/// Makes the Python package: its generated modules, the wheel for every platform, and the one with the program inside.
#[derive(Debug, Default, Args)]
pub(crate) struct Python {
    /// Puts the optimised program into the wheel for this platform.
    #[arg(long)]
    release: bool,
    /// Puts this program into it instead.
    #[arg(long, value_name = "FILE", requires = "platform")]
    binary: Option<PathBuf>,
    /// The platform of that program in the words of wheels, such as `manylinux_2_17_x86_64.musllinux_1_1_x86_64`.
    #[arg(long, value_name = "TAG")]
    platform: Option<String>,
    /// Writes the generated modules and puts the component in its place, and builds nothing.
    #[arg(long)]
    generate: bool,
}

impl Python {
    /// Leaves the wheels and the source distribution in target/python-dist.
    pub(crate) fn run(&self) -> Result<()> {
        setup::of_python()?;
        if self.generate {
            put_component()?;
            return generate();
        }
        let (binary, platform) = match (&self.binary, &self.platform) {
            (Some(binary), Some(platform)) => (workspace::root().join(binary), platform.clone()),
            (_, platform) => {
                let profile = if self.release { "release" } else { "dev" };
                let binary = workspace::binary("dps-x509", profile)?;
                (binary, platform.clone().map_or_else(this_platform, Ok)?)
            }
        };
        let dist = dist();
        distributions(&[(&binary, &platform)], &dist)?;
        for entry in fs::read_dir(dist)? {
            let entry = entry?;
            println!("{}: {} bytes", entry.path().display(), entry.metadata()?.len());
        }
        Ok(())
    }
}

/// The folder of the package's sources.
fn package() -> PathBuf {
    workspace::root().join("crate/python")
}

/// Makes the source distribution, the wheel for every platform, and one for each program and its platform.
pub(crate) fn distributions(programs: &[(&Path, &str)], out: &Path) -> Result<()> {
    setup::of_python()?;
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    put_component()?;
    generate()?;
    hatch(&["sdist", "wheel"], None, out)?;
    programs.iter().try_for_each(|program| hatch(&["wheel"], Some(*program), out))
}

/// Where wheels go.
fn dist() -> PathBuf {
    workspace::target().join("python-dist")
}

/// Copies the component that `cargo xtask component` has built, unless it is there.
fn put_component() -> Result<()> {
    let data = workspace::root().join("crate/component/data");
    if !data.join(SHIPPED[0]).is_file() {
        component::Component::default().run()?;
    }
    for name in SHIPPED {
        let bytes = fs::read(data.join(name))?;
        let path = package().join("src/dps_x509").join(name);
        if !fs::read(&path).is_ok_and(|there| there == bytes) {
            workspace::write(&path, &bytes)?;
        }
    }
    Ok(())
}

/// Makes the modules that come from wit and the schemas, in the package's folder.
fn generate() -> Result<()> {
    workspace::run(python().args(["-m", "generator"]).current_dir(package()))
}

/// Runs the builder of wheels; with a program, for its platform.
fn hatch(targets: &[&str], program: Option<(&Path, &str)>, out: &Path) -> Result<()> {
    for target in targets {
        let mut build = python();
        build.args(["-m", "hatchling", "build", "--target", target, "--directory"]).arg(out);
        if let Some((binary, platform)) = program {
            build.env("DPS_X509_WHEEL_BINARY", binary).env("DPS_X509_WHEEL_PLATFORM", platform);
        }
        workspace::run(build.current_dir(package()))?;
    }
    Ok(())
}

/// This machine in the words of wheels.
pub(crate) fn this_platform() -> Result<String> {
    let tag = "import sysconfig; print(sysconfig.get_platform().replace('-', '_').replace('.', '_'))";
    workspace::read(python().args(["-c", tag]))
}

/// The interpreter of the package's environment.
fn python() -> Command {
    workspace::program(setup::python("python"))
}

/// Runs the package's own tests: types, cases, the emulator, the documents' examples, the wheels in
/// environments of their own.
///
/// The program and the wheels are there.
pub(crate) fn test() -> Result<Vec<String>> {
    put_component()?;
    generate()?;
    workspace::run(
        python()
            .args(["-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable"])
            .arg(package()),
    )?;
    workspace::run(python().args(["-m", "mypy", "--no-error-summary"]).current_dir(package()))?;
    let dps_x509 = workspace::binary("dps-x509", "dev")?;
    // Not of the one package alone: it would be compiled with other features.
    workspace::run(workspace::cargo().args(["build", "--workspace", "--example", "native"]))?;
    let native = workspace::target().join("debug/examples/native");
    let mut test = python();
    test.args(["-X", "dev", "-m", "pytest", "--quiet", "tests"])
        .env("DPS_X509_BINARY", dps_x509)
        .env("DPS_X509_NATIVE", native)
        .env("DPS_X509_DIST", dist())
        .current_dir(package());
    workspace::run_and_keep(&mut test, |line| line.contains(" passed") || line.contains(" failed"))
}
