//! The headers of microcontrollers' SDKs, by the TLS library that these have underneath: Mbed TLS takes chain, key and roots as they
//! stand there, connects, and registers.

use std::{fs, path::Path};

use dps_x509_tests::{cli, environment::program};

use super::Written;
use crate::stand::{Stand, run};

/// How a program finds what a header has.
struct Names {
    target: &'static str,
    header: &'static str,
    host: &'static str,
    chain: &'static str,
    key: &'static str,
    roots: &'static str,
    client_id: &'static str,
    user_name: &'static str,
}

const ARDUINO: Names = Names {
    target: "arduino",
    header: "iot_configs_dps.h",
    host: "DPS_HOST",
    chain: "IOT_CONFIG_DEVICE_CERT",
    key: "IOT_CONFIG_DEVICE_CERT_PRIVATE_KEY",
    roots: "IOT_CONFIG_SERVER_ROOTS",
    client_id: "DPS_REGISTRATION_ID",
    user_name: "DPS_USER_NAME",
};

/// The SDK makes the user name, and dials no other port than 8883; the program here does.
const FREERTOS: Names = Names {
    target: "freertos",
    header: "demo_config_dps.h",
    host: "democonfigENDPOINT",
    chain: "democonfigCLIENT_CERTIFICATE_PEM",
    key: "democonfigCLIENT_PRIVATE_KEY_PEM",
    roots: "democonfigROOT_CA_PEM",
    client_id: "democonfigREGISTRATION_ID",
    user_name: "democonfigID_SCOPE \"/registrations/\" democonfigREGISTRATION_ID \"/api-version=2019-03-31\"",
};

const ESP_IDF: Names = Names {
    target: "esp-idf",
    header: "dps_mqtt.h",
    host: "\"localhost\"",
    chain: "dps_mqtt_config.credentials.authentication.certificate",
    key: "dps_mqtt_config.credentials.authentication.key",
    roots: "dps_mqtt_config.broker.verification.certificate",
    client_id: "dps_mqtt_config.credentials.client_id",
    user_name: "dps_mqtt_config.credentials.username",
};

async fn registers(names: &Names, more: &[&str]) {
    let stand = Stand::start("127.0.0.1:0").await;
    let port = stand.port();
    let endpoint = if names.target == FREERTOS.target { "8883" } else { &port };
    let written = Written::group(&stand, &format!("localhost:{endpoint}"), &[names.target], more);
    let folder = written.out().join(names.target);
    if !more.contains(&"--embed-key") && names.target != ESP_IDF.target {
        let made = cli::finish(written.command(program("sh"), names.target, &["make-key-header.sh"]));
        assert_eq!(made.code, 0, "{made:?}");
    }
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop");
    fs::copy(tests.join("configure/mbedtls.c"), folder.join("mbedtls.c")).unwrap();
    // What CMake embeds by dps.cmake: each file with a zero behind it.
    let files = [("chain", "../device-full-chain.pem"), ("key", "key.pem"), ("roots", "../server-roots.pem")];
    fs::copy(&stand.grouped.key, folder.join("key.pem")).unwrap();
    let embedded = files.map(|(name, file)| {
        let symbol = format!("_binary_dps_{name}_pem_start");
        format!(".global {symbol}\n{symbol}: .incbin \"{file}\"\n.byte 0\n")
    });
    let embedded = format!(".section .rodata\n{}.section .note.GNU-stack\n", embedded.concat());
    fs::write(folder.join("embedded.s"), embedded).unwrap();
    let defined = [
        ("HEADER", format!("\"{}\"", names.header)),
        ("CHAIN", names.chain.to_owned()),
        ("KEY", names.key.to_owned()),
        ("ROOTS", names.roots.to_owned()),
        ("HOST", names.host.to_owned()),
        ("PORT", format!("\"{port}\"")),
        ("CLIENT_ID", names.client_id.to_owned()),
        ("USER_NAME", names.user_name.to_owned()),
    ];
    let defined = defined.map(|(name, value)| format!("-D{name}={value}"));
    let stub = format!("-I{}", tests.join("stub").display());
    let mut args: Vec<&str> = defined.iter().map(String::as_str).collect();
    args.extend(["-I.", &stub, "-Wall", "-Wextra", "-Werror", "mbedtls.c", "embedded.s", "-o", "client"]);
    args.extend(["-lmbedtls", "-lmbedx509", "-lmbedcrypto"]);
    let compiled = cli::finish(written.command(program("gcc"), names.target, &args));
    assert_eq!(compiled.code, 0, "{compiled:?}");
    let run = run(written.command(folder.join("client"), names.target, &[])).await;
    assert_eq!((run.code, run.out.as_str()), (0, "CONNACK 0\nregistering\n"), "{run:?}");
    let log: String = stand.stop().await.iter().map(|event| format!("{event}\n")).collect();
    assert!(log.contains("CN=grouped-1") && log.contains("CN=test issuing"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_header_for_arduino() {
    registers(&ARDUINO, &[]).await;
    registers(&ARDUINO, &["--embed-key"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_header_for_freertos() {
    registers(&FREERTOS, &[]).await;
    registers(&FREERTOS, &["--embed-key"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_header_for_esp_idf() {
    registers(&ESP_IDF, &[]).await;
}
