//! The npm packages: the program in one for each platform, and the package itself, which has npm take the right one of them.

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};

use super::{
    Release,
    binary::{Binary, gzip},
    layout::Tree,
};
use crate::{
    npm,
    workspace::{self, Result},
};

/// Every platform of the release, as Node calls them (`process.platform`, `process.arch`), and the targets of each.
const PLATFORMS: [(&str, &str, &[&str]); 5] = [
    ("darwin", "arm64", &["aarch64-apple-darwin"]),
    ("darwin", "x64", &["x86_64-apple-darwin"]),
    ("linux", "arm64", &["aarch64-unknown-linux-musl", "aarch64-unknown-linux-gnu"]),
    ("linux", "x64", &["x86_64-unknown-linux-musl", "x86_64-unknown-linux-gnu"]),
    ("win32", "x64", &["x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu"]),
];

/// The variable that says where the sources are, such as `https://git.example/dps-x509`: npm compares it with the provenance.
const REPOSITORY: &str = "DPS_X509_REPOSITORY";

/// To `npm` of the release, for each platform that there is a binary for; the package itself with `is_whole`.
pub(crate) fn all(release: &Release, binaries: &[Binary], is_whole: bool) -> Result<()> {
    let repository = std::env::var(REPOSITORY).ok();
    // One of several for a platform is the static one.
    for (os, cpu, targets) in PLATFORMS {
        let of_target = |target: &&str| binaries.iter().find(|binary| binary.target == **target);
        if let Some(binary) = targets.iter().find_map(of_target) {
            platform(release, binary, os, cpu, repository.as_deref())?;
        }
    }
    if is_whole { package(release, repository.as_deref()) } else { Ok(()) }
}

/// The package of a platform.
pub(crate) fn name(binary: &Binary) -> Result<String> {
    let platform = PLATFORMS.iter().find(|(.., targets)| targets.contains(&binary.target.as_str()));
    let (os, cpu, _) = platform.ok_or(format!("nobody has said what Node calls {}", binary.target))?;
    Ok(format!("dps-x509-{os}-{cpu}"))
}

fn platform(release: &Release, binary: &Binary, os: &str, cpu: &str, repository: Option<&str>) -> Result<()> {
    let name = format!("dps-x509-{os}-{cpu}");
    let program = binary.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut about = json!({
        "name": name,
        "version": release.version,
        "description": format!("The program of dps-x509 for {os} on {cpu}: npm installs it with dps-x509"),
        "license": "Apache-2.0 OR MIT",
        "os": [os],
        "cpu": [cpu],
        "preferUnplugged": true,
        "files": ["bin", "LICENSE-APACHE", "LICENSE-MIT", "NOTICES.txt"],
    });
    if let Some(object) = about.as_object_mut() {
        if os == "linux" && !binary.is_static() {
            object.insert("libc".into(), json!(["glibc"]));
        }
        for (member, value) in repository.map(origin).into_iter().flatten() {
            object.insert(member.into(), value);
        }
    }
    let readme = format!(
        "# {name}\n\nThe program `dps-x509` for {os} on {cpu}. Install `dps-x509`: it takes this one along where it fits, for the \
         commands of its command line that are not done in WebAssembly, such as `npx dps-x509 emulate`.\n"
    );
    let mut tree = Tree::new(release.time);
    tree.file("package/package.json", (serde_json::to_string_pretty(&about)? + "\n").as_bytes(), 0o644)?;
    tree.file("package/README.md", readme.as_bytes(), 0o644)?;
    tree.file(&format!("package/bin/{program}"), &fs::read(&binary.path)?, 0o755)?;
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "NOTICES.txt"] {
        let bytes = fs::read(workspace::root().join("crate/cli").join(file))?;
        tree.file(&format!("package/{file}"), &bytes, 0o644)?;
    }
    let path = release.folder.join("npm").join(format!("{name}-{}.tgz", release.version));
    workspace::write(&path, &gzip(&tree.finish()?)?)
}

/// As npm packs it, with every platform's package as an optional dependency: npm takes the one that fits, and does without where
/// none does.
fn package(release: &Release, repository: Option<&str>) -> Result<()> {
    if !npm::package().join("dist/esm/cli.js").is_file() {
        return Err("the npm package is not built: `cargo xtask npm`".into());
    }
    let staged = release.folder.join("staged");
    fs::create_dir_all(&staged)?;
    let packed = pack(&npm::package(), &staged)?;
    workspace::run(Command::new("tar").args(["-xzf", &packed]).current_dir(&staged))?;
    let mut set = Command::new("npm");
    set.args(["pkg", "set"]);
    for (os, cpu, _) in PLATFORMS {
        set.arg(format!("optionalDependencies.dps-x509-{os}-{cpu}={}", release.version));
    }
    for (member, value) in repository.map(origin).into_iter().flatten() {
        match value.as_object() {
            Some(object) => {
                set.args(object.iter().map(|(name, value)| format!("{member}.{name}={}", text(value))))
            }
            None => set.arg(format!("{member}={}", text(&value))),
        };
    }
    workspace::run(set.current_dir(staged.join("package")))?;
    let folder = release.folder.join("npm");
    fs::create_dir_all(&folder)?;
    pack(&staged.join("package"), &folder)?;
    Ok(fs::remove_dir_all(&staged)?)
}

/// The name of the archive.
fn pack(folder: &Path, to: &Path) -> Result<String> {
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", "--ignore-scripts", "--pack-destination"]).arg(to).current_dir(folder);
    workspace::read(&mut pack)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What a `package.json` says of where it comes from.
fn origin(repository: &str) -> [(&'static str, Value); 3] {
    let repository = repository.trim_end_matches('/');
    [
        (
            "repository",
            json!({ "type": "git", "url": format!("git+{repository}.git"), "directory": "crate/web/npm" }),
        ),
        ("homepage", json!(format!("{repository}#readme"))),
        ("bugs", json!({ "url": format!("{repository}/issues") })),
    ]
}
