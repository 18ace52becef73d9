//! Devices that mean their hub no good, and floods: afterwards it stands, and nothing acknowledged is lost.

use std::time::Duration;

use dps_x509_emulator::{CloudMessage, MethodCall, control::DeviceName};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    client::{Client, connect_to_hub, control, packet, publish, subscribe},
    hub::{TWIN, provisioned},
};

const DEVICE: DeviceName<'static> = DeviceName::new("device");

#[tokio::test]
async fn topics_that_are_none_do_no_harm() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut client = Client::dial(&emulator, Some(&device)).await;
    client.send(&connect_to_hub("device", true, None)).await;
    client.packet().await.unwrap();
    let long = "x".repeat(60_000);
    for topic in [
        "$iothub/twin/PATCH/properties/reported/?$rid=",
        "$iothub/twin/PATCH/properties/reported/?$rid=1&$version=x",
        "$iothub/twin/PATCH/properties/reported/?$rid=1&$version=99999999999999999999999",
        "$iothub/twin/GET/",
        "$iothub/methods/res/99999999999/?$rid=1",
        "$iothub/methods/res//?$rid=1",
        "devices/device/messages/events/%ff%00=%&&==&$.=",
        "devices/device",
        "$",
        "/",
        &long,
    ] {
        client.send(&publish(topic, 1, 5, b"{}")).await;
        assert_eq!(client.packet().await, Some((0x40, vec![0, 5])), "{topic:.80}");
    }
    for filter in ["", "$iothub/methods/POST//#", "devices/+/#", "+/+", &long] {
        client.send(&subscribe(7, filter, 1)).await;
        let answer = client.packet().await;
        assert!(answer.is_none() || answer == Some((0x90, vec![0, 7, 0x80])), "{filter:.80}: {answer:?}");
        if answer.is_none() {
            return;
        }
    }
    client.send(&[0xC0, 0]).await;
    assert_eq!(client.packet().await, Some((0xD0, vec![])));
}

#[tokio::test]
async fn a_thousand_messages_all_arrive_at_a_device_that_breaks_off_again_and_again() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let control = control(&emulator);
    let sending = async {
        for number in 0..1000 {
            let message = CloudMessage::new(number.to_string());
            // Fifty is the limit: whoever is told so tries again.
            while control.send_message(&DEVICE, &message).await.is_err() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    };
    let receiving = async {
        let mut got = vec![0_u32; 1000];
        let mut seen = 0;
        while got.contains(&0) {
            let mut client = Client::dial(&emulator, Some(&device)).await;
            client.send(&connect_to_hub("device", false, None)).await;
            client.packet().await.unwrap();
            client.send(&subscribe(1, "devices/device/messages/devicebound/#", 1)).await;
            // It breaks off in the middle of things, with some of them not acknowledged.
            for _ in 0..60 {
                if got.iter().all(|count| *count > 0) {
                    break;
                }
                let (first, body) = client.packet().await.unwrap();
                if first & 0xF0 != 0x30 {
                    continue;
                }
                let end = 2 + usize::from(u16::from_be_bytes([body[0], body[1]]));
                let number: usize = String::from_utf8_lossy(&body[end + 2..]).parse().unwrap();
                got[number] += 1;
                seen += 1;
                if seen % 7 > 0 {
                    client.send(&[0x40, 2, body[end], body[end + 1]]).await;
                }
            }
        }
        got
    };
    let ((), got) = tokio::join!(sending, receiving);
    assert!(got.iter().all(|count| *count > 0));
}

#[tokio::test]
async fn a_device_that_does_not_read_is_given_up_and_what_waits_for_it_is_kept() {
    let ca = crate::pki::Ca::root("root");
    let config = crate::client::at_once(
        dps_x509_emulator::Config::with_group(crate::client::scope(), "factory", ca.pem.as_bytes()).unwrap(),
    );
    let mut limits = dps_x509_emulator::Limits::default();
    limits.write = Duration::from_millis(200);
    let emulator =
        dps_x509_emulator::Emulator::new(config).limits(limits).control("127.0.0.1:0".parse().unwrap());
    let emulator = emulator.start().await.unwrap();
    let device = ca.device("device");
    crate::client::register(&emulator, Some(&device), "device").await;
    let control = control(&emulator);
    let mut client = Client::dial(&emulator, Some(&device)).await;
    client.send(&connect_to_hub("device", false, None)).await;
    client.packet().await.unwrap();
    for filter in [TWIN, "$iothub/twin/PATCH/properties/desired/#", "devices/device/messages/devicebound/#"] {
        client.send(&subscribe(1, filter, 1)).await;
        client.packet().await.unwrap();
    }
    // Some 64 KB each: until every buffer on the way is full.
    for _ in 0..50 {
        control.send_message(&DEVICE, &CloudMessage::new(vec![b'x'; 60_000])).await.unwrap();
    }
    let flood = publish("$iothub/twin/GET/?$rid=1", 0, 0, b"").repeat(200);
    let change = json!({"properties": {"desired": {"big": "x".repeat(4000)}}});
    control.change_twin(&DEVICE, &change).await.unwrap();
    let give_up = async {
        while control.devices().await.unwrap()[0].connected {
            if client.try_send(&flood).await.is_err() {
                break;
            }
        }
    };
    tokio::time::timeout(crate::client::PATIENCE, give_up).await.expect("it goes on for ever");
    assert_eq!(control.devices().await.unwrap()[0].waiting_messages, 50);
}

