//! What is for the service: the enrollment by REST, at the emulator's own service API. A device is refused before, and gets through
//! with it.

use std::{fs, process::Command};

use dps_x509_emulator::Enrollments;
use dps_x509_tests::{
    cli::{self, Run},
    environment::program,
};

use super::Written;
use crate::stand::{Stand, run};

/// A token of the service, as its documents make one of a key.
const TOKEN: &str = "\
import base64, hashlib, hmac, sys, time, urllib.parse
parts = dict(part.split('=', 1) for part in sys.argv[1].split(';'))
host, expiry = parts['HostName'], int(time.time()) + 600
signed = f'{urllib.parse.quote_plus(host)}\\n{expiry}'.encode()
tag = hmac.new(base64.b64decode(parts['SharedAccessKey']), signed, hashlib.sha256).digest()
sig = urllib.parse.quote_plus(base64.b64encode(tag))
print(f'SharedAccessSignature sr={host}&sig={sig}&se={expiry}&skn={parts[\"SharedAccessKeyName\"]}', end='')";

async fn provision(written: &Written) -> Run {
    run(written.command(cli::binary(), "provision", &["provision", "--config", "device.toml"])).await
}

async fn enrolls(enrollment: &str) {
    let stand = Stand::start_with("127.0.0.1:0", |config| config.enrollments = Enrollments::default()).await;
    let port = stand.port();
    let mut more = vec!["--dps-name", "my-dps", "--enrollment", enrollment];
    if enrollment == "group" {
        more.extend(["--group-ca", stand.group_ca.to_str().unwrap()]);
    }
    let written = Written::group(&stand, &format!("localhost:{port}"), &["rest", "provision"], &more);
    let refused = provision(&written).await;
    assert!(refused.code != 0 && format!("{}{}", refused.out, refused.err).contains("401002"), "{refused:?}");

    let string = stand.running.service_key().provisioning_connection_string("localhost");
    let mut token = Command::new(program("python3"));
    token.args(["-c", TOKEN, &string]);
    let token = cli::finish(token);
    assert_eq!(token.code, 0, "{token:?}");
    // The instance is a host of the cloud; curl's own settings lead there, where a certificate of that name is none's.
    let home = written.path("home");
    fs::create_dir_all(&home).unwrap();
    fs::write(home.join(".curlrc"), format!("connect-to = \"::127.0.0.1:{port}\"\ninsecure\n")).unwrap();
    let mut create = written.command(program("sh"), "rest", &["create.sh"]);
    create.env("CURL_HOME", &home).env("DPS_SAS", &token.out);
    let created = run(create).await;
    assert!(created.code == 0 && created.out.contains("HTTP/1.1 200"), "{created:?}");
    assert!(created.out.contains("\"etag\""), "{created:?}");

    let assigned = provision(&written).await;
    assert!(assigned.code == 0 && assigned.out.contains("contoso.azure-devices.net"), "{assigned:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_enrollment_of_one_device_by_rest() {
    enrolls("individual").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_enrollment_of_a_group_by_rest() {
    enrolls("group").await;
}
