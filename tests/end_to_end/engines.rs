//! Everything that the emulator's scenarios do wrong, natively and through the component: transcript, outcome, findings
//! and exit code are the same. Every other run of `provision` in these tests is made through both engines as well, by
//! `Args::run`; here each engine meets an emulator of its own, whose faults happen once.

use std::{collections::VecDeque, sync::Mutex, thread};

use dps_x509_emulator::fault::Scenario;
use dps_x509_tests::{chain::Device, cli::Run, same};

use crate::stand::{Args, Stand};

/// Silence costs half a minute each time, which is jumped over in `tests/fault` and not here.
const TOO_LONG: [&str; 1] = ["lost-answers"];

#[test]
fn every_scenario_is_the_same_conversation() {
    let names = Scenario::ALL.iter().map(|scenario| scenario.name).filter(|name| !TOO_LONG.contains(name));
    let work: VecDeque<_> =
        names.flat_map(|name| ["mqtt", "websocket"].map(|transport| (name, transport))).collect();
    assert!(work.len() > 20);
    let work = Mutex::new(work);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let next = work.lock().unwrap().pop_front();
                    let Some((name, transport)) = next else { return };
                    let natively = run(name, transport, false);
                    let through = run(name, transport, true);
                    assert!(natively.json()["transcript"].as_array().unwrap().len() > 1, "{natively:?}");
                    same::assert_same(&natively, &through, &format!("{name} over {transport}"));
                }
            });
        }
    });
}

/// One device at one emulator.
fn run(scenario: &str, transport: &str, is_guest: bool) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let device = Device::self_signed("device-1").write(folder.path(), "device");
    let enrollments = folder.path().join("enrollments.toml");
    let text = format!(
        "id-scope = \"0ne00111111\"\nscenarios = [\"{scenario}\"]\nassigning-polls = 1\nretry-after = 1\n\
         [[individual]]\nregistration-id = \"device-1\"\ncertificate = \"device-leaf.pem\"\n"
    );
    std::fs::write(&enrollments, text).unwrap();
    let stand = Stand::start_in(folder, &[enrollments.to_str().unwrap()]);
    // Under a name and port that are the same for every emulator.
    let (_, own) = stand.text("/endpoint").rsplit_once(':').unwrap();
    let args = Args::new()
        .with("--id-scope", "0ne00111111")
        .with("--endpoint", "localhost:8883")
        .with("--connect-to", format!("localhost:8883:127.0.0.1:{own}"))
        .with("--transport", transport)
        .with("--cert", &device.chain)
        .with("--key", &device.key)
        .with("--trust", stand.text("/root"))
        .flag("--json")
        .flag("--trace");
    let mut run = if is_guest { args.flag("--component").run_once() } else { args.run_once() };
    for stream in [&mut run.out, &mut run.err] {
        *stream = stream
            .replace(&format!(":{own}"), ":PORT")
            .replace(stand.folder.path().to_str().unwrap(), "FOLDER");
    }
    run
}
