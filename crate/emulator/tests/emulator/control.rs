//! The control interface and its client.

use dps_x509_emulator::{
    CaCertificate, Config, Emulator, Running, StartError, What,
    control::{Client as Control, ControlError},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{
    client::{PATIENCE, at_once, event, register, scope},
    pki::{Ca, Device, leaf_params},
};

fn config(ca: &Ca) -> Config {
    let mut config = at_once(Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap());
    config.ca_certificates = vec![CaCertificate::from_pem("my ca/1", ca.pem.as_bytes()).unwrap()];
    config
}

async fn stand(ca: &Ca) -> (Running, Control) {
    let emulator = Emulator::new(config(ca)).control("127.0.0.1:0".parse().unwrap()).start().await.unwrap();
    let control = crate::client::control(&emulator);
    (emulator, control)
}

fn refused(result: Result<(), ControlError>) -> (u16, String) {
    match result {
        Err(ControlError::Refused { status, reason }) => (status, reason),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn who_has_the_cas_key_verifies_it() {
    let ca = Ca::root("root");
    let (emulator, control) = stand(&ca).await;
    let mut events = emulator.events();
    let device = ca.device("device");
    let name = "my ca/1";
    assert_eq!(register(&emulator, Some(&device), "device").await.1["errorCode"], 401_002);
    assert!(!control.ca_certificates().await.unwrap()[0].verified);

    let proof = |cn: &str, ca: &Ca| ca.device(cn).pem();
    let early = control.verify(name, proof("x", &ca).as_bytes()).await;
    assert_eq!(refused(early), (400, "there is no verification code; ask for one first".to_owned()));
    let old = control.new_verification_code(name).await.unwrap();
    let code = control.new_verification_code(name).await.unwrap();
    assert_eq!((code.len(), old == code), (48, false));
    for (pem, expected) in [
        (proof(&old, &ca), "not the code"),
        (proof(&code, &Ca::root("root")), "was not signed by the key"),
        (Device::self_signed(leaf_params(&code)).pem(), "was not signed by the key"),
        ("nonsense".to_owned(), "there is no \"-----BEGIN CERTIFICATE-----\" block"),
    ] {
        let (status, reason) = refused(control.verify(name, pem.as_bytes()).await);
        assert!(status == 400 && reason.contains(expected), "{reason}");
    }
    control.verify(name, proof(&code, &ca).as_bytes()).await.unwrap();
    event(&mut events, |event| matches!(event.what, What::CaVerified { proven: true, .. }).then_some(()))
        .await;
    assert!(control.ca_certificates().await.unwrap()[0].verified);
    assert_eq!(register(&emulator, Some(&device), "device").await.1["status"], "assigned");
    let again = control.verify(name, proof(&code, &ca).as_bytes()).await;
    assert_eq!(refused(again).1, "there is no verification code; ask for one first");

    emulator.configure(config(&ca));
    assert!(control.ca_certificates().await.unwrap()[0].verified, "a new configuration does not forget it");
}

#[tokio::test]
async fn an_uploaded_ca_certificate_is_deleted_with_its_proof() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, mine) = (Ca::root("root"), Ca::root("mine"));
    let start = async || {
        let emulator = Emulator::new(config(&ca)).folder(folder.path());
        emulator.control("127.0.0.1:0".parse().unwrap()).start().await.unwrap()
    };
    let emulator = start().await;
    let control = crate::client::control(&emulator);
    let mut events = emulator.events();
    control.upload_ca("mine", mine.pem.as_bytes()).await.unwrap();
    control.mark_verified("mine").await.unwrap();
    control.delete_ca("mine").await.unwrap();
    event(&mut events, |event| matches!(event.what, What::CaDeleted { .. }).then_some(())).await;
    let (status, reason) = refused(control.delete_ca("mine").await);
    assert_eq!((status, reason.as_str()), (404, "there is no CA certificate with the name mine"));
    let (status, reason) = refused(control.delete_ca("my ca/1").await);
    assert!(status == 409 && reason.contains("delete it in the file"), "{reason}");
    emulator.configure(config(&ca));
    assert_eq!(
        control.ca_certificates().await.unwrap().len(),
        1,
        "a new configuration does not bring it back"
    );
    emulator.shutdown().await;

    let emulator = start().await;
    let control = crate::client::control(&emulator);
    assert_eq!(control.ca_certificates().await.unwrap().len(), 1, "nor does a restart");
    control.upload_ca("mine", mine.pem.as_bytes()).await.unwrap();
    let all = control.ca_certificates().await.unwrap();
    assert_eq!((all[1].name.as_str(), all[1].verified), ("mine", false), "the proof is gone with it");
}

#[tokio::test]
async fn marking_is_enough() {
    let ca = Ca::root("root");
    let (_emulator, control) = stand(&ca).await;
    control.mark_verified("my ca/1").await.unwrap();
    assert!(control.ca_certificates().await.unwrap()[0].verified);
    let (status, reason) = refused(control.mark_verified("other").await);
    assert_eq!((status, reason.as_str()), (404, "there is no CA certificate with the name other"));
}

#[tokio::test]
async fn a_ca_certificate_is_uploaded_and_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, other) = (Ca::root("root"), Ca::root("other"));
    let config = || at_once(Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap());
    let start = async || {
        let emulator = Emulator::new(config()).folder(folder.path());
        emulator.control("127.0.0.1:0".parse().unwrap()).start().await.unwrap()
    };
    let device = ca.device("device");
    let emulator = start().await;
    let control = crate::client::control(&emulator);
    assert_eq!(register(&emulator, Some(&device), "device").await.1["status"], "assigned");
    let (status, reason) = refused(control.upload_ca("mine", b"nonsense").await);
    assert!(status == 400 && reason.contains("CERTIFICATE"), "{reason}");
    let with_more = format!("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n{}", ca.pem);
    control.upload_ca("mine", with_more.as_bytes()).await.unwrap();
    let journal = std::fs::read_to_string(folder.path().join("state.journal")).unwrap();
    assert!(journal.contains("BEGIN CERTIFICATE") && !journal.contains("c2VjcmV0"), "a key is on the disk");
    let (status, reason) = refused(control.upload_ca("mine", other.pem.as_bytes()).await);
    assert_eq!((status, reason.as_str()), (409, "there is a CA certificate with the name mine already"));
    // From the first upload on a group's CA has to be verified.
    assert_eq!(register(&emulator, Some(&device), "device").await.1["errorCode"], 401_002);
    let code = control.new_verification_code("mine").await.unwrap();
    control.verify("mine", ca.device(&code).pem().as_bytes()).await.unwrap();
    emulator.configure(config());
    assert_eq!(register(&emulator, Some(&device), "device").await.1["status"], "assigned");
    emulator.shutdown().await;

    let emulator = start().await;
    let control = crate::client::control(&emulator);
    let all = control.ca_certificates().await.unwrap();
    assert_eq!((all.len(), all[0].name.as_str(), all[0].verified), (1, "mine", true));
}

