//! `cargo xtask book`: the parts of the site beside the page, `/explain/CODE/` and `/book/`, as plain HTML; its
//! search alone has a script.

mod chapter;
mod finding;
mod frame;
mod link;
mod markdown;
mod measure;
mod reference;
mod search;

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use frame::Page;

use crate::workspace::{self, Result};

/// Writes the site's pages about findings and answers of the service, and the book; checks every link in them.
#[derive(Debug, Default, Args)]
pub(crate) struct Book {
    /// Takes the command line, whose help is a part of the book, as it was last built.
    #[arg(long)]
    pub(crate) no_build: bool,
    /// The site's address, such as `https://dps.example/`: each page says where it stands.
    #[arg(long, env = "DPS_X509_SITE", value_name = "URL")]
    pub(crate) site: Option<String>,
    /// The folder of the site.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

impl Book {
    /// To `target/page/site` unless told otherwise. What else is there stays.
    pub(crate) fn run(&self) -> Result<()> {
        let out = self.out.clone().unwrap_or_else(|| workspace::target().join("page/site"));
        let binary = if self.no_build { built()? } else { workspace::binary("dps-x509", "dev")? };
        for part in ["book", "explain"] {
            let folder = out.join(part);
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
        }
        let findings = finding::Findings::read(&binary)?;
        let chapters = chapter::all(&binary, &findings)?;
        let mut pages = findings.pages(&chapters);
        pages.extend(chapter::pages(&chapters));
        pages.push(search::write(&out, &pages, &chapters)?);
        for page in &pages {
            let html = page.html(self.site.as_deref());
            workspace::write(&out.join(&page.path).join("index.html"), html.as_bytes())?;
        }
        reference::copy_schemas(&out)?;
        workspace::write(&out.join("book/book.css"), style()?.as_bytes())?;
        if let Some(site) = &self.site {
            workspace::write(&out.join("sitemap.txt"), sitemap(site, &pages).as_bytes())?;
        }
        link::check(&out, &pages)?;
        println!("{}: {} pages", out.display(), pages.len());
        Ok(())
    }
}

fn built() -> Result<PathBuf> {
    let binary = workspace::target().join("debug").join(format!("dps-x509{}", std::env::consts::EXE_SUFFIX));
    if binary.is_file() {
        Ok(binary)
    } else {
        Err("there is no command line yet: `cargo xtask build`".into())
    }
}

/// The JSON schemas, which are part of it.
pub(crate) fn schemas() -> Result<Vec<PathBuf>> {
    reference::schema_files()
}

pub(crate) use measure::published as published_measures;

/// The folder of what is written by hand.
pub(crate) fn source() -> PathBuf {
    workspace::root().join("www/book")
}

/// The colours and fonts of the page, and what a book needs besides.
fn style() -> Result<String> {
    let read = |path: &Path| -> Result<String> {
        fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
    };
    Ok(read(&workspace::root().join("www/style/base.css"))? + &read(&source().join("book.css"))?)
}

fn sitemap(site: &str, pages: &[Page]) -> String {
    let site = site.trim_end_matches('/');
    pages.iter().map(|page| format!("{site}/{}/\n", page.path)).collect()
}
