//! Makes Rust of the catalogue: one file a code in `catalogue/`, front matter and page.
//!
//! Four files come of it, so that each room's types stay its own: `catalogue.rs` and `say.rs`, which the modules of these
//! names in `finding` include, `answers.rs`, which `service::meaning` includes, and `explain.rs`, which
//! `explain::catalogue` includes. Every mistake in a file is an error of the build that names
//! file and line.

mod answers;
mod definitions;
mod entry;
mod explain;
mod front;
mod lexicon;
mod mistake;
mod page;
mod reference;
mod say;
mod saying;
mod template;

use std::{env, fs, io, path::Path};

use entry::Entry;
use mistake::Mistake;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=catalogue");
    println!("cargo::rerun-if-changed=lexicon");
    let variable = |name| env::var_os(name).ok_or_else(|| io::Error::other(format!("Cargo sets {name}")));
    let (root, out) = (variable("CARGO_MANIFEST_DIR")?, variable("OUT_DIR")?);
    let (entries, mut mistakes) = read(&Path::new(&root).join("catalogue"))?;
    mistakes.extend(reference::check(&entries));
    for mistake in &mistakes {
        println!("cargo::error={mistake}");
    }
    if mistakes.is_empty() {
        let out = Path::new(&out);
        fs::write(out.join("catalogue.rs"), definitions::rust(&entries))?;
        fs::write(out.join("say.rs"), say::rust(&entries))?;
        fs::write(out.join("answers.rs"), answers::rust(&entries))?;
        fs::write(out.join("explain.rs"), explain::rust(&entries))?;
        fs::write(out.join("lexicon.txt"), lexicon::text(&Path::new(&root).join("lexicon"))?)?;
    }
    Ok(())
}

/// Every entry in the order of the codes, and what is wrong with the others.
fn read(folder: &Path) -> io::Result<(Vec<Entry>, Vec<Mistake>)> {
    let (mut entries, mut mistakes) = (Vec::new(), Vec::new());
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match Entry::read(&name, &fs::read_to_string(&path)?) {
            Ok(entry) => entries.push(entry),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    entries.sort_by(|one: &Entry, other| one.code.cmp(&other.code));
    mistakes.sort();
    Ok((entries, mistakes))
}
