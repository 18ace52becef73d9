//! In logs.

use std::{
    ffi::{OsStr, OsString},
    fs,
};

use super::{HOSTILE, files, name, no_text, run};

#[test]
fn logs() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, ..) = files(folder.path());
    let log = folder.path().join(format!("{}.log", name()));
    let lines = [
        format!("$dps/registrations/res/401/?$rid=1 {{\"errorCode\":401002,\"trackingId\":\"{HOSTILE}\",\"message\":\"{HOSTILE}\"}}"),
        "{\"errorCode\":401002,\\\"trackingId\\\":\\\"\\u001b]0;x\\u0007\\nFORGED\\\"}".to_owned(),
        format!("{{\"status\":\"assigned\",\"registrationState\":{{\"assignedHub\":\"{HOSTILE}\",\"deviceId\":\"{HOSTILE}\"}}}}"),
        r#"{"status":"assigned","registrationState":{"assignedHub":"\u001b[31m\u202e\nFORGED","deviceId":"\udc00\u009b"}}"#.to_owned(),
        format!("SSL alert number 48 {HOSTILE} unknown ca"),
        format!("{HOSTILE} rc=5 Not authorized {HOSTILE}"),
        format!("0ne00111111/registrations/{HOSTILE}/api-version=2019-03-31"),
        format!("HostName={HOSTILE}.azure-devices.net;DeviceId={HOSTILE};SharedAccessKey={HOSTILE}"),
        format!("getaddrinfo ENOTFOUND {HOSTILE}"),
    ];
    for line in &lines {
        fs::write(&log, line).unwrap();
        for json in [true, false] {
            let mut args =
                vec![OsString::from("explain"), log.clone().into(), "--with".into(), chain.clone().into()];
            args.extend(json.then(|| OsString::from("--json")));
            run(args);
        }
    }
    fs::write(&log, lines.join("\n")).unwrap();
    run([OsStr::new("explain"), log.as_os_str()]);
    run(["explain", HOSTILE]);
    run([OsStr::new("explain"), no_text(folder.path())[0].as_os_str()]);
}
