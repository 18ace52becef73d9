//! Primary and secondary certificates, CA certificates verified or not, and the ways of refusing.

use dps_x509_emulator::{CaCertificate, Config, Group, Individual, Refusals, RegistrationId};
use serde_json::Value;

use crate::{
    client::{Client, SCOPE, at_once, connect, register, scope, start, user_name},
    pki::{Ca, Device, leaf_params},
};

fn ca(name: &str, ca: &Ca, verified: bool) -> CaCertificate {
    CaCertificate::from_pem(name, ca.pem.as_bytes()).unwrap().verified(verified)
}

#[tokio::test]
async fn the_secondary_certificate_counts_as_the_primary_one() {
    let (old, new) = (Ca::root("old"), Ca::root("new"));
    let [first, second, third] = ["alone"; 3].map(|cn| Device::self_signed(leaf_params(cn)));
    let mut config = at_once(Config::new(scope()));
    let group = Group::from_pem("factory", old.pem.as_bytes()).unwrap();
    config.enrollments.add_group(group.secondary(new.pem.as_bytes()).unwrap()).unwrap();
    let id = RegistrationId::new("alone").unwrap();
    let individual = Individual::from_pem(id, first.pem().as_bytes()).unwrap();
    config.enrollments.add_individual(individual.secondary(second.pem().as_bytes()).unwrap()).unwrap();
    let emulator = start(config).await;
    for (device, id) in [
        (old.device("device"), "device"),
        (new.device("device"), "device"),
        (first, "alone"),
        (second, "alone"),
    ] {
        let (_, body) = register(&emulator, Some(&device), id).await;
        assert_eq!(body["status"], "assigned", "{body}");
    }
    let (_, body) = register(&emulator, Some(&third), "alone").await;
    assert_eq!(body["errorCode"], 401_002);
}

#[tokio::test]
async fn a_groups_ca_is_verified_or_rolls_up_to_a_verified_one() {
    let root = Ca::root("root");
    let upper = root.intermediate("upper");
    let lower = upper.intermediate("lower");
    let stranger = Ca::root("stranger");
    let assigned = Some("assigned");
    for (uploaded, expected) in [
        (vec![], assigned),
        (vec![ca("lower", &lower, true)], assigned),
        (vec![ca("root", &root, true)], assigned),
        (vec![ca("upper", &upper, true), ca("root", &root, false)], assigned),
        (vec![ca("lower", &lower, false)], None),
        (vec![ca("lower", &lower, false), ca("root", &root, false)], None),
        (vec![ca("lower", &lower, false), ca("root", &root, true)], assigned),
        (vec![ca("stranger", &stranger, true)], None),
    ] {
        let names: Vec<String> = uploaded.iter().map(|ca| ca.name().to_owned()).collect();
        let mut config = at_once(Config::with_group(scope(), "factory", lower.pem.as_bytes()).unwrap());
        config.ca_certificates = uploaded;
        let emulator = start(config).await;
        let (_, body) = register(&emulator, Some(&lower.device("device")), "device").await;
        assert_eq!(body["status"].as_str(), expected, "{names:?}: {body}");
        if expected.is_none() {
            assert_eq!(
                (&body["errorCode"], &body["message"]),
                (&401_002.into(), &"Invalid certificate.".into())
            );
            assert_eq!(body.get("info"), None);
        }
    }
}

#[tokio::test]
async fn a_link_that_the_device_does_not_send_may_be_uploaded() {
    let root = Ca::root("root");
    let upper = root.intermediate("upper");
    let lower = upper.intermediate("lower");
    let mut config = at_once(Config::new(scope()));
    config.ca_certificates = vec![ca("root", &root, true)];
    config.enrollments.add_group(Group::from_pem("factory", lower.pem.as_bytes()).unwrap()).unwrap();
    let emulator = start(config.clone()).await;
    let alone = lower.device("device").without_intermediates();
    let (_, body) = register(&emulator, Some(&alone), "device").await;
    assert_eq!(body["errorCode"], 401_002, "{body}");
    config.ca_certificates.push(ca("upper", &upper, false));
    emulator.configure(config);
    let (_, body) = register(&emulator, Some(&alone), "device").await;
    assert_eq!(body["status"], "assigned", "{body}");
}

async fn with(refusals: Refusals) -> dps_x509_emulator::Running {
    let mut config = Config::with_group(scope(), "factory", Ca::root("root").pem.as_bytes()).unwrap();
    config.refusals = refusals;
    start(config).await
}

#[tokio::test]
async fn a_401_comes_as_a_failed_operation_where_that_is_asked_for() {
    let emulator = with(Refusals::Operation).await;
    let device = Ca::root("stranger").device("device");
    let mut client = Client::open(&emulator, Some(&device), "device").await;
    let (topic, body) = client.ask(crate::client::REGISTER, b"").await;
    assert!(topic.starts_with("$dps/registrations/res/202/"), "{topic}");
    let (topic, body) = client.poll(body["operationId"].as_str().unwrap()).await;
    assert!(topic.starts_with("$dps/registrations/res/200/"), "{topic}");
    let state = &body["registrationState"];
    assert_eq!((&body["status"], &state["errorCode"]), (&Value::from("failed"), &Value::from(401_002)));
    assert_eq!(state["errorMessage"], "CA certificate not found.");
}

#[tokio::test]
async fn a_401_comes_with_connack_where_that_is_asked_for() {
    let emulator = with(Refusals::Connack).await;
    let device = Ca::root("stranger").device("device");
    let mut client = Client::dial(&emulator, Some(&device)).await;
    client.send(&connect("device", &user_name(SCOPE, "device"), 60)).await;
    assert_eq!(client.packet().await, Some((0x20, vec![0, 5])));
    client.end().await.unwrap();
    // Whatever is not a 401 is still told after register.
    let (status, _) = register(&emulator, Some(&Device::self_signed(leaf_params("device"))), "device").await;
    assert_eq!(status, "404");
}