#[tokio::test]
async fn a_large_twin_is_bounded_and_a_flood_of_patches_is_answered() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let mut client = Client::dial(&emulator, Some(&device)).await;
    client.send(&connect_to_hub("device", true, None)).await;
    client.packet().await.unwrap();
    client.send(&subscribe(1, TWIN, 0)).await;
    client.packet().await.unwrap();
    let deep = format!("{}1{}", r#"{"a":"#.repeat(5000), "}".repeat(5000));
    client.send(&publish("$iothub/twin/PATCH/properties/reported/?$rid=1", 0, 0, deep.as_bytes())).await;
    assert!(client.publish().await.1.starts_with("$iothub/twin/res/400/"));
    for number in 0..200 {
        let body = json!({ format!("k{number}"): "x".repeat(400) }).to_string();
        client.send(&publish("$iothub/twin/PATCH/properties/reported/?$rid=1", 0, 0, body.as_bytes())).await;
    }
    let mut taken = 0;
    for _ in 0..200 {
        let (_, topic, ..) = client.publish().await;
        taken += usize::from(topic.starts_with("$iothub/twin/res/204/"));
    }
    // 32 KB hold 81 of them.
    assert_eq!(taken, 81);
    client.send(&packet(0xC0, &[])).await;
    assert_eq!(client.packet().await, Some((0xD0, vec![])));
}

/// What the service sends is bounded as well: depth, size, and calls that wait.
#[tokio::test]
async fn a_service_cannot_ask_for_too_much_either() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let control = control(&emulator);
    let mut client = Client::dial(&emulator, Some(&device)).await;
    client.send(&connect_to_hub("device", true, None)).await;
    client.packet().await.unwrap();
    for filter in ["$iothub/twin/PATCH/properties/desired/#", "$iothub/methods/POST/#"] {
        client.send(&subscribe(1, filter, 0)).await;
        client.packet().await.unwrap();
    }
    let deep = (0..50).fold(json!(1), |inner, _| json!({ "a": inner }));
    let huge = "x".repeat(40_000);
    let many: serde_json::Map<_, _> =
        (0..20).map(|number| (format!("k{number}"), json!("x".repeat(3000)))).collect();
    for desired in [json!({ "deep": deep }), json!({ "huge": huge }), json!(many), json!({ "a.b": 1 })] {
        let change = json!({"properties": {"desired": desired}});
        assert!(control.change_twin(&DEVICE, &change).await.is_err(), "{:.80}", change.to_string());
    }
    assert!(control.send_message(&DEVICE, &CloudMessage::new(vec![b'x'; 70_000])).await.is_err());

    // The device takes the calls and answers none: those beyond the limit are refused at once, the others in time.
    let mut call = MethodCall::new("ping", None);
    call.response_timeout_in_seconds = Some(5);
    let mut calls = JoinSet::new();
    for _ in 0..100 {
        let (control, call) = (control.clone(), call.clone());
        calls.spawn(async move { control.call_method(&DEVICE, &call).await.is_err() });
    }
    let refused = tokio::time::timeout(crate::client::PATIENCE, calls.join_all()).await;
    assert_eq!(refused.expect("a call hangs"), [true; 100]);
    // None of it has reached the twin, and the device is served as before.
    let twin = control.twin(&DEVICE).await.unwrap();
    assert_eq!(twin["properties"]["desired"]["$version"], 1);
    client.send(&packet(0xC0, &[])).await;
    let mut calls = 0;
    while client.packet().await.expect("closed").0 == 0x30 {
        calls += 1;
    }
    assert!((64..=100).contains(&calls), "{calls}");
}

/// Names that nobody enrolled, each on a connection of its own: refused, and nothing of them is kept.
#[tokio::test]
async fn strangers_leave_nothing_behind() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    for number in 0..100 {
        let mut client = Client::dial(&emulator, Some(&device)).await;
        client.send(&connect_to_hub(&format!("stranger-{number}"), false, None)).await;
        assert_eq!(client.packet().await, Some((0x20, vec![0, 5])));
    }
    let control = control(&emulator);
    assert_eq!(control.devices().await.unwrap().len(), 1);
    assert_eq!(control.registrations().await.unwrap().len(), 1);
}
