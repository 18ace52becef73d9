//! A key's text in the place of a name: `--key "$KEY"`, a list of devices with a key in a cell.

use std::fs;

use dps_x509_tests::cli;

use super::Secrets;
use crate::desk::Desk;

#[test]
fn a_key_in_the_place_of_a_name_is_not_told() {
    let desk = Desk::new("localhost");
    let key = fs::read_to_string(&desk.device.key).unwrap();
    let secrets = Secrets::new(&key);
    let run = |args: &[&str]| secrets.assert_not_told(&cli::run(args), &args.join(" "));
    let path = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    let (chain, file) = (path(&desk.device.chain), path(&desk.device.key));
    // With its lines as they are, and as shells and settings put it into one.
    for key in [key.clone(), key.replace('\n', " "), key.replace('\n', "\\n")] {
        for flag in
            ["--key", "--trust", "--key-passphrase-file", "--registration-id", "--endpoint", "--no-such-flag"]
        {
            for command in ["provision", "check", "configure"] {
                run(&[command, &format!("{flag}={key}"), "--id-scope", "0ne00111111", "--cert", &chain]);
            }
        }
        run(&["check", &key]);
        run(&["check", &chain, "--format", "json", "--key", &format!("./{key}")]);
        run(&["explain", "--with", &key]);
        run(&["compare", &format!("a{key}"), &format!("b{key}")]);
        run(&["emulate", &format!("a{key}")]);
        run(&[&key]);
    }
    let list = desk.file("list.csv");
    let rows = format!("\"{key}\",{chain},{file}\na,{chain},\"{key}\"\nb,\"{key}\",{file}\n");
    fs::write(&list, format!("id,cert,key\n{rows}")).unwrap();
    let (list, journal) = (path(&list), path(&desk.file("journal")));
    for more in [&["--json"][..], &[]] {
        let flags = ["--id-scope", "0ne00111111"];
        run(&[&["fleet", "check", &list], &flags[..], more].concat());
        let dialled = ["--check", "off", "--rate", "none", "--timeout", "1s", "--endpoint", "localhost:1"];
        run(&[&["fleet", "run", &list, "--journal", &journal], &flags[..], &dialled, more].concat());
    }
    for format in ["text", "csv", "json"] {
        run(&["fleet", "results", &journal, "--format", format]);
        run(&["fleet", "summary", &journal, "--format", format]);
    }
}
