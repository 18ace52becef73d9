//! In certificates, their files, and what is written of them.

use std::{ffi::OsString, fs, path::PathBuf};

use super::{HOSTILE, files, name, no_text, run, tells};

#[test]
fn certificates_and_the_names_of_files() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key, root) = files(folder.path());
    let odd = no_text(folder.path());
    for path in &odd {
        fs::copy(&chain, path).unwrap();
    }
    let text = |text: &str| OsString::from(text);
    let path = |path: &PathBuf| path.clone().into_os_string();
    let every = [
        path(&chain),
        text("--key"),
        path(&key),
        text("--group-ca"),
        path(&root),
        text("--trust"),
        path(&root),
    ];
    for format in ["text", "json", "sarif"] {
        for enrollment in ["individual", "group"] {
            let flags =
                ["check", "--format", format, "--enrollment", enrollment, "--registration-id", "device-1"]
                    .map(text);
            tells(&run(flags.into_iter().chain(every.clone())));
        }
        let devices = ["check", "--format", format, "--each"]
            .map(text)
            .into_iter()
            .chain([path(&folder.path().to_owned())]);
        tells(&run(devices));
        tells(&run(["check", "--format", format].map(text).into_iter().chain(odd.iter().map(path))));
        let missing = folder.path().join(format!("missing-{}", name()));
        tells(&run(["check", "--format", format].map(text).into_iter().chain([path(&missing)])));
    }
    let out = folder.path().join(format!("out-{}", name()));
    let fixed = |out: &PathBuf| [text("check"), path(&chain), text("--write-fixed"), path(out)];
    tells(&run(fixed(&out)));
    // It is there now.
    tells(&run(fixed(&out)));
    for format in ["text", "json"] {
        tells(&run([text("compare"), path(&chain), path(&root), text("--format"), text(format)]));
        run([text("compare"), path(&chain), path(&key), text("--format"), text(format)]);
        run([text("compare"), path(&odd[0]), path(&out), text("--format"), text(format)]);
    }
    // What is no certificate at all.
    let noise = folder.path().join("noise.pem");
    for damage in [
        format!("{HOSTILE}\n-----BEGIN {HOSTILE}-----\n{HOSTILE}\n-----END {HOSTILE}-----\n"),
        format!("-----BEGIN CERTIFICATE-----\nMIIB{HOSTILE}AAAA\n-----END CERTIFICATE-----\n"),
        format!("{{\"{HOSTILE}\": \"-----BEGIN CERTIFICATE-----{HOSTILE}\"}}"),
        format!("const char *{HOSTILE} = \"-----BEGIN CERTIFICATE-----\\n{HOSTILE}\";"),
        HOSTILE.to_owned(),
    ] {
        fs::write(&noise, damage).unwrap();
        for format in ["text", "json", "sarif"] {
            run([text("check"), path(&noise), text("--format"), text(format)]);
        }
        run([text("compare"), path(&noise), path(&chain)]);
        run([text("explain"), path(&noise)]);
        run([
            text("provision"),
            text("--id-scope"),
            text("0ne00111111"),
            text("--cert"),
            path(&noise),
            text("--key"),
            path(&noise),
        ]);
    }
}

#[test]
fn configurations_and_test_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key, root) = files(folder.path());
    let text = |text: &str| OsString::from(text);
    let out = folder.path().join(format!("out-{}", name()));
    for json in [true, false] {
        let more: Vec<OsString> = if json { vec![text("--json")] } else { Vec::new() };
        for cert in [&chain, &folder.path().join(name())] {
            let args = [
                text("configure"),
                text("all"),
                text("--id-scope"),
                text("0ne00111111"),
                text("--cert"),
                cert.clone().into(),
                text("--key"),
                key.clone().into(),
                text("--trust"),
                root.clone().into(),
                text("--out"),
                out.clone().into(),
            ];
            run(args.into_iter().chain(more.clone()));
        }
        run([text("configure"), text(HOSTILE), text("--out"), out.clone().into()]
            .into_iter()
            .chain(more.clone()));
        for id in [HOSTILE, "device-1"] {
            let made = folder.path().join(format!("made-{json}-{}", name()));
            let args = [
                text("generate"),
                text("chain"),
                text("--registration-id"),
                text(id),
                text("--out"),
                made.into(),
            ];
            run(args.into_iter().chain(more.clone()));
        }
        let args = [
            text("generate"),
            text("device"),
            text("--registration-id"),
            text("device-1"),
            text("--ca"),
            root.clone().into(),
            text("--ca-key"),
            key.clone().into(),
            text("--out"),
            folder.path().join("device").into(),
        ];
        run(args.into_iter().chain(more));
    }
}
