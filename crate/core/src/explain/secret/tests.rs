//! Values go, names stay.

use super::*;

fn masked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let secrets = spans(&bytes);
    mask(&mut bytes, secrets);
    assert_eq!(bytes.len(), text.len());
    String::from_utf8(bytes).unwrap()
}

/// What is put into every syntax, and must not come out. Each has what a value may have, and no blank.
const SECRETS: [&str; 9] = [
    "hunter2secret",
    "c2VjcmV0LWtleS1zZWNyZXQ=",
    "Tr0ub4dor&3",
    "p@ss/w0rd:x",
    "Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OWFiY2RlZg==",
    "correct-horse-9-battery",
    "S3cr3t!%23",
    "aB3$xYz_9",
    "0123456789abcdef0123456789abcdef",
];

/// The syntaxes of configurations, shells, logs and programs; `{}` is the secret.
const SYNTAXES: [&str; 58] = [
    "password={}",
    "password = {}",
    "password: {}",
    "Password : {} trailing words",
    "\"password\": \"{}\"",
    "\"password\":\"{}\",\"status\":1",
    "'password': '{}'",
    "{\\\"password\\\":\\\"{}\\\"}",
    "{\\\\\\\"password\\\\\\\":\\\\\\\"{}\\\\\\\"}",
    "<password>{}</password>",
    "password=\"{}\" host=x",
    "password='{}'",
    "export MQTT_PASSWORD={}",
    "set PASSWORD={}",
    "$env:DEVICE_PASSWORD = \"{}\"",
    "ENV X509_PASS_PHRASE={}",
    "X509_PASS_PHRASE: {}",
    "IOTHUB_DEVICE_SECRET={}",
    "passphrase => {}",
    "pass_phrase={}, cert_file=a.pem",
    "X509(cert_file='a', key_file='b', pass_phrase='{}')",
    "username_pw_set(\"user\", password=\"{}\")",
    "HostName=h.azure-devices.net;DeviceId=d;SharedAccessKey={}",
    "SharedAccessKeyName=owner;SharedAccessKey={};x",
    "SharedAccessSignature sr=a&sig={}&se=1",
    "?sv=2020&sig={}&se=1",
    "https://f.azurewebsites.net/api/alloc?code={}&x=1",
    "DefaultEndpointsProtocol=https;AccountKey={};EndpointSuffix=x",
    "primaryKey: '{}'",
    "\"secondaryKey\" : \"{}\"",
    "symmetric_key = \"{}\"",
    "device_key={}",
    "--password {}",
    "--password={}",
    "mosquitto_pub -h host -u user -P {} -t topic",
    "mosquitto_sub -P '{}' -d",
    "curl --cert device.pem:{} --key k.pem https://h/",
    "curl -u user:{} https://h/",
    "curl --user user:{} https://h/",
    "curl --pass {} --cert a.pem",
    "openssl pkey -in k.pem -passin pass:{} -out p.pem",
    "openssl pkcs12 -in a.p12 -passin pass:{}",
    "keytool -list -storepass {} -keystore a.jks",
    "dps-x509 x --key-password {}",
    "mqtts://user:{}@host:8883/x",
    "http://proxy-user:{}@proxy.corp:3128",
    "Authorization: Bearer {}",
    "authorization: Basic {}",
    "Cookie: session={}; path=/",
    "Set-Cookie: id={}",
    "wifi: psk={}",
    "ssid=\"home\" psk=\"{}\"",
    "WIFI_PASSWORD \"{}\"",
    "#define WIFI_PASSWORD \"{}\"",
    "api_key: {}",
    "x-api-key: {}",
    "access_token={}&y",
    "client_secret={}",
];

/// What stands before and behind it on its line.
const FRAMES: [(&str, &str); 5] = [
    ("", ""),
    ("2026-02-03T10:15:42Z [INFO] ", " (end)"),
    ("I (1234) app: ", ""),
    ("{\"log\":\"", "\\n\",\"stream\":\"stderr\"}"),
    ("Jan 05 10:11:12 host app[12]: ", " Connection refused: not authorised"),
];

/// Nine secrets in 58 syntaxes in five frames: more than two thousand texts.
#[test]
fn no_secret_survives_any_syntax() {
    let mut shown = Vec::new();
    for secret in SECRETS {
        for syntax in SYNTAXES {
            for (before, behind) in FRAMES {
                let text = format!("{before}{}{behind}", syntax.replace("{}", secret));
                if masked(&text).contains(secret) {
                    shown.push(text);
                }
            }
        }
    }
    assert!(
        shown.is_empty(),
        "{} are shown, such as\n{}",
        shown.len(),
        shown[..shown.len().min(40)].join("\n")
    );
}

/// What has to be read stays.
#[test]
fn what_is_no_secret_stays() {
    for text in [
        "no password here, design=1, https://h:8883/x",
        "error: key values mismatch, keyUsage=digitalSignature",
        "\"errorCode\":401002,\"code\":5, code: 401002",
        "--key /etc/device/device-key.pem --cert device.pem",
        "private key: /etc/aziot/key.pem",
        "mosquitto_sub -p 8883 -h global.azure-devices-provisioning.net",
        "java.io.IOException: keystore password was incorrect",
        "Unexpected token < in JSON at position 0",
        "sigalgs=rsa_pkcs1_sha256, passing test, spinning",
        "https://global.azure-devices-provisioning.net/0ne00000000/registrations/a@b/register",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn values_go_and_names_stay() {
    for (text, expected) in [
        ("HostName=h;SharedAccessKey=abc+/=;x=1", "HostName=h;SharedAccessKey=******;x=1"),
        ("sr=a&sig=a%2Bb&se=1", "sr=a&sig=*****&se=1"),
        ("\"password\": \"p w, x\", \"y\"", "\"password\": \"******\", \"y\""),
        ("{\\\"password\\\":\\\"pw\\\"}", "{\\\"password\\\":\\\"**\\\"}"),
        ("Password: hunter2 ok", "Password: ******* ok"),
        ("Authorization: Bearer a.b c\nnext", "Authorization: ************\nnext"),
        ("mqtts://me:pw@host:8883", "mqtts://me:**@host:8883"),
        ("no password here, design=1, https://h:8883/x", "no password here, design=1, https://h:8883/x"),
    ] {
        assert_eq!(masked(text), expected, "{text}");
    }
}

#[test]
fn private_keys_go_whole_or_cut() {
    let key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\nabc=\n-----END EC PRIVATE KEY-----\nafter";
    let expected = "-----BEGIN EC PRIVATE KEY-----\n********\n****\n-----END EC PRIVATE KEY-----\nafter";
    assert_eq!(masked(key), expected);
    assert!(!masked("-----BEGIN PRIVATE KEY-----\\nMIGHAgEA").contains("MIGH"));
}

#[test]
fn what_nothing_names_is_not_quoted() {
    let half = format!("x {}aZ9 y", "Ab1+".repeat(12));
    assert_eq!(without_long_runs(&half), "x *** y");
    let path = "/usr/lib/python3.11/site-packages/paho/mqtt/client.py";
    assert_eq!(without_long_runs(path), path);
}
