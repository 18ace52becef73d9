//! `dps-x509 emulate` with its own example, and the command lines that go with it.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use dps_x509_tests::{
    cli::{self, Run},
    same,
};
use serde_json::Value;
use tempfile::TempDir;

/// A running `dps-x509 emulate`.
pub(crate) struct Stand {
    pub(crate) folder: TempDir,
    pub(crate) ready: Value,
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Stand {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::start_in(folder, &[])
    }

    /// Under another program, which is given the command line.
    pub(crate) fn start_under(wrapper: &[&str], more: &[&str]) -> Self {
        let mut command = Command::new(wrapper[0]);
        command.args(&wrapper[1..]).arg(cli::binary());
        Self::start_by(command, tempfile::tempdir().unwrap(), more)
    }

    pub(crate) fn start_in(folder: TempDir, more: &[&str]) -> Self {
        Self::start_by(Command::new(cli::binary()), folder, more)
    }

    /// With its state in a place of that folder.
    pub(crate) fn start_at(folder: TempDir, state: &Path, more: &[&str]) -> Self {
        Self::start_with(Command::new(cli::binary()), folder, state, more)
    }

    fn start_by(command: Command, folder: TempDir, more: &[&str]) -> Self {
        let state = folder.path().to_owned();
        Self::start_with(command, folder, &state, more)
    }

    fn start_with(mut command: Command, folder: TempDir, state: &Path, more: &[&str]) -> Self {
        command.args(["emulate", "--listen", "127.0.0.1:0", "--json", "--folder"]).arg(state).args(more);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        Self { folder, ready, child, lines }
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.ready.pointer(pointer).unwrap().as_str().unwrap()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The arguments that get the example's device through.
    pub(crate) fn args(&self) -> Args {
        Args::new()
            .with("--id-scope", self.text("/idScope"))
            .with("--endpoint", self.text("/endpoint"))
            .with("--cert", self.text("/example/fullChain"))
            .with("--key", self.text("/example/key"))
            .with("--trust", self.text("/root"))
            .flag("--only-trust")
    }

    /// The next line of the event stream.
    pub(crate) fn next_event(&mut self) -> Value {
        let mut line = String::new();
        assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "the emulator has ended");
        serde_json::from_str(&line).unwrap()
    }

    /// Of the process.
    pub(crate) fn id(&self) -> String {
        self.child.id().to_string()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let kill = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
    }

    /// Sends a signal and waits for the end.
    pub(crate) fn stop(self, signal: &str) -> (Option<i32>, TempDir) {
        self.signal(signal);
        self.wait()
    }

    /// Waits for the end, and not for ever.
    pub(crate) fn wait(mut self) -> (Option<i32>, TempDir) {
        let code = cli::wait(&mut self.child, "dps-x509 emulate").code();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        (code, folder)
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The arguments of `dps-x509 provision`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Args(Vec<String>);

impl Args {
    pub(crate) fn new() -> Self {
        Self(vec!["provision".to_owned()])
    }

    /// Sets a flag's value, in place of an earlier one.
    pub(crate) fn with(mut self, flag: &str, value: impl AsRef<Path>) -> Self {
        let value = value.as_ref().to_str().unwrap().to_owned();
        match self.0.iter().position(|word| word == flag) {
            Some(position) => self.0[position + 1] = value,
            None => self.0.extend([flag.to_owned(), value]),
        }
        self
    }

    /// Removes a flag and its value.
    pub(crate) fn without(mut self, flag: &str) -> Self {
        let position = self.0.iter().position(|word| word == flag).unwrap();
        self.0.drain(position..position + 2);
        self
    }

    pub(crate) fn flag(mut self, flag: &str) -> Self {
        self.0.push(flag.to_owned());
        self
    }

    pub(crate) fn words(&self) -> &[String] {
        &self.0
    }

    /// Runs through both engines, the program's own client and the component, which must come to the same; gives what
    /// the first one said.
    pub(crate) fn run(&self) -> Run {
        let run = self.run_once();
        let through = self.clone().flag("--component").run_once();
        same::assert_same(&run, &through, &format!("natively and through the component: {self:?}"));
        run
    }

    /// Runs natively alone: where a second run is another story, because the first one leaves something behind or ends
    /// wherever the time finds it.
    pub(crate) fn run_once(&self) -> Run {
        cli::run(&self.0)
    }
}
