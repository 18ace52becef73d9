//! Hubs and allocation policies, and what enrollments ask for in vain.

use dps_x509_emulator::{
    Allocation, Config, CustomAllocation, Emulator, Group, Reprovision, What, control::DeviceName,
};
use serde_json::{Value, json};

use crate::{
    client::{at_once, control, event, register, scope, start},
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

/// What an enrollment says of a device that it leads to another hub: its hub then, its substatus, and whether its twin
/// came along.
#[tokio::test]
async fn a_device_that_is_led_elsewhere_moves_or_stays_as_its_enrollment_says() {
    let ca = Ca::root("root");
    for (policy, hub, substatus, period) in [
        (Reprovision::Migrate, "b.example", "deviceDataMigrated", Value::from(5)),
        (Reprovision::Reset, "b.example", "deviceDataReset", Value::Null),
        (Reprovision::Never, "a.example", "initialAssignment", Value::from(5)),
    ] {
        let config = |hub: &str| {
            let mut config = at_once(Config::new(scope()));
            config.hubs = ["a.example", "b.example"].map(str::to_owned).into();
            let group = Group::from_pem("factory", ca.pem.as_bytes()).unwrap().reprovision(policy);
            let twin = json!({"tags": {"initial": true}}).as_object().unwrap().clone();
            let group = group.allocation(Allocation::Static(hub.to_owned())).initial_twin(twin).unwrap();
            config.enrollments.add_group(group).unwrap();
            config
        };
        let emulator = Emulator::new(config("a.example")).control("127.0.0.1:0".parse().unwrap());
        let emulator = emulator.start().await.unwrap();
        let (control, device) = (control(&emulator), ca.device("device"));
        register(&emulator, Some(&device), "device").await;
        let change = json!({"properties": {"desired": {"period": 5}}});
        control.change_twin(&DeviceName::new("device"), &change).await.unwrap();

        emulator.configure(config("b.example"));
        let (_, body) = register(&emulator, Some(&device), "device").await;
        let state = &body["registrationState"];
        assert_eq!(
            (&state["assignedHub"], &state["substatus"]),
            (&hub.into(), &substatus.into()),
            "{policy:?}"
        );
        // It is at one hub only.
        let devices = control.devices().await.unwrap();
        assert_eq!((devices.len(), devices[0].hub.as_str()), (1, hub), "{policy:?}");
        let twin = control.twin(&DeviceName::new("device")).await.unwrap();
        assert_eq!(
            twin["properties"]["desired"].get("period").cloned().unwrap_or_default(),
            period,
            "{policy:?}"
        );
        assert_eq!(twin["tags"]["initial"], true, "{policy:?}");
    }
}
