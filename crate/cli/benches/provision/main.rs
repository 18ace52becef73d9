//! What a provisioning costs, as a user runs it: time to the first byte, CPU and wall time, memory, bytes on the wire, in turn
//! with a bare rustls client, Microsoft's SDKs and Paho. Prints; judges nothing. `cargo xtask bench` sets up what it needs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement may fail by panicking"
)]
#![allow(clippy::disallowed_macros, reason = "it prints its own numbers")]

#[path = "../../../host/benches/steady/bare.rs"]
#[expect(dead_code, reason = "the answers are those of the local DPS")]
mod bare;
#[path = "../../../../xtask/src/bench/note.rs"]
mod note;
mod program;

use std::{
    env, fs,
    io::{self, BufRead as _, BufReader, Read as _},
    net::{Shutdown, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike as _;

const BINARY: &str = env!("CARGO_BIN_EXE_dps-x509");
/// Where the local DPS listens. The port of the SDKs is fixed.
const SERVICE: &str = "127.0.8.9:8883";
/// Where it is looked at how a program begins, and what it sends. The certificate of the local DPS has this name too.
const BETWEEN: &str = "127.0.0.1:8883";
const ID_SCOPE: &str = "0ne00111111";
const ROUNDS: usize = 10;
/// Of ours and the bare client, which take little time, for each of the others.
const OURS_A_ROUND: usize = 10;
const MORE_DEVICES: u32 = 50;

/// What provisions a device.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Program {
    Bare,
    Ours,
    Component,
    PythonSdk,
    NodeSdk,
    Paho,
}

impl Program {
    const ALL: [Self; 6] =
        [Self::Bare, Self::Ours, Self::Component, Self::PythonSdk, Self::NodeSdk, Self::Paho];

    const fn name(self) -> &'static str {
        match self {
            Self::Bare => "a bare rustls client",
            Self::Ours => "dps-x509 provision",
            Self::Component => "dps-x509 provision --component",
            Self::PythonSdk => "azure-iot-device (Python)",
            Self::NodeSdk => "azure-iot-provisioning-device (Node)",
            Self::Paho => "Paho (Python)",
        }
    }

    const fn a_round(self) -> usize {
        match self {
            Self::Bare | Self::Ours | Self::Component => OURS_A_ROUND,
            Self::PythonSdk | Self::NodeSdk | Self::Paho => 1,
        }
    }
}

/// What one run took.
struct Run {
    wall: Duration,
    cpu: Duration,
}

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == PEAK) {
        return print_peak(&words[1..]);
    }
    if words.first().is_some_and(|word| word == BARE) {
        return program::run(&words[1..]);
    }
    let folder = tempfile::tempdir().unwrap();
    let emulator = Emulator::start(folder.path());
    let mut first: Vec<Vec<Duration>> = Program::ALL.iter().map(|_| Vec::new()).collect();
    let mut runs: Vec<Vec<Run>> = Program::ALL.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        for (index, program) in Program::ALL.into_iter().enumerate() {
            for _ in 0..program.a_round() {
                first[index].push(first_byte(&mut emulator.command(program, BETWEEN)));
                runs[index].push(measured(&mut emulator.command(program, SERVICE)));
            }
        }
    }
    println!("\none device, from the start of a process, from a local DPS that answers at once, in turn");
    let all = || Program::ALL.into_iter().enumerate();
    for (index, program) in all() {
        show(program, "time to the first byte", &first[index]);
    }
    for (index, program) in all() {
        show(program, "wall time", &runs[index].iter().map(|run| run.wall).collect::<Vec<_>>());
    }
    for (index, program) in all() {
        show(program, "CPU time", &runs[index].iter().map(|run| run.cpu).collect::<Vec<_>>());
    }
    for (_, program) in all() {
        let memory = peak_memory(&mut emulator.command(program, SERVICE));
        println!("  {}, most memory: {memory:.0} kB", program.name());
        note::note(&group("most memory"), program.name(), "kB", &[memory]);
    }
    for (_, program) in all() {
        let bytes = on_the_wire(&mut emulator.command(program, BETWEEN));
        println!("  {}, bytes both ways, with TLS: {bytes}", program.name());
        note::note(&group("bytes both ways, with TLS"), program.name(), "B", &[f64::from(bytes)]);
    }
    println!(
        "\na device more in the same process (ours, the bare client and the component: `--bench provisioning`)"
    );
    for program in [Program::PythonSdk, Program::NodeSdk] {
        let cpu = |count: u32| {
            measured(emulator.command(program, SERVICE).args(["--count", &count.to_string()])).cpu
        };
        let more = cpu(1 + MORE_DEVICES).saturating_sub(cpu(1)) / MORE_DEVICES;
        println!("  {}, CPU time: {more:?}", program.name());
        // The group of that benchmark.
        let group = "a device more in the same process: CPU time";
        note::note(group, program.name(), "us", &[more.as_secs_f64() * 1e6]);
    }
}

/// The others are told as multiples of the bare client.
fn group(what: &str) -> String {
    format!("one device, from the start of a process: {what}")
}

