//! The command line, as a user runs it.

use std::{
    ffi::OsStr,
    io::Write as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// Longest run of any command in a test: past it, it hangs.
const PATIENCE: Duration = Duration::from_secs(90);

const PROXY_VARIABLES: [&str; 6] =
    ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"];

/// The binary.
///
/// # Panics
/// It is not built.
#[must_use]
pub fn binary() -> PathBuf {
    let path =
        super::environment::target().join("debug").join(format!("dps-x509{}", std::env::consts::EXE_SUFFIX));
    assert!(path.exists(), "{} is missing; `cargo build -p dps-x509` makes it", path.display());
    path
}

/// Runs the binary on a terminal, where both streams are one.
///
/// # Panics
/// It hangs, or there is no Python.
#[must_use]
pub fn run_on_terminal<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Run {
    let script = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    let mut command = Command::new(super::environment::program("python3"));
    command.args(["-c", script]).arg(binary()).args(args);
    finish(command)
}

/// What came of a run.
#[derive(Debug)]
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Run {
    /// Standard output as one JSON object.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The codes of the findings in the JSON object.
    #[must_use]
    pub fn codes(&self) -> Vec<String> {
        self.each_finding("code")
    }

    /// The families of the findings in the JSON object.
    #[must_use]
    pub fn families(&self) -> Vec<String> {
        self.each_finding("family")
    }

    fn each_finding(&self, member: &str) -> Vec<String> {
        let json = self.json();
        let findings = json.get("findings").and_then(Value::as_array).cloned().unwrap_or_default();
        findings.iter().map(|finding| finding[member].as_str().unwrap().to_owned()).collect()
    }
}

/// Runs `dps-x509` with these arguments and nothing on standard input.
pub fn run<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Run {
    let mut command = Command::new(binary());
    command.args(args);
    finish(command)
}

/// Runs a command to its end.
///
/// # Panics
/// It does not end in time.
pub fn finish(mut command: Command) -> Run {
    command.stdin(Stdio::null());
    finish_with(command, b"")
}

/// Runs a command to its end, with this on standard input, or what was set if this is empty; it is not to be more than a
/// pipe holds.
///
/// # Panics
/// It does not end in time.
pub fn finish_with(mut command: Command, input: &[u8]) -> Run {
    // Of the machine that the tests run on; a test sets its own.
    for variable in PROXY_VARIABLES {
        if !command.get_envs().any(|(name, _)| name == variable) {
            command.env_remove(variable);
        }
    }
    if !input.is_empty() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if let Some(mut pipe) = child.stdin.take() {
        // Who does not read it may have closed the pipe already.
        let _ = pipe.write_all(input);
    }
    let out = read(child.stdout.take().unwrap());
    let err = read(child.stderr.take().unwrap());
    let status = wait(&mut child, &format!("{command:?}"));
    Run { code: status.code().unwrap_or(-1), out: out.join().unwrap(), err: err.join().unwrap() }
}

fn read(mut pipe: impl std::io::Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits for the end of a child; `what` says in a failure what it is.
///
/// # Panics
/// It does not end in time.
pub fn wait(child: &mut Child, what: &str) -> std::process::ExitStatus {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{what} did not end within {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(5));
    }
}
