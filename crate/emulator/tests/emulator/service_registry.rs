//! The registry of a hub: devices that the service makes, changes and deletes.

use dps_x509_emulator::{Config, Emulator, Running};
use ring::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use serde_json::{Value, json};

use crate::{
    client::{Client, at_once, connect_to_hub, register, scope},
    hub::provisioned,
    pki::{Ca, Device},
    service::{exchange, token},
};

fn hexadecimal(device: &Device, algorithm: &'static Algorithm) -> String {
    digest(algorithm, &device.chain[0]).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn document(primary: &str, secondary: &str, status: &str) -> Value {
    let thumbprints = json!({"primaryThumbprint": primary, "secondaryThumbprint": secondary});
    json!({"deviceId": "made", "status": status, "authentication": {"type": "selfSigned", "x509Thumbprint": thumbprints}})
}

/// Asks as the service, with an If-Match or without.
async fn ask(emulator: &Running, method: &str, path: &str, etag: &str, body: Option<&Value>) -> (u16, Value) {
    let token = token(&emulator.service_key().hub_connection_string("localhost"), 60);
    let headers = [("Authorization", token.as_str()), ("If-Match", etag)];
    let headers = if etag.is_empty() { &headers[..1] } else { &headers };
    let (status, _, body) = exchange(emulator, method, path, headers, body).await;
    (status, body)
}

/// The code of CONNACK.
async fn knock(emulator: &Running, device: &Device, id: &str) -> (Client, u8) {
    let mut client = Client::dial(emulator, Some(device)).await;
    client.send(&connect_to_hub(id, true, None)).await;
    let (_, body) = client.packet().await.unwrap();
    (client, body[1])
}

#[tokio::test]
async fn a_device_that_dps_does_not_know() {
    let (ca, folder) = (Ca::root("root"), tempfile::tempdir().unwrap());
    let config = || at_once(Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap());
    let emulator = Emulator::new(config()).folder(folder.path()).start().await.unwrap();
    let [first, second, third] = ["made", "any name", "made"].map(|cn| ca.device(cn));
    let (one, other) = (hexadecimal(&first, &SHA1_FOR_LEGACY_USE_ONLY), hexadecimal(&second, &SHA256));
    assert_eq!(knock(&emulator, &first, "made").await.1, 5);
    let (status, made) =
        ask(&emulator, "PUT", "/devices/made", "", Some(&document(&one, &other, "enabled"))).await;
    assert_eq!(
        (status, &made["deviceId"], &made["status"]),
        (200, &"made".into(), &"enabled".into()),
        "{made}"
    );
    for (device, code) in [(&first, 0), (&second, 0), (&third, 5)] {
        assert_eq!(knock(&emulator, device, "made").await.1, code);
    }
    let (_, twin) = ask(&emulator, "GET", "/twins/made", "", None).await;
    assert_eq!(twin["x509Thumbprint"]["primaryThumbprint"], one.to_ascii_uppercase());

    // With the CA of a group instead.
    let by_authority = json!({"authentication": {"type": "certificateAuthority"}});
    assert_eq!(ask(&emulator, "PUT", "/devices/made", "*", Some(&by_authority)).await.0, 200);
    for (device, code) in [(&first, 0), (&second, 5), (&third, 0)] {
        assert_eq!(knock(&emulator, device, "made").await.1, code);
    }
    emulator.shutdown().await;
    let emulator = Emulator::new(config()).folder(folder.path()).start().await.unwrap();
    assert_eq!(knock(&emulator, &third, "made").await.1, 0, "after a restart");
    // DPS says by what it is known from now on.
    register(&emulator, Some(&first), "made").await;
    for (device, code) in [(&first, 0), (&third, 5)] {
        assert_eq!(knock(&emulator, device, "made").await.1, code);
    }
}

#[tokio::test]
async fn a_device_that_is_disabled_and_deleted() {
    let (emulator, _, device) = provisioned(|_| ()).await;
    let (mut client, code) = knock(&emulator, &device, "device").await;
    assert_eq!(code, 0);
    let (_, mut identity) = ask(&emulator, "GET", "/devices/device", "", None).await;
    let etag = format!("\"{}\"", identity["etag"].as_str().unwrap());
    identity["status"] = "disabled".into();
    identity["statusReason"] = "lost".into();
    let (status, changed) = ask(&emulator, "PUT", "/devices/device", &etag, Some(&identity)).await;
    assert_eq!(
        (status, &changed["status"], &changed["statusReason"]),
        (200, &"disabled".into(), &"lost".into())
    );
    assert_eq!(client.packet().await, None, "its connection is closed");
    assert_eq!(knock(&emulator, &device, "device").await.1, 5);
    assert_eq!(ask(&emulator, "GET", "/twins/device", "", None).await.1["status"], "disabled");
    let (_, counts) = ask(&emulator, "GET", "/statistics/devices", "", None).await;
    assert_eq!(counts, json!({"totalDeviceCount": 1, "enabledDeviceCount": 0, "disabledDeviceCount": 1}));
    assert_eq!(ask(&emulator, "PUT", "/devices/device", &etag, Some(&identity)).await.0, 412);
    identity["status"] = "enabled".into();
    assert_eq!(ask(&emulator, "PUT", "/devices/device", "*", Some(&identity)).await.0, 200);
    assert_eq!(knock(&emulator, &device, "device").await.1, 0);

    assert_eq!(ask(&emulator, "DELETE", "/devices/device", "\"other\"", None).await.0, 412);
    assert_eq!(ask(&emulator, "DELETE", "/devices/device", "*", None).await.0, 204);
    assert_eq!(ask(&emulator, "GET", "/twins/device", "", None).await.0, 404);
    assert_eq!(knock(&emulator, &device, "device").await.1, 5);
    register(&emulator, Some(&device), "device").await;
    assert_eq!(knock(&emulator, &device, "device").await.1, 0, "DPS brings it back");
}

#[tokio::test]
async fn what_the_registry_refuses() {
    let (emulator, ..) = provisioned(|_| ()).await;
    let good = document(&"A".repeat(40), "", "enabled");
    let sas = json!({"authentication": {"type": "sas", "symmetricKey": {"primaryKey": "a2V5"}}});
    for (path, etag, body, status, code) in [
        ("/devices/device", "", &good, 409, "DeviceAlreadyExists"),
        ("/devices/other", "*", &good, 404, "DeviceNotFound"),
        ("/devices/a%20b", "", &good, 400, "ArgumentInvalid"),
        ("/devices/other", "", &document("XYZ", "", "enabled"), 400, "ArgumentInvalid"),
        ("/devices/other", "", &document("", "", "enabled"), 400, "ArgumentInvalid"),
        ("/devices/other", "", &document(&"A".repeat(64), "", "asleep"), 400, "ArgumentInvalid"),
        ("/devices/other", "", &sas, 501, "NotEmulated"),
        ("/devices/other", "", &json!({}), 501, "NotEmulated"),
    ] {
        let (found, problem) = ask(&emulator, "PUT", path, etag, Some(body)).await;
        assert!(
            found == status && problem["Message"].to_string().contains(code),
            "{path}: {found} {problem}"
        );
    }
}

#[tokio::test]
async fn several_devices_at_once() {
    let (emulator, ..) = provisioned(|_| ()).await;
    let one = |id: &str, mode: &str| {
        let mut document = document(&"A".repeat(40), "", "enabled");
        (document["id"], document["importMode"]) = (id.into(), mode.into());
        document
    };
    let ask = async |body: Value| ask(&emulator, "POST", "/devices", "", Some(&body)).await;
    let (status, done) = ask(json!([one("a", "create"), one("b", "createOrUpdate")])).await;
    assert_eq!((status, &done["isSuccessful"]), (200, &true.into()), "{done}");
    let (_, done) = ask(json!([one("a", "create"), one("b", "update"), one("c", "update")])).await;
    let codes: Vec<_> =
        done["errors"].as_array().unwrap().iter().map(|error| error["errorCode"].clone()).collect();
    assert_eq!(
        (&done["isSuccessful"], codes),
        (&false.into(), vec![409_001.into(), 404_001.into()]),
        "{done}"
    );
    let (_, done) = ask(json!([one("a", "delete"), one("b", "deleteIfMatchETag")])).await;
    assert_eq!(done["isSuccessful"], true, "{done}");
    let in_other_case = json!([{"ID": "c", "ImportMode": "Create", "Status": "Disabled", "Authentication": {
        "Type": "SelfSigned", "X509Thumbprint": {"PrimaryThumbprint": "B".repeat(40)}}}]);
    let (_, done) = ask(in_other_case).await;
    assert_eq!(done["isSuccessful"], true, "{done}");
    assert_eq!(ask(json!({})).await.0, 400);
    assert_eq!(ask(json!([{"id": "x", "importMode": "vanish"}])).await.0, 400);
}
