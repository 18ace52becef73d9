//! `cargo xtask npm`: the npm package `dps-x509`, from crate/web to a folder that can be published.

mod cut;
mod graph;
mod part;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    component,
    workspace::{self, Result},
};

/// The modules of the package. Two are of one feature of `dps-x509-web`, `files`, cut where a first look ends; the other is
/// a feature itself.
pub(crate) const MODULES: [&str; 3] = ["inspection", "complete", "session"];

/// Leaves in the module what tells where it may be cut.
const RELOCATIONS: &str = "-Clink-arg=--emit-relocs";

/// Sizes are what counts: the smaller of the implementations that sha2 has.
const COMPACT: [&str; 4] = ["--cfg", "sha2_backend=\"soft\"", "--cfg", "sha2_backend_soft=\"compact\""];

/// WebAssembly has no product of two 64-bit numbers in 128 bits: crypto-bigint would call a function for each.
const WORDS: [&str; 2] = ["--cfg", "cpubits=\"32\""];

/// What rustc lets wasm32-unknown-unknown use.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds the npm package in crate/web/npm/dist, and checks the sizes of its modules.
#[derive(Debug, Default, Args)]
pub(crate) struct Npm {
    /// Builds the modules and nothing around them.
    #[arg(long)]
    only_modules: bool,
}

impl Npm {
    /// Builds the modules and their JavaScript, the texts, the entry points; then weighs.
    pub(crate) fn run(&self) -> Result<()> {
        component::add_target()?;
        install()?;
        // Nothing of a module that there is no more.
        for folder in ["dist", "src/glue", "src/embedded"].map(|folder| package().join(folder)) {
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
        }
        let dist = package().join("dist");
        let parts = dist.join("esm/part");
        fs::create_dir_all(&parts)?;
        files(&parts)?;
        session(&parts)?;
        if self.only_modules {
            return Ok(());
        }
        workspace::write(&parts.join("pages.json"), &pages("package")?)?;
        workspace::write(&parts.join("lexicon.json"), &example(&["lexicon"])?)?;
        node("build.mjs")?;
        node("size.mjs")
    }
}

/// The folder of the package's sources.
pub(crate) fn package() -> PathBuf {
    workspace::root().join("crate/web/npm")
}

/// Installs the tools and referees of the package, unless they are there as package-lock.json says.
pub(crate) fn install() -> Result<()> {
    install_in(&package())
}

/// Installs what a folder's package-lock.json says, unless it is there.
pub(crate) fn install_in(folder: &Path) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.installed-package-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    workspace::run(
        Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder),
    )?;
    workspace::write(&stamp, &lock)
}

/// Runs the package's own tests: the cases, the memory, the emulator, and throw-away projects of every kind.
pub(crate) fn test() -> Result<Vec<String>> {
    // Its tests have Cargo run what the core says of each case.
    let mut test = workspace::program("npm");
    test.args(["test", "--silent"]).current_dir(package());
    workspace::run_and_keep(&mut test, is_total)
}

/// A line such as `ℹ pass 12`, with which Node's runner ends.
pub(crate) fn is_total(line: &str) -> bool {
    ["ℹ pass ", "ℹ fail ", "ℹ skipped "].iter().any(|start| line.starts_with(start))
}

/// Runs the package's measures beside other libraries.
pub(crate) fn bench(notes: &Path) -> Result<()> {
    let mut npm = Command::new("npm");
    let npm = npm.args(["run", "--silent", "bench"]).env("DPS_X509_MEASURES", notes);
    workspace::run(npm.current_dir(package()))
}

fn node(script: &str) -> Result<()> {
    workspace::run(Command::new("node").arg(script).current_dir(package()))
}

/// Everything that looks at files, as `inspection.wasm` and the rest, `complete.wasm`.
fn files(parts: &Path) -> Result<()> {
    const NAME: &str = "files";
    let built = compile(NAME, &[RELOCATIONS])?;
    let rest = cut::Rest::of(&graph::Graph::read(&fs::read(&built)?)?)?;
    let generated = bind(NAME, &built, true)?;
    let (first, second) = part::split(&fs::read(&generated)?, &rest)?;
    fs::remove_file(&generated)?;
    for (name, module) in MODULES.into_iter().zip([first, second]) {
        let path = built.with_file_name(name).with_extension("wasm");
        fs::write(&path, module)?;
        optimise(&path, name, parts)?;
    }
    Ok(())
}

/// The machine, as `session.wasm`.
fn session(parts: &Path) -> Result<()> {
    const NAME: &str = "session";
    let generated = bind(NAME, &compile(NAME, &[])?, false)?;
    optimise(&generated, NAME, parts)?;
    Ok(fs::remove_file(&generated)?)
}

/// The JavaScript for a module, beside the sources of the entry points, and the module that it is for.
fn bind(name: &str, built: &Path, is_named: bool) -> Result<PathBuf> {
    let glue = package().join("src/glue");
    Bindgen::new()
        .input_path(built)
        .out_name(name)
        .web(true)?
        // The entry points say where the module is, and make a new instance when one has broken.
        .typescript(true)
        .omit_default_module_path(true)
        .reset_state_function(true)
        .demangle(false)
        .remove_name_section(!is_named)
        .remove_producers_section(true)
        .generate(&glue)?;
    Ok(glue.join(format!("{name}_bg.wasm")))
}

fn optimise(module: &Path, name: &str, parts: &Path) -> Result<()> {
    workspace::run(
        Command::new(package().join("node_modules/.bin/wasm-opt"))
            .args(WASM_FEATURES)
            .args(["-Oz", "--strip-debug", "--strip-producers", "--output"])
            .arg(parts.join(name).with_extension("wasm"))
            .arg(module),
    )
}

fn compile(feature: &str, more: &[&str]) -> Result<PathBuf> {
    let mut flags = component::remapped()?;
    flags.extend(COMPACT.into_iter().chain(WORDS).map(str::to_owned));
    let folder = workspace::target().join("npm-modules");
    workspace::run(
        workspace::cargo()
            .args(["rustc", "--quiet", "--package", "dps-x509-web", "--lib"])
            .args(["--no-default-features", "--features", feature])
            .args(["--profile", "web", "--target", component::TARGET, "--"])
            .args(more)
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")),
    )?;
    // The builds share one name.
    let path = folder.join(feature).with_extension("wasm");
    fs::create_dir_all(&folder)?;
    fs::copy(workspace::target().join(component::TARGET).join("web/dps_x509_web.wasm"), &path)?;
    Ok(path)
}

/// The explanation pages as JSON, in the words of the `package` or of the `page`.
pub(crate) fn pages(whose: &str) -> Result<Vec<u8>> {
    example(&["pages", "--", whose])
}

/// What an example of core prints.
fn example(arguments: &[&str]) -> Result<Vec<u8>> {
    let run = ["run", "--quiet", "--package", "dps-x509-core", "--example"];
    Ok(workspace::read(workspace::cargo().args(run).args(arguments))?.into_bytes())
}
