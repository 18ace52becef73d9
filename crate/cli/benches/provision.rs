//! What a provisioning costs, as a user runs it: time to the first byte, CPU and wall time, beside Microsoft's
//! Python SDK in the same run. Prints; judges nothing. `cargo xtask bench` sets up what it needs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measurement may fail by panicking")]
#![allow(clippy::disallowed_macros, reason = "it prints its own numbers")]

#[path = "../../../xtask/src/bench/note.rs"]
mod note;

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

const BINARY: &str = env!("CARGO_BIN_EXE_dps-x509");
/// The Python SDK's port is fixed.
const ADDRESS: &str = "127.0.8.9:8883";
const RUNS: u32 = 100;
const PYTHON_DEVICES: u32 = 50;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::start(folder.path());
    println!("\ntime from process start to the first byte on the wire ({RUNS} runs)");
    show(
        "dps-x509 provision, time to the first byte",
        &mut (0..RUNS).map(|_| first_byte(&emulator)).collect::<Vec<_>>(),
    );

    println!("\na whole provisioning, process included, from a local DPS that answers at once ({RUNS} runs)");
    let (mut wall, mut cpu) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (took, used) = measured(&mut emulator.provision(ADDRESS));
        wall.push(took);
        cpu.push(used);
    }
    show("dps-x509 provision, wall time", &mut wall);
    let ours = show("dps-x509 provision, CPU time", &mut cpu);
    let (took, used) = measured(&mut emulator.python(1));
    println!(
        "  azure-iot-device, wall time: {took:?}; CPU time: {used:?}, {:.1} times ours",
        ratio(used, ours)
    );
    note("azure-iot-device, wall time", &[took]);
    note("azure-iot-device, CPU time", &[used]);

    println!(
        "\na device more in the same process (the bare client and the component: `cargo bench -p dps-x509-host`)"
    );
    let (_, all) = measured(&mut emulator.python(1 + PYTHON_DEVICES));
    println!("  azure-iot-device, CPU time: {:?}", all.saturating_sub(used) / PYTHON_DEVICES);
}

fn note(label: &str, times: &[Duration]) {
    let times: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1000.0).collect();
    note::note("one device, from the start of a process", label, "ms", &times);
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

/// Prints least, median and greatest; gives the median.
fn show(label: &str, times: &mut [Duration]) -> Duration {
    times.sort();
    note(label, times);
    let at = |share: usize| *times.get((times.len() - 1) * share / 100).unwrap();
    println!("  {label}: median {:?}, least {:?}, 95 % within {:?}", at(50), at(0), at(95));
    at(50)
}

/// From the start of a process to the first byte that a listener reads of it.
fn first_byte(emulator: &Emulator) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = listener.local_addr().unwrap().to_string();
    let begun = Instant::now();
    let mut child = emulator.provision(&endpoint).spawn().unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    stream.read_exact(&mut [0]).unwrap();
    let took = begun.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    took
}

/// Wall and CPU time of a command, which must succeed.
fn measured(command: &mut Command) -> (Duration, Duration) {
    let before = children_cpu();
    let begun = Instant::now();
    let status = command.status().unwrap();
    let took = begun.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    (took, children_cpu() - before)
}

/// User and system time of all children that have ended.
fn children_cpu() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap();
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Duration::from_micros(micros.try_into().unwrap())
}

/// A local DPS in a process of its own, assigning at once.
struct Emulator {
    child: Child,
    folder: PathBuf,
}

impl Emulator {
    fn start(folder: &Path) -> Self {
        // Once for the example's files, then again with an operation that takes no time.
        drop(Self::spawn(folder, None));
        let example = fs::read_to_string(folder.join("enrollments.toml")).unwrap();
        let at_once = folder.join("at-once.toml");
        fs::write(&at_once, example.replace("assigning-polls = 1", "assigning-polls = 0")).unwrap();
        Self::spawn(folder, Some(&at_once))
    }

    fn spawn(folder: &Path, enrollments: Option<&Path>) -> Self {
        let mut command = Command::new(BINARY);
        command.args(["emulate", "--json", "--quiet", "--listen", ADDRESS, "--folder"]).arg(folder);
        let mut child = command.args(enrollments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("\"ready\""), "the emulator did not get ready: {line}");
        Self { child, folder: folder.to_owned() }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn provision(&self, endpoint: &str) -> Command {
        let mut command = Command::new(BINARY);
        command.args(["provision", "--id-scope", "0ne00111111", "--endpoint", endpoint, "--only-trust"]);
        command.arg("--cert").arg(self.file("device-1-full-chain.pem"));
        command.arg("--key").arg(self.file("device-1-key.pem")).arg("--trust").arg(self.file("root.pem"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Microsoft's SDK, registering a number of times.
    fn python(&self, count: u32) -> Command {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
        let python = workspace.join(target).join("python/azure-iot-device/bin/python");
        assert!(python.exists(), "{} is missing; `cargo xtask bench` makes it", python.display());
        let mut command = Command::new(python);
        command.arg(workspace.join("tests/interop/azure_iot_device_register.py"));
        let host = ADDRESS.split(':').next().unwrap();
        command.args(["--host", host, "--id-scope", "0ne00111111", "--registration-id", "device-1"]);
        command.arg("--cert").arg(self.file("device-1-full-chain.pem"));
        command.arg("--key").arg(self.file("device-1-key.pem")).arg("--root").arg(self.file("root.pem"));
        command.args(["--count", &count.to_string()]).stdout(Stdio::null());
        command
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
