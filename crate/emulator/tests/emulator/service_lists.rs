//! Queries and pages of the service's REST APIs, and what it learns of its messages.

use dps_x509_emulator::{CloudMessage, Running, control::DeviceName};
use serde_json::{Value, json};

use crate::{
    client::{Client, connect_to_hub, control, register, subscribe},
    hub::provisioned,
    service::{exchange, token},
};

/// Devices `a`, `b` and `c`, and a token.
async fn three() -> (Running, String) {
    let (emulator, ca, _) = provisioned(|config| config.hubs = vec!["localhost".to_owned()]).await;
    control(&emulator).delete_registration("device").await.unwrap();
    for id in ["a", "b", "c"] {
        register(&emulator, Some(&ca.device(id)), id).await;
    }
    let token = token(&emulator.service_key().hub_connection_string("localhost"), 60);
    (emulator, token)
}

async fn query(emulator: &Running, token: &str, text: &str, more: &[(&str, &str)]) -> (u16, String, Value) {
    let headers = [&[("Authorization", token)], more].concat();
    exchange(emulator, "POST", "/devices/query", &headers, Some(&json!({ "query": text }))).await
}

/// The value of a header.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

#[tokio::test]
async fn twins_are_found_by_what_they_hold() {
    let (emulator, token) = three().await;
    let change = json!({"tags": {"floor": 3}, "properties": {"desired": {"period": 5}}});
    control(&emulator).change_twin(&DeviceName::new("b"), &change).await.unwrap();
    let (status, head, found) =
        query(&emulator, &token, "SELECT * FROM devices WHERE tags.floor >= 3", &[]).await;
    assert_eq!((status, &found[0]["deviceId"], found.as_array().unwrap().len()), (200, &"b".into(), 1));
    assert_eq!(header(&head, "x-ms-item-type"), Some("Twin"));
    // As a service SDK for Go writes it.
    let (headers, body) = ([("Authorization", token.as_str())], json!({"Query": "select * from devices"}));
    let (status, _, found) = exchange(&emulator, "POST", "/devices/query", &headers, Some(&body)).await;
    assert_eq!((status, found.as_array().unwrap().len()), (200, 3), "{found}");
    let text = "SELECT connectionState, COUNT() AS n FROM devices GROUP BY connectionState";
    let (_, head, found) = query(&emulator, &token, text, &[]).await;
    assert_eq!(found, json!([{"connectionState": "Disconnected", "n": 3}]));
    assert_eq!(header(&head, "x-ms-item-type"), Some("Raw"));
    for bad in ["", "SELECT", "SELECT * FROM devices.jobs", "SELECT * FROM devices WHERE contains(a, 'b')"] {
        let (status, _, problem) = query(&emulator, &token, bad, &[]).await;
        assert!(
            status == 400 && problem["Message"].to_string().contains("ArgumentInvalid"),
            "{bad}: {problem}"
        );
    }
}

#[tokio::test]
async fn a_list_is_given_page_by_page() {
    let (emulator, token) = three().await;
    let (mut seen, mut next) = (String::new(), String::new());
    for _ in 0..3 {
        let more = [("x-ms-max-item-count", "1"), ("x-ms-continuation", next.as_str())];
        let (_, head, found) = query(&emulator, &token, "SELECT deviceId FROM devices", &more).await;
        assert_eq!(found.as_array().unwrap().len(), 1);
        seen += found[0]["deviceId"].as_str().unwrap();
        next = header(&head, "x-ms-continuation").unwrap_or_default().to_owned();
    }
    assert_eq!((seen.as_str(), next.as_str()), ("abc", ""));
    for bad in [("x-ms-max-item-count", "0"), ("x-ms-max-item-count", "all"), ("x-ms-continuation", "?")] {
        assert_eq!(query(&emulator, &token, "SELECT * FROM devices", &[bad]).await.0, 400, "{bad:?}");
    }
    let auth = [("Authorization", token.as_str())];
    let list = |top: &str| format!("/devices{top}");
    let (_, _, two) = exchange(&emulator, "GET", &list("?top=2"), &auth, None).await;
    assert_eq!((two.as_array().unwrap().len(), &two[1]["deviceId"]), (2, &"b".into()));
    assert_eq!(exchange(&emulator, "GET", &list("?top=0"), &auth, None).await.0, 400);

    let by = |text: &str| json!({ "query": text });
    let path = "/enrollmentGroups/query";
    let (_, head, all) = exchange(&emulator, "POST", path, &auth, Some(&by("*"))).await;
    assert_eq!(
        (all.as_array().unwrap().len(), header(&head, "x-ms-item-type")),
        (1, Some("EnrollmentGroup"))
    );
    let wanted = by("SELECT * FROM enrollmentGroups WHERE provisioningStatus = 'disabled'");
    assert_eq!(exchange(&emulator, "POST", path, &auth, Some(&wanted)).await.2, json!([]));
    let other = by("SELECT * FROM enrollments");
    assert_eq!(exchange(&emulator, "POST", path, &auth, Some(&other)).await.0, 400);
}

