//! The command line for one target, and the papers that go with it: completions, manual, licences.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use flate2::{Compression, GzBuilder};

use super::{Release, files, layout};
use crate::{
    component, setup,
    workspace::{self, Result},
};

/// A command line that was built.
#[derive(Debug)]
pub(crate) struct Binary {
    pub(crate) target: String,
    /// Stripped.
    pub(crate) path: PathBuf,
}

/// Files by their paths below a prefix such as `/usr`.
pub(crate) type Papers = Vec<(String, Vec<u8>)>;

/// The shells that completions are for, with the places where they look for them.
const SHELLS: [(&str, &str); 3] = [
    ("bash", "share/bash-completion/completions/dps-x509"),
    ("zsh", "share/zsh/vendor-completions/_dps-x509"),
    ("fish", "share/fish/vendor_completions.d/dps-x509.fish"),
];

/// Builds the command line. It tells its commit, and of a release which crates are in it (cargo-auditable).
pub(crate) fn build(release: &Release, profile: &str, target: &str, host: &str) -> Result<Binary> {
    let suffix = if target.contains("windows") { ".exe" } else { "" };
    let mut cargo = workspace::cargo();
    cargo.env("DPS_X509_COMMIT", &release.commit);
    // Only an optimised binary is given away.
    if profile != "dev" {
        needs_auditable()?;
        cargo.arg("auditable");
    }
    let is_foreign = target != host;
    if is_foreign {
        let tools = setup::zig()?;
        let path = std::env::var_os("PATH").unwrap_or_default();
        cargo.env(
            "PATH",
            std::env::join_paths([tools.clone()].into_iter().chain(std::env::split_paths(&path)))?,
        );
        cargo.env("CARGO_ZIGBUILD_ZIG_PATH", tools.join("python-zig"));
        workspace::run(
            Command::new("rustup").args(["target", "add", target]).current_dir(workspace::root()),
        )?;
        cargo.env("DPS_X509_PRECOMPILED", machine_code(target)?);
        cargo.args(["zigbuild", "--target", target]);
    } else {
        cargo.arg("build");
    }
    // With the features of the whole, as everywhere: nothing is compiled twice.
    cargo.args(["--locked", "--workspace", "--bin", "dps-x509", "--profile", profile]);
    workspace::run(&mut cargo)?;
    let folder = if profile == "dev" { "debug" } else { profile };
    let built = if is_foreign { workspace::target().join(target) } else { workspace::target() }.join(folder);
    let path = release.folder.join("bin").join(target).join(format!("dps-x509{suffix}"));
    fs::create_dir_all(path.parent().unwrap_or(Path::new("")))?;
    fs::copy(built.join(format!("dps-x509{suffix}")), &path)?;
    if profile == "dev" && cfg!(target_os = "linux") {
        workspace::run(Command::new("strip").arg(&path))?;
    }
    Ok(Binary { target: target.to_owned(), path })
}

fn needs_auditable() -> Result<()> {
    let told = workspace::cargo().args(["auditable", "--version"]).output()?;
    let advice = "a release says which crates are in it: cargo install --locked cargo-auditable";
    if told.status.success() { Ok(()) } else { Err(advice.into()) }
}

/// The provisioner as machine code of the target.
fn machine_code(target: &str) -> Result<PathBuf> {
    let path = workspace::target().join("component").join(format!("provisioner-{target}.cwasm"));
    let architecture = |target: &str| target.split('-').next().map(str::to_owned);
    let mut run = if architecture(target) == architecture(&workspace::host()?) {
        Command::new(workspace::binary("precompile", "dev")?)
    } else {
        let mut run = workspace::cargo();
        run.args(["run", "--quiet", "--package", "dps-x509-host", "--features", "compile,cross"]);
        run.args(["--bin", "precompile", "--"]);
        run
    };
    workspace::run(run.args(["--target", target]).arg(component::path("provisioner")).arg(&path))?;
    Ok(path)
}

/// Completions and manual pages as the command line makes them, and the licences of what is in it.
pub(crate) fn papers(release: &Release, of_host: &Path) -> Result<Papers> {
    let mut papers = Papers::new();
    for (shell, path) in SHELLS {
        let script = workspace::read(Command::new(of_host).args(["completions", shell]))? + "\n";
        papers.push((path.to_owned(), script.into_bytes()));
    }
    let manual = release.folder.join("man");
    workspace::run(Command::new(of_host).args(["manual", "--out"]).arg(&manual))?;
    for page in files(&manual)? {
        let name = page.file_name().unwrap_or_default().to_string_lossy().into_owned();
        papers.push((format!("share/man/man1/{name}.gz"), gzip(&fs::read(&page)?)?));
    }
    for (name, file) in [
        ("NOTICES.txt", "crate/cli/NOTICES.txt"),
        ("LICENSE-APACHE", "LICENSE-APACHE"),
        ("LICENSE-MIT", "LICENSE-MIT"),
        ("README.md", "crate/cli/README.md"),
    ] {
        papers.push((format!("share/doc/dps-x509/{name}"), fs::read(workspace::root().join(file))?));
    }
    for (path, bytes) in papers.iter().filter(|(path, _)| SHELLS.iter().any(|(_, of_shell)| path == of_shell))
    {
        let name = path.rsplit('/').next().unwrap_or(path);
        let name = if name == "dps-x509" { "dps-x509.bash" } else { name };
        workspace::write(&release.folder.join("completions").join(name), bytes)?;
    }
    Ok(papers)
}

/// The same bytes whenever it is made.
pub(crate) fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    gzip.write_all(bytes)?;
    Ok(gzip.finish()?)
}

impl Binary {
    /// Whether this machine can run it.
    pub(crate) fn runs_here(&self, host: &str) -> bool {
        // A static one for the same architecture does.
        self.target == host
            || self.is_linux()
                && host.contains("linux")
                && self.architecture() == host.split('-').next().unwrap_or_default()
    }

    pub(crate) fn is_linux(&self) -> bool {
        self.target.contains("-linux-")
    }

    /// Whether it needs no library.
    pub(crate) fn is_static(&self) -> bool {
        self.target.ends_with("-musl")
    }

    /// As Rust calls it, such as `x86_64`.
    pub(crate) fn architecture(&self) -> &str {
        self.target.split('-').next().unwrap_or_default()
    }

    /// As Go and containers call it, such as `amd64`.
    pub(crate) fn go_architecture(&self) -> Result<&'static str> {
        match self.architecture() {
            "x86_64" => Ok("amd64"),
            "aarch64" => Ok("arm64"),
            other => Err(format!("nobody has said what containers call {other}").into()),
        }
    }

    /// `dps-x509-VERSION-TARGET.tar.gz`: the binary with its papers, to be unpacked into `/usr/local`.
    pub(crate) fn archive(&self, release: &Release, papers: &Papers) -> Result<()> {
        let top = format!("dps-x509-{}-{}", release.version, self.target);
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut tree = layout::Tree::new(release.time);
        tree.file(&format!("{top}/bin/{name}"), &fs::read(&self.path)?, 0o755)?;
        for (path, bytes) in papers {
            tree.file(&format!("{top}/{path}"), bytes, 0o644)?;
        }
        workspace::write(&release.folder.join(format!("{top}.tar.gz")), &gzip(&tree.finish()?)?)
    }
}
