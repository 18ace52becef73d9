//! Hubs and allocation policies, and what enrollments ask for in vain.

use dps_x509_emulator::{Allocation, Config, CustomAllocation, Group, What};
use serde_json::{Value, json};

use crate::{
    client::{at_once, event, register, scope, start},
    pki::Ca,
};

/// The hub, payload and code of a device's registration.
async fn registered(ca: &Ca, change: impl FnOnce(Group) -> Group) -> (Value, Value, Value) {
    let mut config = at_once(Config::new(scope()));
    config.hubs = ["a.example", "b.example"].map(str::to_owned).into();
    let group = Group::from_pem("factory", ca.pem.as_bytes()).unwrap();
    config.enrollments.add_group(change(group)).unwrap();
    let emulator = start(config).await;
    let (status, body) = register(&emulator, Some(&ca.device("device")), "device").await;
    assert_eq!(status, "200");
    let state = body["registrationState"].clone();
    (state["assignedHub"].clone(), state["payload"].clone(), state["errorCode"].clone())
}

#[tokio::test]
async fn each_policy_chooses_its_hub() {
    let ca = Ca::root("root");
    let hub = |(hub, payload, error): (Value, Value, Value)| {
        assert_eq!((payload, error), (Value::Null, Value::Null));
        hub
    };
    let lowest = registered(&ca, |group| group.allocation(Allocation::LowestLatency)).await;
    assert_eq!(hub(lowest), "a.example");
    let fixed = registered(&ca, |group| group.allocation(Allocation::Static("b.example".to_owned()))).await;
    assert_eq!(hub(fixed), "b.example");
    for only in ["a.example", "b.example"] {
        let hashed = registered(&ca, |group| group.hubs(vec![only.to_owned()])).await;
        assert_eq!(hub(hashed), only);
    }
}

#[tokio::test]
async fn a_custom_allocation_answers_with_hub_and_payload_or_fails() {
    let ca = Ca::root("root");
    let payload = json!({"site": "north"});
    for (hub, expected) in [(Some("b.example".to_owned()), "b.example"), (None, "a.example")] {
        let payload = payload.as_object().cloned();
        let answers = CustomAllocation::Answers { hub, payload: payload.clone() };
        let found = registered(&ca, |group| group.allocation(Allocation::Custom(answers))).await;
        assert_eq!(found, (expected.into(), payload.unwrap().into(), Value::Null));
    }
    let fails = Allocation::Custom(CustomAllocation::Fails { status: 400 });
    let found = registered(&ca, |group| group.allocation(fails)).await;
    assert_eq!(found, (Value::Null, Value::Null, 400_207.into()));
}

#[tokio::test]
async fn what_is_ignored_is_told() {
    let ca = Ca::root("root");
    let mut config = at_once(Config::new(scope()));
    let group = Group::from_pem("factory", ca.pem.as_bytes()).unwrap();
    config.enrollments.add_group(group.has_capabilities()).unwrap();
    let emulator = start(config).await;
    let mut events = emulator.events();
    register(&emulator, Some(&ca.device("device")), "device").await;
    let line =
        event(&mut events, |event| matches!(event.what, What::Decided { .. }).then(|| event.to_string()))
            .await;
    for note in ["enrollment with capabilities", "no CA certificate in the configuration"] {
        assert!(line.contains(note), "{line}");
    }
}
