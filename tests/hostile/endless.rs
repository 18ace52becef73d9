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
        words(&["explain", "/dev/full"]),
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

/// What a list or an emulator's folder leads to is a file, or it is not read: no time limit and no signal ends the opening of a
/// pipe that nobody writes to.
#[cfg(target_os = "linux")]
#[test]
fn nothing_that_is_named_in_a_file_or_kept_in_a_folder_is_waited_for() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let desk = Desk::new("localhost");
    let [chain, key] = [&desk.device.chain, &desk.device.key].map(|path| path.to_str().unwrap());
    let (list, state) = (desk.file("devices.csv"), desk.file("state"));
    let odd = |name: &str, path: &std::path::Path| match name {
        "pipe" => assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
        "zero" => symlink("/dev/zero", path).unwrap(),
        _ => std::fs::File::create(path).unwrap().set_len(1 << 40).unwrap(),
    };
    for name in ["pipe", "zero", "sparse"] {
        odd(name, &desk.file(name));
        for row in [format!("device-1,{name},{key}"), format!("device-1,{chain},{name}")] {
            std::fs::write(&list, format!("registrationId,cert,key\n{row}\n")).unwrap();
            let fleet = |words: &str| {
                let words = words.split(' ').chain(["--id-scope", "0ne00111111"]);
                run(["fleet"].into_iter().chain(words).chain([list.to_str().unwrap()]))
            };
            for words in ["check", "run --check off --endpoint localhost:1 --attempts 1"] {
                let run = fleet(words);
                let told = run.out.contains("no regular file") || run.out.contains("16777216");
                assert!(run.code == 1 && told, "{words}, {row}: {run:?}");
            }
            std::fs::remove_file(desk.file("devices.csv.journal")).unwrap();
        }
        let emulate = || {
            let folder = state.to_str().unwrap();
            run(["emulate", "--folder", folder, "--listen", "127.0.0.1:0", "--until-stdin-ends"])
        };
        assert_eq!(emulate().code, 0);
        // Who can open it can hold it, and nobody could start the emulator.
        let lock = std::fs::metadata(state.join("state.lock")).unwrap();
        assert_eq!(lock.permissions().mode() & 0o777, 0o600);
        let journal = state.join("state.journal");
        std::fs::remove_file(&journal).unwrap();
        odd(name, &journal);
        let run = emulate();
        assert!(run.code == 2 && run.err.contains("state.journal"), "{name}: {run:?}");
        assert!(!run.err.contains("memory allocation"), "{name}: {run:?}");
        std::fs::remove_file(&journal).unwrap();
    }
}

/// A folder is looked at as far as a limit too, whatever is in it: pipes that nobody writes to, what a kernel makes while it is
/// read, links that lead back, folders in folders.
#[cfg(target_os = "linux")]
#[test]
fn nothing_in_a_folder_is_waited_for() {
    let desk = Desk::new("localhost");
    let plant = desk.file("plant");
    let device = plant.join("device-1");
    std::fs::create_dir_all(device.join("a/b/c/d/e/f/g/h/i/j")).unwrap();
    std::fs::copy(&desk.device.chain, device.join("device.pem")).unwrap();
    for folder in [&plant, &device] {
        let made = Command::new("mkfifo").arg(folder.join("pipe.pem")).status();
        assert!(made.unwrap().success());
        std::os::unix::fs::symlink("/dev/zero", folder.join("zero.pem")).unwrap();
        std::os::unix::fs::symlink("/proc/self/smaps", folder.join("kernel.pem")).unwrap();
        std::os::unix::fs::symlink("..", folder.join("above")).unwrap();
        std::os::unix::fs::symlink("itself.pem", folder.join("itself.pem")).unwrap();
        std::fs::File::create(folder.join("sparse.pem")).unwrap().set_len(1 << 40).unwrap();
    }
    let plant = plant.to_str().unwrap();
    for args in [&["check", plant][..], &["check", "--each", plant], &["check", plant, "--format", "json"]] {
        let run = run(args);
        assert!(run.code < 2 && run.out.contains("device-1"), "{args:?}: {run:?}");
        for left_out in ["pipe.pem", "zero.pem", "kernel.pem", "sparse.pem", "itself.pem"] {
            assert!(run.out.contains(left_out), "{left_out}, {args:?}: {run:?}");
        }
    }
}
