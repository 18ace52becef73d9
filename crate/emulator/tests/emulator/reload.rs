//! A new configuration file while it runs.

use std::fs;

use dps_x509_emulator::{Config, Emulator, Event, Events, What};
use tokio::time::timeout;

use crate::client::{PATIENCE, at_once, event, register, scope, start};
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

#[tokio::test]
async fn a_file_is_followed_and_so_are_the_certificates_that_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (Ca::root("first"), Ca::root("second"));
    let file = folder.path().join("dps.toml");
    let certificate = folder.path().join("ca.pem");
    let text = "id-scope = \"0ne00000000\"\nassigning-polls = 0\n[[group]]\nname = \"g\"\ncertificate = \"ca.pem\"\n";
    fs::write(&certificate, &first.pem).unwrap();
    fs::write(&file, text).unwrap();
    let emulator = Emulator::from_file(&file).unwrap().start().await.unwrap();
    let mut events = emulator.events();
    let (of_first, of_second) = (first.device("device"), second.device("device"));
    let status = async |device| register(&emulator, Some(device), "device").await.0;
    assert_eq!((status(&of_first).await.as_str(), status(&of_second).await.as_str()), ("200", "401"));

    fs::write(&certificate, &second.pem).unwrap();
    configured(&mut events).await;
    assert_eq!((status(&of_first).await.as_str(), status(&of_second).await.as_str()), ("401", "200"));

    fs::write(&file, format!("{text}enabled = maybe\n")).unwrap();
    assert!(refused(&mut events).await.contains("dps.toml, line 6"));
    assert_eq!(status(&of_second).await, "200", "the old ones are in force");
    fs::remove_file(&file).unwrap();
    assert!(refused(&mut events).await.contains("cannot be read"));

    // As an editor does it that writes beside the file.
    fs::write(folder.path().join("new.toml"), format!("{text}enabled = false\n")).unwrap();
    fs::rename(folder.path().join("new.toml"), &file).unwrap();
    configured(&mut events).await;
    let (_, body) = register(&emulator, Some(&of_second), "device").await;
    assert_eq!(body["status"], "disabled");
    timeout(PATIENCE, emulator.shutdown()).await.expect("shutdown hangs");
}

#[tokio::test]
async fn what_its_owner_has_read_is_not_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dps.toml");
    fs::write(&file, "id-scope = \"0ne00000000\"\n").unwrap();
    let emulator = Emulator::from_file(&file).unwrap().start().await.unwrap();
    let mut events = emulator.events();
    for scope in ["0ne00000001", "0ne00000002"] {
        fs::write(&file, format!("id-scope = \"{scope}\"\n")).unwrap();
        emulator.reload(&file).unwrap();
    }
    fs::write(&file, "nonsense").unwrap();
    let mut configured = 0;
    let told = |event: Event| match event.what {
        What::Configured { .. } => Some(true),
        What::ConfigurationRefused { .. } => Some(false),
        _ => None,
    };
    while event(&mut events, told).await {
        configured += 1;
    }
    assert_eq!(configured, 2);
}

async fn configured(events: &mut Events) {
    event(events, |event| matches!(event.what, What::Configured { .. }).then_some(())).await;
}

async fn refused(events: &mut Events) -> String {
    event(events, |event| match event.what {
        What::ConfigurationRefused { reason } => Some(reason),
        _ => None,
    })
    .await
}
