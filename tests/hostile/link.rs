//! Links that others have put into a folder lead nothing out of it.

use std::{fs, os::unix::fs::symlink};

use dps_x509_tests::cli;

use crate::desk::Desk;

#[test]
fn nothing_is_written_through_a_link_in_the_folder() {
    let desk = Desk::new("localhost");
    let (chain, key) = (desk.device.chain.to_str().unwrap(), desk.device.key.to_str().unwrap());
    let plant = desk.file("plant");
    for device in ["one", "two"] {
        fs::create_dir_all(plant.join(device)).unwrap();
        fs::copy(chain, plant.join(device).join("device.pem")).unwrap();
    }
    let (plant, out, elsewhere) = (plant.to_str().unwrap(), desk.file("out"), desk.file("elsewhere"));
    fs::create_dir(&elsewhere).unwrap();
    let out_path = out.to_str().unwrap();
    let configure = |more: &[&'static str]| {
        let mut args =
            vec!["configure", "mosquitto", "--id-scope", "0ne00111111", "--cert", chain, "--key", key];
        args.extend(more);
        args.extend(["--out", out_path]);
        args.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    for (link, args) in [
        ("mosquitto", configure(&[])),
        (
            "devices",
            words(&["generate", "chain", "--registration-id", "a", "--count", "2", "--out", out_path]),
        ),
        ("two", words(&["check", "--each", plant, "--write-fixed", out_path])),
    ] {
        fs::create_dir(&out).unwrap();
        symlink(&elsewhere, out.join(link)).unwrap();
        let run = cli::run(&args);
        assert!(run.code != 0 && run.err.contains(link), "{args:?}: {run:?}");
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0, "{args:?}: {run:?}");
        assert!(out.join(link).is_symlink(), "{args:?}");
        // The folder itself may be a link: its user has said so.
        fs::remove_dir_all(&out).unwrap();
        symlink(&elsewhere, &out).unwrap();
        let run = cli::run(&args);
        assert!(fs::read_dir(&elsewhere).unwrap().count() > 0, "{args:?}: {run:?}");
        fs::remove_file(&out).unwrap();
        fs::remove_dir_all(&elsewhere).unwrap();
        fs::create_dir(&elsewhere).unwrap();
    }
}
