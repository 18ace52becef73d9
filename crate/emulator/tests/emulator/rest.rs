//! The REST calls, by bytes.

use std::time::Duration;

use dps_x509_emulator::{
    Config, Running,
    fault::{Action, Fault, Stage, When},
};
use serde_json::{Value, json};

use crate::{
    client::{Client, SCOPE, close_reason, scope, start},
    pki::{Ca, Device},
};

pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Value,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head: head.to_owned(), body: serde_json::from_str(body).unwrap_or_default() }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

fn request(method: &str, target: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

pub(crate) async fn ask(
    emulator: &Running,
    device: Option<&Device>,
    method: &str,
    target: &str,
    body: &str,
) -> Answer {
    let mut client = Client::dial(emulator, device).await;
    client.send(request(method, target, body).as_bytes()).await;
    Answer::parse(&client.rest().await)
}

fn path(rest: &str) -> String {
    format!("/{SCOPE}/registrations/device{rest}?api-version=2021-06-01")
}

async fn stand(change: impl FnOnce(&mut Config)) -> (Running, Device) {
    let ca = Ca::root("root");
    let mut config = Config::with_group(scope(), "factory", ca.pem.as_bytes()).unwrap();
    change(&mut config);
    (start(config).await, ca.device("device"))
}

#[tokio::test]
async fn a_device_registers_polls_and_looks_itself_up() {
    let (emulator, device) = stand(|_| ()).await;
    let device = Some(&device);
    let absent = ask(&emulator, device, "POST", &path(""), "{}").await;
    assert_eq!((absent.status, &absent.body["errorCode"]), (404, &json!(404_201)));

    let body = r#"{"registrationId":"device"}"#;
    let first = ask(&emulator, device, "PUT", &path("/register"), body).await;
    assert_eq!((first.status, first.header("retry-after")), (202, Some("3")), "{}", first.head);
    assert_eq!(first.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(first.body["status"], "assigning");
    let operation_id = first.body["operationId"].as_str().unwrap();
    let target = path(&format!("/operations/{operation_id}"));
    assert_eq!(first.header("location"), Some(target.as_str()));

    let second = ask(&emulator, device, "GET", &target, "").await;
    assert_eq!((second.status, second.header("retry-after")), (200, None));
    assert_eq!(second.body["registrationState"]["assignedHub"], "localhost");

    let looked_up = ask(&emulator, device, "POST", &path(""), body).await;
    assert_eq!((looked_up.status, &looked_up.body), (200, &second.body["registrationState"]));
}

#[tokio::test]
async fn refusals_are_those_of_mqtt() {
    let (emulator, device) = stand(|_| ()).await;
    let stranger = Ca::root("stranger").device("device");
    for (device, target, body, code) in [
        (Some(&stranger), path("/register"), "", 401_002),
        (None, path("/register"), "", 401_000),
        (Some(&device), path("/register"), "[]", 400_004),
        (Some(&device), path("/register").replace(SCOPE, "0neOther"), "", 404_201),
        (Some(&device), path("/register").replace("device", "other"), "", 401_000),
        (Some(&device), path("/register").replace("api-version", "version"), "", 400_004),
    ] {
        let answer = ask(&emulator, device, "PUT", &target, body).await;
        assert_eq!(
            (u32::from(answer.status), &answer.body["errorCode"]),
            (code / 1000, &json!(code)),
            "{target}"
        );
        assert_eq!(answer.header("x-ms-error-code"), Some(code.to_string().as_str()));
    }
    let unknown = ask(&emulator, Some(&device), "GET", &path("/operations/4.0.0"), "").await;
    assert_eq!((unknown.status, &unknown.body["errorCode"]), (404, &json!(404_203)));
    for (method, target, status) in [
        ("POST", path("/register"), 405),
        ("PUT", path(""), 405),
        ("GET", "/".to_owned(), 404),
        ("GET", path("/operations/a/b"), 404),
        ("GET", path("").replace("registrations", "enrollments"), 404),
    ] {
        assert_eq!(
            ask(&emulator, Some(&device), method, &target, "").await.status,
            status,
            "{method} {target}"
        );
    }
}

#[tokio::test]
async fn faults_meet_answers_by_http_too() {
    let first = |action| Fault::new(Stage::Register, action).at(When::From { first: 1, count: 1 });
    let throttled = Action::Throttled(Duration::from_secs(9));
    let (emulator, device) = stand(|config| config.faults = vec![first(throttled)]).await;
    let answer = ask(&emulator, Some(&device), "PUT", &path("/register"), "").await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("9")));
    assert_eq!(ask(&emulator, Some(&device), "PUT", &path("/register"), "").await.status, 202);

    let (emulator, device) = stand(|config| config.faults = vec![first(Action::Drop)]).await;
    let mut events = emulator.events();
    let mut client = Client::dial(&emulator, Some(&device)).await;
    client.send(request("PUT", &path("/register"), "").as_bytes()).await;
    assert_eq!(client.rest_until_cut_off().await.0, b"");
    assert_eq!(close_reason(&mut events).await, "fault by script: no answer");
}

#[tokio::test]
async fn what_is_no_http_or_too_much_of_it_is_refused() {
    let (emulator, device) = stand(|_| ()).await;
    for (bytes, status) in [
        ("NONSENSE\r\n\r\n".to_owned(), 400),
        (request("PUT", &path("/register"), &"x".repeat(300_000)), 413),
        (format!("GET / HTTP/1.1\r\n{}\r\n\r\n", "X: y\r\n".repeat(10_000)), 431),
    ] {
        let mut client = Client::dial(&emulator, Some(&device)).await;
        client.try_send(bytes.as_bytes()).await.unwrap_or_default();
        let (answer, _) = client.rest_until_cut_off().await;
        assert_eq!(Answer::parse(&answer).status, status);
    }
    assert_eq!(ask(&emulator, Some(&device), "PUT", &path("/register"), "").await.status, 202);
}
