//! The hub: reported properties, telemetry, messages and methods a second, the memory of idle devices with twins, and the
//! time from the start of the process to its ready line.
//!
//! `cargo bench -p dps-x509-emulator --bench hub [-- [SECONDS] [IDLE DEVICES]]`. Where something is counted a second,
//! devices and emulator are in one process and share its two threads, so that the rates are those of both together.
//! Idle devices are in processes of their own, so that the memory is the emulator's alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement may fail"
)]

mod device;
#[path = "../../../../xtask/src/bench/note.rs"]
mod note;

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use device::{Device, Factory, Service};
use dps_x509_emulator::{
    CloudMessage, Config, Emulator, IdScope, MethodCall, Running, Throttling,
    control::{Client, DeviceName},
};
use tokio::task::JoinSet;

/// Devices at the same time, where something is counted a second.
const DEVICES: usize = 16;
/// Processes that hold idle devices.
const PROCESSES: usize = 4;
/// What these measures are of.
const GROUP: &str = "the emulator as a hub";
/// Starts that are measured; the one in the middle is told.
const STARTS: u32 = 21;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["serve", folder] => serve(Path::new(folder)).await,
            ["hold", folder, address, first, count] => hold(Path::new(folder), address, first, count).await,
            words => {
                let number =
                    |index: usize, default| words.get(index).map_or(default, |text| text.parse().unwrap());
                measure(Duration::from_secs(number(0, 5)), usize::try_from(number(1, 10_000)).unwrap()).await;
            }
        }
    });
}

async fn measure(time: Duration, idle: usize) {
    starts();
    let folder = tempfile::tempdir().unwrap();
    let factory = Factory::new(folder.path());
    for (place, state) in [("in memory", None), ("on disk", Some(folder.path()))] {
        let emulator = emulate(&factory, state).await;
        for (name, work) in [("reported properties", Work::Report), ("telemetry", Work::Send)] {
            let name = format!("{name}, state {place}, each acknowledged before the next, {DEVICES} devices");
            told(&name, time, rate(&emulator, &factory, work, time)).await;
        }
        let name = format!("messages to devices, state {place}, by {DEVICES} services at once");
        told(&name, time, messages(&emulator, &factory, time)).await;
        emulator.shutdown().await;
    }
    let emulator = emulate(&factory, None).await;
    for at_once in [1, DEVICES] {
        let name = format!("methods by the control interface, {at_once} at once");
        told(&name, time, methods(&emulator, &factory, at_once, time)).await;
    }
    emulator.shutdown().await;
    let emulator = emulate(&factory, Some(folder.path())).await;
    memory(&emulator, folder.path(), idle);
    emulator.shutdown().await;
}

/// Tells how much was done, and what it cost both ends: that stays what it is where others work on the machine.
async fn told(name: &str, time: Duration, work: impl Future<Output = u64>) {
    let before = processor_time(OWN);
    let rate = work.await;
    let count = u32::try_from((rate * time.as_secs()).max(1)).unwrap();
    let cost = (processor_time(OWN) - before) * 1_000_000.0 / f64::from(count);
    println!("{name}: {rate} a second, {cost:.0} ms of processor time for each 1000");
    note::note(GROUP, name, "/s", &[float(rate)]);
}

/// A process that starts an emulator, as `dps-x509 emulate` does, and says so.
async fn serve(folder: &Path) {
    let emulator = emulate(&Factory::new(folder), Some(folder)).await;
    println!("{}", emulator.addr());
    std::future::pending::<()>().await;
}

/// From the start of a process to its ready line: with a folder that has nothing yet, and with one that has.
fn starts() {
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let folder = tempfile::tempdir().unwrap();
        // The CA of the devices is not the emulator's.
        drop(Factory::new(folder.path()));
        first.push(start(folder.path()));
        again.push(start(folder.path()));
    }
    let mean = processor_time(ENDED) * 1000.0 / f64::from(2 * STARTS);
    println!("start of a process, at the mean: {mean:.1} ms of processor time");
    for (name, mut times) in [("a new folder", first), ("a folder of before", again)] {
        times.sort_unstable();
        let times: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1000.0).collect();
        let middle = times[times.len() / 2];
        println!("start of a process to its ready line, with {name}: {middle:.1} ms");
        note::note(GROUP, &format!("start of a process to its ready line, with {name}"), "ms", &times);
    }
}

