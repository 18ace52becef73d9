//! A key's text in the place of a name: `--key "$KEY"`, a list of devices with a key in a cell. A PIN in what is not quite the
//! URI of a key in a token.

use std::fs;

use dps_x509_tests::cli;

use super::{PASSWORD, PIN, Secrets};
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

/// A connection string, a token and an address, whole, where a name belongs.
#[test]
fn what_holds_a_secret_in_the_place_of_a_name_is_not_told() {
    const KEY: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjR+eJA=";
    let desk = Desk::new("localhost");
    let [chain, file] = [&desk.device.chain, &desk.device.key].map(|path| path.to_str().unwrap().to_owned());
    let signature = KEY.replace('+', "%2B").replace('=', "%3D");
    let list = desk.file("list.csv");
    for (given, secret, is_in_lists) in [
        (format!("HostName=h;DeviceId=d;SharedAccessKey={KEY}"), KEY, true),
        (format!("SharedAccessSignature sr=x&sig={signature}&se=1"), &signature, true),
        (format!("https://user:{PASSWORD}@example.org/x"), PASSWORD, false),
    ] {
        let told = |args: &[&str]| {
            let run = cli::run(args);
            // What follows is escaped in URIs.
            let secret = secret.get(..30).unwrap_or(secret);
            assert!(!run.out.contains(secret) && !run.err.contains(secret), "{args:?}: {run:?}");
        };
        for flag in ["--key", "--cert", "--trust", "--key-passphrase-file", "--id-scope", "--registration-id"]
        {
            for command in ["provision", "probe", "configure"] {
                for more in [&["--json"][..], &[]] {
                    told(&[&[command, &format!("{flag}={given}")][..], more].concat());
                }
            }
        }
        for args in [
            &["check", &given][..],
            &["check", &chain, "--format", "sarif", "--key", &given],
            &["compare", &chain, &given],
            &["explain", "401002", "--with", &given],
            &["generate", "device", "--registration-id", "a", "--ca", &chain, "--ca-key", &given],
            &["emulate", &given],
            &["emulator", "--token", &given, "status"],
            &["fleet", "check", &given],
            &["fleet", "summary", &given],
        ] {
            told(args);
        }
        if is_in_lists {
            fs::write(
                &list,
                format!(
                    "id,cert,key\na,\"{given}\",{file}\nb,{chain},\"{given}\"\n\"{given}\",{chain},{file}\n"
                ),
            )
            .unwrap();
            told(&["fleet", "check", list.to_str().unwrap(), "--id-scope", "0ne00111111"]);
        }
    }
}

#[test]
fn a_pin_in_a_uri_that_is_wrong_is_not_told() {
    let desk = Desk::new("localhost");
    let secrets = Secrets::new(&fs::read_to_string(&desk.device.key).unwrap());
    let chain = desk.device.chain.to_str().unwrap().to_owned();
    let list = desk.file("list.csv");
    let list_path = list.to_str().unwrap().to_owned();
    for (before, behind) in [
        ("pkcs11:object=a?pin-value:", ""),
        ("pkcs11:object=a?pin-value%3D", ""),
        ("pkcs11:object=a;pin-value=", ""),
        ("pkcs11:object=a?", ""),
        ("pkcs11:object=a;", "?x=1"),
        ("pkcs11:object=a?pin-value=", "%zz"),
        ("pkcs11:object=a?pin-value=", "&pin-source=x"),
        (" pkcs11:object=a?pin-value=", ""),
        ("pkcs11 :object=a?PIN-VALUE=", "&x=1"),
        ("'pkcs11:object=a?pin-value=", "'"),
        ("./pkcs11:object=a?module-path=/x.so&pin-value=", ""),
    ] {
        let key = format!("{before}{PIN}{behind}");
        for more in [&[][..], &["--format", "json"], &["--format", "sarif"]] {
            let args = [&["check", &chain, "--key", &key][..], more].concat();
            secrets.assert_not_told(&cli::run(&args), &args.join(" "));
        }
        for args in [
            &["provision", "--id-scope", "0ne00111111", "--cert", &chain, "--key", &key][..],
            &["provision", "--json", "--id-scope", "0ne00111111", "--cert", &chain, "--key", &key],
            &["probe", "--id-scope", "0ne00111111", "--cert", &chain, "--key", &key],
            &["configure", "all", "--id-scope", "0ne00111111", "--cert", &chain, "--key", &key],
        ] {
            let run = cli::run(args);
            secrets.assert_not_told(&run, &args.join(" "));
            assert_ne!(run.code, 0, "{args:?}: {run:?}");
        }
        // It takes files alone: of what has no name in it nothing tells that it is a PIN.
        if key.to_ascii_lowercase().contains("pin-value") {
            secrets.assert_not_told(&cli::run(["compare", &chain, &key]), &format!("compare with {key}"));
        }
        fs::write(&list, format!("id,cert,key\na,{chain},\"{key}\"\n")).unwrap();
        let args = ["fleet", "check", &list_path, "--id-scope", "0ne00111111"];
        secrets.assert_not_told(&cli::run(args), &format!("fleet check with {key}"));
    }
}
