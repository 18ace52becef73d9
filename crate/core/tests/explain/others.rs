//! What other programs write says nothing of a device: `tests/case/others`, a file a kind.
//!
//! Each line is tried alone, as a journal has it, and behind a container's name; each file is tried as a whole.

use std::fs;

use dps_x509_core::{cert::Inputs, explain::Explanation, finding::Place};

use crate::case;

fn told(text: &str) -> Vec<String> {
    let explanation = Explanation::of_text(text.as_bytes(), &Place::default(), &Inputs::default());
    explanation.happenings.iter().map(|it| format!("{} {}", it.finding.code(), it.finding.message)).collect()
}

fn files() -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(case::folder().join("../others"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn what_other_programs_write_gives_no_cause() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (file, text) in files() {
        for line in text.lines().filter(|line| !line.is_empty()) {
            tried += 1;
            let frames = [line.to_owned(), format!("{line}\n{line}\n"), format!("\u{1b}[31m{line}\u{1b}[0m")];
            for framed in frames {
                let told = told(&framed);
                if !told.is_empty() {
                    wrong.push(format!("{file}: {line}\n    {told:?}"));
                    break;
                }
            }
        }
        let whole = told(&text);
        if !whole.is_empty() {
            wrong.push(format!("{file}, as a whole\n    {whole:?}"));
        }
    }
    assert!(tried > 350, "{tried} lines were tried");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_number_of_the_system_is_read_by_no_other_table() {
    let network = ["DX501", "DX502", "DX503", "DX504", "DX513", "DX515"];
    let of_system = |line: &str| {
        told(line)
            .into_iter()
            .filter(|it| !network.iter().any(|code| it.starts_with(code)))
            .collect::<Vec<_>>()
    };
    for number in 1..=133 {
        for line in [format!("connection error: (os error {number})"), format!("(os error {number})")] {
            assert_eq!(of_system(&line), Vec::<String>::new(), "{line}");
        }
    }
    for line in [
        "Failed to send HTTP request (attempt 1 of 2): Connection reset by peer (os error 104)",
        "Get \"ftp://example.com\": unsupported protocol scheme \"ftp\"",
    ] {
        assert_eq!(of_system(line), Vec::<String>::new(), "{line}");
    }
}

/// What fails everywhere, in words that every client has.
const FAILURES: [&str; 5] = [
    "x509: certificate signed by unknown authority",
    "read ECONNRESET",
    "Connection Refused: not authorised.",
    "E (74107) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700",
    "SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca",
];

#[test]
fn what_stands_beside_clients_of_mqtt_is_not_what_their_log_is_about() {
    let rows = include_str!("../../lexicon/subject.txt").split("[theirs aside]\n").nth(1).unwrap();
    for row in rows.lines() {
        for failure in ["certificate verify failed", "read ECONNRESET"] {
            let of =
                |text: &str| Explanation::of_text(text.as_bytes(), &Place::default(), &Inputs::default());
            let theirs = of(&format!("{row}\n{failure}\n"));
            assert!(theirs.happenings.is_empty() && !theirs.elsewhere.is_empty(), "{row}, {failure}");
            let of_client = format!("{row}\n{failure}\nmqtt client stopped\n");
            assert!(!told(&of_client).is_empty(), "{of_client}");
        }
    }
}

#[test]
fn what_fails_at_another_service_is_told_in_one_line() {
    let rows = include_str!("../../lexicon/subject.txt").split("[theirs]\n").nth(1).unwrap();
    let rows = rows.split("[theirs aside]\n").next().unwrap();
    let rows = rows.lines().filter(|row| !row.starts_with("# "));
    let rows: Vec<&str> = rows.map(|row| row.split(" | ").next().unwrap()).collect();
    assert!(rows.len() > 30, "{rows:?}");
    for row in rows {
        for failure in FAILURES {
            for text in [format!("{row}\n{failure}\n"), format!("{failure}\nx {row} y\n")] {
                let of_text = Explanation::of_text(text.as_bytes(), &Place::default(), &Inputs::default());
                assert!(of_text.happenings.is_empty(), "{text}: {:?}", of_text.happenings);
                assert!(!of_text.elsewhere.is_empty(), "{text}");
                let of_azure = format!("{text}x.azure-devices.net\n");
                assert!(!told(&of_azure).is_empty(), "{of_azure}");
            }
        }
    }
}

#[test]
fn the_log_of_a_broker_and_the_host_that_was_dialled_are_no_devices() {
    for text in [
        "1637347475: New connection from 10.0.0.6 on port 8883.\n1637347475: OpenSSL Error[0]: error:14094412:SSL \
         routines:ssl3_read_bytes:sslv3 alert bad certificate\n",
        "Broker URI: ssl://broker.example.com:8883\nconnecting...\nNetwork Error : x509: certificate signed by unknown \
         authority\n",
        "AT+QMTOPEN=0,\"mqtt.example.com\",8883\nOK\n+QMTOPEN: 0,-1\n",
    ] {
        assert_eq!(told(text), Vec::<String>::new(), "{text}");
        assert_ne!(told(&format!("to azure-devices.net\n{text}")), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn an_old_log_that_tells_of_nothing_says_nothing_of_the_clock() {
    for text in [
        "[Thu Jun 27 11:55:44 2013] [core:info] [client 192.0.2.12:46652] AH00128: File does not exist\n",
        "2005-04-14T15:44:27Z dante: password login\n",
        "127.0.0.1 - - [27/Jun/2013:11:55:44 +0000] \"GET / HTTP/1.1\" 200 266\n",
    ] {
        assert_eq!(told(text), Vec::<String>::new(), "{text}");
        let of_device = format!("{text}2005-01-01T00:00:07Z connecting to x.azure-devices.net\n");
        assert!(told(&of_device).iter().any(|it| it.starts_with("DX551")), "{of_device}");
    }
}

/// What fails on any machine, in a line as a system's journal has it.
const BARE: [&str; 8] = [
    "agentd[71]: tcp_connect 1911 connectx to 192.0.2.48:80@0 failed: [50] Network is down",
    "kernel: nfs: server 192.0.2.7 not responding, Connection timed out",
    "ftpd[26463]: getpeername (ftpd): Transport endpoint is not connected",
    "ciod: Error loading /home/a/b: invalid or missing program image, Permission denied",
    "wlan0: connect failed: No route to host",
    "relay[9]: write: Broken pipe",
    "launcher: dial 192.0.2.9 failed: Connection refused",
    "browser.exe - could not connect through proxy 192.0.2.1:5070 - status code 403",
];

/// A long log with these lines in its middle.
fn long(lines: &[&str]) -> String {
    let line =
        |number: usize| format!("Jul  2 14:{:02}:07 host task[{number}]: step {number} is done", number % 60);
    let (before, behind): (Vec<_>, Vec<_>) = ((0..80).map(line).collect(), (80..160).map(line).collect());
    let middle = lines.iter().map(|line| format!("Jul  2 14:41:07 host {line}")).collect();
    [before, middle, behind].concat().join("\n")
}

#[test]
fn a_long_log_that_speaks_of_no_devices_connection_is_told_in_one_line_at_most() {
    for bare in BARE {
        let text = long(&[bare]);
        assert_eq!(told(&text), Vec::<String>::new(), "{bare}");
        // Among as many lines a client that says what it speaks is heard.
        for client in [
            "client[8]: dialling mqtts://gateway:8883",
            "client[8]: device certificate loaded",
            "client[8]: telemetry waits",
        ] {
            let text = long(&[client, "client[8]: connect failed: Connection timed out"]);
            assert_ne!(told(&text), Vec::<String>::new(), "{client}");
        }
        // The names of hosts and functions are none of its words.
        for other in ["a[1]: ssl.example.com:443 close", "a[1]: tcp_tls_session_callback 22"] {
            assert_eq!(told(&long(&[other, bare])), Vec::<String>::new(), "{bare}");
        }
    }
    assert_ne!(told("connect failed: Connection timed out\n"), Vec::<String>::new());
    let again = "Error: connect ECONNREFUSED 127.0.0.1:9\n  errno: -111,\n  code: 'ECONNREFUSED',\n  syscall: 'connect',\n}\nclose\n";
    assert_ne!(told(&again.repeat(12)), Vec::<String>::new());
}
