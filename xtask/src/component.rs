//! `cargo xtask component`: from the crates of `crate/component` to components, into the crate that ships them, and to
//! machine code; and the core module of `crate/module`.
//!
//! They are built for wasm32-unknown-unknown and componentised here: on wasm32-wasip2 the standard
//! library would add thirteen imports of its own (rust-lang/rust#133235).

pub(crate) mod metadata;
pub(crate) mod module;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};
use wasmparser::{Parser, Payload};
use wit_component::ComponentEncoder;

use crate::workspace::{self, Result};
use metadata::Metadata;

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The components: each a crate `dps-x509-NAME` over the world NAME.
pub(crate) const COMPONENTS: [&str; 2] = ["provisioner", "toolkit"];

/// What the command line has inside, as machine code.
const PRECOMPILED: &str = "provisioner";

/// Cargo's profile for a component.
fn profile(name: &str) -> &'static str {
    if name == "provisioner" { "provisioner" } else { "component" }
}

/// Builds the components into target/component and crate/component/data, the core module into target/module, and
/// precompiles the provisioner.
#[derive(Debug, Default, Args)]
pub(crate) struct Component {
    /// Leaves out the machine code (provisioner.cwasm), which needs wasmtime to be built.
    #[arg(long)]
    no_precompile: bool,
}

impl Component {
    /// Builds, componentises, precompiles, and prints sizes and imports.
    pub(crate) fn run(&self) -> Result<()> {
        add_target()?;
        for name in COMPONENTS {
            let module = build(name)?;
            let component = ComponentEncoder::default().validate(true).module(&module)?.encode()?;
            let component = Metadata::of(name)?.add_to(component, name)?;
            let path = path(name);
            workspace::write(&path, &component)?;
            ship(name, &component)?;
            report(&path, &component)?;
        }
        module::run()?;
        if self.no_precompile { Ok(()) } else { precompile(&path(PRECOMPILED)) }
    }
}

/// Puts a component with its hash into the crate `dps-x509-component`, unless it is there.
fn ship(name: &str, component: &[u8]) -> Result<()> {
    let folder = workspace::root().join("crate/component/data");
    let digest: String = Sha256::digest(component).iter().map(|byte| format!("{byte:02x}")).collect();
    for (file, bytes) in [(format!("{name}.wasm"), component), (format!("{name}.sha256"), digest.as_bytes())]
    {
        let path = folder.join(file);
        // What is not written anew is not compiled anew.
        if !fs::read(&path).is_ok_and(|there| there == bytes) {
            workspace::write(&path, bytes)?;
        }
    }
    Ok(())
}

/// Where a component is.
pub(crate) fn path(name: &str) -> PathBuf {
    workspace::target().join("component").join(name).with_extension("wasm")
}

/// Where the machine code is of the one that is precompiled.
pub(crate) fn precompiled() -> PathBuf {
    path(PRECOMPILED).with_extension("cwasm")
}

/// Adds the guest's target where it is missing.
pub(crate) fn add_target() -> Result<()> {
    let libraries = sysroot()?.join("lib/rustlib").join(TARGET);
    if libraries.is_dir() {
        return Ok(());
    }
    eprintln!("adding the target {TARGET}");
    workspace::run(Command::new("rustup").args(["target", "add", TARGET]).current_dir(workspace::root()))
}

/// Builds the core module.
fn build(name: &str) -> Result<Vec<u8>> {
    workspace::run(
        workspace::cargo()
            .args(["build", "--quiet", "--package", &format!("dps-x509-{name}")])
            .args(["--profile", profile(name), "--target", TARGET])
            .env("CARGO_ENCODED_RUSTFLAGS", remapped()?.join("\x1f")),
    )?;
    let path = workspace::target().join(TARGET).join(profile(name)).join(format!("dps_x509_{name}.wasm"));
    fs::read(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()).into())
}

/// Names for the folders of this machine, which panic messages would carry into the file otherwise: the
/// same sources give the same bytes wherever they are built.
pub(crate) fn remapped() -> Result<Vec<String>> {
    let mut remapped = vec![(workspace::root(), "/dps-x509"), (sysroot()?, "/rust")];
    if let Some(cargo_home) = cargo_home() {
        remapped.push((cargo_home, "/cargo"));
    }
    Ok(remapped.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display())).collect())
}

fn sysroot() -> Result<PathBuf> {
    let path =
        workspace::read(Command::new("rustc").args(["--print", "sysroot"]).current_dir(workspace::root()))?;
    Ok(PathBuf::from(path))
}

fn cargo_home() -> Option<PathBuf> {
    std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(".cargo")))
}

fn report(path: &Path, component: &[u8]) -> Result<()> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(component)?;
    let gzipped = gzip.finish()?.len();
    let imports = imports(component)?;
    let verb = if imports.is_empty() { "imports nothing" } else { "imports" };
    println!("{}: {} bytes, {gzipped} bytes with gzip; it {verb}", path.display(), component.len());
    for import in imports {
        println!("  {import}");
    }
    Ok(())
}

/// The names that the component itself imports, not those of the modules inside.
pub(crate) fn imports(component: &[u8]) -> Result<Vec<String>> {
    outside(component, |payload, names| {
        if let Payload::ComponentImportSection(section) = payload {
            for import in section {
                names.push(import?.name.name.to_owned());
            }
        }
        Ok(())
    })
}

/// The names that the component itself exports.
pub(crate) fn exports(component: &[u8]) -> Result<Vec<String>> {
    outside(component, |payload, names| {
        if let Payload::ComponentExportSection(section) = payload {
            for export in section {
                names.push(export?.name.name.to_owned());
            }
        }
        Ok(())
    })
}

/// Names in the sections of the component itself.
fn outside(
    component: &[u8],
    take: impl Fn(Payload<'_>, &mut Vec<String>) -> Result<()>,
) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            payload if depth == 0 => take(payload, &mut names)?,
            _ => {}
        }
    }
    Ok(names)
}

/// Machine code for a baseline processor, by the host library that will load it.
fn precompile(component: &Path) -> Result<()> {
    let code = component.with_extension("cwasm");
    let precompile = workspace::binary("precompile", "dev")?;
    workspace::run(Command::new(precompile).arg(component).arg(&code))?;
    println!("{}: {} bytes", code.display(), fs::metadata(&code)?.len());
    Ok(())
}