/// Prints least, median and greatest.
fn show(program: Program, what: &str, times: &[Duration]) {
    let mut times = times.to_vec();
    times.sort();
    let millis: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1000.0).collect();
    note::note(&group(what), program.name(), "ms", &millis);
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    let label = format!("{}, {what}", program.name());
    println!("  {label}: median {:?}, least {:?}, 95 % within {:?}", at(50), at(0), at(95));
}

/// From the start of a process to the first byte that a listener reads of it.
fn first_byte(command: &mut Command) -> Duration {
    let listener = TcpListener::bind(BETWEEN).unwrap();
    let begun = Instant::now();
    let mut child = command.spawn().unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    stream.read_exact(&mut [0]).unwrap();
    let took = begun.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    took
}

/// Wall and CPU time of a command, which must succeed.
fn measured(command: &mut Command) -> Run {
    let before = children_cpu();
    let begun = Instant::now();
    let status = command.status().unwrap();
    let wall = begun.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    Run { wall, cpu: children_cpu() - before }
}

/// The most memory that a command has had, in kilobytes.
fn peak_memory(command: &mut Command) -> f64 {
    // The system tells the most of all children, so each gets a parent of its own.
    let mut parent = Command::new(env::current_exe().unwrap());
    parent.arg(PEAK).arg(command.get_program()).args(command.get_args());
    parent.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let ended = parent.output().unwrap();
    assert!(ended.status.success(), "{parent:?}: {}", ended.status);
    String::from_utf8_lossy(&ended.stdout).trim().parse().unwrap()
}

const PEAK: &str = "peak";
const BARE: &str = "bare";

/// Runs a command, and prints the most memory that it had.
fn print_peak(words: &[String]) {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    measured(&mut command);
    println!("{}", getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss());
}

/// How many bytes went between a command and the local DPS.
fn on_the_wire(command: &mut Command) -> u32 {
    let listener = TcpListener::bind(BETWEEN).unwrap();
    let relay = thread::spawn(move || {
        let (device, _) = listener.accept().unwrap();
        let service = TcpStream::connect(SERVICE).unwrap();
        let up = {
            let (device, service) = (device.try_clone().unwrap(), service.try_clone().unwrap());
            thread::spawn(move || pass(device, service))
        };
        pass(service, device) + up.join().unwrap()
    });
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
    relay.join().unwrap()
}

/// Passes on what comes; a connection that breaks off has ended.
fn pass(mut from: TcpStream, mut to: TcpStream) -> u32 {
    let mut count = 0;
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        count += u32::try_from(read).unwrap();
        if io::Write::write_all(&mut to, &buffer[..read]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
    count
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
        command.args(["emulate", "--json", "--quiet", "--listen", SERVICE, "--folder"]).arg(folder);
        let mut child = command.args(enrollments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("\"ready\""), "the emulator did not get ready: {line}");
        Self { child, folder: folder.to_owned() }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A program that provisions the example's device at an address, of which the SDKs take but the host.
    fn command(&self, program: Program, address: &str) -> Command {
        let host = address.split(':').next().unwrap();
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
        let made = |path: &str| {
            let path = workspace.join(&target).join(path);
            assert!(path.exists(), "{} is missing; `cargo xtask bench` makes it", path.display());
            path
        };
        let script = |path: &str| workspace.join("tests").join(path);
        let (root, cert, key) =
            (self.file("root.pem"), self.file("device-1-full-chain.pem"), self.file("device-1-key.pem"));
        let mut command = match program {
            Program::Bare => {
                // What ours says, and DPS wants.
                let version = env!("CARGO_PKG_VERSION");
                let user_name = format!(
                    "{ID_SCOPE}/registrations/device-1/api-version=2019-03-31&ClientVersion=dps-x509%2F{version}"
                );
                let mut command = Command::new(env::current_exe().unwrap());
                command.args([BARE, address]).args([root, cert, key]).arg(user_name);
                command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
                return command;
            }
            Program::Ours | Program::Component => {
                let mut command = Command::new(BINARY);
                command.args(["provision", "--endpoint", address, "--only-trust", "--trust"]).arg(root);
                command
            }
            Program::PythonSdk => {
                let mut command = Command::new(made("python/azure-iot-device/bin/python"));
                command.arg(script("interop/azure_iot_device_register.py"));
                command.args(["--host", host, "--registration-id", "device-1", "--root"]).arg(root);
                command
            }
            Program::NodeSdk => {
                let mut command = Command::new("node");
                command.arg(script("fault/register.js"));
                command.env("NODE_PATH", made("npm-project/azure-iot-device/node_modules"));
                command.env("NODE_EXTRA_CA_CERTS", &root);
                command.args(["--host", host, "--registration-id", "device-1", "--root"]).arg(root);
                command
            }
            Program::Paho => {
                let mut command = Command::new(made("python/paho/bin/python"));
                command.arg(script("interop/paho_register.py")).args(["--port", "8883"]);
                command.args(["--host", host, "--registration-id", "device-1", "--root"]).arg(root);
                command
            }
        };
        command.args(["--id-scope", ID_SCOPE, "--cert"]).arg(cert).arg("--key").arg(key);
        if program == Program::Component {
            command.arg("--component");
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
