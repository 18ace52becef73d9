//! In settings and arguments.

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt as _};

use super::{HOSTILE, name, run};

#[test]
fn settings_and_arguments() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("{}.toml", name()));
    let quoted = serde_json::Value::from(HOSTILE.replace('\u{7f}', "")).to_string();
    for text in [
        format!("{quoted} = 1\n"),
        format!("cloud = {quoted}\n"),
        format!("timeout = {quoted}\n"),
        format!("transport = {quoted}\n"),
        format!("endpoint = {quoted}\n"),
        format!("id-scope = {quoted}\nregistration-id = {quoted}\ncert = {quoted}\nkey = {quoted}\n"),
        format!("connect-to = [{quoted}]\n"),
        format!("proxy = {quoted}\n"),
        HOSTILE.to_owned(),
    ] {
        fs::write(&file, text).unwrap();
        for more in [&[][..], &["--json"]] {
            run([OsStr::new("provision"), "--config".as_ref(), file.as_os_str()]
                .into_iter()
                .chain(more.iter().map(|it| OsStr::new(*it))));
        }
        let emulate =
            run([OsStr::new("emulate"), file.as_os_str(), "--listen".as_ref(), "127.0.0.1:0".as_ref()]);
        assert_eq!(emulate.code, 2);
    }
    for enrollments in [
        format!("id-scope = \"0ne00111111\"\n[[individual]]\nregistration-id = {quoted}\n"),
        format!(
            "id-scope = \"0ne00111111\"\n[[individual]]\nregistration-id = \"a\"\ncertificate = {quoted}\n"
        ),
        format!("id-scope = \"0ne00111111\"\nhubs = [{quoted}]\n"),
        format!("id-scope = \"0ne00111111\"\nscenarios = [{quoted}]\n"),
        format!("id-scope = \"0ne00111111\"\n[[group]]\nname = {quoted}\n"),
    ] {
        fs::write(&file, enrollments).unwrap();
        assert_eq!(
            run([OsStr::new("emulate"), file.as_os_str(), "--listen".as_ref(), "127.0.0.1:0".as_ref()]).code,
            2
        );
    }
    for command in [
        "check",
        "explain",
        "compare",
        "configure",
        "generate",
        "probe",
        "provision",
        "emulate",
        "emulator",
        HOSTILE,
    ] {
        run([command, &format!("--{HOSTILE}")]);
        run([command, HOSTILE, HOSTILE, HOSTILE]);
        for flag in [
            "--at",
            "--cloud",
            "--endpoint",
            "--registration-id",
            "--enrollment",
            "--listen",
            "--control",
            "--proxy",
            "--connect-to",
            "--timeout",
        ] {
            run([command, flag, HOSTILE]);
        }
    }
    // An argument that is no text.
    run([OsStr::new("check"), OsStr::from_bytes(b"--\xff\x1b[31m")]);
}
