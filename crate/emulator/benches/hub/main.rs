//! The hub: reported properties, telemetry and methods a second, the memory of idle devices with twins, and the time
//! from the start to the first connection that could be made.
//!
//! `cargo bench -p dps-x509-emulator --bench hub [-- [SECONDS] [IDLE DEVICES]]`. Devices and emulator are in one process
//! and share its two threads, so that the rates are those of both together.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement may fail"
)]

mod device;

use std::{
    fs,
    time::{Duration, Instant},
};

use device::{Device, Factory};
use dps_x509_emulator::{
    Config, Emulator, IdScope, MethodCall, Running, Throttling,
    control::{Client, DeviceName},
};
use tokio::task::JoinSet;

/// Devices at the same time, where something is counted a second.
const DEVICES: usize = 16;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let number = |index: usize, default| arguments.get(index).map_or(default, |text| text.parse().unwrap());
    let (seconds, idle) = (number(0, 5), number(1, 10_000));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let factory = Factory::new();
        let start = Instant::now();
        let emulator = emulate(&factory).await;
        println!("start of the emulator without a folder: {} ms", start.elapsed().as_millis());
        for (name, work) in [("reported properties", Work::Report), ("telemetry", Work::Send)] {
            let rate = rate(&emulator, &factory, work, Duration::from_secs(seconds)).await;
            println!("{name}: {rate} a second, each acknowledged before the next, {DEVICES} devices");
        }
        let calls = methods(&emulator, &factory, Duration::from_secs(seconds)).await;
        println!("methods by the control interface: {calls} a second, one after the other");
        memory(&emulator, &factory, usize::try_from(idle).unwrap()).await;
        emulator.shutdown().await;
    });
}

async fn emulate(factory: &Factory) -> Running {
    let scope = IdScope::new(device::SCOPE).unwrap();
    let mut config = Config::with_group(scope, "bench", factory.ca.as_bytes()).unwrap();
    config.pace.assigning_polls = 0;
    config.throttling = Throttling::OFF;
    Emulator::new(config).control("127.0.0.1:0".parse().unwrap()).start().await.unwrap()
}

#[derive(Clone, Copy)]
enum Work {
    Report,
    Send,
}

async fn rate(emulator: &Running, factory: &Factory, work: Work, time: Duration) -> u64 {
    let mut devices = Vec::new();
    for number in 0..DEVICES {
        devices.push(factory.device(emulator, &format!("device-{number}")).await);
    }
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
    let mut sum = 0;
    while let Some(count) = working.join_next().await {
        sum += count.unwrap();
    }
    sum / time.as_secs().max(1)
}

async fn methods(emulator: &Running, factory: &Factory, time: Duration) -> u64 {
    let mut device = factory.device(emulator, "device-0").await;
    let answering = tokio::spawn(async move { device.answer_methods().await });
    let control = Client::new(emulator.control_addr().unwrap(), emulator.control_token().cloned());
    let (call, end, mut count) = (MethodCall::new("ping", None), Instant::now() + time, 0);
    while Instant::now() < end {
        control.call_method(&DeviceName::new("device-0"), &call).await.unwrap();
        count += 1;
    }
    answering.abort();
    count / time.as_secs().max(1)
}

/// Each device has a key, a certificate, a registration, a connection and a twin of its own.
async fn memory(emulator: &Running, factory: &Factory, count: usize) {
    let before = resident();
    let mut held: Vec<Device> = Vec::new();
    for number in 0..count {
        let mut device = factory.device(emulator, &format!("idle-{number}")).await;
        device.report(1).await;
        held.push(device);
    }
    let after = resident();
    let each = (after - before) * 1024 / u64::try_from(count).unwrap().max(1);
    println!("{} idle devices with twins: {each} bytes each, both ends of the connection in it", held.len());
}

/// Resident memory of this process in KiB.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
