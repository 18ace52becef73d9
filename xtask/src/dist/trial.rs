//! Each thing that is given away, installed in a fresh place by the tools of those who will install it, and its first command.

mod container;
mod jco;
mod module;
mod npm;
mod python;
mod registry;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Release, binary::Binary};
use crate::{
    setup,
    workspace::{self, Result},
};

/// What is tried: its name and how.
type Trial<'a> = (&'static str, Box<dyn Fn(&Path) -> Result<()> + 'a>);

/// Tries all of it, in folders below `target/dist-trial`; the first failure ends it.
pub(crate) fn all(
    release: &Release,
    of_host: &Path,
    binaries: &[Binary],
    is_with_engine: bool,
) -> Result<()> {
    setup::of_trial()?;
    let folder = workspace::target().join("dist-trial");
    if folder.exists() {
        // What was installed as another user may be there for that one alone.
        fs::remove_dir_all(&folder)?;
    }
    let host = workspace::host()?;
    let mut trials: Vec<Trial<'_>> = vec![
        ("checksums", Box::new(|_| sums(release))),
        ("bill of materials", Box::new(|_| bill(release))),
        ("completions", Box::new(|_| completions(release, of_host))),
        ("components in a registry", Box::new(|folder| registry::there_and_back(release, folder))),
        ("core module", Box::new(|folder| module::answers(release, of_host, folder))),
        ("toolkit by jco", Box::new(|folder| jco::finds_the_same(release, of_host, folder))),
    ];
    for binary in binaries.iter().filter(|binary| binary.runs_here(&host)) {
        trials.push(("archive", Box::new(|folder| archive(release, binary, folder))));
        trials.push(("wheel", Box::new(|folder| python::wheel(release, binary, folder))));
        if binary.is_linux() {
            trials.push(("npm packages", Box::new(|folder| npm::answers(release, binary, folder))));
            trials.push(("deb", Box::new(|folder| deb(release, binary, folder))));
            trials.push(("rpm", Box::new(|folder| rpm(release, binary, folder))));
            trials.push(("apk", Box::new(|folder| apk(release, binary, folder))));
        }
    }
    if binaries.iter().any(|binary| binary.is_linux() && binary.runs_here(&host)) {
        trials.push(("container image", Box::new(|folder| container::emulates(release, of_host, folder))));
        if is_with_engine {
            let in_an_engine = |folder: &Path| container::in_an_engine(release, of_host, folder);
            trials.push(("container image in an engine", Box::new(in_an_engine)));
        }
    }
    for (index, (name, work)) in trials.iter().enumerate() {
        let place = folder.join(format!("{index}-{}", name.replace(' ', "-")));
        fs::create_dir_all(&place)?;
        work(&place).map_err(|error| format!("{name}: {error}"))?;
        println!("{name}: as it should be");
    }
    Ok(())
}

/// What a person does first: does it explain a code?
pub(crate) fn explains(command: &mut Command) -> Result<()> {
    let said = workspace::read(command.args(["explain", "401002", "CA certificate not found."]))?;
    if said.contains("DX707") {
        Ok(())
    } else {
        Err(format!("it does not explain 401002 but says: {said}").into())
    }
}

fn sums(release: &Release) -> Result<()> {
    workspace::run(
        Command::new("sha256sum").args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&release.folder),
    )
}

fn bill(release: &Release) -> Result<()> {
    let script = "import sys\nfrom cyclonedx.schema import SchemaVersion\nfrom cyclonedx.validation.json import JsonStrictValidator\n\
                  wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read())\nsys.exit(str(wrong) if wrong else 0)";
    let bill = fs::File::open(release.folder.join(format!("dps-x509-{}.cdx.json", release.version)))?;
    workspace::run(Command::new(setup::tool("release", "python")?).args(["-c", script]).stdin(bill))
}

/// Bash has them after it has read them, and they know a command and a flag of it.
fn completions(release: &Release, of_host: &Path) -> Result<()> {
    let file = release.folder.join("completions/dps-x509.bash");
    let script = "source \"$1\"; complete=$(complete -p dps-x509 | sed 's/.*-F \\([^ ]*\\).*/\\1/'); \
                  COMP_WORDS=(dps-x509 check --fail); COMP_CWORD=2; \"$complete\" dps-x509 --fail check; \
                  printf '%s ' \"${COMPREPLY[@]}\"";
    let mut bash = Command::new("bash");
    bash.args(["-c", script, "bash"]).arg(&file).env("PATH", with(of_host)?);
    let told = workspace::read(&mut bash)?;
    if told.contains("--fail-on") { Ok(()) } else { Err(format!("bash completes --fail to {told:?}").into()) }
}

fn with(binary: &Path) -> Result<std::ffi::OsString> {
    let folder = binary.parent().unwrap_or(Path::new("")).to_path_buf();
    let path = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths([folder].into_iter().chain(std::env::split_paths(&path)))?)
}

