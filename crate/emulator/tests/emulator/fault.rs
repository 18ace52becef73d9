//! Faults by script, one of each kind.

use std::time::Duration;

use dps_x509_emulator::{
    Config, Running, What,
    fault::{Action, Alert, Fault, Stage, When},
};
use rustls::version::TLS12;
use serde_json::Value;
use tokio::time::Instant;

use crate::{
    client::{Client, FILTER, REGISTER, SCOPE, connect, event, scope, start, subscribe, tls, user_name},
    pki::{Ca, Device},
};

async fn with(faults: Vec<Fault>) -> (Running, Device) {
    let ca = Ca::root("root");
    let mut config = Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap();
    config.faults = faults;
    (start(config).await, ca.device("device"))
}

fn first(stage: Stage, action: Action) -> Fault {
    Fault::new(stage, action).at(When::From { first: 1, count: 1 })
}

/// The first answer to a register with a fault, and the second without.
async fn registers(action: Action) -> ((String, Value), (String, Value)) {
    let (emulator, device) = with(vec![first(Stage::Register, action)]).await;
    let mut client = Client::open(&emulator, Some(&device), "device").await;
    (client.ask(REGISTER, b"").await, client.ask(REGISTER, b"").await)
}

const RIGHT: &str = "$dps/registrations/res/202/?$rid=1&retry-after=3";

#[tokio::test]
async fn an_answer_can_be_damaged_in_every_way_once() {
    let retry_after = Duration::from_secs(5_000_000_000);
    for (action, topic, body) in [
        (Action::WrongRid, "$dps/registrations/res/202/?$rid=wrong&retry-after=3", "assigning"),
        (Action::ReorderedQuery, "$dps/registrations/res/202/?retry-after=3&$rid=1", "assigning"),
        (Action::NoRetryAfter, "$dps/registrations/res/202/?$rid=1", "assigning"),
        (
            Action::RetryAfter(retry_after),
            "$dps/registrations/res/202/?$rid=1&retry-after=5000000000",
            "assigning",
        ),
        (Action::UnknownStatus, RIGHT, "dreaming"),
        (
            Action::Throttled(Duration::from_secs(7)),
            "$dps/registrations/res/429/?$rid=1&retry-after=7",
            "429001",
        ),
        (Action::InternalError, "$dps/registrations/res/500/?$rid=1", "500000"),
        (Action::FailedOperation, "$dps/registrations/res/200/?$rid=1", "failed"),
    ] {
        let (faulty, right) = registers(action.clone()).await;
        assert_eq!(faulty.0, topic, "{action}");
        let said = faulty.1.get("status").or(faulty.1.get("errorCode")).unwrap();
        assert_eq!(said.to_string().trim_matches('"'), body, "{action}");
        assert_eq!((right.0.as_str(), &right.1["status"]), (RIGHT, &Value::from("assigning")), "{action}");
    }
}

#[tokio::test]
async fn a_failed_operation_has_the_code_of_a_refusal() {
    let (emulator, device) = with(vec![first(Stage::Poll, Action::FailedOperation)]).await;
    let mut client = Client::open(&emulator, Some(&device), "device").await;
    let (_, body) = client.ask(REGISTER, b"").await;
    let (_, body) = client.poll(body["operationId"].as_str().unwrap()).await;
    assert_eq!(
        (&body["status"], &body["registrationState"]["errorCode"]),
        (&"failed".into(), &401_002.into())
    );
}

#[tokio::test]
async fn broken_json_is_the_first_half_of_the_right_one() {
    let (emulator, device) = with(vec![first(Stage::Register, Action::MalformedJson)]).await;
    let mut client = Client::open(&emulator, Some(&device), "device").await;
    client.send(&crate::client::publish(REGISTER, 0, 0, b"")).await;
    let (_, body) = client.packet().await.unwrap();
    let text = String::from_utf8_lossy(&body);
    assert!(text.contains("{\"operationId\":\"4.") && !text.ends_with('}'), "{text}");
}

#[tokio::test]
async fn answers_are_dropped_and_doubled() {
    let (emulator, device) =
        with(vec![first(Stage::Register, Action::Drop), Fault::new(Stage::Poll, Action::Duplicate)]).await;
    let mut client = Client::open(&emulator, Some(&device), "device").await;
    client.send(&crate::client::publish(REGISTER, 1, 9, b"")).await;
    assert_eq!(client.packet().await, Some((0x40, vec![0, 9])), "PUBACK");
    let (topic, body) = client.ask(&REGISTER.replace("=1", "=second"), b"").await;
    assert!(topic.contains("$rid=second"), "the first answer is lost: {topic}");
    let answer = client.poll(body["operationId"].as_str().unwrap()).await;
    assert_eq!(answer.1["status"], "assigned");
    assert_eq!(client.response().await, answer);
}

