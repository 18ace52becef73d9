//! `check --each`: many devices at once.

use std::fs;

use dps_x509_tests::chain::Device;
use serde_json::Value;

use super::Desk;

fn park() -> Desk {
    let desk = Desk::new();
    for name in ["pump-1", "pump-2"] {
        let device = desk.factory.device(name);
        desk.file(&format!("park/{name}/chain.pem"), &device.chain);
        desk.file(&format!("park/{name}/device.key"), &device.key);
    }
    // Beside them a device in two files of one name, one in one file, one with the leaf alone, one with nothing.
    let device = Device::self_signed("valve-1");
    desk.file("park/valve-1.pem", &device.chain);
    desk.file("park/valve-1.key", &device.key);
    desk.file("park/valve-2.pem", Device::self_signed("valve-2").chain);
    desk.file("park/pump-3.pem", desk.factory.device("pump-3").leaf);
    desk.file("park/broken.pem", "-----BEGIN");
    desk.file("park/.hidden", "not a device");
    fs::create_dir(desk.path("park/empty")).unwrap();
    desk
}

#[test]
fn one_line_for_each_device_and_a_summary() {
    let run = park().check("--each park");
    assert_eq!((run.code, run.err.as_str()), (1, ""), "{run:?}");
    let lines: Vec<_> = run.out.lines().take_while(|line| !line.is_empty()).collect();
    let names: Vec<_> = lines.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(names, ["broken", "pump-1", "pump-2", "pump-3", "valve-1", "valve-2"]);
    assert!(lines[0].contains("nothing usable") && lines[1].contains("ready: 1 note"), "{lines:?}");
    assert!(run.out.contains("6 devices: ") && run.out.contains("DX431 leaf-alone"), "{run:?}");
}

#[test]
fn json_is_one_object_a_line() {
    let run = park().check("--each park --format json");
    let objects: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), 7, "{run:?}");
    assert_eq!(objects[1]["device"], "pump-1");
    assert_eq!(objects[1]["verdict"], "ready");
    assert_eq!(objects[1]["report"]["chain"]["leaf"], "CN=pump-1");
    let summary = &objects[6]["summary"];
    assert_eq!((&summary["devices"], &summary["nothingUsable"]), (&6.into(), &1.into()), "{summary:#}");
    let found: u64 =
        summary["findings"].as_array().unwrap().iter().map(|it| it["devices"].as_u64().unwrap()).sum();
    assert!(found >= 2, "{summary:#}");
}

#[test]
fn fixed_files_go_into_a_folder_for_each() {
    let desk = park();
    desk.check("--each park --write-fixed fixed");
    assert!(desk.path("fixed/pump-1/device-full-chain.pem").is_file());
    assert!(desk.path("fixed/valve-2/device-full-chain.pem").is_file());
}

#[test]
fn the_exit_code_is_of_all() {
    let desk = Desk::new();
    desk.file("good/a.pem", fs::read(&desk.device.chain).unwrap());
    assert_eq!(desk.check("--each good").code, 0);
    desk.file("bad/a.pem", "nothing");
    assert_eq!(desk.check("--each bad").code, 2);
    fs::create_dir(desk.path("none")).unwrap();
    assert_eq!(desk.check("--each none").code, 2);
}

#[cfg(unix)]
#[test]
fn names_of_folders_do_not_reach_the_terminal_raw() {
    let desk = Desk::new();
    desk.file("park/\u{1b}[31mpump\r\u{202e}/chain.pem", fs::read(&desk.device.chain).unwrap());
    let run = desk.check("--each park --write-fixed fixed");
    assert!(run.out.contains("pump") && run.err.contains("Wrote fixed/"), "{run:?}");
    assert!(!format!("{}{}", run.out, run.err).contains(['\u{1b}', '\r', '\u{202e}']), "{run:?}");
}