fn float(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

fn start(folder: &Path) -> Duration {
    let begin = Instant::now();
    let mut process = Process::spawn(&["serve", folder.to_str().unwrap()]);
    process.line();
    begin.elapsed()
}

/// This program again, in a role.
struct Process(Child);

impl Process {
    fn spawn(arguments: &[&str]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        Self(command.args(arguments).stdout(Stdio::piped()).spawn().unwrap())
    }

    /// Its first line.
    fn line(&mut self) -> String {
        let mut line = String::new();
        BufReader::new(self.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.0.kill().unwrap_or_default();
        self.0.wait().map(drop).unwrap_or_default();
    }
}

async fn emulate(factory: &Factory, folder: Option<&Path>) -> Running {
    let scope = IdScope::new(device::SCOPE).unwrap();
    let mut config = Config::with_group(scope, "bench", factory.ca.as_bytes()).unwrap();
    config.pace.assigning_polls = 0;
    config.throttling = Throttling::OFF;
    let mut emulator = Emulator::new(config).control("127.0.0.1:0".parse().unwrap());
    if let Some(folder) = folder {
        emulator = emulator.folder(folder);
    }
    emulator.start().await.unwrap()
}

#[derive(Clone, Copy)]
enum Work {
    Report,
    Send,
}

async fn rate(emulator: &Running, factory: &Factory, work: Work, time: Duration) -> u64 {
    let devices = devices(emulator, factory).await;
    let end = Instant::now() + time;
    let mut working = JoinSet::new();
    for mut device in devices {
        working.spawn(async move {
            let mut count = 0;
            while Instant::now() < end {
                match work {
                    Work::Report => device.report(count).await,
                    Work::Send => device.send(count).await,
                }
                count += 1;
            }
            count
        });
    }
    sum(working, time).await
}

async fn devices(emulator: &Running, factory: &Factory) -> Vec<Device> {
    let mut devices = Vec::new();
    for number in 0..DEVICES {
        devices.push(factory.device(&Service::of(emulator), &format!("device-{number}")).await);
    }
    devices
}

async fn sum(mut working: JoinSet<u64>, time: Duration) -> u64 {
    let mut sum = 0;
    while let Some(count) = working.join_next().await {
        sum += count.unwrap();
    }
    sum / time.as_secs().max(1)
}

fn control(emulator: &Running) -> Client {
    Client::new(emulator.control_addr().unwrap(), emulator.control_token().cloned())
}

/// A message counts when it is in the queue of its device, which takes it at once.
async fn messages(emulator: &Running, factory: &Factory, time: Duration) -> u64 {
    let mut receiving = JoinSet::new();
    for mut device in devices(emulator, factory).await {
        receiving.spawn(async move { device.receive().await });
    }
    let end = Instant::now() + time;
    let mut sending = JoinSet::new();
    for number in 0..DEVICES {
        let control = control(emulator);
        sending.spawn(async move {
            let (device, mut count) = (format!("device-{number}"), 0);
            while Instant::now() < end {
                let sent = control.send_message(&DeviceName::new(&device), &CloudMessage::new("hello")).await;
                count += u64::from(sent.is_ok());
            }
            count
        });
    }
    let rate = sum(sending, time).await;
    receiving.abort_all();
    rate
}

async fn methods(emulator: &Running, factory: &Factory, at_once: usize, time: Duration) -> u64 {
    let mut answering = JoinSet::new();
    for mut device in devices(emulator, factory).await {
        answering.spawn(async move { device.answer_methods().await });
    }
    let end = Instant::now() + time;
    let mut calling = JoinSet::new();
    for number in 0..at_once {
        let control = control(emulator);
        calling.spawn(async move {
            let (device, call, mut count) = (format!("device-{number}"), MethodCall::new("ping", None), 0);
            while Instant::now() < end {
                control.call_method(&DeviceName::new(&device), &call).await.unwrap();
                count += 1;
            }
            count
        });
    }
    let rate = sum(calling, time).await;
    answering.abort_all();
    rate
}

/// Holds idle devices until it is killed: each has a key, a registration, a connection and a twin of its own.
async fn hold(folder: &Path, address: &str, first: &str, count: &str) {
    let (first, count): (usize, usize) = (first.parse().unwrap(), count.parse().unwrap());
    let (factory, service) = (Factory::new(folder), Service::at(address, folder));
    let mut held: Vec<Device> = Vec::new();
    for number in first..first + count {
        let mut device = factory.device(&service, &format!("idle-{number}")).await;
        device.report(1).await;
        held.push(device);
    }
    println!("{}", held.len());
    std::future::pending::<()>().await;
}

fn memory(emulator: &Running, folder: &Path, count: usize) {
    let before = resident();
    let (share, address) = ((count / PROCESSES).to_string(), emulator.addr().to_string());
    let hold = |number: usize| {
        let first = (number * count / PROCESSES).to_string();
        Process::spawn(&["hold", folder.to_str().unwrap(), &address, &first, &share])
    };
    let mut processes: Vec<Process> = (0..PROCESSES).map(hold).collect();
    let held: u64 = processes.iter_mut().map(|process| process.line().trim().parse::<u64>().unwrap()).sum();
    let after = resident();
    let each = (after - before) * 1024 / held.max(1);
    println!(
        "{held} idle devices with twins: {each} bytes of the emulator's memory each (from {before} to {after} KiB)"
    );
    note::note(GROUP, "an idle device with a twin", "bytes", &[float(each)]);
}

/// Where `/proc/self/stat` has the processor time of this process, and of processes of it that have ended.
const OWN: std::ops::Range<usize> = 11..13;
const ENDED: std::ops::Range<usize> = 13..15;

/// User and system time, in seconds.
fn processor_time(whose: std::ops::Range<usize>) -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    // Ticks of a hundredth of a second.
    fields[whose].iter().map(|ticks| ticks.parse::<f64>().unwrap() / 100.0).sum()
}

/// Resident memory of this process in KiB.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
