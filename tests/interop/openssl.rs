//! `openssl s_client` completes the handshake with and without a client certificate, as it does with DPS.

use std::process::Command;

use dps_x509_tests::{cli::Run, environment::program};

use crate::stand::{Stand, run};

async fn handshake(stand: &Stand, with_certificate: bool) -> Run {
    let mut command = Command::new(program("openssl"));
    command.args([
        "s_client",
        "-connect",
        &format!("localhost:{}", stand.port()),
        "-servername",
        "localhost",
    ]);
    command.args(["-tls1_2", "-verify_return_error", "-CAfile"]).arg(&stand.root);
    if with_certificate {
        command.arg("-cert").arg(&stand.grouped.leaf).arg("-key").arg(&stand.grouped.key);
        command.arg("-cert_chain").arg(&stand.grouped.chain);
    }
    run(command).await
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_client_certificate() {
    let stand = Stand::start("127.0.0.1:0").await;
    let run = handshake(&stand, true).await;
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("Verify return code: 0 (ok)"), "{run:?}");
    assert!(run.out.contains("Protocol  : TLSv1.2") || run.out.contains("New, TLSv1.2"), "{run:?}");
    let log = log(stand).await;
    assert!(log.contains("CN=grouped-1"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_client_certificate() {
    let stand = Stand::start("127.0.0.1:0").await;
    let run = handshake(&stand, false).await;
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("Verify return code: 0 (ok)"), "{run:?}");
    let log = log(stand).await;
    assert!(log.contains("no client certificate"), "{log}");
}

async fn log(stand: Stand) -> String {
    let events = stand.stop().await;
    events.iter().map(|event| format!("{event}\n")).collect()
}
