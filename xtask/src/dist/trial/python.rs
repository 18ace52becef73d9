//! The wheel with the program inside, in an environment that has nothing else.

use std::{fs, path::Path, process::Command};

use super::explains;
use crate::{
    dist::{Release, binary::Binary, wheel},
    setup,
    workspace::{self, Result},
};

/// pip takes the one wheel of the binary's platform; program and module do what the README begins with, and it goes again.
pub(crate) fn wheel(release: &Release, binary: &Binary, folder: &Path) -> Result<()> {
    let wheels = release.folder.join("python");
    let name = format!("dps_x509-{}-py3-none-{}.whl", release.version, wheel::platform(binary)?);
    setup::of_python()?;
    let made: Vec<_> = fs::read_dir(&wheels)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    workspace::run(
        Command::new(setup::python("python")).args(["-m", "twine", "check", "--strict"]).args(&made),
    )?;
    let environment = folder.join("environment");
    workspace::run(
        Command::new(setup::python("python")).args(["-m", "venv", "--without-pip"]).arg(&environment),
    )?;
    let python = environment.join("bin/python");
    let pip = || {
        let mut pip = Command::new(setup::python("python"));
        pip.args(["-m", "pip", "--python"]).arg(&python);
        pip
    };
    workspace::run(pip().args(["install", "--quiet"]).arg(wheels.join(name)))?;
    explains(&mut Command::new(environment.join("bin/dps-x509")))?;
    explains(Command::new(&python).args(["-m", "dps_x509"]))?;
    let typed = "import dps_x509; print(dps_x509.explain('401002 CA certificate not found.').text)";
    let told = workspace::read(
        Command::new(&python).args(["-c", typed]).env("DPS_X509_CACHE", folder.join("cache")),
    )?;
    if !told.contains("DX707") {
        return Err(format!("the package explains 401002 as {told:?}").into());
    }
    workspace::run(pip().args(["uninstall", "--quiet", "--yes", "dps-x509"]))?;
    if environment.join("bin/dps-x509").exists() {
        return Err("the program is still there after pip uninstall".into());
    }
    Ok(())
}
