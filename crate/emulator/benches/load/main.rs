//! Registrations per second, and memory per idle connection. Clients are processes of their own.
//!
//! `cargo bench -p dps-x509-emulator [-- [SECONDS] [IDLE CONNECTIONS]]`; 10,000 idle connections need as many
//! descriptors in the server's process (`ulimit -n`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement may fail"
)]

mod client;
#[path = "../../../../xtask/src/bench/note.rs"]
mod note;

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use dps_x509_emulator::{Config, Emulator, IdScope, Running, Throttling};
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use tokio::runtime::Runtime;

/// Threads of the server, one measurement after the other.
const THREADS: [usize; 2] = [1, 2];
/// How many client processes there are.
const PROCESSES: usize = 4;
/// Conversations of one client process at the same time.
const AT_ONCE: usize = 16;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if arguments.first().is_some_and(|argument| argument == "client") {
        runtime(2).block_on(client::run(&arguments[1..]));
        return;
    }
    let number = |index: usize, default| arguments.get(index).map_or(default, |text| text.parse().unwrap());
    let (seconds, idle) = (number(0, 10), number(1, 10_000));
    let folder = tempfile::tempdir().unwrap();
    let ca = certificates(folder.path());
    for threads in THREADS {
        runtime(threads).block_on(async {
            for (name, work, journal) in [
                ("registrations, one connection each, state in memory", "connect", false),
                ("registrations, one connection each, state on disk", "connect", true),
                ("registrations over open connections, state in memory", "register", false),
                ("registrations over open connections, state on disk", "register", true),
            ] {
                let state = journal.then(|| tempfile::tempdir().unwrap());
                let emulator = start(&ca, folder.path(), state.as_ref().map(tempfile::TempDir::path)).await;
                let name = format!("{name}, {threads} threads of the server");
                rate(&name, work, emulator.addr(), folder.path(), seconds);
                emulator.shutdown().await;
            }
        });
    }
    runtime(2).block_on(async {
        let emulator = start(&ca, folder.path(), None).await;
        memory(emulator.addr(), folder.path(), usize::try_from(idle).unwrap());
        emulator.shutdown().await;
    });
}

fn runtime(threads: usize) -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build().unwrap()
}

/// A CA in the folder, with a device for each conversation.
fn certificates(folder: &Path) -> String {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "bench CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::from_params(&params, &key);
    for number in 0..PROCESSES * AT_ONCE {
        let device_key = KeyPair::generate().unwrap();
        let mut device = CertificateParams::default();
        device.distinguished_name.push(DnType::CommonName, format!("device-{number}"));
        device.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let leaf = device.signed_by(&device_key, &issuer).unwrap();
        fs::write(folder.join(format!("device-{number}.pem")), leaf.pem() + &device_key.serialize_pem())
            .unwrap();
    }
    ca
}

async fn start(ca: &str, folder: &Path, state: Option<&Path>) -> Running {
    let mut config =
        Config::with_group(IdScope::new(client::SCOPE).unwrap(), "bench", ca.as_bytes()).unwrap();
    config.pace.assigning_polls = 0;
    config.throttling = Throttling::OFF;
    let mut emulator = Emulator::new(config);
    if let Some(state) = state {
        emulator = emulator.folder(state);
    }
    let running = emulator.start().await.unwrap();
    fs::write(folder.join("root.pem"), running.root_pem()).unwrap();
    running
}

struct Clients(Vec<(Child, BufReader<ChildStdout>)>);

impl Clients {
    fn spawn(work: &str, address: SocketAddr, folder: &Path, amount: impl Fn(usize) -> u64) -> Self {
        let spawn = |index: usize| {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["client", work, &address.to_string()]).arg(folder);
            command.args([(index * AT_ONCE).to_string(), AT_ONCE.to_string(), amount(index).to_string()]);
            let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            let out = BufReader::new(child.stdout.take().unwrap());
            (child, out)
        };
        Self((0..PROCESSES).map(spawn).collect())
    }

    /// The sum of what each of them prints as its next line.
    fn sum(&mut self) -> u64 {
        let line = |out: &mut BufReader<ChildStdout>| {
            let mut line = String::new();
            out.read_line(&mut line).unwrap();
            line.trim().parse::<u64>().unwrap()
        };
        self.0.iter_mut().map(|(_, out)| line(out)).sum()
    }

    fn go(&mut self) {
        self.0.iter_mut().for_each(|(child, _)| child.stdin.as_mut().unwrap().write_all(b"\n").unwrap());
    }
}

impl Drop for Clients {
    fn drop(&mut self) {
        for (child, _) in &mut self.0 {
            child.kill().unwrap_or_default();
            child.wait().map(drop).unwrap_or_default();
        }
    }
}

fn rate(name: &str, work: &str, address: SocketAddr, folder: &Path, seconds: u64) {
    let mut clients = Clients::spawn(work, address, folder, |_| seconds);
    clients.sum();
    let before = cpu_time();
    clients.go();
    let count = clients.sum();
    let server = (cpu_time() - before).as_millis();
    let (rate, failed) = ((count % client::FAILED) / seconds, count / client::FAILED);
    let cost = u64::try_from(server).unwrap() * 1000 / (count % client::FAILED).max(1);
    println!(
        "{name}: {rate} a second, {failed} of them failed, {cost} ms of the server's CPU time for each 1000"
    );
    note::note("the emulator as DPS", name, "/s", &[float(rate)]);
}

fn memory(address: SocketAddr, folder: &Path, connections: usize) {
    let before = resident();
    let share = u64::try_from(connections / PROCESSES).unwrap();
    let mut clients = Clients::spawn("idle", address, folder, |_| share);
    let held = clients.sum();
    let after = resident();
    let each = (after - before) * 1024 / held.max(1);
    println!(
        "{held} idle connections: {each} bytes of the server's memory each (from {before} to {after} KiB)"
    );
    note::note("the emulator as DPS", "an idle connection", "bytes", &[float(each)]);
}

fn float(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// Resident memory of this process in KiB.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// User and system time of this process, in ticks of a hundredth of a second.
fn cpu_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}
