//! The REST APIs of the service, with SAS tokens made here.

use std::time::{SystemTime, UNIX_EPOCH};

use base64ct::{Base64, Encoding as _};
use dps_x509_emulator::{Emulator, Running};
use ring::hmac::{self, HMAC_SHA256};
use rustls::version::TLS12;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{
    client::{at_once, register, scope, tls},
    hub::provisioned,
    pki::Ca,
};

/// A token as every SDK makes it, for the key in a connection string.
pub(crate) fn token(connection_string: &str, seconds: u64) -> String {
    let key = connection_string.rsplit_once("SharedAccessKey=").unwrap().1;
    let key = hmac::Key::new(HMAC_SHA256, &Base64::decode_vec(key).unwrap());
    let expiry = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + seconds;
    let tag = hmac::sign(&key, format!("localhost\n{expiry}").as_bytes());
    let sig = Base64::encode_string(tag.as_ref()).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("SharedAccessSignature sr=localhost&sig={sig}&se={expiry}&skn=iothubowner")
}

/// Status and body of an answer.
async fn ask(
    emulator: &Running,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> (u16, Value) {
    let (status, _, body) = exchange(emulator, method, path, headers, body).await;
    (status, body)
}

/// Status, head and body of an answer.
pub(crate) async fn exchange(
    emulator: &Running,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> (u16, String, Value) {
    let mut stream = tls(emulator, None, &TLS12, "localhost").await.unwrap();
    let body = body.map(Value::to_string).unwrap_or_default();
    let mark = if path.contains('?') { '&' } else { '?' };
    let mut head = format!(
        "{method} {path}{mark}api-version=2021-04-12 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_owned(), serde_json::from_str(body).unwrap_or_default())
}

#[tokio::test]
async fn only_the_emulators_own_key_opens_it_and_only_in_time() {
    let (emulator, ..) = provisioned(|_| ()).await;
    let mine = emulator.service_key().hub_connection_string("localhost");
    let other = format!("SharedAccessKey={}", Base64::encode_string(&[7; 32]));
    let good = token(&mine, 60);
    for path in ["/twins/device", "/devices", "/enrollmentGroups/factory", "/registrations/device"] {
        assert_eq!(ask(&emulator, "GET", path, &[("Authorization", &good)], None).await.0, 200, "{path}");
        for bad in ["", "Bearer x", &token(&other, 60), &good.replace("sr=localhost", "sr=elsewhere")] {
            let (status, _) = ask(&emulator, "GET", path, &[("Authorization", bad)], None).await;
            assert_eq!(status, 401, "{path} {bad}");
        }
        assert_eq!(ask(&emulator, "GET", path, &[], None).await.0, 401);
    }
}

#[tokio::test]
async fn twins_are_changed_if_they_are_still_what_was_read() {
    let (emulator, ..) = provisioned(|_| ()).await;
    let token = token(&emulator.service_key().hub_connection_string("localhost"), 60);
    let auth = ("Authorization", token.as_str());
    let (_, twin) = ask(&emulator, "GET", "/twins/device", &[auth], None).await;
    let etag = format!("\"{}\"", twin["etag"].as_str().unwrap());
    let change = json!({"properties": {"desired": {"a": 1}}});
    let headers = [auth, ("If-Match", etag.as_str())];
    let (status, changed) = ask(&emulator, "PATCH", "/twins/device", &headers, Some(&change)).await;
    assert_eq!((status, &changed["properties"]["desired"]["a"]), (200, &1.into()));
    let (status, problem) = ask(&emulator, "PATCH", "/twins/device", &headers, Some(&change)).await;
    assert!(
        status == 412 && problem["Message"].as_str().unwrap().contains("PreconditionFailed"),
        "{problem}"
    );
    let nothing = json!({"Tags": null, "properties": null});
    assert_eq!(ask(&emulator, "PATCH", "/twins/device", &[auth], Some(&nothing)).await.0, 200);
    let whole = json!({"properties": {"desired": {"b": 2}}});
    let (_, replaced) =
        ask(&emulator, "PUT", "/twins/device", &[auth, ("If-Match", "*")], Some(&whole)).await;
    assert_eq!(
        (replaced["properties"]["desired"].get("a"), &replaced["properties"]["desired"]["b"]),
        (None, &2.into())
    );
    for (method, path, status, code) in [
        ("GET", "/twins/other", 404, "DeviceNotFound"),
        ("POST", "/twins/device/methods", 404, "404103"),
        ("POST", "/devices/device/files", 501, "NotEmulated"),
        ("POST", "/jobs/v2/query", 501, "NotEmulated"),
        ("GET", "/configurations", 501, "NotEmulated"),
        ("PUT", "/digitaltwins/device", 501, "NotEmulated"),
    ] {
        let body = json!({"methodName": "m"});
        let (found, problem) = ask(&emulator, method, path, &[auth], Some(&body)).await;
        assert!(
            found == status && problem["Message"].to_string().contains(code),
            "{path}: {found} {problem}"
        );
    }
}

#[tokio::test]
async fn what_the_service_enrolls_is_in_force_and_outlives_restarts_and_reloads() {
    let (ca, mine, folder) = (Ca::root("root"), Ca::root("mine"), tempfile::tempdir().unwrap());
    let config =
        || at_once(dps_x509_emulator::Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap());
    let emulator = Emulator::new(config()).folder(folder.path()).start().await.unwrap();
    let device = mine.device("device");
    assert_eq!(register(&emulator, Some(&device), "device").await.1["errorCode"], 401_002);
    let key = emulator.service_key().provisioning_connection_string("localhost");
    let token = token(&key, 600);
    let auth = [("Authorization", token.as_str())];
    let group = |status: &str| {
        json!({
            "enrollmentGroupId": "made",
            "provisioningStatus": status,
            "attestation": {"type": "x509", "x509": {"signingCertificates": {"primary": {"certificate": mine.pem}}}},
        })
    };
    let (status, made) =
        ask(&emulator, "PUT", "/enrollmentGroups/made", &auth, Some(&group("enabled"))).await;
    assert!(status == 200 && made["etag"].is_string() && made["createdDateTimeUtc"].is_string(), "{made}");
    assert_eq!(register(&emulator, Some(&device), "device").await.1["status"], "assigned");
    emulator.configure(config());
    assert_eq!(register(&emulator, Some(&device), "device").await.1["status"], "assigned", "after a reload");
    emulator.shutdown().await;

    let emulator = Emulator::new(config()).folder(folder.path()).start().await.unwrap();
    assert_eq!(register(&emulator, Some(&device), "device").await.1["status"], "assigned", "after a restart");
    let (_, states) = ask(&emulator, "POST", "/registrations/made/query", &auth, Some(&json!({}))).await;
    assert_eq!(states[0]["registrationId"], "device");
    let stale = [auth[0], ("If-Match", "\"other\"")];
    let off = group("disabled");
    assert_eq!(ask(&emulator, "PUT", "/enrollmentGroups/made", &stale, Some(&off)).await.0, 412);
    assert_eq!(ask(&emulator, "PUT", "/enrollmentGroups/made", &auth, Some(&off)).await.0, 200);
    assert_eq!(register(&emulator, Some(&device), "device").await.1["status"], "disabled");
    let (_, all) = ask(&emulator, "POST", "/enrollmentGroups/query", &auth, Some(&json!({}))).await;
    assert_eq!((all.as_array().unwrap().len(), &all[0]["enrollmentGroupId"]), (2, &"factory".into()));

    let individual = json!({
        "registrationId": "alone",
        "deviceId": "pump-7",
        "attestation": {"type": "x509", "x509": {"clientCertificates": {"primary": {"certificate": mine.device("alone").pem()}}}},
        "initialTwin": {"tags": {"a": 1}},
        "reprovisionPolicy": {"updateHubAssignment": true, "migrateDeviceData": false},
    });
    let (status, alone) = ask(&emulator, "PUT", "/enrollments/alone", &auth, Some(&individual)).await;
    assert_eq!((status, &alone["provisioningStatus"]), (200, &"enabled".into()), "what is not said is told");
    let info = &alone["attestation"]["x509"]["clientCertificates"]["primary"]["info"];
    assert_eq!(
        (&info["subjectName"], &info["issuerName"]),
        (&"CN=alone".into(), &"CN=mine".into()),
        "{info}"
    );
    assert_eq!((info["sha1Thumbprint"].as_str().unwrap().len(), &info["version"]), (40, &3.into()), "{info}");
    // What was read is given back as it is, with what it says of the certificate.
    assert_eq!(ask(&emulator, "PUT", "/enrollments/alone", &auth, Some(&alone)).await.0, 200);
    let twice =
        json!({"mode": "delete", "enrollments": [{"registrationId": "alone"}, {"registrationId": "ALONE"}]});
    let (status, problem) = ask(&emulator, "POST", "/enrollments", &auth, Some(&twice)).await;
    assert!(status == 400 && problem["message"].as_str().unwrap().contains("twice"), "{problem}");
    assert_eq!(ask(&emulator, "GET", "/enrollments/alone", &auth, None).await.0, 200);
    for (path, body, status) in [
        ("/enrollments/a@b", &individual, 400),
        ("/enrollments/second", &individual, 409),
        ("/enrollmentGroups/factory", &off, 409),
        ("/enrollments/none", &json!({"attestation": {"type": "tpm"}}), 400),
        ("/enrollments/none", &json!({}), 400),
        ("/enrollments/none", &json!([]), 400),
    ] {
        let (found, problem) = ask(&emulator, "PUT", path, &auth, Some(body)).await;
        assert!(found == status && problem["errorCode"].is_number(), "{path}: {found} {problem}");
    }
    assert_eq!(ask(&emulator, "DELETE", "/enrollmentGroups/factory", &auth, None).await.0, 409);
    assert_eq!(ask(&emulator, "DELETE", "/enrollmentGroups/made", &auth, None).await.0, 204);
    assert_eq!(ask(&emulator, "GET", "/enrollmentGroups/made", &auth, None).await.0, 404);
    assert_eq!(register(&emulator, Some(&device), "device").await.1["errorCode"], 401_002);
}