fn archive(release: &Release, binary: &Binary, folder: &Path) -> Result<()> {
    let name = format!("dps-x509-{}-{}", release.version, binary.target);
    let archive = release.folder.join(format!("{name}.tar.gz"));
    workspace::run(Command::new("tar").arg("-xzf").arg(archive).current_dir(folder))?;
    let unpacked = folder.join(name).join("bin/dps-x509");
    explains(&mut Command::new(&unpacked))?;
    let version = workspace::read(Command::new(&unpacked).arg("--version"))?;
    let short = release.commit.get(..12).unwrap_or_default();
    let expected = format!("dps-x509 {} ({short})", release.version);
    if version == expected {
        Ok(())
    } else {
        Err(format!("--version is {version:?}, not {expected:?}").into())
    }
}

/// The one package of this kind and architecture.
fn packed(release: &Release, ending: &str, binary: &Binary) -> Result<PathBuf> {
    let architectures = [binary.architecture(), binary.go_architecture()?];
    let mut found = Vec::new();
    for entry in fs::read_dir(&release.folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(ending) && architectures.iter().any(|it| name.contains(it)) {
            found.push(path);
        }
    }
    match found.as_slice() {
        [package] => Ok(package.clone()),
        other => Err(format!("there are {} {ending} for {}", other.len(), binary.target).into()),
    }
}

/// Installs it into a root of its own, as dpkg does, and lets lintian judge it.
fn deb(release: &Release, binary: &Binary, folder: &Path) -> Result<()> {
    let package = packed(release, ".deb", binary)?;
    workspace::run(Command::new("lintian").args(["--fail-on", "error", "--allow-root"]).arg(&package))?;
    let root = folder.join("root");
    for part in ["var/lib/dpkg/updates", "var/lib/dpkg/info", "tmp"] {
        fs::create_dir_all(root.join(part))?;
    }
    fs::write(root.join("var/lib/dpkg/status"), "")?;
    fs::write(root.join("var/lib/dpkg/available"), "")?;
    // The libraries of this system stand in for those of the root.
    let mut dpkg = Command::new("fakeroot");
    dpkg.args(["dpkg", "--force-not-root", "--force-depends", "--force-bad-path"]);
    let log = folder.join("dpkg.log");
    dpkg.arg(format!("--log={}", log.display()))
        .arg(format!("--root={}", root.display()))
        .arg("--install")
        .arg(&package);
    workspace::run(&mut dpkg)?;
    let status =
        workspace::read(
            Command::new("dpkg-query")
                .arg(format!("--admindir={}", root.join("var/lib/dpkg").display()))
                .args(["-W", "-f", "${Status}", "dps-x509"]),
        )?;
    if status != "install ok installed" {
        return Err(format!("dpkg says: {status}").into());
    }
    explains(&mut Command::new(root.join("usr/bin/dps-x509")))?;
    for paper in ["share/man/man1/dps-x509-check.1.gz", "share/bash-completion/completions/dps-x509"] {
        if !root.join("usr").join(paper).is_file() {
            return Err(format!("it has no {paper}").into());
        }
    }
    let unit = "dps-x509-emulator.service";
    fs::create_dir_all(root.join("etc/systemd"))?;
    workspace::run(
        Command::new("systemd-analyze")
            .args(["verify", "--man=no", "--recursive-errors=no"])
            .arg(format!("--root={}", root.display()))
            .arg(unit),
    )
}

fn rpm(release: &Release, binary: &Binary, folder: &Path) -> Result<()> {
    let package = packed(release, ".rpm", binary)?;
    workspace::run(Command::new("rpm").args(["--checksig", "--nosignature"]).arg(&package))?;
    let cpio = folder.join("content.tgz");
    let mut unpack = Command::new("sh");
    unpack.args(["-c", "rpm2archive - < \"$1\" > \"$2\" && tar -xzf \"$2\"", "sh"]).arg(&package).arg(&cpio);
    workspace::run(unpack.current_dir(folder))?;
    explains(&mut Command::new(folder.join("usr/bin/dps-x509")))
}

fn apk(release: &Release, binary: &Binary, folder: &Path) -> Result<()> {
    let package = packed(release, ".apk", binary)?;
    // Streams of gzip one after the other, each a tar without its end.
    workspace::run(
        Command::new("tar").args(["--warning=no-unknown-keyword", "-xzf"]).arg(&package).current_dir(folder),
    )?;
    let about = fs::read_to_string(folder.join(".PKGINFO"))?;
    if !about.contains("pkgname = dps-x509") {
        return Err(format!(".PKGINFO is: {about}").into());
    }
    explains(&mut Command::new(folder.join("usr/bin/dps-x509")))
}
