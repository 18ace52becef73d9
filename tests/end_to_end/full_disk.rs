//! A disk that is full, and then is not: here a limit on the length of files, which the emulator meets while it runs, and
//! a fleet's journal at its first line.

use std::{fs, process::Command};

use dps_x509_tests::{
    cli::{self, Run},
    environment::program,
};

use crate::stand::Stand;

fn ask(stand: &Stand, words: &[&str]) -> Run {
    cli::run(["emulator", "--json", "--control", stand.text("/control")].iter().chain(words))
}

#[test]
fn it_is_said_each_time_and_gone_on_from() {
    // 32 KiB for each file; a write beyond fails, and the signal that would end the process is ignored.
    let wrapper = ["sh", "-c", "trap '' XFSZ; ulimit -S -f 64; exec \"$0\" \"$@\""];
    let stand = Stand::start_under(&wrapper, &["--control", "0", "--quiet"]);
    assert_eq!(stand.args().run().code, 0);
    let body = "x".repeat(10_000);
    let mut kept = 0;
    let refused = loop {
        let run = ask(&stand, &["message", "device-1", &body]);
        if run.code != 0 {
            break run;
        }
        kept += 1;
        assert!(kept < 20, "the disk is never full");
    };
    assert!(refused.code == 1 && refused.out.contains("the state cannot be written"), "{refused:?}");
    let status = ask(&stand, &["status"]).json();
    assert!(status["stateFailure"].as_str().unwrap().contains("state.journal"), "{status}");

    let room = Command::new(program("prlimit")).args(["--fsize=unlimited", "--pid", &stand.id()]).status();
    assert!(room.unwrap().success());
    let run = ask(&stand, &["message", "device-1", "small"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(ask(&stand, &["status"]).json()["stateFailure"].is_null());
    assert_eq!(stand.args().run().code, 0);
    // What was acknowledged is there after a kill; what was not may be.
    stand.signal("-KILL");
    let (_, folder) = stand.wait();
    let stand = Stand::start_in(folder, &["--control", "0", "--quiet"]);
    let devices = ask(&stand, &["devices"]).json();
    assert!(devices[0]["waitingMessages"].as_u64().unwrap() > kept, "{devices}");
}

#[test]
fn a_journal_that_cannot_be_begun_is_not_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list.csv"), "id\nsensor-1\n").unwrap();
    let journal = folder.path().join("list.csv.journal");
    let run = || {
        let mut command = Command::new(program("sh"));
        command.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""]).arg(cli::binary());
        command.args(["fleet", "run", "list.csv", "--id-scope", "0ne00111111", "--check", "off"]);
        command.args(["--cert", "c.pem", "--key", "k.pem"]).current_dir(folder.path());
        cli::finish(command)
    };
    let refused = run();
    assert!(refused.code == 2 && refused.err.contains("list.csv.journal"), "{refused:?}");
    assert!(!journal.exists());
    // What was there before is somebody's.
    fs::write(&journal, "").unwrap();
    assert_eq!(run().code, 2);
    assert!(journal.exists());
}
