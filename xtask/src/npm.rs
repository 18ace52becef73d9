//! `cargo xtask npm`: the npm package `dps-x509`, from crate/web to a folder that can be published.

mod cut;
mod graph;
mod panic;
mod part;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use clap::Args;
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    component,
    workspace::{self, Result},
};

/// The modules of the package, into which one is cut: the other two join the first.
pub(crate) const MODULES: [&str; 3] = ["inspection", "complete", "session"];

/// Leaves in the module what tells where it may be cut.
const RELOCATIONS: &str = "-Clink-arg=--emit-relocs";

/// Sizes are what counts: the smaller of the implementations that sha2 and aes have.
const COMPACT: [&str; 8] = [
    "--cfg",
    "sha2_backend=\"soft\"",
    "--cfg",
    "sha2_backend_soft=\"compact\"",
    "--cfg",
    "aes_backend=\"soft\"",
    "--cfg",
    "aes_backend_soft=\"compact\"",
];

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
        modules(&parts)?;
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

/// What is built, and the JavaScript for it.
const NAME: &str = "files";

/// The whole of `dps-x509-web`, cut.
fn modules(parts: &Path) -> Result<()> {
    let built = compile()?;
    let mut wasm = fs::read(&built)?;
    let pieces = panic::cut_short(&mut wasm)?;
    let cut = cut::Cut::of(&graph::Graph::read(&wasm, &pieces)?)?;
    fs::write(&built, &wasm)?;
    let generated = bind(&built)?;
    let modules = part::split(&fs::read(&generated)?, &cut)?;
    fs::remove_file(&generated)?;
    let one = &|name: &str, module: &[u8]| {
        let path = built.with_file_name(name).with_extension("wasm");
        fs::write(&path, module)?;
        optimise(&path, name, parts)
    };
    thread::scope(|scope| {
        let all = MODULES.into_iter().zip(&modules);
        let running: Vec<_> = all.map(|(name, module)| scope.spawn(move || one(name, module))).collect();
        running.into_iter().try_for_each(|run| run.join().unwrap_or_else(|_| Err("a thread panicked".into())))
    })
}

/// The JavaScript for a module, beside the sources of the entry points, and the module that it is for.
fn bind(built: &Path) -> Result<PathBuf> {
    let glue = package().join("src/glue");
    Bindgen::new()
        .input_path(built)
        .out_name(NAME)
        .web(true)?
        // The entry points say where the module is, and make a new instance when one has broken.
        .typescript(true)
        .omit_default_module_path(true)
        .reset_state_function(true)
        .demangle(false)
        // By their names it is told which functions are whose.
        .remove_name_section(false)
        .remove_producers_section(true)
        .generate(&glue)?;
    Ok(glue.join(format!("{NAME}_bg.wasm")))
}

fn optimise(module: &Path, name: &str, parts: &Path) -> Result<()> {
    workspace::run(
        Command::new(package().join("node_modules/.bin/wasm-opt"))
            .args(WASM_FEATURES)
            // gzip looks back 32 kB: what one generic function became for many types stands together by its name.
            .args(["-Oz", "--reorder-functions-by-name", "--strip-debug", "--strip-producers", "--output"])
            .arg(parts.join(name).with_extension("wasm"))
            .arg(module),
    )
}

fn compile() -> Result<PathBuf> {
    let mut flags = component::remapped()?;
    flags.extend(COMPACT.into_iter().chain(WORDS).map(str::to_owned));
    workspace::run(
        workspace::cargo()
            .args(["rustc", "--quiet", "--package", "dps-x509-web", "--lib"])
            .args(["--profile", "web", "--target", component::TARGET, "--", RELOCATIONS])
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")),
    )?;
    let folder = workspace::target().join("npm-modules");
    let path = folder.join(NAME).with_extension("wasm");
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
