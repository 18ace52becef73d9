//! What a log costs: 1, 10 and 100 MB, with a refusal at the end; and how much memory the largest took.
#![allow(missing_docs, clippy::unwrap_used, reason = "a measurement may fail by panicking")]

use std::{fmt::Write as _, fs, hint::black_box};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dps_x509_core::{cert::Inputs, explain::Explanation, finding::Place};

/// A device's log of so many megabytes: what it tells of its work, and at last why it is not let in.
fn log(megabytes: usize) -> String {
    let size = megabytes << 20;
    let mut log = String::with_capacity(size + 512);
    for number in 0.. {
        if log.len() >= size {
            break;
        }
        writeln!(
            log,
            "2026-11-27T22:{:02}:{:02}Z app[812]: INFO telemetry {number} to hub.azure-devices.net, mqtt connected, tls session \
             resumed, battery 48%",
            number / 60 % 60,
            number % 60,
        )
        .unwrap();
    }
    log.push_str("{\"errorCode\":401002,\"message\":\"CA certificate not found.\"}\n");
    log
}

/// The most memory that this process ever had, as Linux tells it.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.map_or_else(|| "not told here".to_owned(), |line| line.replace("VmHWM:", "").trim().to_owned())
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("a log");
    group.sample_size(10);
    for megabytes in [1, 10, 100] {
        let log = log(megabytes);
        group.throughput(Throughput::Bytes(log.len().try_into().unwrap()));
        group.bench_function(format!("{megabytes} MB"), |bencher| {
            bencher.iter(|| {
                let explanation =
                    Explanation::of_text(black_box(log.as_bytes()), &Place::default(), &Inputs::default());
                assert!(explanation.happenings.iter().any(|it| it.finding.code() == "DX707"));
            });
        });
        println!("most memory so far, the log itself counted in: {}", peak());
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
