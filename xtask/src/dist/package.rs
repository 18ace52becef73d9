//! Packages for Debian, Fedora and Alpine, by nfpm.

use std::{fs, path::PathBuf, process::Command};

use serde_json::{Value, json};

use super::{
    Release,
    binary::{Binary, Papers, gzip},
    layout::timestamp,
};
use crate::{
    setup,
    workspace::{self, Result},
};

/// Whom a package names; whoever publishes it says who that is.
const MAINTAINER: &str = "dps-x509 contributors <maintainer@dps-x509.invalid>";
const DESCRIPTION: &str = "Azure DPS with X.509 certificates, and a DPS to develop against\n\
     Gets an IoT device through Azure's Device Provisioning Service with an X.509\n\
     certificate, and says what is wrong when it does not get through. With a local\n\
     DPS and its hubs, to develop and test devices without an account.";
const UNIT: &str = "crate/emulator/example/dps-x509-emulator.service";

/// deb, rpm and apk of one binary.
pub(crate) fn all(release: &Release, binary: &Binary, papers: &Papers) -> Result<()> {
    let staged = Staged::new(release, binary, papers)?;
    for kind in ["deb", "rpm", "apk"] {
        let config = release.folder.join("nfpm.json");
        workspace::write(&config, description(release, binary, &staged, kind)?.to_string().as_bytes())?;
        let mut nfpm = Command::new(setup::tool("release", "nfpm")?);
        nfpm.args(["package", "--packager", kind, "--config"])
            .arg(&config)
            .arg("--target")
            .arg(&release.folder);
        // The same bytes whenever it is made.
        nfpm.env("SOURCE_DATE_EPOCH", release.time.to_string());
        workspace::read(&mut nfpm)?;
        fs::remove_file(&config)?;
    }
    Ok(fs::remove_dir_all(&staged.folder)?)
}

/// What goes into a package, as files that nfpm finds.
struct Staged {
    folder: PathBuf,
    /// Where each is, and where it goes.
    files: Vec<(PathBuf, String, u32)>,
}

impl Staged {
    fn new(release: &Release, binary: &Binary, papers: &Papers) -> Result<Self> {
        let folder = release.folder.join("staged");
        let mut files = vec![(binary.path.clone(), "/usr/bin/dps-x509".to_owned(), 0o755)];
        let mut add = |to: &str, bytes: &[u8]| -> Result<()> {
            let from = folder.join(to);
            workspace::write(&from, bytes)?;
            files.push((from, format!("/usr/{to}"), 0o644));
            Ok(())
        };
        // Debian has the licences in one file, and that of Apache by itself (Debian policy 12.5).
        let is_licence = |path: &str| path.contains("LICENSE");
        for (path, bytes) in papers.iter().filter(|(path, _)| !is_licence(path)) {
            let is_long = path.ends_with("NOTICES.txt");
            if is_long { add(&format!("{path}.gz"), &gzip(bytes)?)? } else { add(path, bytes)? }
        }
        add("share/doc/dps-x509/copyright", copyright()?.as_bytes())?;
        add("share/doc/dps-x509/changelog.gz", &gzip(changelog(release).as_bytes())?)?;
        add("share/lintian/overrides/dps-x509", overrides(binary).as_bytes())?;
        add("lib/systemd/system/dps-x509-emulator.service", &fs::read(workspace::root().join(UNIT))?)?;
        Ok(Self { folder, files })
    }
}

fn description(release: &Release, binary: &Binary, staged: &Staged, kind: &str) -> Result<Value> {
    let is_wanted = |to: &&(PathBuf, String, u32)| match kind {
        "deb" => true,
        // Without systemd, and without Debian's papers.
        "apk" => !to.1.contains("/systemd/") && !to.1.contains("lintian"),
        _ => !to.1.contains("lintian"),
    };
    let contents: Vec<_> = staged
        .files
        .iter()
        .filter(is_wanted)
        .map(|(from, to, mode)| {
            json!({
                "src": from,
                "dst": to,
                "file_info": { "mode": mode, "owner": "root", "group": "root", "mtime": timestamp(release.time) },
            })
        })
        .collect();
    let libraries: &[&str] = match (binary.is_static(), kind) {
        (false, "deb") => &["libc6", "libgcc-s1"],
        (false, "rpm") => &["glibc", "libgcc"],
        _ => &[],
    };
    Ok(json!({
        "name": "dps-x509",
        "arch": binary.go_architecture()?,
        "platform": "linux",
        "version": release.version,
        "version_schema": "semver",
        "section": "net",
        "priority": "optional",
        "maintainer": std::env::var("DPS_X509_MAINTAINER").unwrap_or_else(|_| MAINTAINER.to_owned()),
        "description": DESCRIPTION,
        "license": "Apache-2.0 OR MIT",
        "mtime": timestamp(release.time),
        "depends": libraries,
        "contents": contents,
        "rpm": { "group": "System Environment/Daemons", "buildhost": "localhost" },
    }))
}

fn copyright() -> Result<String> {
    let mit = fs::read_to_string(workspace::root().join("LICENSE-MIT"))?;
    let holder =
        mit.lines().find_map(|line| line.strip_prefix("Copyright ")).unwrap_or("the dps-x509 contributors");
    let text: String = mit
        .lines()
        .skip_while(|line| !line.starts_with("Permission"))
        .map(|line| if line.is_empty() { " .\n".to_owned() } else { format!(" {line}\n") })
        .collect();
    Ok(format!(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: dps-x509\nComment:\n \
         What is in the program besides is in NOTICES.txt.gz, with its licences.\n\nFiles: *\nCopyright: {holder}\nLicense: \
         Apache-2.0 or MIT\n\nLicense: Apache-2.0\n On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.\n\n\
         License: MIT\n{text}"
    ))
}

/// In Debian's form, which points to the project's own.
fn changelog(release: &Release) -> String {
    format!(
        "dps-x509 ({}) unstable; urgency=medium\n\n  * CHANGELOG.md of the project has what changed.\n\n -- {MAINTAINER}  {}\n",
        release.version,
        mail_date(release.time)
    )
}

/// RFC 5322, section 3.3, in UTC.
fn mail_date(time: u64) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let stamp = timestamp(time);
    let part = |from: usize, to: usize| stamp.get(from..to).unwrap_or_default();
    let month = part(5, 7).parse::<usize>().ok().and_then(|month| MONTHS.get(month.checked_sub(1)?));
    let day = usize::try_from(time / 86_400 % 7).ok().and_then(|day| DAYS.get(day));
    format!(
        "{}, {} {} {} {} +0000",
        day.unwrap_or(&""),
        part(8, 10),
        month.unwrap_or(&""),
        part(0, 4),
        part(11, 19)
    )
}

/// What Debian's own packages would do otherwise, and why this one does not.
fn overrides(binary: &Binary) -> String {
    // lintian looks for words of libraries, and here they are those that `explain` knows.
    let mut lines = "# Words of mbedTLS, which are explained, and none of its code.\n\
                     dps-x509: embedded-library mbedtls [usr/bin/dps-x509]\n"
        .to_owned();
    if binary.is_static() {
        lines +=
            "# One file for every distribution.\ndps-x509: statically-linked-binary [usr/bin/dps-x509]\n";
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changelog_has_a_date_of_mail() {
        assert_eq!(mail_date(0), "Thu, 01 Jan 1970 00:00:00 +0000");
        assert_eq!(mail_date(1_709_251_199), "Thu, 29 Feb 2024 23:59:59 +0000");
    }
}
