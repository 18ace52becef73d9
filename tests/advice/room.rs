//! A folder in which commands run.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use dps_x509_tests::cli::{self, Run};
use tempfile::TempDir;

/// The passphrase of everything that has one.
pub(crate) const PASSPHRASE: &str = "secret";

/// A folder in which commands run.
pub(crate) struct Room(TempDir);

/// The good files, made once.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<TempDir> = OnceLock::new();
    TEMPLATE
        .get_or_init(|| {
            let room = Room(tempfile::tempdir().unwrap());
            let script = fs::read_to_string(crate::folder().join("room.sh")).unwrap();
            room.run(&script).unwrap_or_else(|why| panic!("room.sh: {why}"));
            room.0
        })
        .path()
}

impl Room {
    /// With nothing in it.
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With the good files.
    pub(crate) fn new() -> Self {
        let room = Self::empty();
        for entry in fs::read_dir(template()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), room.path(entry.file_name().to_str().unwrap())).unwrap();
        }
        room
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs a script as a person does, who types the passphrase where one is asked for.
    pub(crate) fn run(&self, script: &str) -> Result<(), String> {
        self.run_with(script, PASSPHRASE)
    }

    /// The same with another passphrase.
    pub(crate) fn run_with(&self, script: &str, passphrase: &str) -> Result<(), String> {
        let binary = cli::binary();
        let tools = binary.parent().unwrap();
        let path = format!("{}:{}", tools.display(), env::var("PATH").unwrap_or_default());
        let script = format!("set -eu -o pipefail\n{}", with_passphrase(script, passphrase));
        let mut command = Command::new("timeout");
        command
            .args(["60", "bash", "-c", &script])
            .current_dir(&self.0)
            .env("PATH", path)
            .env("SERIAL", "a-1");
        let output = command.output().unwrap_or_else(|error| panic!("timeout or bash is missing: {error}"));
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("{script}\n  {}: {}", output.status, said.trim().replace('\n', "\n  ")))
    }

    /// `check` with the words of one line.
    pub(crate) fn check(&self, words: &str) -> Run {
        let mut command = Command::new(cli::binary());
        command.arg("check").args(words.split_whitespace()).arg("--json").current_dir(&self.0);
        cli::finish(command)
    }
}

/// There is no terminal here: what would be typed is given by OpenSSL's options.
fn with_passphrase(script: &str, passphrase: &str) -> String {
    let given = |command: &str| {
        let (input, output) = (format!(" -passin pass:{passphrase}"), format!(" -passout pass:{passphrase}"));
        for (tool, options) in [
            ("openssl pkey -in", vec![&input]),
            ("openssl pkcs8 -topk8", vec![&input, &output]),
            ("openssl pkcs12 -in", vec![&input]),
            ("openssl pkcs12 -export", vec![&input, &output]),
            ("openssl rsa -in", vec![&input]),
        ] {
            if let Some(rest) = command.trim_start().strip_prefix(tool).filter(|_| !command.contains("-pass"))
            {
                let words: Vec<_> = tool.splitn(3, ' ').collect();
                let options: String = options.into_iter().cloned().collect();
                let last = words.get(2).copied().unwrap_or_default();
                return format!("openssl {}{options} {last}{rest}", words[1]);
            }
        }
        command.to_owned()
    };
    let lines = script.lines().map(|line| {
        let parts: Vec<_> = line
            .split("; ")
            .map(|part| part.split(" | ").map(given).collect::<Vec<_>>().join(" | "))
            .collect();
        parts.join("; ")
    });
    lines.collect::<Vec<_>>().join("\n")
}
