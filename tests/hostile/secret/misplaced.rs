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
    let bare: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    // With its lines as they are, and as shells and settings put it into one; without the first and the last, in one.
    for key in [key.clone(), key.replace('\n', " "), key.replace('\n', "\\n"), bare.clone()] {
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
    let rows = |key: &str| format!("\"{key}\",{chain},{file}\na,{chain},\"{key}\"\nb,\"{key}\",{file}\n");
    fs::write(&list, format!("id,cert,key\n{}{}", rows(&key), rows(&bare))).unwrap();
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

/// Whatever takes one of a few words, or a number, refuses a key without repeating it, armoured or not.
#[test]
fn a_key_in_the_place_of_a_word_is_not_told() {
    let desk = Desk::new("localhost");
    let key = fs::read_to_string(&desk.device.key).unwrap();
    let secrets = Secrets::new(&key);
    let chain = desk.device.chain.to_str().unwrap().to_owned();
    let bare: String = key.lines().filter(|line| !line.starts_with('-')).collect();
    let scope = ["--id-scope", "0ne00111111", "--cert", &chain];
    let situation = ["--enrollment", "--cloud", "--at"];
    let dialling =
        ["--transport", "--api-version", "--timeout", "--keep-alive", "--qos", "--endpoint", "--connect-to"];
    let pace = ["--rate", "--check", "--shard", "--deadline", "--concurrency"];
    let commands: [(&[&str], &[&[&str]]); 9] = [
        (&["check", &chain], &[&situation, &["--format", "--fail-on", "--expires-within", "--allow"]]),
        (&["explain", "401002"], &[&situation]),
        (&["compare", &chain, &chain], &[&["--enrollment", "--format", "--at"]]),
        (&["configure", "all"], &[&situation, &["--transport", "--endpoint"]]),
        (&["generate", "chain"], &[&["--key-type", "--count", "--days"]]),
        (&["provision"], &[&dialling, &["--cloud"]]),
        (&["probe"], &[&dialling, &["--cloud"]]),
        (&["emulate"], &[&["--listen", "--control"]]),
        (&["fleet", "run", "list.csv"], &[&dialling, &pace]),
    ];
    let mut refused = 0;
    for key in [key.as_str(), &key.replace('\n', " "), &bare] {
        for (command, flags) in commands {
            for flag in flags.iter().copied().flatten() {
                let given = format!("{flag}={key}");
                let takes_scope = matches!(command[0], "configure" | "provision" | "probe");
                let more = if takes_scope { &scope[..] } else { &[] };
                let run = cli::run([command, &[given.as_str()], more].concat());
                secrets.assert_not_told(&run, &format!("{command:?} {flag}"));
                assert_ne!(run.code, 0, "{command:?} {flag}: {run:?}");
                refused += usize::from(run.err.contains("characters)"));
            }
        }
        for words in [&["generate", key][..], &["completions", key], &["fleet", key]] {
            secrets.assert_not_told(&cli::run(words), words[0]);
        }
    }
    assert!(refused > 60, "only {refused} times a length in the place of the text");
}
