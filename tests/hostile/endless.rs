//! A file that never ends fills no memory, whatever it is given as.

use std::{ffi::OsStr, process::Command};

use dps_x509_tests::cli::{self, Run};

use crate::desk::Desk;

/// Whatever is not enough for a program that reads to the end, in KiB of address space.
const MEMORY: u32 = 2_000_000;

fn run<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Run {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\"")]).arg(cli::binary()).args(args);
    cli::finish(command)
}

#[test]
fn is_read_as_far_as_a_limit() {
    let desk = Desk::new("localhost");
    let provision = |more: &[&str]| {
        let mut args = desk.flags("provision", "localhost:1");
        args.extend(more.iter().map(|&word| word.to_owned()));
        args
    };
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    let list = desk.file("devices.csv");
    std::fs::write(&list, "registrationId,cert,key\ndevice-1,a.pem,b.pem\n").unwrap();
    let fleet = words(&[
        "fleet",
        "check",
        list.to_str().unwrap(),
        "--id-scope",
        "0ne00111111",
        "--payload",
        "@/dev/zero",
    ]);
    let folder = desk.file("emulator");
    std::fs::create_dir(&folder).unwrap();
    for name in ["root.pem", "root-key.pem", "server-key.pem", "state.json"] {
        std::os::unix::fs::symlink("/dev/zero", folder.join(name)).unwrap();
    }
    for args in [
        words(&["provision", "--config", "/dev/zero"]),
        provision(&["--payload", "@/dev/zero"]),
        provision(&["--csr", "/dev/zero"]),
        words(&["check", "/dev/zero"]),
        words(&["check", desk.device.chain.to_str().unwrap(), "--key", "/dev/zero"]),
        words(&["compare", "/dev/zero", desk.device.chain.to_str().unwrap()]),
        words(&["emulate", "/dev/zero", "--listen", "127.0.0.1:0"]),
        words(&["emulate", "--folder", folder.to_str().unwrap(), "--listen", "127.0.0.1:0"]),
        words(&["fleet", "check", "/dev/zero", "--id-scope", "0ne00111111"]),
        words(&["fleet", "summary", "/dev/zero"]),
        fleet,
    ] {
        let run = run(&args);
        assert!([1, 2].contains(&run.code), "{args:?}: {run:?}");
        assert!(!run.err.contains("panicked") && !run.err.contains("memory allocation"), "{args:?}: {run:?}");
        assert!(run.out.len() + run.err.len() < 100_000, "{args:?}");
    }
}
