//! A new configuration file while it runs.

use std::fs;

use dps_x509_emulator::{Config, What};

use crate::client::{at_once, event, register, scope, start};
use crate::pki::Ca;

#[tokio::test]
async fn a_good_file_replaces_the_old_one_and_a_bad_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (Ca::root("first"), Ca::root("second"));
    fs::write(folder.path().join("second.pem"), &second.pem).unwrap();
    let path = folder.path().join("dps.toml");
    let emulator = start(at_once(Config::with_group(scope(), "g", first.pem.as_bytes()).unwrap())).await;
    let mut events = emulator.events();

    fs::write(&path, "id-scope = ").unwrap();
    emulator.reload(&path).unwrap_err();
    let reason = event(&mut events, |event| match event.what {
        What::ConfigurationRefused { reason } => Some(reason),
        _ => None,
    });
    assert!(reason.await.contains("dps.toml, line 1"));
    let device = first.device("device");
    assert_eq!(register(&emulator, Some(&device), "device").await.0, "200");

    let text = "id-scope = \"0ne00000000\"\nassigning-polls = 0\n[[group]]\nname = \"g\"\ncertificate = \"second.pem\"";
    fs::write(&path, text).unwrap();
    emulator.reload(&path).unwrap();
    event(&mut events, |event| {
        matches!(event.what, What::Configured { individuals: 0, groups: 1, ca_certificates: 0 }).then_some(())
    })
    .await;
    assert_eq!(register(&emulator, Some(&device), "device").await.0, "401");
    assert_eq!(register(&emulator, Some(&second.device("device")), "device").await.0, "200");
}
