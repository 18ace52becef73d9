//! What a process shows of itself while it has a secret: its arguments, the files that it leaves, its memory after a crash.

#![cfg(target_os = "linux")]

use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Command, Stdio},
};

use dps_x509_tests::{
    cli,
    peer::{Misdeed, Peer, Until},
    proxy::{Conduct, Proxy},
};

use super::{Keys, PASSWORD, Secrets, below};
use crate::desk::Desk;

/// While it runs, any user may look at its arguments; who looks at the files that it leaves finds the keys that were made, and
/// nothing more.
#[test]
fn no_process_list_and_no_leftover_has_a_secret() {
    let desk = Desk::new("localhost");
    let secrets = Secrets::new(&fs::read_to_string(&desk.device.key).unwrap());
    let keys = Keys::new(&desk);
    let hangs = Peer::start(Until::Tls, Misdeed::Hang, &desk.certificate, &desk.key);
    let proxy = Proxy::start(Conduct::Open);
    let url = desk.file("proxy");
    fs::write(&url, format!("http://user:{PASSWORD}@{}", proxy.address)).unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let mut args = desk.flags("provision", &format!("localhost:{}", hangs.address.port()));
    let at = args.iter().position(|word| word == "--key").unwrap();
    args[at + 1] = keys.encrypted.to_str().unwrap().to_owned();
    args.extend(["--key-passphrase-file", keys.passphrase.to_str().unwrap()].map(str::to_owned));
    args.extend(["--proxy".to_owned(), format!("@{}", url.display())]);
    let mut child = Command::new(cli::binary())
        .args(&args)
        .env("TMPDIR", temporary.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    hangs.wait_until_misdeed();
    let arguments = fs::read(format!("/proc/{}/cmdline", child.id())).unwrap();
    secrets.assert_not_in(&arguments, "the process list");
    cli::wait(&mut child, "provision");
    for path in below(temporary.path()) {
        secrets.assert_not_in(&fs::read(&path).unwrap(), &path.display().to_string());
    }
    // On the command line it cannot be helped, and is told.
    let mut open = desk.flags("provision", &format!("localhost:{}", hangs.address.port()));
    open.extend(["--proxy".to_owned(), format!("http://user:{PASSWORD}@{}", proxy.address)]);
    let run = cli::run(&open);
    assert!(run.err.contains("list of processes") && run.err.contains("--proxy @FILE"), "{run:?}");
    secrets.assert_not_told(&run, "a password among the arguments");
}

/// A crash leaves no core dump, which would have the key in it: what keeps it from that keeps other processes of its user from its
/// memory, too (PR_SET_DUMPABLE). A shell's does, so that the system is one that dumps.
#[test]
fn a_crash_leaves_no_memory_behind() {
    let desk = Desk::new("localhost");
    let hangs = Peer::start(Until::Tls, Misdeed::Hang, &desk.certificate, &desk.key);
    let is_dumped = |program: &Path, args: &[String], crash: &dyn Fn(u32)| {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new("sh")
            .args(["-c", "ulimit -c \"$(ulimit -H -c)\"; exec \"$0\" \"$@\""])
            .arg(program)
            .args(args)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        crash(child.id());
        let status = cli::wait(&mut child, "what crashed");
        assert_eq!(status.signal(), Some(6), "{}: {status}", program.display());
        status.core_dumped()
    };
    let args = desk.flags("provision", &format!("localhost:{}", hangs.address.port()));
    let with_key_in_hand = |pid: u32| {
        hangs.wait_until_misdeed();
        let killed = Command::new("sh").args(["-c", &format!("kill -s ABRT {pid}")]).status().unwrap();
        assert!(killed.success(), "{killed}");
    };
    assert!(!is_dumped(&cli::binary(), &args, &with_key_in_hand), "it left a core dump");
    let itself = ["-c", "kill -s ABRT $$"].map(str::to_owned);
    let can_dump = is_dumped(Path::new("sh"), &itself, &|_| {});
    assert!(can_dump, "this system dumps no core of anybody: its hard limit (ulimit -H -c) has to allow it");
}
