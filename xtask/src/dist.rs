//! `cargo xtask dist`: what is given away, in one folder: binaries, packages, wheels, the container image, components, schemas, and
//! what there is to say of them.

mod artefact;
mod bill;
mod binary;
mod image;
mod layout;
mod module;
mod npm;
mod package;
mod trial;
mod wheel;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use sha2::{Digest as _, Sha256};

use crate::{
    book, component,
    npm::Npm,
    workspace::{self, Result},
};

/// Builds everything that is given away into target/dist.
///
/// The crates are packed by `package`.
#[derive(Debug, Args)]
pub(crate) struct Dist {
    /// Cargo profile of the binaries: release, or dev for a trial of what is around them.
    #[arg(long, default_value = "release")]
    profile: String,
    /// Target of the binaries; may be repeated. Others than this machine's are built by cargo-zigbuild.
    #[arg(long, value_name = "TRIPLE")]
    target: Vec<String>,
    /// Takes the components and the npm package as they were last built.
    #[arg(long)]
    no_build: bool,
    /// Installs each thing in a fresh place, and does what its users do first.
    #[arg(long = "try")]
    tries: bool,
    /// Has podman build the container image and run it by runc, too; both are there, and may make namespaces.
    #[arg(long, requires = "tries")]
    engine: bool,
}

/// A release: what everything in it says of itself.
pub(crate) struct Release {
    /// `target/dist`.
    pub(crate) folder: PathBuf,
    pub(crate) version: String,
    /// The whole hash of the commit.
    pub(crate) commit: String,
    /// The commit's time, in seconds since 1970: that of every file in an archive.
    pub(crate) time: u64,
}

impl Dist {
    /// To `target/dist`, made anew.
    pub(crate) fn run(&self) -> Result<()> {
        if !self.no_build {
            component::Component::default().run()?;
        }
        let host = workspace::host()?;
        let targets = if self.target.is_empty() { vec![host.clone()] } else { self.target.clone() };
        // What is for every platform comes from one machine.
        let is_whole = targets.iter().any(|target| target.contains("-linux-"));
        if !self.no_build && is_whole {
            Npm::default().run()?;
        }
        let release = Release::new()?;
        if release.folder.exists() {
            fs::remove_dir_all(&release.folder)?;
        }
        let mut binaries = Vec::new();
        for target in &targets {
            binaries.push(binary::build(&release, &self.profile, target, &host)?);
        }
        // Of all binaries one runs here for sure: completions and manual are those of its help.
        let of_host = match binaries.iter().find(|binary| binary.runs_here(&host)) {
            Some(binary) => binary.path.clone(),
            None => workspace::binary("dps-x509", "dev")?,
        };
        let papers = binary::papers(&release, &of_host)?;
        for binary in &binaries {
            binary.archive(&release, &papers)?;
            if binary.is_linux() {
                package::all(&release, binary, &papers)?;
            }
        }
        let on_linux: Vec<_> = binaries.iter().filter(|binary| binary.is_linux()).collect();
        if !on_linux.is_empty() {
            image::write(&release, &on_linux)?;
        }
        npm::all(&release, &binaries, is_whole)?;
        wheel::all(&release, &binaries)?;
        artefact::write(&release)?;
        module::write(&release)?;
        for schema in book::schemas()? {
            fs::create_dir_all(release.folder.join("schema"))?;
            fs::copy(&schema, release.folder.join("schema").join(schema.file_name().unwrap_or_default()))?;
        }
        bill::write(&release)?;
        sums(&release.folder)?;
        if self.tries {
            trial::all(&release, &of_host, &binaries, self.engine)?;
        }
        println!("{}", release.folder.display());
        Ok(())
    }
}

impl Release {
    fn new() -> Result<Self> {
        let git =
            |args: &[&str]| workspace::read(Command::new("git").args(args).current_dir(workspace::root()));
        Ok(Self {
            folder: workspace::target().join("dist"),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: git(&["rev-parse", "HEAD"])?,
            time: git(&["log", "-1", "--format=%ct"])?.parse()?,
        })
    }
}

/// `SHA256SUMS`, for `sha256sum --check`.
fn sums(folder: &Path) -> Result<()> {
    let mut lines = String::new();
    for file in files(folder)? {
        let name = file.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        lines += &format!("{}  {name}\n", sha256(&fs::read(&file)?));
    }
    workspace::write(&folder.join("SHA256SUMS"), lines.as_bytes())
}

/// Every file below a folder, by name.
pub(crate) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() { open.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort();
    Ok(found)
}

/// In hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