#[tokio::test]
async fn faults_are_scripted_while_it_runs() {
    let ca = Ca::root("root");
    let (emulator, control) = stand(&ca).await;
    control.mark_verified("my ca/1").await.unwrap();
    let device = ca.device("device");
    control.script_faults("seed = 7\nscenarios = [\"unavailable\"]\n").await.unwrap();
    let faults = control.faults().await.unwrap();
    assert_eq!((faults.seed, faults.faults.len()), (7, control.status().await.unwrap().totals.faults));
    assert_eq!(faults.faults[0].device, None);
    assert_eq!(register(&emulator, Some(&device), "device").await.0, "500");
    for (text, words) in [
        ("scenarios = [\"quick\"]", "\"quick\" is none of slow"),
        ("nonsense = 1", "nonsense"),
        ("[[fault]]\nstage = \"poll\"\nkind = \"connack\"", "fault 1: connack cannot happen"),
    ] {
        let (status, reason) = refused(control.script_faults(text).await);
        assert!(status == 400 && reason.contains(words), "{reason}");
    }
    assert_eq!(control.faults().await.unwrap(), faults, "what cannot be used changes nothing");
    control.script_faults("").await.unwrap();
    assert_eq!(register(&emulator, Some(&device), "device").await.1["status"], "assigned");
}

#[tokio::test]
async fn status_reload_and_stop() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dps.toml");
    std::fs::write(&file, "id-scope = \"0ne00000001\"\n").unwrap();
    let emulator = Emulator::from_file(&file).unwrap().control("127.0.0.1:0".parse().unwrap());
    let emulator = emulator.start().await.unwrap();
    let control = crate::client::control(&emulator);
    let status = control.status().await.unwrap();
    assert_eq!(status.endpoints, [emulator.addr().to_string()]);
    assert_eq!(status.configuration.as_deref(), file.to_str());
    std::fs::write(&file, "id-scope = \"0ne00000002\"\n").unwrap();
    control.reload().await.unwrap();
    assert_eq!(control.status().await.unwrap().totals.id_scope, "0ne00000002");
    std::fs::write(&file, "id-scope = 2\n").unwrap();
    let (status, reason) = refused(control.reload().await);
    assert!(status == 400 && reason.contains("dps.toml, line 1"), "{reason}");
    control.stop().await.unwrap();
    timeout(PATIENCE, emulator.stopping()).await.expect("nobody is told");
    timeout(PATIENCE, emulator.shutdown()).await.expect("shutdown hangs");

    let (_emulator, control) = stand(&Ca::root("root")).await;
    assert_eq!(refused(control.reload().await).0, 404);
}

