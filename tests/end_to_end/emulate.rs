//! `dps-x509 emulate`: its example, its folder, its end.

use std::{
    fs,
    io::BufRead as _,
    process::{Command, Stdio},
};

use dps_x509_tests::{cli, loopback::own_address};

use crate::stand::Stand;

#[test]
fn the_example_and_the_root_stay_between_starts() {
    let first = Stand::start();
    let read = |stand: &Stand| {
        ["root.pem", "device-1-key.pem", "device-1-full-chain.pem", "enrollments.toml"]
            .map(|name| fs::read_to_string(stand.file(name)).unwrap())
    };
    let before = read(&first);
    let (_, folder) = first.stop("-INT");
    let second = Stand::start_in(folder, &[]);
    assert_eq!(read(&second), before);
    assert_eq!(second.args().run().code, 0);
}

#[test]
fn ctrl_c_and_sigterm_end_it_with_0() {
    for signal in ["-INT", "-TERM"] {
        assert_eq!(Stand::start().stop(signal).0, Some(0), "{signal}");
    }
}

#[test]
fn events_are_json_lines() {
    let mut stand = Stand::start();
    assert_eq!(stand.args().run().code, 0);
    let mut seen = Vec::new();
    while !seen.iter().any(|event| event == "closed") {
        seen.push(stand.next_event()["event"].as_str().unwrap().to_owned());
    }
    for expected in ["opened", "tls-done", "received", "sent", "decided"] {
        assert!(seen.iter().any(|event| event == expected), "{expected}: {seen:?}");
    }
}

#[test]
#[cfg(unix)]
fn sighup_reads_the_enrollments_again_and_a_mistake_leaves_the_old_ones() {
    let mut stand = Stand::start();
    let file = stand.file("enrollments.toml");
    let text = fs::read_to_string(&file).unwrap();
    for (new, event, code) in [
        (format!("{text}enabled = false\n"), "configured", 1),
        ("nonsense = 1\n".to_owned(), "configuration-refused", 1),
        (text.clone(), "configured", 0),
    ] {
        fs::write(&file, new).unwrap();
        stand.signal("-HUP");
        while stand.next_event()["event"] != event {}
        let run = stand.args().run_once();
        assert_eq!(run.code, code, "{event}: {run:?}");
    }
}

#[test]
fn a_second_address_and_the_control_interface_are_in_the_ready_line() {
    let folder = tempfile::tempdir().unwrap();
    let stand = Stand::start_in(folder, &["--also-listen", "127.0.0.1:0", "--control", "127.0.0.1:0"]);
    let second = stand.text("/endpoints/1").to_owned();
    assert_ne!(second, stand.text("/endpoint"));
    let run = stand.args().with("--endpoint", &second).run();
    assert_eq!(run.code, 0, "{run:?}");
    std::net::TcpStream::connect(stand.text("/control")).unwrap();
}

#[test]
fn the_hub_of_the_example_is_where_it_listens() {
    let (own, folder) = (own_address().to_string(), tempfile::tempdir().unwrap());
    let emulate = |listen: &str| {
        let folder = folder.path().to_str().unwrap();
        cli::run(["emulate", "--listen", listen, "--folder", folder, "--json", "--until-stdin-ends"])
    };
    let run = emulate(&format!("{own}:0"));
    let ready: serde_json::Value = serde_json::from_str(run.out.lines().next().unwrap()).unwrap();
    assert_eq!((run.code, &ready["hubs"]), (0, &serde_json::json!([own])), "{run:?}");
    assert_eq!(run.err, "");
    // The example stays, and now it listens elsewhere.
    let moved = emulate("127.0.0.1:0");
    assert!(moved.err.contains(&format!("the hub {own} does not lead devices here")), "{moved:?}");
    assert!(moved.err.contains("hubs = [\"127.0.0.1\"]"), "{moved:?}");
}

#[test]
#[cfg(unix)]
fn keys_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let stand = Stand::start();
    for name in ["root-key.pem", "device-1-key.pem"] {
        let mode = fs::metadata(stand.file(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} has mode {mode:o}");
    }
}

#[test]
fn the_command_to_try_works() {
    let mut command = Command::new(cli::binary());
    command.args(["emulate", "--listen", "127.0.0.1:0"]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let line =
        lines.by_ref().take(20).find(|line| line.trim_start().starts_with("dps-x509 provision ")).unwrap();
    let run = cli::run(line.split_whitespace().skip(1));
    child.kill().unwrap();
    child.wait().unwrap();
    // Kept open until here: the emulator stops when nobody reads what it says.
    drop(lines);
    assert_eq!(run.code, 0, "{line}: {run:?}");
}

#[test]
fn what_cannot_be_used_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("enrollments.toml");
    fs::write(&file, "id-scope = \"0ne1\"\n[[group]]\nname = \"g\"\ncertificate = \"nowhere.pem\"\n")
        .unwrap();
    let path = file.to_str().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (args, words) in [
        (vec!["emulate", "/nowhere.toml"], "/nowhere.toml"),
        (vec!["emulate", path], "nowhere.pem"),
        (vec!["emulate", "--listen", &address], "; --listen 127.0.0.1:0 takes a free port"),
        (
            vec!["emulate", "--listen", "0", "--control", &address],
            "; --control 127.0.0.1:0 takes a free port",
        ),
        (vec!["emulate", "--listen", "0", "--also-listen", &address], "; --also-listen 127.0.0.1:0 takes"),
        (vec!["emulate", "--listen", "192.0.2.1:0"], "192.0.2.1:0: "),
        (vec!["emulate", "--listen", "elsewhere"], "elsewhere"),
    ] {
        let run = cli::run(&args);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.err.contains(words) && !run.err.contains("panicked"), "{run:?}");
    }
}
