//! From devices that the emulator meets.

use std::{
    fs,
    process::{Command, Stdio},
};

use dps_x509_tests::cli;

use super::{HOSTILE, assert_plain, device, files, run};

#[test]
fn devices_of_the_emulator() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key, _) = files(folder.path());
    let log = fs::File::create(folder.path().join("log")).unwrap();
    let mut command = Command::new(cli::binary());
    command.args(["emulate", "--listen", "127.0.0.1:0", "--control", "0", "--folder"]).arg(folder.path());
    let mut child =
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
    let read = || String::from_utf8_lossy(&fs::read(folder.path().join("log")).unwrap()).into_owned();
    let find = |label: &str| {
        read().lines().find_map(|line| line.trim_start().strip_prefix(label).map(|it| it.trim().to_owned()))
    };
    let started = std::time::Instant::now();
    while !read().contains("Ctrl-C stops it") {
        assert!(started.elapsed().as_secs() < 60, "{}", read());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let (endpoint, root) = (find("endpoint").unwrap(), find("root to trust").unwrap());
    // A stranger's certificate and names, by the command line itself and by bytes of one's own.
    let mut client = device::connect(&endpoint, &root, &chain, &key);
    device::say(
        &mut client,
        &device::connect_packet(
            HOSTILE,
            &format!("0ne00111111/registrations/{HOSTILE}/api-version=2019-03-31"),
        ),
    );
    for request in [
        format!("PUT /0ne00111111/registrations/{HOSTILE}/register?api-version=2019-03-31 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{{}}"),
        "PUT /0ne00111111/registrations/%1b%5B31m%0aFORGED/register?api-version=2019-03-31 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}".to_owned(),
        format!("POST /{HOSTILE} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{HOSTILE}", HOSTILE.len()),
    ] {
        let mut client = device::connect(&endpoint, &root, &chain, &key);
        device::say(&mut client, request.as_bytes());
    }
    // One that it knows, with what it may say.
    let (chain, key) =
        (folder.path().join("device-1-full-chain.pem"), folder.path().join("device-1-key.pem"));
    let id = "device-1";
    let mut client = device::connect(&endpoint, &root, &chain, &key);
    let mut said = device::connect_packet(
        id,
        &format!("0ne00111111/registrations/{id}/api-version=2019-03-31&ClientVersion={HOSTILE}"),
    );
    said.extend(device::publish(
        "$dps/registrations/PUT/iotdps-register/?$rid=1",
        &format!("{{\"registrationId\":\"{id}\",\"payload\":{}}}", serde_json::Value::from(HOSTILE)),
    ));
    said.extend(device::publish(HOSTILE, HOSTILE));
    device::say(&mut client, &said);
    let mut client = device::connect(&endpoint, &root, &chain, &key);
    let mut said = device::connect_packet(
        id,
        &format!("localhost/{id}/?api-version=2021-04-12&DeviceClientType={HOSTILE}"),
    );
    said.extend(device::publish(
        &format!("devices/{id}/messages/events/{HOSTILE}=%1b%5B31m%0aFORGED"),
        HOSTILE,
    ));
    device::say(&mut client, &said);
    let control = find("control").unwrap();
    let control = control.trim_start_matches("http://").to_owned();
    for command in
        ["status", "enrollments", "registrations", "devices", "messages", "ca-certificates", "faults"]
    {
        for json in [true, false] {
            let mut args = vec!["emulator", "--control", &control, command];
            args.extend(json.then_some("--json"));
            run(args);
        }
    }
    for name in [HOSTILE, "MARK%1b"] {
        run(["emulator", "--control", &control, "twin", name]);
        run(["emulator", "--control", &control, "delete", name]);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let log = read();
    assert!(log.contains("MARK"), "{log}");
    assert_plain(&log, "the log of the emulator");
}