#[tokio::test]
async fn an_answer_is_cut_off_replaced_by_garbage_or_by_the_end() {
    let connect = connect("device", &user_name(SCOPE, "device"), 60);
    for (action, expected) in [(Action::Half, &[0x20, 2][..]), (Action::Close, &[])] {
        let (emulator, device) = with(vec![first(Stage::Connect, action.clone())]).await;
        let mut events = emulator.events();
        let mut client = Client::dial(&emulator, Some(&device)).await;
        client.send(&connect).await;
        assert_eq!(client.rest().await, expected, "{action}");
        drop(client);
        let reason = crate::client::close_reason(&mut events).await;
        assert_eq!(reason, format!("fault by script: {action}"));
    }
    let (emulator, device) = with(vec![first(Stage::Subscribe, Action::Garbage)]).await;
    let mut events = emulator.events();
    let mut client = Client::dial(&emulator, Some(&device)).await;
    client.send(&connect).await;
    assert_eq!(client.packet().await, Some((0x20, vec![0, 0])));
    client.send(&subscribe(1, FILTER, 1)).await;
    client.send(&[0xE0, 0]).await;
    let garbage = client.rest().await;
    assert_eq!((garbage.len(), garbage[0]), (33, 0));
    let told = event(&mut events, |event| match event.what {
        What::Fault { happening } => Some(happening.to_string()),
        _ => None,
    });
    assert_eq!(told.await, "fault by script, subscribe #1 of device: garbage");
}

#[tokio::test]
async fn connect_can_be_refused_for_one_device_alone() {
    let (emulator, device) = with(vec![Fault::new(Stage::Connect, Action::Connack(5)).of("DEVICE")]).await;
    let mut client = Client::dial(&emulator, Some(&device)).await;
    client.send(&connect("device", &user_name(SCOPE, "device"), 60)).await;
    assert_eq!(client.packet().await, Some((0x20, vec![0, 5])));
    client.end().await.unwrap();
    Client::open(&emulator, None, "other").await;
}

#[tokio::test]
async fn an_answer_can_be_late() {
    let delay = Duration::from_millis(300);
    let (emulator, device) = with(vec![first(Stage::Register, Action::Delay(delay))]).await;
    let mut client = Client::open(&emulator, Some(&device), "device").await;
    let asked = Instant::now();
    assert_eq!(client.ask(REGISTER, b"").await.0, RIGHT);
    assert!(asked.elapsed() >= delay);
}

#[tokio::test]
async fn who_waits_for_a_late_answer_can_still_be_taken_over() {
    let hour = Duration::from_secs(3600);
    let (emulator, device) = with(vec![first(Stage::Register, Action::Delay(hour))]).await;
    let mut client = Client::open(&emulator, Some(&device), "device").await;
    client.send(&crate::client::publish(REGISTER, 0, 0, b"")).await;
    Client::open(&emulator, Some(&device), "device").await;
    assert_eq!(client.packet().await, None);
}

#[tokio::test]
async fn tls_fails_as_the_script_says_and_then_works() {
    for (action, expected) in [
        (Action::ExpiredCertificate, "Expired"),
        (Action::WrongHost, "NotValidForName"),
        (Action::TlsAlert(Alert::HandshakeFailure), "HandshakeFailure"),
        (Action::TlsAlert(Alert::UnknownCa), "UnknownCA"),
        (Action::TlsAlert(Alert::CertificateExpired), "CertificateExpired"),
        (Action::TlsAlert(Alert::CertificateRevoked), "CertificateRevoked"),
        (Action::TlsAlert(Alert::AccessDenied), "AccessDenied"),
        (Action::Close, "UnexpectedEof"),
    ] {
        let (emulator, device) = with(vec![first(Stage::Tls, action.clone())]).await;
        let error = tls(&emulator, Some(&device), &TLS12, "localhost").await.unwrap_err();
        assert!(format!("{error:?}").contains(expected), "{action}: {error:?}");
        assert!(tls(&emulator, Some(&device), &TLS12, "localhost").await.is_ok(), "{action}");
    }
}
