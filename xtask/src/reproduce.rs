//! `cargo xtask reproduce`: the same sources in two folders give the same components and wasm modules, bit by bit.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::Args;
use sha2::{Digest as _, Sha256};

use crate::{
    npm,
    workspace::{self, Result},
};

/// Builds the components, the core module and the modules of the npm package in two folders with names of two lengths, and
/// compares them bit by bit.
#[derive(Debug, Args)]
pub(crate) struct Reproduce {}

/// Below the folder of build results. A path that found its way into a module would differ.
const FOLDERS: [&str; 2] = ["one", "another/with a longer name"];

/// What is built there, as arguments of this program.
const STEPS: [&[&str]; 2] = [&["component", "--no-precompile"], &["npm", "--only-modules"]];

/// Where it is then.
const BUILT: [&str; 3] = ["target/component", "target/module", "crate/web/npm/dist/esm/part"];

/// The two components, and the core module.
const COMPONENTS: usize = 3;

impl Reproduce {
    pub(crate) fn run(&self) -> Result<()> {
        npm::install()?;
        let mut built = Vec::new();
        for name in FOLDERS {
            let folder = workspace::target().join("reproduce").join(name);
            copy(&folder)?;
            for step in STEPS {
                let mut run = workspace::program(env::current_exe()?);
                workspace::run(run.args(step).current_dir(&folder).env_remove("CARGO_TARGET_DIR"))?;
            }
            built.push(modules(&folder)?);
        }
        let [one, other] = built.as_slice() else { return Err("there are not two of them".into()) };
        let wrong = differences(one, other);
        for (name, bytes) in one {
            let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            println!("{digest}  {name}");
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
    }
}

/// The sources as they are now, and the npm packages that are installed here.
fn copy(folder: &Path) -> Result<()> {
    let root = workspace::root();
    let mut git = Command::new("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]).current_dir(&root);
    for file in workspace::read(&mut git)?.split_terminator('\0') {
        let (from, to) = (root.join(file), folder.join(file));
        // A file that was deleted and is still in the index.
        let Ok(found) = fs::symlink_metadata(&from) else { continue };
        // What has not changed is not built anew.
        let is_same = || Ok::<_, std::io::Error>(fs::read(&from)? == fs::read(&to)?);
        if found.is_dir() || is_same().unwrap_or(false) {
            continue;
        }
        fs::create_dir_all(to.parent().ok_or("a file without a folder")?)?;
        if found.is_symlink() {
            link(&fs::read_link(&from)?, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    let packages = "crate/web/npm/node_modules";
    link(&root.join(packages), &folder.join(packages))
}

/// A link that leads there; one that is there already stays.
fn link(target: &Path, at: &Path) -> Result<()> {
    if fs::symlink_metadata(at).is_ok() {
        return Ok(());
    }
    #[cfg(unix)]
    return Ok(std::os::unix::fs::symlink(target, at)?);
    #[cfg(not(unix))]
    return Err(
        format!("{} is to lead to {}: this needs symbolic links", at.display(), target.display()).into()
    );
}

/// What was built in a folder, by its name.
fn modules(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for place in BUILT {
        for entry in fs::read_dir(folder.join(place))? {
            let path: PathBuf = entry?.path();
            if path.extension().is_some_and(|extension| extension == "wasm") {
                let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
                found.insert(name, fs::read(&path)?);
            }
        }
    }
    if found.len() < COMPONENTS + npm::MODULES.len() {
        let names: Vec<_> = found.keys().map(String::as_str).collect();
        return Err(format!("only these were built: {}", names.join(", ")).into());
    }
    Ok(found)
}

/// Which differ, and from which byte on.
fn differences(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut wrong: Vec<_> = other
        .keys()
        .filter(|name| !one.contains_key(*name))
        .map(|name| format!("{name} is in the second folder alone"))
        .collect();
    for (name, bytes) in one {
        match other.get(name) {
            None => wrong.push(format!("{name} is in the first folder alone")),
            Some(others) if others == bytes => {}
            Some(others) => {
                let at = bytes.iter().zip(others).take_while(|(one, other)| one == other).count();
                wrong.push(format!(
                    "{name} differs from byte {at} on ({} and {} bytes)",
                    bytes.len(),
                    others.len()
                ));
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_told() {
        let of = |files: &[(&str, &str)]| {
            files
                .iter()
                .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
                .collect::<BTreeMap<_, _>>()
        };
        let one = of(&[("a", "same"), ("b", "path /one"), ("c", "")]);
        let other = of(&[("a", "same"), ("b", "path /two"), ("d", "")]);
        assert!(differences(&one, &one).is_empty());
        assert_eq!(
            differences(&one, &other),
            [
                "d is in the second folder alone",
                "b differs from byte 6 on (9 and 9 bytes)",
                "c is in the first folder alone"
            ]
        );
    }
}