#[tokio::test]
async fn the_service_learns_what_became_of_its_messages() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let token = token(&emulator.service_key().hub_connection_string("localhost"), 60);
    let auth = [("Authorization", token.as_str())];
    let ask = async |method: &str, path: &str| exchange(&emulator, method, path, &auth, None).await;
    let send = async |id: &str, ack: &str, seconds: Option<u64>| {
        let mut message = CloudMessage::new(id);
        (message.message_id, message.ack, message.time_to_live_seconds) =
            (id.to_owned(), Some(ack.to_owned()), seconds);
        control(&emulator).send_message(&DeviceName::new("device"), &message).await.unwrap();
    };
    const FEEDBACK: &str = "/messages/serviceBound/feedback";
    assert_eq!(ask("GET", FEEDBACK).await.0, 204);

    send("expired", "negative", Some(0)).await;
    for (id, ack) in [("got", "full"), ("silent", "none"), ("unwanted", "negative")] {
        send(id, ack, None).await;
    }
    let mut client = Client::dial(&emulator, Some(&device)).await;
    client.send(&connect_to_hub("device", true, None)).await;
    client.packet().await.unwrap();
    client.send(&subscribe(1, "devices/device/messages/devicebound/#", 1)).await;
    client.packet().await.unwrap();
    for _ in 0..3 {
        let (_, _, id, _) = client.publish().await;
        client.send(&[&[0x40, 2], &id.to_be_bytes()[..]].concat()).await;
    }
    client.send(&[0xC0, 0]).await;
    assert_eq!(client.packet().await, Some((0xD0, vec![])));
    drop(client);
    while control(&emulator).devices().await.unwrap()[0].connected {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    for (id, ack) in [("purged", "full"), ("also", "positive")] {
        send(id, ack, None).await;
    }
    let (status, _, purged) = ask("DELETE", "/devices/device/commands").await;
    assert_eq!((status, &purged["totalMessagesPurged"]), (200, &2.into()), "{purged}");

    let (status, head, records) = ask("GET", FEEDBACK).await;
    let known = |record: &Value| (record["originalMessageId"].clone(), record["statusCode"].clone());
    let found: Vec<_> = records.as_array().unwrap().iter().map(known).collect();
    let expected = [("expired", "Expired"), ("got", "Success"), ("purged", "Purged")];
    let expected = expected.map(|(id, code)| (Value::from(id), Value::from(code)));
    assert_eq!((status, found.as_slice()), (200, &expected[..]), "{records}");
    assert_eq!(header(&head, "content-type"), Some("application/vnd.microsoft.iothub.feedback.json"));
    // It is invisible until it is put back, and gone once it is completed.
    assert_eq!(ask("GET", FEEDBACK).await.0, 204);
    let path = |head: &str| format!("{FEEDBACK}/{}", header(head, "etag").unwrap().trim_matches('"'));
    assert_eq!(ask("POST", &format!("{}/abandon", path(&head))).await.0, 204);
    assert_eq!(ask("DELETE", &path(&head)).await.0, 412);
    let (_, head, again) = ask("GET", FEEDBACK).await;
    assert_eq!(again, records);
    assert_eq!(ask("DELETE", &path(&head)).await.0, 204);
    assert_eq!(ask("GET", FEEDBACK).await.0, 204);
}

/// Plug and Play: properties in the form of the conventions, and commands of a component.
#[tokio::test]
async fn a_digital_twin_and_its_commands() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let token = token(&emulator.service_key().hub_connection_string("localhost"), 60);
    let auth = [("Authorization", token.as_str())];
    let patch = json!([{"op": "add", "path": "/thermostat1/target", "value": 21}]);
    let path = "/digitaltwins/device";
    assert_eq!(exchange(&emulator, "PATCH", path, &auth, Some(&patch)).await.0, 202);
    let (status, head, twin) = exchange(&emulator, "GET", path, &auth, None).await;
    assert_eq!(
        (status, &twin["thermostat1"]["$metadata"]["target"]["desiredValue"]),
        (200, &21.into()),
        "{twin}"
    );
    assert!(header(&head, "etag").is_some(), "{head}");

    let mut client = Client::dial(&emulator, Some(&device)).await;
    client.send(&connect_to_hub("device", true, None)).await;
    client.packet().await.unwrap();
    client.send(&subscribe(1, "$iothub/methods/POST/#", 0)).await;
    client.packet().await.unwrap();
    let payload = json!("2026-01-01");
    let path = "/digitaltwins/device/components/thermostat1/commands/report?responseTimeoutInSeconds=20";
    let call = exchange(&emulator, "POST", path, &auth, Some(&payload));
    let answering = async {
        let (_, topic, _, body) = client.publish().await;
        let rid = topic.strip_prefix("$iothub/methods/POST/thermostat1*report/?").unwrap().to_owned();
        assert_eq!(body, b"\"2026-01-01\"");
        let answer = format!("$iothub/methods/res/201/?{rid}");
        client.send(&crate::client::publish(&answer, 0, 0, br#"{"max":3}"#)).await;
    };
    let ((status, head, answer), ()) = tokio::join!(call, answering);
    assert_eq!(
        (status, answer, header(&head, "x-ms-command-statuscode")),
        (200, json!({"max": 3}), Some("201"))
    );
}
