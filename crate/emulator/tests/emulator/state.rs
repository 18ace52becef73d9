//! What survives restarts and kills.

use std::{fs, path::Path};

use dps_x509_emulator::{
    CaCertificate, Config, Emulator, Running, StartError,
    control::{Client as Control, RegistrationEntry},
};
use tokio::time::timeout;

use crate::{
    client::{Client, PATIENCE, REGISTER, connect, scope},
    pki::Ca,
};

fn config(ca: &Ca) -> Config {
    let mut config = Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap();
    config.ca_certificates = vec![CaCertificate::from_pem("ca", ca.pem.as_bytes()).unwrap()];
    config
}

async fn start_in(folder: &Path, ca: &Ca) -> (Running, Control) {
    let emulator = Emulator::new(config(ca)).folder(folder).control("127.0.0.1:0".parse().unwrap());
    let emulator = emulator.start().await.unwrap();
    let control = crate::client::control(&emulator);
    (emulator, control)
}

/// The folder as a process leaves it that is killed now: what is on the disk, and nothing told to it.
fn as_after_a_kill(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["root.pem", "root-key.pem", "state.journal"] {
        fs::copy(folder.join(name), copy.path().join(name)).unwrap();
    }
    copy
}

async fn only(control: &Control) -> RegistrationEntry {
    let mut registrations = control.registrations().await.unwrap();
    assert_eq!(registrations.len(), 1, "{registrations:?}");
    registrations.remove(0)
}

#[tokio::test]
async fn a_kill_at_any_moment_loses_nothing_acknowledged() {
    let ca = Ca::root("root");
    let device = ca.device("device");
    let folder = tempfile::tempdir().unwrap();

    let (_first, control) = start_in(folder.path(), &ca).await;
    control.mark_verified("ca").await.unwrap();
    let folder = as_after_a_kill(folder.path());

    let (second, control) = start_in(folder.path(), &ca).await;
    assert!(control.ca_certificates().await.unwrap()[0].verified, "verified is kept");
    let mut client = Client::open(&second, Some(&device), "device").await;
    let (_, body) = client.ask(REGISTER, b"").await;
    assert_eq!(body["status"], "assigning");
    let operation_id = body["operationId"].as_str().unwrap().to_owned();
    let folder = as_after_a_kill(folder.path());

    let (third, control) = start_in(folder.path(), &ca).await;
    let mut client = Client::open(&third, Some(&device), "device").await;
    // How far an operation is, is not kept: it may begin to count anew.
    let mut answer = client.poll(&operation_id).await.1;
    if answer["status"] == "assigning" {
        answer = client.poll(&operation_id).await.1;
    }
    assert_eq!(answer["status"], "assigned", "{answer}");
    let kept = only(&control).await;
    let folder = as_after_a_kill(folder.path());

    let (fourth, control) = start_in(folder.path(), &ca).await;
    assert_eq!(only(&control).await, kept, "the registration is kept");
    let mut client = Client::open(&fourth, Some(&device), "device").await;
    assert_eq!(client.poll(&operation_id).await.1, answer, "the end of an operation is kept");
    let mut at_hub = Client::dial(&fourth, Some(&device)).await;
    at_hub.send(&connect("device", "localhost/device/?api-version=2021-04-12", 60)).await;
    assert_eq!(at_hub.packet().await, Some((0x20, vec![0, 0])), "the hub knows it");
    control.delete_registration("device").await.unwrap();
    let folder = as_after_a_kill(folder.path());

    let (_fifth, control) = start_in(folder.path(), &ca).await;
    assert!(control.registrations().await.unwrap().is_empty(), "deleted is kept");
}

#[tokio::test]
async fn a_folder_is_free_again_after_shutdown_and_not_before() {
    let ca = Ca::root("root");
    let folder = tempfile::tempdir().unwrap();
    let (first, _) = start_in(folder.path(), &ca).await;
    let second = Emulator::new(config(&ca)).folder(folder.path()).start().await;
    assert!(matches!(&second, Err(StartError::State(_))), "{second:?}");
    assert!(second.unwrap_err().to_string().contains("another emulator uses the folder"));
    timeout(PATIENCE, first.shutdown()).await.unwrap();
    start_in(folder.path(), &ca).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_in_the_place_of_the_lock_is_refused_and_its_target_stays_whole() {
    let ca = Ca::root("root");
    let folder = tempfile::tempdir().unwrap();
    let victim = folder.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    let state = folder.path().join("state");
    fs::create_dir(&state).unwrap();
    std::os::unix::fs::symlink(&victim, state.join("state.lock")).unwrap();
    let error = Emulator::new(config(&ca)).folder(&state).start().await.unwrap_err();
    assert!(error.to_string().contains("state.lock is no regular file"), "{error}");
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
}
