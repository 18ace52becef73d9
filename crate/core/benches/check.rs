//! What a check costs, beside x509-parser (parsing alone) and `openssl verify` (a process) in the same run.
#![allow(missing_docs, clippy::unwrap_used, reason = "a measurement may fail by panicking")]

use std::{fs, hint::black_box, path::Path, process::Command};

use criterion::{Criterion, criterion_group, criterion_main};
use dps_x509_core::{
    cert::{self, Certificate, Inputs, Purpose, Read, Report, UnixTime},
    finding::Place,
};
use x509_parser::{parse_x509_certificate, pem::parse_x509_pem};

/// In the time of all certificates of the fixtures.
const AT: i64 = 1_798_000_000;

fn path(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixture/cert").join(name).display().to_string()
}

/// Reads the files and checks them.
fn check(files: &[(Purpose, &Vec<u8>)]) -> Report {
    let read = |(purpose, bytes): &(Purpose, &Vec<u8>)| {
        Read::new(*purpose, Place::default(), black_box(*bytes).clone())
    };
    let at = Some(UnixTime::from_seconds(AT));
    cert::check(&Inputs { files: files.iter().map(read).collect(), at, ..Inputs::default() })
}

fn benches(criterion: &mut Criterion) {
    let read = |name: &str| fs::read(path(name)).unwrap();
    let leaf = read("device-1.pem");
    let (_, pem) = parse_x509_pem(&leaf).unwrap();

    let mut group = criterion.benchmark_group("one P-256 certificate");
    group.bench_function("x509-parser: parse", |bencher| {
        bencher.iter(|| parse_x509_certificate(black_box(&pem.contents)).unwrap());
    });
    group.bench_function("dps-x509: parse, every part", |bencher| {
        bencher.iter(|| Certificate::read(black_box(&pem.contents)).unwrap());
    });
    group.bench_function("dps-x509: file, parse, all rules", |bencher| {
        bencher.iter(|| check(&[(Purpose::DeviceChain, &leaf)]));
    });
    group.finish();

    let mut group = criterion.benchmark_group("leaf, intermediate, root and key");
    let bytes = ["device-1.pem", "intermediate.pem", "root.pem", "device-1.key"].map(read);
    let files = bytes.each_ref().map(|bytes| (Purpose::Any, bytes));
    group.bench_function("dps-x509: full check", |bencher| bencher.iter(|| check(&files)));
    let mut openssl = Command::new("openssl");
    openssl.args(["verify", "-attime", &AT.to_string(), "-CAfile", &path("root.pem")]);
    openssl.args(["-untrusted", &path("intermediate.pem"), &path("device-1.pem")]);
    group.bench_function("openssl verify: a process, chain alone", |bencher| {
        bencher.iter(|| assert!(openssl.output().unwrap().status.success()));
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
