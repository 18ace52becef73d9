//! Every outcome of a register.

use dps_x509_emulator::{Config, Group, Individual, RegistrationId, Thumbprint, What, behaviour::Standing};
use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose, IsCa, date_time_ymd};
use serde_json::Value;

use crate::{
    client::{Client, REGISTER, at_once, event, register, scope, start},
    pki::{Ca, Device, leaf_params},
};

fn individual(id: &str, device: &Device) -> Individual {
    Individual::from_pem(RegistrationId::new(id).unwrap(), device.pem().as_bytes()).unwrap()
}

fn group(ca: &Ca) -> Config {
    at_once(Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap())
}

fn with_individual(individual: Individual) -> Config {
    let mut config = at_once(Config::new(scope()));
    config.enrollments.add_individual(individual).unwrap();
    config
}

fn assert_assigned((status, body): (String, Value), device_id: &str) {
    assert_eq!((status.as_str(), &body["status"]), ("200", &Value::from("assigned")), "{body}");
    assert_eq!(body["registrationState"]["deviceId"], device_id);
    assert_eq!(body["registrationState"]["assignedHub"], "localhost");
}

/// Whether the answer says itself that it is assumed is part of what is expected.
fn assert_refused((status, body): (String, Value), code: u32, message: &str, standing: Standing) {
    assert_eq!(status, (code / 1000).to_string(), "{body}");
    assert_eq!((&body["errorCode"], &body["message"]), (&Value::from(code), &Value::from(message)), "{body}");
    assert_eq!(body["trackingId"].as_str().map(str::len), Some(36));
    assert!(body["timestampUtc"].as_str().unwrap().ends_with('Z'));
    assert_eq!(body.get("operationId"), None);
    let info = body.get("info").map(|info| info["emulator"].as_str().unwrap().starts_with("assumed: "));
    assert_eq!(info, (standing == Standing::Assumed).then_some(true), "{body}");
}

#[tokio::test]
async fn a_group_by_intermediate_takes_a_leaf_with_and_without_it() {
    let ca = Ca::root("root").intermediate("intermediate");
    let emulator = start(group(&ca)).await;
    assert_assigned(register(&emulator, Some(&ca.device("device-1")), "device-1").await, "device-1");
    let alone = ca.device("device-2").without_intermediates();
    assert_assigned(register(&emulator, Some(&alone), "device-2").await, "device-2");
}

#[tokio::test]
async fn a_group_by_root_takes_a_whole_chain_in_any_order() {
    let root = Ca::root("root");
    let ca = root.intermediate("upper").intermediate("lower");
    let emulator = start(group(&root)).await;
    let mut device = ca.device("device");
    assert_eq!(device.chain.len(), 3);
    assert_assigned(register(&emulator, Some(&device), "device").await, "device");
    device.chain.swap(1, 2);
    assert_assigned(register(&emulator, Some(&device), "device").await, "device");
}

#[tokio::test]
async fn an_individual_is_matched_by_its_leaf_alone() {
    let device = Device::self_signed(leaf_params("device"));
    let enrolled = individual("device", &device).device_id("other-name");
    let emulator = start(with_individual(enrolled)).await;
    assert_assigned(register(&emulator, Some(&device), "device").await, "other-name");
    assert_assigned(register(&emulator, Some(&device), "DEVICE").await, "other-name");
}

#[tokio::test]
async fn an_individual_with_an_expired_leaf_is_assigned() {
    let mut params = leaf_params("device");
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2020, 2, 1));
    let device = Device::self_signed(params);
    let emulator = start(with_individual(individual("device", &device))).await;
    assert_assigned(register(&emulator, Some(&device), "device").await, "device");
}

#[tokio::test]
async fn without_a_certificate_it_is_unauthorized() {
    let emulator = start(group(&Ca::root("root"))).await;
    let answer = register(&emulator, None, "device").await;
    assert_refused(answer, 401_000, "Unauthorized", Standing::Assumed);
}

#[tokio::test]
async fn a_chain_that_leads_nowhere_finds_no_ca() {
    let root = Ca::root("root");
    let emulator = start(group(&root)).await;
    let strangers = Ca::root("stranger").intermediate("intermediate").device("device");
    let no_intermediate = root.intermediate("intermediate").device("device").without_intermediates();
    for device in [strangers, no_intermediate] {
        let answer = register(&emulator, Some(&device), "device").await;
        assert_refused(answer, 401_002, "CA certificate not found.", Standing::Observed);
    }
}

