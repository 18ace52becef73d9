//! curl makes the REST calls as the DPS documents do: register, then the operation's status.

use std::{path::Path, process::Command};

use dps_x509_tests::{chain::Files, environment::program};
use serde_json::Value;

use crate::stand::{ID_SCOPE, Stand, run};

/// An answer: status, headers in lower case, body.
struct Answer {
    status: String,
    headers: String,
    body: Value,
}

async fn call(stand: &Stand, files: &Files, chain: &Path, words: &[&str], path: &str) -> Answer {
    let mut command = Command::new(program("curl"));
    command.args(["--silent", "--show-error", "--max-time", "20", "-i", "--cacert"]).arg(&stand.root);
    command.arg("--cert").arg(chain).arg("--key").arg(&files.key).args(words);
    command.arg(format!(
        "https://localhost:{}/{ID_SCOPE}/registrations/{path}api-version=2021-06-01",
        stand.port()
    ));
    let run = run(command).await;
    assert_eq!(run.code, 0, "{run:?}");
    let (head, body) = run.out.split_once("\r\n\r\n").unwrap();
    let (status, headers) = head.split_once("\r\n").unwrap();
    Answer {
        status: status.to_owned(),
        headers: headers.to_ascii_lowercase(),
        body: serde_json::from_str(body).unwrap(),
    }
}

async fn register(stand: &Stand, files: &Files, chain: &Path, id: &str) -> Answer {
    let body = format!(r#"{{"registrationId":"{id}"}}"#);
    let words =
        ["-X", "PUT", "-H", "Content-Type: application/json", "-H", "Content-Encoding: utf-8", "-d", &body];
    call(stand, files, chain, &words, &format!("{id}/register?")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_assigned() {
    let stand = Stand::start("127.0.0.1:0").await;
    let (files, id) = (&stand.grouped, "grouped-1");
    let answer = register(&stand, files, &files.chain, id).await;
    assert_eq!(
        (answer.status.as_str(), &answer.body["status"]),
        ("HTTP/1.1 202 Accepted", &"assigning".into())
    );
    assert!(answer.headers.contains("retry-after: 1"), "{}", answer.headers);
    let operation = answer.body["operationId"].as_str().unwrap();
    let path = format!("{id}/operations/{operation}?");
    let answer = call(&stand, files, &files.chain, &[], &path).await;
    assert_eq!((answer.status.as_str(), &answer.body["status"]), ("HTTP/1.1 200 OK", &"assigned".into()));
    assert_eq!(answer.body["registrationState"]["assignedHub"], "contoso.azure-devices.net");

    let path = format!("{id}/operations/4.nowhere?");
    let answer = call(&stand, files, &files.chain, &[], &path).await;
    assert_eq!(
        (answer.status.as_str(), &answer.body["errorCode"]),
        ("HTTP/1.1 404 Not Found", &404_203.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_say_why() {
    let stand = Stand::start("127.0.0.1:0").await;
    let grouped = &stand.grouped;
    let alone = register(&stand, grouped, &grouped.leaf, "grouped-1").await;
    assert_eq!(alone.status, "HTTP/1.1 401 Unauthorized");
    assert_eq!(
        (&alone.body["errorCode"], &alone.body["message"]),
        (&401_002.into(), &"CA certificate not found.".into())
    );
    assert!(alone.headers.contains("x-ms-error-code: 401002"), "{}", alone.headers);
    let stranger = register(&stand, &stand.stranger, &stand.stranger.chain, "stranger-1").await;
    assert_eq!(
        (stranger.status.as_str(), &stranger.body["errorCode"]),
        ("HTTP/1.1 404 Not Found", &404_201.into())
    );
}
