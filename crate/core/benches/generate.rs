//! What keys and certificates cost, beside openssl (a process for each) in the same run.
#![allow(missing_docs, clippy::unwrap_used, reason = "a measurement may fail by panicking")]

use std::{process::Command, time::Duration};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dps_x509_core::{
    generate::{Authority, KeySearch, KeyType, Parts, Random, Subject, Validity},
    name::RegistrationId,
};

fn benches(criterion: &mut Criterion) {
    let mut random = Random::from_seed([7; 32]);
    let validity =
        Validity::starting(Duration::from_secs(1_795_000_000), Duration::from_secs(86_400)).unwrap();
    let subject = Subject::authority("root", &Parts::default(), &mut random).unwrap();
    let key = KeySearch::new(KeyType::P256).run(&mut random);
    let root = Authority::root(&subject, key, validity, &mut random).unwrap();
    let subject = Subject::device(&RegistrationId::new("device").unwrap(), &Parts::default()).unwrap();

    let mut group = criterion.benchmark_group("a device's key and certificate");
    group.throughput(Throughput::Elements(1));
    for key_type in [KeyType::P256, KeyType::P384] {
        group.bench_function(key_type.to_string(), |bencher| {
            bencher.iter(|| {
                let key = KeySearch::new(key_type).run(&mut random);
                (key.to_pem().unwrap(), root.device(&subject, &key, validity, &mut random).unwrap())
            });
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("an RSA key");
    group.sample_size(10);
    for (key_type, bits) in [(KeyType::Rsa2048, "2048"), (KeyType::Rsa4096, "4096")] {
        group.bench_function(format!("dps-x509: {bits}"), |bencher| {
            bencher.iter(|| KeySearch::new(key_type).run(&mut random));
        });
        group.bench_function(format!("openssl genrsa {bits}"), |bencher| {
            bencher.iter(|| {
                assert!(Command::new("openssl").args(["genrsa", bits]).output().unwrap().status.success())
            });
        });
    }
    group.finish();
}

criterion_group!(generate, benches);
criterion_main!(generate);