#[tokio::test]
async fn a_chain_that_does_not_hold_is_invalid() {
    let root = Ca::root("root");
    let emulator = start(group(&root)).await;

    let mut expired = leaf_params("device");
    (expired.not_before, expired.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2020, 2, 1));
    let mut early = leaf_params("device");
    (early.not_before, early.not_after) = (date_time_ymd(2999, 1, 1), date_time_ymd(3000, 1, 1));
    let mut for_servers = leaf_params("device");
    for_servers.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let mut for_nothing = leaf_params("device");
    for_nothing.extended_key_usages.clear();
    let impostor = Ca::root("root").device("device");

    for device in [
        root.device_with(expired),
        root.device_with(early),
        root.device_with(for_servers),
        root.device_with(for_nothing),
        impostor,
    ] {
        let answer = register(&emulator, Some(&device), "device").await;
        assert_refused(answer, 401_002, "Invalid certificate.", Standing::Observed);
    }
}

#[tokio::test]
async fn what_webpki_alone_refuses_is_marked_assumed_and_no_matter_for_individuals() {
    let ca = Ca::root("root").intermediate("intermediate");
    let mut authority = leaf_params("device");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    for device in [ca.device_with(authority), ca.device_of_version_1("device")] {
        let emulator = start(group(&ca)).await;
        let answer = register(&emulator, Some(&device), "device").await;
        assert_refused(answer, 401_002, "Invalid certificate.", Standing::Assumed);

        let emulator = start(with_individual(individual("device", &device))).await;
        assert_assigned(register(&emulator, Some(&device), "device").await, "device");
    }
}

#[tokio::test]
async fn an_individual_with_another_leaf_is_invalid_even_if_a_group_would_take_it() {
    let ca = Ca::root("root");
    let mut config = group(&ca);
    let enrolled = Device::self_signed(leaf_params("device"));
    config.enrollments.add_individual(individual("device", &enrolled)).unwrap();
    let emulator = start(config).await;
    let answer = register(&emulator, Some(&ca.device("device")), "device").await;
    assert_refused(answer, 401_002, "Invalid certificate.", Standing::Observed);
}

#[tokio::test]
async fn a_self_signed_leaf_without_an_enrollment_is_not_found() {
    let emulator = start(group(&Ca::root("root"))).await;
    let device = Device::self_signed(leaf_params("device"));
    let answer = register(&emulator, Some(&device), "device").await;
    assert_refused(answer, 404_201, "Enrollment not found.", Standing::Observed);
}

#[tokio::test]
async fn another_id_scope_is_not_found() {
    let ca = Ca::root("root");
    let emulator = start(group(&ca)).await;
    let mut client = Client::open_scope(&emulator, Some(&ca.device("device")), "0ne00000001", "device").await;
    let (topic, body) = client.ask(REGISTER, b"").await;
    assert_eq!(topic, "$dps/registrations/res/404/?$rid=1");
    assert_refused(("404".to_owned(), body), 404_201, "Enrollment not found.", Standing::Assumed);
}

#[tokio::test]
async fn a_cn_that_is_not_the_registration_id_is_unauthorized() {
    let ca = Ca::root("root");
    let alone = Device::self_signed(leaf_params("alone"));
    let mut config = group(&ca);
    config.enrollments.add_individual(individual("alone", &alone)).unwrap();
    config.enrollments.add_individual(individual("mismatched", &ca.device("cn"))).unwrap();
    let emulator = start(config).await;
    for device in [ca.device("cn"), alone] {
        let answer = register(&emulator, Some(&device), "other").await;
        assert_refused(answer, 401_000, "Unauthorized", Standing::Assumed);
    }
    let in_group = register(&emulator, Some(&ca.device("Device")), "device").await;
    assert_assigned(in_group, "device");
}

#[tokio::test]
async fn disabled_enrollments_say_so_with_status_200() {
    let ca = Ca::root("root").intermediate("intermediate");
    let device = Device::self_signed(leaf_params("alone"));
    let mut config = with_individual(individual("alone", &device).enabled(false));
    config.pace.assigning_polls = 2;
    let disabled_group = Group::from_pem("factory", ca.pem.as_bytes()).unwrap().enabled(false);
    config.enrollments.add_group(disabled_group).unwrap();
    let emulator = start(config).await;
    for (device, id) in [(device, "alone"), (ca.device("grouped"), "grouped")] {
        let (status, body) = register(&emulator, Some(&device), id).await;
        assert_eq!((status.as_str(), &body["status"]), ("200", &Value::from("disabled")), "{body}");
        assert_eq!(body["operationId"], "");
        assert_eq!(body["registrationState"]["registrationId"], id);
        assert_eq!(body["registrationState"]["status"], "disabled");
        assert_eq!(body["registrationState"].get("assignedHub"), None);
    }
}

