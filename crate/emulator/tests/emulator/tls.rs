//! The handshake: versions, names, and the proof of the private key.

use dps_x509_emulator::{Config, Emulator, ServerKey, What};
use rustls::{
    pki_types::{CertificateDer, pem::PemObject as _},
    version::{TLS12, TLS13},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{
    client::{PATIENCE, event, scope, start, tls},
    pki::{Ca, Device, leaf_params},
};

async fn tls_failure(events: &mut dps_x509_emulator::Events) -> (Option<String>, String) {
    event(events, |event| match event.what {
        What::TlsFailed { server_name, reason } => Some((server_name, reason)),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn tls_1_3_is_refused_unless_it_is_asked_for() {
    let device = Ca::root("root").device("device");
    let emulator = start(Config::new(scope())).await;
    let mut events = emulator.events();
    assert!(tls(&emulator, Some(&device), &TLS13, "localhost").await.is_err());
    let (server_name, reason) = tls_failure(&mut events).await;
    assert_eq!(server_name.as_deref(), Some("localhost"));
    assert!(reason.contains("peer is incompatible"), "{reason}");

    let emulator = Emulator::new(Config::new(scope())).tls13(true).start().await.unwrap();
    for (version, name) in [(&TLS12, "TLSv1_2"), (&TLS13, "TLSv1_3")] {
        let mut events = emulator.events();
        let _stream = tls(&emulator, Some(&device), version, "localhost").await.unwrap();
        let (version, certificates) = event(&mut events, |event| match event.what {
            What::TlsDone { version, certificates, .. } => Some((version, certificates)),
            _ => None,
        })
        .await;
        assert_eq!((version.as_str(), certificates.len()), (name, 1));
    }
}

#[tokio::test]
async fn the_certificate_has_the_names_of_this_machine_and_the_configured_ones() {
    let mut config = Config::new(scope());
    config.server_names = ["dps.example", "192.0.2.7", "localhost"].map(str::to_owned).into();
    let emulator = Emulator::new(config).listen("127.0.0.2:0".parse().unwrap()).start().await.unwrap();
    assert_eq!(
        emulator.server_names(),
        ["localhost", "127.0.0.1", "::1", "127.0.0.2", "dps.example", "192.0.2.7"]
    );
    for name in emulator.server_names() {
        assert!(tls(&emulator, None, &TLS12, name).await.is_ok(), "{name}");
    }
    assert!(tls(&emulator, None, &TLS12, "other.example").await.is_err());
}

#[tokio::test]
async fn with_a_key_of_rsa_it_takes_suites_of_rsa() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let emulator = Emulator::new(Config::new(scope())).server_key(ServerKey::Rsa2048);
        emulator.folder(folder.path()).start()
    };
    for _ in 0..2 {
        let emulator = start().await.unwrap();
        let mut events = emulator.events();
        let _stream = tls(&emulator, None, &TLS12, "localhost").await.unwrap();
        let suite = event(&mut events, |event| match event.what {
            What::TlsDone { suite, .. } => Some(suite),
            _ => None,
        });
        assert!(suite.await.contains("ECDHE_RSA"));
        let root = CertificateDer::from_pem_slice(emulator.root_pem().as_bytes()).unwrap();
        let rsa_encryption = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
        assert!(root.windows(rsa_encryption.len()).any(|window| window == rsa_encryption));
        emulator.shutdown().await;
    }
}

#[tokio::test]
async fn a_name_that_is_none_is_refused_at_the_start() {
    let mut config = Config::new(scope());
    config.server_names = vec!["not a name".to_owned()];
    let error = Emulator::new(config).start().await.unwrap_err();
    assert!(error.to_string().contains("\"not a name\" is neither"), "{error}");
}

#[tokio::test]
async fn any_chain_is_taken_but_only_with_its_key() {
    let ca = Ca::root("root");
    let emulator = Emulator::new(Config::new(scope())).tls13(true).start().await.unwrap();
    let thief = ca.device("thief");
    for victim in
        [ca.device("device"), ca.device_of_version_1("device"), Device::self_signed(leaf_params("x"))]
    {
        for version in [&TLS12, &TLS13] {
            let mut events = emulator.events();
            let honest = tls(&emulator, Some(&victim), version, "localhost").await;
            assert!(honest.is_ok(), "{honest:?}");
            event(&mut events, |event| matches!(event.what, What::TlsDone { .. }).then_some(())).await;

            // With TLS 1.3 the client is done before the server has looked.
            let stolen = tls(&emulator, Some(&thief.impersonate(&victim)), version, "localhost").await;
            let (_, reason) = tls_failure(&mut events).await;
            assert!(reason.contains("BadSignature"), "{reason}");
            drop(stolen);
        }
    }
}

#[tokio::test]
async fn a_client_that_does_not_speak_tls_is_told_apart() {
    let emulator = start(Config::new(scope())).await;
    let mut events = emulator.events();
    let mut tcp = TcpStream::connect(emulator.addr()).await.unwrap();
    tcp.write_all(b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3C\x00\x04dev1").await.unwrap();
    let (server_name, reason) = tls_failure(&mut events).await;
    assert_eq!(server_name, None);
    assert!(!reason.is_empty());
    timeout(PATIENCE, tcp.read_to_end(&mut Vec::new())).await.expect("not closed").unwrap_or_default();
}
