//! The examples of the emulator's documentation, as they are printed there.

use std::{env, path::PathBuf, process::Command, thread};

use dps_x509_tests::{
    cli,
    environment::{npm_project, program, python, root},
};

fn example(name: &str) -> PathBuf {
    root().join("crate/emulator/example").join(name)
}

#[test]
fn the_shell_script() {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(cli::binary().parent().unwrap().to_owned()).chain(env::split_paths(&path));
    let mut command = Command::new(program("sh"));
    command.arg(example("ci.sh")).env("PATH", env::join_paths(folders).unwrap());
    let run = cli::finish(command);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.out.matches("hub        localhost").count(), 2, "{run:?}");
    assert!(run.out.contains("The emulator stops."), "{run:?}");
}

#[test]
fn the_pytest_fixture() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(python("pytest"));
    command.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]).arg(example("test_device.py"));
    command.current_dir(folder.path()).env("DPS_X509", cli::binary()).env("PYTHONDONTWRITEBYTECODE", "1");
    let run = cli::finish(command);
    assert!(run.code == 0 && run.out.contains("2 passed"), "{run:?}");
}

/// Two processes at the same time, as a test runner starts them.
#[test]
fn the_pytest_fixture_with_the_sdk_twice_at_once() {
    let start = || {
        let mut command = Command::new(python("azure-iot-device"));
        command.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]).arg(example("test_sdk.py"));
        command.env("DPS_X509", cli::binary()).env("PYTHONDONTWRITEBYTECODE", "1");
        thread::spawn(|| cli::finish(command))
    };
    for run in [start(), start()] {
        let run = run.join().unwrap();
        assert!(run.code == 0 && run.out.contains("1 passed"), "{run:?}");
    }
}

#[test]
fn the_test_with_the_node_sdk() {
    let mut command = Command::new(program("node"));
    command.args(["--test", "--test-reporter", "tap"]).arg(example("sdk.test.js"));
    command.env("DPS_X509", cli::binary());
    command.env("NODE_PATH", npm_project("azure-iot-device").join("node_modules"));
    let run = cli::finish(command);
    assert!(run.code == 0 && run.out.contains("\n# pass 1\n"), "{run:?}");
}