#[tokio::test]
async fn the_group_nearest_to_the_leaf_decides() {
    let root = Ca::root("root");
    let ca = root.intermediate("intermediate");
    let mut config = group(&root);
    let nearest = Group::from_pem("nearest", ca.pem.as_bytes()).unwrap().enabled(false);
    config.enrollments.add_group(nearest).unwrap();
    let emulator = start(config).await;
    let (_, body) = register(&emulator, Some(&ca.device("device")), "device").await;
    assert_eq!(body["status"], "disabled", "{body}");
    assert_assigned(register(&emulator, Some(&root.device("device")), "device").await, "device");
}

#[tokio::test]
async fn bad_registration_ids_and_bodies_are_bad_requests() {
    let ca = Ca::root("root");
    let emulator = start(group(&ca)).await;
    let answer = register(&emulator, Some(&ca.device("a@b")), "a@b").await;
    assert_refused(answer, 400_004, "Invalid RegistrationId", Standing::Observed);

    let device = ca.device("device");
    let mut client = Client::open(&emulator, Some(&device), "device").await;
    let bad = [
        "{",
        "[]",
        "1",
        r#"{"registrationId":1}"#,
        r#"{"registrationId":"other"}"#,
        "{\0}",
        r#"{"REGISTRATIONID":"other"}"#,
    ];
    for body in bad {
        let (topic, answer) = client.ask(REGISTER, body.as_bytes()).await;
        assert_eq!(topic, "$dps/registrations/res/400/?$rid=1", "{body}");
        assert_refused(("400".to_owned(), answer), 400_004, "BadRequest", Standing::Assumed);
    }
    let good = ["", " ", "{}", r#"{"payload":{"a":1}}"#, r#"{ "registrationId":"device", "payload":null }"#];
    // Programs in C send the end of their text, and services in .NET read names in any case.
    let as_programs_send = ["\0", " \0\0", "{}\0", "{\"RegistrationId\":\"device\",\"CSR\":null}\0"];
    for body in good.into_iter().chain(as_programs_send) {
        let (topic, answer) = client.ask(REGISTER, body.as_bytes()).await;
        assert_eq!(topic, "$dps/registrations/res/200/?$rid=1", "{body}");
        assert_assigned(("200".to_owned(), answer), "device");
    }
}

#[tokio::test]
async fn a_configuration_can_be_replaced_at_run_time() {
    let (before, after) = (Ca::root("before"), Ca::root("after"));
    let emulator = start(group(&before)).await;
    assert_assigned(register(&emulator, Some(&before.device("device")), "device").await, "device");
    emulator.configure(group(&after));
    let answer = register(&emulator, Some(&before.device("device")), "device").await;
    assert_refused(answer, 401_002, "CA certificate not found.", Standing::Observed);
    assert_assigned(register(&emulator, Some(&after.device("device")), "device").await, "device");
}

#[tokio::test]
async fn every_decision_is_an_event_with_its_standing_and_source() {
    let ca = Ca::root("root");
    let emulator = start(group(&ca)).await;
    let mut events = emulator.events();
    let device = ca.device("cn");
    register(&emulator, Some(&device), "other").await;

    let (certificates, line) = event(&mut events, |event| match &event.what {
        What::TlsDone { certificates, .. } => Some((certificates.clone(), event.to_string())),
        _ => None,
    })
    .await;
    assert_eq!(certificates[0].subject, "CN=cn");
    assert_eq!(certificates[0].sha256, Thumbprint::of(&device.chain[0]));
    assert!(line.contains("TLSv1_2") && line.contains("CN=root"), "{line}");

    let (decision, json) = event(&mut events, |event| match &event.what {
        What::Decided { decision } => Some((decision.clone(), event.to_json())),
        _ => None,
    })
    .await;
    assert_eq!(decision.behaviour.standing, Standing::Assumed);
    assert_eq!(decision.enrollment.as_deref(), Some("group factory"));
    assert!(decision.evidence.unwrap().contains("\"cn\""));
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["event"], "decided");
    assert_eq!(json["verdict"]["code"], 401_000);
    assert_eq!(json["behaviour"]["standing"], "assumed");
    assert_eq!(json["connection"], 1);
}
