//! Polling, and the bodies of operations.

use std::time::Duration;

use dps_x509_emulator::Config;
use serde_json::Value;

use crate::{
    client::{Client, REGISTER, scope, start},
    pki::{Ca, Device},
};

fn config(ca: &Ca, polls: u32) -> Config {
    let mut config = Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap();
    config.pace.assigning_polls = polls;
    config.pace.retry_after = Duration::from_secs(7);
    config
}

fn members(body: &Value) -> Vec<&str> {
    let mut members: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    members
}

#[tokio::test]
async fn as_many_answers_say_assigning_as_configured() {
    let ca = Ca::root("root");
    for polls in [0, 1, 3] {
        let emulator = start(config(&ca, polls)).await;
        let mut client = Client::open(&emulator, Some(&ca.device("device")), "device").await;
        let mut answer = client.ask(REGISTER, b"").await;
        let mut operation_id = None;
        for poll in 0..polls {
            let (topic, body) = answer;
            let rid = if poll == 0 { 1 } else { 2 };
            assert_eq!(topic, format!("$dps/registrations/res/202/?$rid={rid}&retry-after=7"));
            assert_eq!(members(&body), ["operationId", "status"]);
            assert_eq!(body["status"], "assigning");
            let id = body["operationId"].as_str().unwrap().to_owned();
            answer = client.poll(&id).await;
            assert!(operation_id.is_none_or(|known| known == id), "one operation keeps its ID");
            operation_id = Some(id);
        }
        let (topic, body) = answer;
        let rid = if polls == 0 { 1 } else { 2 };
        assert_eq!(topic, format!("$dps/registrations/res/200/?$rid={rid}"));
        assert_eq!(members(&body), ["operationId", "registrationState", "status"]);
        let state = &body["registrationState"];
        assert_eq!(
            members(state),
            [
                "assignedHub",
                "createdDateTimeUtc",
                "deviceId",
                "etag",
                "lastUpdatedDateTimeUtc",
                "registrationId",
                "status",
                "substatus",
                "x509"
            ]
        );
        assert_eq!(state["x509"], serde_json::json!({}));
        assert_eq!(state["substatus"], "initialAssignment");
        assert!(state["etag"].as_str().unwrap().starts_with('"'));
    }
}

#[tokio::test]
async fn unknown_and_foreign_operations_are_not_found() {
    let ca = Ca::root("root");
    let emulator = start(config(&ca, 1)).await;
    let device = ca.device("device");
    let mut client = Client::open(&emulator, Some(&device), "device").await;
    let (_, body) = client.ask(REGISTER, b"").await;
    let id = body["operationId"].as_str().unwrap();

    let mut other = Client::open(&emulator, Some(&ca.device("other")), "other").await;
    let answers = [client.poll("4.0.0").await, other.poll(id).await];
    let mut alias = Client::open(&emulator, Some(&device), "alias").await;
    let mut namesake = Client::open(&emulator, None, "device").await;
    for answer in answers.into_iter().chain([alias.poll(id).await, namesake.poll(id).await]) {
        assert_eq!(answer.0, "$dps/registrations/res/404/?$rid=2");
        assert_eq!(answer.1["errorCode"], 404_203);
        assert_eq!(answer.1["message"], "Operation not found.");
    }
}

#[tokio::test]
async fn operation_ids_may_come_percent_encoded_and_keys_in_any_order() {
    let ca = Ca::root("root");
    let emulator = start(config(&ca, 1)).await;
    let mut client = Client::open(&emulator, Some(&ca.device("device")), "device").await;
    let (_, body) = client.ask(REGISTER, b"").await;
    let encoded = body["operationId"].as_str().unwrap().replace('.', "%2E").replace('-', "%2d");
    let topic =
        format!("$dps/registrations/GET/iotdps-get-operationstatus/?operationId={encoded}&$rid=a%2Fb");
    let (topic, body) = client.ask(&topic, b" ").await;
    assert_eq!(topic, "$dps/registrations/res/200/?$rid=a%2Fb", "the $rid comes back as it was sent");
    assert_eq!(body["status"], "assigned");
}

#[tokio::test]
async fn who_asks_too_often_is_throttled() {
    let ca = Ca::root("root");
    let mut config = config(&ca, 100);
    config.throttling.registrations_per_minute = Some(2);
    let emulator = start(config).await;
    let mut client = Client::open(&emulator, Some(&ca.device("device")), "device").await;
    let (_, body) = client.ask(REGISTER, b"").await;
    let id = body["operationId"].as_str().unwrap().to_owned();
    for _ in 0..5 {
        assert_eq!(client.poll(&id).await.1["status"], "assigning");
    }
    let (topic, body) = client.poll(&id).await;
    let retry_after = topic.strip_prefix("$dps/registrations/res/429/?$rid=2&retry-after=").unwrap();
    assert!((1..=10).contains(&retry_after.parse::<u32>().unwrap()), "{topic}");
    assert_eq!(body["errorCode"], 429_001);
    assert_eq!(body["message"], "Operations are being throttled for this tenant.");
    assert_eq!(body.get("info"), None);

    assert_eq!(client.ask(REGISTER, b"").await.1["status"], "assigning");
    let mut other = Client::open(&emulator, Some(&ca.device("other")), "other").await;
    let (topic, body) = other.ask(REGISTER, b"").await;
    assert!(topic.starts_with("$dps/registrations/res/429/?$rid=1&retry-after="), "{topic}");
    assert_eq!(body["errorCode"], 429_001);
}

#[tokio::test]
async fn without_a_hub_the_operation_fails() {
    let ca = Ca::root("root");
    let mut config = config(&ca, 0);
    config.hubs.clear();
    let emulator = start(config).await;
    let mut client = Client::open(&emulator, Some(&ca.device("device")), "device").await;
    let (topic, body) = client.ask(REGISTER, b"").await;
    assert_eq!(topic, "$dps/registrations/res/200/?$rid=1");
    assert_eq!(body["status"], "failed");
    assert_eq!(body["registrationState"]["errorCode"], 400_208);
    assert_eq!(body["registrationState"].get("assignedHub"), None);
}

#[tokio::test]
async fn hubs_share_the_devices_and_keep_them() {
    let ca = Ca::root("root");
    let mut config = config(&ca, 0);
    config.hubs = vec!["one.example".to_owned(), "two.example".to_owned()];
    let emulator = start(config).await;
    let mut hubs = Vec::new();
    for number in 0..16 {
        let id = format!("device-{number}");
        let device: Device = ca.device(&id);
        let mut client = Client::open(&emulator, Some(&device), &id).await;
        let (_, first) = client.ask(REGISTER, b"").await;
        let (_, second) = client.ask(REGISTER, b"").await;
        assert_eq!(first["registrationState"]["assignedHub"], second["registrationState"]["assignedHub"]);
        hubs.push(first["registrationState"]["assignedHub"].as_str().unwrap().to_owned());
    }
    assert!(hubs.iter().any(|hub| hub == "one.example") && hubs.iter().any(|hub| hub == "two.example"));
}