#[tokio::test]
async fn dropping_the_emulator_ends_it_too() {
    let (emulator, control) = stand(&Ca::root("root")).await;
    let mut events = emulator.events();
    drop(emulator);
    while timeout(PATIENCE, events.next()).await.expect("it goes on").is_some() {}
    assert!(matches!(control.status().await, Err(ControlError::Unreachable { .. })));
}

#[tokio::test]
async fn enrollments_and_registrations_are_listed_and_deleted() {
    let ca = Ca::root("root");
    let (emulator, control) = stand(&ca).await;
    control.mark_verified("my ca/1").await.unwrap();
    let enrollments = control.enrollments().await.unwrap();
    assert_eq!(enrollments.len(), 1);
    assert_eq!((enrollments[0].kind.as_str(), enrollments[0].name.as_str()), ("group", "factory"));
    assert!(control.registrations().await.unwrap().is_empty());

    for _ in 0..2 {
        register(&emulator, Some(&ca.device("device-1")), "device-1").await;
    }
    let registrations = control.registrations().await.unwrap();
    let [one] = &registrations[..] else { panic!("{registrations:?}") };
    assert_eq!((one.registration_id.as_str(), one.assigned_hub.as_str()), ("device-1", "localhost"));
    assert_eq!((one.enrollment.as_deref(), one.count), (Some("group factory"), 2));

    control.delete_registration("DEVICE-1").await.unwrap();
    assert!(control.registrations().await.unwrap().is_empty());
    assert_eq!(refused(control.delete_registration("device-1").await).0, 404);
}

/// The status of the answer.
async fn get(address: std::net::SocketAddr, target: &str, head: &str) -> String {
    let mut tcp = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {target} HTTP/1.1\r\n{head}\r\nConnection: close\r\n\r\n");
    tcp.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, tcp.read_to_string(&mut answer)).await.unwrap().unwrap();
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn web_pages_other_machines_and_other_users_are_kept_out() {
    let ca = Ca::root("root");
    let (emulator, _) = stand(&ca).await;
    let address = emulator.control_addr().unwrap();
    let token = format!("\r\nAuthorization: Bearer {}", emulator.control_token().unwrap().as_str());
    for (head, status) in [
        (format!("Host: localhost{token}"), "200"),
        (format!("Host: {address}{token}"), "200"),
        (format!("Host: localhost\r\nOrigin: https://example.org{token}"), "403"),
        (format!("Host: rebound.example{token}"), "403"),
        (format!("Host: 192.0.2.1:80{token}"), "403"),
        (format!("Host: localhost:80@rebound.example{token}"), "403"),
        (format!("Host: localhost\r\nHost: rebound.example{token}"), "403"),
        ("Host: localhost".to_owned(), "401"),
        ("Host: localhost\r\nAuthorization: Bearer guessed".to_owned(), "401"),
        (format!("Host: localhost{}", token.replace("Bearer", "Basic")), "401"),
    ] {
        assert_eq!(get(address, "/enrollments", &head).await, status, "{head}");
    }
    for (asked_for, status) in [("localhost", "200"), ("rebound.example", "403")] {
        let target = format!("http://{asked_for}/enrollments");
        assert_eq!(get(address, &target, &format!("Host: localhost{token}")).await, status, "{target}");
    }
    for call in
        [Control::new(address, None).mark_verified("my ca/1").await, Control::new(address, None).stop().await]
    {
        assert_eq!(refused(call).0, 401);
    }
    let exposed = Emulator::new(config(&ca)).control("0.0.0.0:0".parse().unwrap()).start().await;
    assert!(matches!(exposed, Err(StartError::ControlExposed(_))));
}

#[tokio::test]
async fn shutting_down_ends_it_and_a_client_without_an_emulator_says_so() {
    let (emulator, control) = stand(&Ca::root("root")).await;
    timeout(PATIENCE, emulator.shutdown()).await.expect("shutdown hangs");
    assert!(matches!(control.enrollments().await, Err(ControlError::Unreachable { .. })));
}

#[tokio::test]
async fn idle_connections_do_not_keep_the_owner_out() {
    let (emulator, control) = stand(&Ca::root("root")).await;
    let mut idle = Vec::new();
    for _ in 0..200 {
        let mut tcp = TcpStream::connect(emulator.control_addr().unwrap()).await.unwrap();
        tcp.write_all(b"GET /status HTTP/1.1\r\n").await.unwrap();
        idle.push(tcp);
    }
    control.status().await.unwrap();
}
