//! From services, servers and proxies.

use dps_x509_tests::{
    peer::Peer,
    proxy::{Conduct, Proxy},
};

use super::{HOSTILE, run};
use crate::desk::Desk;

#[test]
fn services() {
    let desk = Desk::new("localhost");
    let json = |value: &str| serde_json::Value::from(value).to_string();
    let hostile = json(HOSTILE);
    let assigned = |hub: &str, device: &str, more: &str| {
        format!(
            r#"{{"operationId":"4","status":"assigned","registrationState":{{"assignedHub":{hub},"deviceId":{device},"status":"assigned","substatus":{hostile},"payload":{{{hostile}:{hostile}}},"etag":{hostile}{more}}}}}"#
        )
    };
    let more = format!(",{hostile}:{hostile},\"issuedCertificateChain\":[{hostile}]");
    for (status, body) in [
        (200, assigned("\"hub.azure-devices.net\"", &hostile, "")),
        (200, assigned("\"hub.azure-devices.net\"", "\"device-1\"", &more)),
        (200, assigned(&hostile, "\"device-1\"", "")),
        (
            200,
            format!(
                r#"{{"operationId":"4","status":"failed","registrationState":{{"status":"failed","errorCode":400207,"errorMessage":{hostile},"trackingId":{hostile}}}}}"#
            ),
        ),
        (200, format!(r#"{{"operationId":{hostile},"status":{hostile}}}"#)),
        (
            401,
            format!(
                r#"{{"errorCode":401002,"trackingId":{hostile},"message":{hostile},"timestampUtc":{hostile},"info":{{{hostile}:{hostile}}}}}"#
            ),
        ),
        (404, HOSTILE.to_owned()),
        (200, HOSTILE.to_owned()),
        (200, format!("{{{hostile}:1,{hostile}:1}}")),
        (429, format!(r#"{{"message":{hostile}}}"#)),
    ] {
        let peer = Peer::dps(status, body, &desk.certificate, &desk.key);
        for more in [&[][..], &["--trace"], &["--json"], &["--json", "--trace"], &["--trace", "--component"]]
        {
            let mut args = desk.flags("provision", &format!("localhost:{}", peer.address.port()));
            args.extend(more.iter().map(|&word| word.to_owned()));
            run(&args);
        }
    }
}

#[test]
fn servers_and_proxies() {
    let desk = Desk::new(HOSTILE);
    // A header, a status line, text that is no protocol at all.
    for text in [
        format!("HTTP/1.1 403 {HOSTILE}\r\nServer: {HOSTILE}\r\n{HOSTILE}: {HOSTILE}\r\n\r\n{HOSTILE}"),
        "HTTP/1.1 403 \u{1b}[31mFORGED\r\nServer: \u{9b}2J\u{202e}\r\nContent-Type: text/plain\r\n\r\nFORGED"
            .to_owned(),
        HOSTILE.to_owned(),
        format!("\u{20}\u{2}{HOSTILE}"),
    ] {
        let peer = Peer::says(text, &desk.certificate, &desk.key);
        for (command, more) in [
            ("probe", &[][..]),
            ("probe", &["--json"]),
            ("provision", &["--transport", "websocket", "--trace"]),
            ("provision", &["--transport", "websocket", "--json", "--trace"]),
            ("provision", &["--transport", "websocket", "--component", "--trace"]),
            ("provision", &["--trace"]),
        ] {
            let mut args = desk.flags(command, &format!("localhost:{}", peer.address.port()));
            args.extend(more.iter().map(|&word| word.to_owned()));
            run(&args);
        }
    }
    // Its certificate is shown where nobody trusts it.
    let peer = Peer::says(String::new(), &desk.certificate, &desk.key);
    for command in ["probe", "provision"] {
        let mut args = desk.flags(command, &format!("127.0.0.1:{}", peer.address.port()));
        let trust = args.iter().position(|word| word == "--trust").unwrap();
        args[trust + 1] = desk.device.leaf.to_str().unwrap().to_owned();
        run(&args);
    }
    for answer in [
        "HTTP/1.1 403 \u{1b}[31mFORGED\u{9b}\u{202e}\r\nContent-Type: text/plain\r\n\r\nMARK\u{1b}]0;x\u{7}\r\nFORGED\u{2066}\u{61c}\u{e0041}",
        "HTTP/1.1 407 x\r\nProxy-Authenticate: \u{1b}[31m\u{202e}MARK\r\n\r\n",
        "MARK\u{1b}[2J\nFORGED\n",
    ] {
        let proxy = Proxy::start(Conduct::Answers(answer));
        for command in ["probe", "provision"] {
            let mut args = desk.flags(command, "localhost:1");
            args.extend(["--proxy".to_owned(), format!("http://{}", proxy.address)]);
            run(&args);
            args.push("--json".to_owned());
            run(&args);
        }
    }
}
