//! `cargo xtask site` and `cargo xtask serve`: the static page, as it is published and as it is looked at.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;

use crate::{
    book::Book,
    npm::{self, Npm},
    workspace::{self, Result},
};

/// Writes the page: the folder to publish, and the single HTML file.
#[derive(Debug, Default, Args)]
pub(crate) struct Site {
    /// Takes the npm package as it was last built.
    #[arg(long)]
    no_build: bool,
}

impl Site {
    /// To `target/page/site` and `target/page/dps-x509.html`.
    pub(crate) fn run(&self) -> Result<()> {
        if !self.no_build {
            Npm::default().run()?;
        }
        let out = workspace::target().join("page");
        fs::create_dir_all(&out)?;
        workspace::write(&out.join("pages.json"), &npm::pages("page")?)?;
        workspace::run(
            Command::new("node").arg(workspace::root().join("www/build.mjs")).arg(npm::package()).arg(&out),
        )?;
        Book { no_build: self.no_build, ..Book::default() }.run()?;
        println!("{}\n{}", out.join("site").display(), out.join("dps-x509.html").display());
        Ok(())
    }
}

/// Builds the page and serves it on loopback.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Port, 0 for any that is free.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Serves the page as it was last built.
    #[arg(long)]
    no_build: bool,
}

impl Serve {
    /// Until it is interrupted.
    pub(crate) fn run(&self) -> Result<()> {
        if !self.no_build {
            Site::default().run()?;
        }
        let site = workspace::target().join("page/site");
        let mut serve = Command::new("node");
        serve.arg(workspace::root().join("www/serve.mjs")).arg(site).arg(self.port.to_string());
        workspace::run(&mut serve)
    }
}

/// Installs what the tests of the page need.
pub(crate) fn install() -> Result<()> {
    npm::install_in(&tests())
}

/// Checks the page's types, and runs its tests in Chromium, and the main flows in Firefox and WebKit.
pub(crate) fn test() -> Result<Vec<String>> {
    Site { no_build: true }.run()?;
    types()?;
    let run = ["--test", "--test-concurrency=1", "--test-reporter=spec"];
    let files = [
        "verdict.test.mjs",
        "commands.test.mjs",
        "tree.test.mjs",
        "door.test.mjs",
        "take.test.mjs",
        "devices.test.mjs",
        "generate.test.mjs",
        "loading.test.mjs",
        "case.test.mjs",
        "lockdown.test.mjs",
        "offline.test.mjs",
        "engines.test.mjs",
        "access.test.mjs",
        "book.test.mjs",
        "words.test.mjs",
    ];
    workspace::run_and_keep(
        workspace::program("node").args(run).args(files).current_dir(tests()),
        npm::is_total,
    )
}

/// The page's modules as they are bundled, beside the types of the package that they call.
fn types() -> Result<()> {
    let folder = workspace::target().join("page/types");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    copy(&workspace::target().join("page/source/js"), &folder.join("js"), "js")?;
    copy(&workspace::root().join("www/js"), &folder.join("js"), "d.ts")?;
    copy(&npm::package().join("dist/esm"), &folder.join("package/esm"), "d.ts")?;
    fs::copy(workspace::root().join("www/tsconfig.json"), folder.join("tsconfig.json"))?;
    workspace::run(Command::new(tests().join("node_modules/.bin/tsc")).arg("--project").arg(folder))
}

/// Files whose names end so, and the folders they are in.
fn copy(from: &Path, to: &Path, ending: &str) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, copied) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&path, &copied, ending)?;
        } else if path.to_string_lossy().ends_with(&format!(".{ending}")) {
            fs::copy(path, copied)?;
        }
    }
    Ok(())
}

fn tests() -> PathBuf {
    workspace::root().join("tests/browser")
}
