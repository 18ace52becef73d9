//! `check DIR`: folders as certGen.sh, `openssl ca`, easy-rsa, step-ca, cfssl and `generate` leave them.

use std::{fs, process::Command};

use dps_x509_tests::{
    chain::Device,
    cli::{self, Run},
};
use serde_json::Value;

use super::Desk;

/// What the scripts of the layouts share: keys, requests and certificates by OpenSSL.
const TOOLS: &str = r#"
set -eu
key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null || openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }
shut() { key "$1.open"; openssl pkcs8 -topk8 -in "$1.open" -passout pass:1234 -out "$1"; }
root() { openssl req -x509 -new -key "$1" -subj "/CN=$3" -days 30 -out "$2" -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign; }
request() { openssl req -new -key "$1" -subj "/CN=$3" -out "$2"; }
sign() { # request, CA, CA's key, certificate, kind
  case "$5" in
    ca) text='basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n' ;;
    *) text='basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n' ;;
  esac
  printf "$text"'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' > sign.cnf
  openssl x509 -req -in "$1" -CA "$2" -CAkey "$3" -days 20 -extfile sign.cnf -out "$4" -set_serial "0x1$RANDOM" 2>/dev/null
}
"#;

/// certGen.sh of azure-iot-sdk-c.
const CERT_GEN: &str = r#"
mkdir certs csr private newcerts intermediateCerts
shut private/azure-iot-test-only.root.ca.key.pem; shut private/azure-iot-test-only.intermediate.key.pem
root private/azure-iot-test-only.root.ca.key.pem.open certs/azure-iot-test-only.root.ca.cert.pem 'Azure IoT Hub CA Cert Test Only'
request private/azure-iot-test-only.intermediate.key.pem.open csr/azure-iot-test-only.intermediate.csr.pem 'Azure IoT Hub Intermediate Cert Test Only'
sign csr/azure-iot-test-only.intermediate.csr.pem certs/azure-iot-test-only.root.ca.cert.pem private/azure-iot-test-only.root.ca.key.pem.open certs/azure-iot-test-only.intermediate.cert.pem ca
cat certs/azure-iot-test-only.intermediate.cert.pem certs/azure-iot-test-only.root.ca.cert.pem > certs/azure-iot-test-only.chain.ca.cert.pem
key private/new-device.key.pem
request private/new-device.key.pem csr/new-device.csr.pem new-device
sign csr/new-device.csr.pem certs/azure-iot-test-only.intermediate.cert.pem private/azure-iot-test-only.intermediate.key.pem.open certs/new-device.cert.pem device
cat certs/new-device.cert.pem certs/azure-iot-test-only.intermediate.cert.pem certs/azure-iot-test-only.root.ca.cert.pem > certs/new-device-full-chain.cert.pem
openssl pkcs12 -export -in certs/new-device.cert.pem -inkey private/new-device.key.pem -passout pass:1234 -out certs/new-device.cert.pfx
key private/verification-code.key.pem
request private/verification-code.key.pem csr/verification-code.csr.pem 106A5SD242AF512B3498BD6098C4941E66R34H268DDB3288
openssl x509 -in certs/new-device.cert.pem -text -out newcerts/01.pem
cp sign.cnf openssl_root_ca.cnf; echo 01 > serial; echo 'V 01 unknown /CN=new-device' > index.txt; : > index.txt.attr
echo '#!/bin/bash' > certGen.sh; rm private/*.open sign.cnf
"#;

/// `openssl ca`, with an archive that has an older certificate of each device (one began when the new one did, one ends later
/// than it), and a revocation list.
const OPENSSL_CA: &str = r#"
mkdir -p demoCA/newcerts demoCA/private demoCA/crl
key demoCA/private/cakey.pem; root demoCA/private/cakey.pem demoCA/cacert.pem 'Plant CA'
: > demoCA/index.txt; echo 01 > demoCA/serial; echo 'unique_subject = no' > demoCA/index.txt.attr
cat > openssl.cnf <<'END'
[ca]
default_ca = plant
[plant]
database = demoCA/index.txt
serial = demoCA/serial
new_certs_dir = demoCA/newcerts
certificate = demoCA/cacert.pem
private_key = demoCA/private/cakey.pem
default_md = sha256
default_days = 20
default_crl_days = 30
policy = any
x509_extensions = device
[any]
commonName = supplied
[device]
basicConstraints = CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
END
for name in pump-1 pump-2; do key $name.key; request $name.key $name.csr $name; done
issue() { openssl ca -batch -config openssl.cnf -in "$1.csr" -out "$1.pem" "${@:2}" 2>/dev/null; }
issue pump-1 -startdate 20200101000000Z -enddate 20210101000000Z
issue pump-2 -startdate 20200101000000Z -enddate 20490101000000Z
issue pump-1 -startdate 20200101000000Z -enddate 20490101000000Z
issue pump-2
openssl ca -config openssl.cnf -gencrl -out demoCA/crl/crl.pem 2>/dev/null
"#;

/// easy-rsa 3: the CA's key has a passphrase.
const EASY_RSA: &str = r#"
mkdir -p pki/private pki/issued pki/reqs pki/certs_by_serial pki/revoked/certs_by_serial
shut pki/private/ca.key; root pki/private/ca.key.open pki/ca.crt 'Easy-RSA CA'
for name in valve-1 valve-2 valve-3; do
  key pki/private/$name.key; request pki/private/$name.key pki/reqs/$name.req $name
  sign pki/reqs/$name.req pki/ca.crt pki/private/ca.key.open pki/issued/$name.crt device
  openssl x509 -in pki/issued/$name.crt -text -out pki/certs_by_serial/$name$RANDOM.pem
done
rm pki/private/ca.key.open sign.cnf
: > pki/index.txt; echo 01 > pki/serial; echo '# vars' > pki/vars.example; : > pki/.rnd
"#;

/// step-ca: encrypted keys without endings, a bundle for the device.
const STEP_CA: &str = r#"
mkdir certs secrets config templates
openssl ecparam -name prime256v1 -genkey -noout -out r; openssl ec -in r -aes256 -passout pass:1234 -out secrets/root_ca_key 2>/dev/null
openssl ecparam -name prime256v1 -genkey -noout -out i; openssl ec -in i -aes256 -passout pass:1234 -out secrets/intermediate_ca_key 2>/dev/null
root r certs/root_ca.crt 'Plant Root CA'; request i i.csr 'Plant Intermediate CA'
sign i.csr certs/root_ca.crt r certs/intermediate_ca.crt ca
openssl ecparam -name prime256v1 -genkey -noout -out sensor.key; request sensor.key s.csr sensor
sign s.csr certs/intermediate_ca.crt i leaf device; cat leaf certs/intermediate_ca.crt > sensor.crt
echo '{"root":"certs/root_ca.crt","authority":{"provisioners":[{"type":"JWK","encryptedKey":"eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1cifQ.x.y.z.w"}]}}' > config/ca.json
rm r i i.csr s.csr leaf sign.cnf
"#;

/// cfssl: everything in one folder.
const CFSSL: &str = r#"
key ca-key.pem; root ca-key.pem ca.pem 'Plant CA'; request ca-key.pem ca.csr 'Plant CA'
key gauge-key.pem; request gauge-key.pem gauge.csr gauge; sign gauge.csr ca.pem ca-key.pem gauge.pem device
echo '{"signing":{"default":{"expiry":"8760h"}}}' > ca-config.json; echo '{"CN":"gauge","key":{"algo":"ecdsa","size":256}}' > gauge.json
rm sign.cnf
"#;

/// A desk with a folder that a script filled.
fn folder(script: &str) -> Desk {
    let desk = Desk::new();
    let path = desk.path("plant");
    fs::create_dir(&path).unwrap();
    let output = Command::new("bash")
        .args(["-c", &format!("{TOOLS}{script}")])
        .current_dir(&path)
        .output()
        .unwrap_or_else(|error| panic!("bash is missing: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    desk
}

/// Name, verdict, path of the certificate, path of the key, root, of each device; and what was left out.
type Findings = (Vec<[String; 5]>, Vec<(String, String)>);

fn told(run: &Run) -> Findings {
    let lines: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (last, devices) = lines.split_last().unwrap_or_else(|| panic!("{run:?}"));
    let text = |value: &Value| value.as_str().unwrap_or_default().trim_start_matches("plant/").to_owned();
    let devices = devices.iter().map(|line| {
        let report = &line["report"];
        let root = &report["chain"]["root"];
        [
            &line["device"],
            &line["verdict"],
            &report["certificates"][0]["place"]["path"],
            &report["keys"][0]["place"]["path"],
            root,
        ]
        .map(text)
    });
    let left_out = last["summary"]["leftOut"].as_array().unwrap().iter();
    (devices.collect(), left_out.map(|one| (text(&one["path"]), text(&one["why"]))).collect())
}

fn assert_told(script: &str, devices: &[[&str; 5]], left_out: &[(&str, &str)]) {
    let desk = folder(script);
    let run = desk.check("plant --json");
    let (found, left) = told(&run);
    assert_eq!(found, devices, "{run:?}");
    for (path, why) in left_out {
        assert!(left.contains(&((*path).to_owned(), (*why).to_owned())), "{path} {why}: {left:#?}");
    }
    assert_eq!(run.code, 0, "{run:?}");
    let text = desk.check("plant");
    assert_eq!((text.code, text.err.as_str()), (0, ""), "{text:?}");
    assert!(!text.out.contains("DX203"), "scripts are no certificates: {text:?}");
}

#[test]
fn what_cert_gen_leaves() {
    assert_told(
        CERT_GEN,
        &[[
            "new-device",
            "ready",
            "certs/new-device-full-chain.cert.pem",
            "private/new-device.key.pem",
            "CN=Azure IoT Hub CA Cert Test Only",
        ]],
        &[
            ("certGen.sh", "no-certificate-or-key"),
            ("certs/azure-iot-test-only.chain.ca.cert.pem", "copy"),
            ("certs/new-device.cert.pfx", "not-opened"),
            ("csr/new-device.csr.pem", "request"),
            ("newcerts/01.pem", "copy"),
            ("private/azure-iot-test-only.root.ca.key.pem", "not-opened"),
            ("private/verification-code.key.pem", "key-of-no-certificate"),
        ],
    );
}

#[test]
fn what_openssl_ca_leaves() {
    assert_told(
        OPENSSL_CA,
        &[
            ["pump-1", "ready", "pump-1.pem", "pump-1.key", "CN=Plant CA"],
            ["pump-2", "ready", "pump-2.pem", "pump-2.key", "CN=Plant CA"],
        ],
        &[
            ("demoCA/private/cakey.pem", "ca-key"),
            ("demoCA/newcerts/01.pem", "superseded"),
            ("demoCA/newcerts/02.pem", "superseded"),
            ("demoCA/newcerts/03.pem", "copy"),
            ("demoCA/serial", "no-certificate-or-key"),
        ],
    );
}

#[test]
fn what_easy_rsa_leaves() {
    let device =
        |name: &str| [name.to_owned(), format!("pki/issued/{name}.crt"), format!("pki/private/{name}.key")];
    let [one, two, three] = ["valve-1", "valve-2", "valve-3"].map(device);
    let root = "CN=Easy-RSA CA";
    assert_told(
        EASY_RSA,
        &[
            [&one[0], "ready", &one[1], &one[2], root],
            [&two[0], "ready", &two[1], &two[2], root],
            [&three[0], "ready", &three[1], &three[2], root],
        ],
        &[("pki/private/ca.key", "not-opened"), ("pki/index.txt", "no-certificate-or-key")],
    );
}

#[test]
fn what_step_ca_leaves() {
    assert_told(
        STEP_CA,
        &[["sensor", "ready", "sensor.crt", "sensor.key", "CN=Plant Root CA"]],
        &[("secrets/root_ca_key", "not-opened"), ("config/ca.json", "no-certificate-or-key")],
    );
}

#[test]
fn what_cfssl_leaves() {
    assert_told(
        CFSSL,
        &[["gauge", "ready", "gauge.pem", "gauge-key.pem", "CN=Plant CA"]],
        &[("ca-key.pem", "ca-key"), ("gauge.csr", "request"), ("gauge.json", "no-certificate-or-key")],
    );
}

#[test]
fn what_generate_leaves() {
    let desk = Desk::new();
    let mut command = Command::new(cli::binary());
    command.args(["generate", "chain", "--registration-id", "sensor", "--count", "3", "--out", "plant"]);
    command.current_dir(&desk.folder);
    assert_eq!(cli::finish(command).code, 0);
    let run = desk.check("plant --json");
    let (devices, left_out) = told(&run);
    let expected = ["sensor-1", "sensor-2", "sensor-3"].map(|name| {
        let file = |kind: &str| format!("devices/{name}/device-{kind}.pem");
        (name.to_owned(), "ready".to_owned(), file("full-chain"), file("key"))
    });
    let found: Vec<_> =
        devices.into_iter().map(|[name, verdict, leaf, key, _]| (name, verdict, leaf, key)).collect();
    assert_eq!(found, expected, "{run:?}");
    assert!(left_out.contains(&("root-key.pem".to_owned(), "ca-key".to_owned())), "{left_out:?}");
    // The folder above, and the same one by one.
    assert_eq!(desk.check("--each plant/devices").code, 0);
    let one = desk.check("plant --registration-id SENSOR-2");
    assert!(
        one.code == 0
            && one.out.contains("CN=sensor-2\n    plant/devices/sensor-2/device-key.pem")
            && one.out.contains("\nReady"),
        "{one:?}"
    );
    let other = desk.check("plant --registration-id pump");
    assert!(other.code == 2 && other.err.contains("sensor-1, sensor-2, sensor-3"), "{other:?}");
    let one = desk.check("plant --key plant/devices/sensor-3/device-key.pem");
    assert!(
        one.code == 0 && one.out.contains("CN=sensor-3\n    --key plant/devices/sensor-3/device-key.pem"),
        "{one:?}"
    );
}

/// What is wrong with one of several is told under its name, and it decides.
#[test]
fn several_devices_are_told_apart() {
    let desk = folder(EASY_RSA);
    let other = Device::self_signed("x");
    fs::write(desk.path("plant/pki/private/valve-2.key"), &other.key).unwrap();
    let cut = fs::read_to_string(desk.path("plant/pki/issued/valve-3.crt")).unwrap();
    fs::write(desk.path("plant/pki/issued/valve-3.crt"), &cut[..cut.len() / 2]).unwrap();
    fs::remove_dir_all(desk.path("plant/pki/certs_by_serial")).unwrap();
    let run = desk.check("plant");
    assert_eq!(run.code, 1, "{run:?}");
    for part in [
        "valve-1                  ready",
        "valve-2                  not ready: 1 error",
        "DX303",
        "3 devices: 1 ready",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    let lines: Vec<_> = run.out.lines().collect();
    assert!(lines.iter().any(|line| line.starts_with("valve-3") && !line.contains(" ready:")), "{run:?}");
    let repaired = desk.check("plant --write-fixed fixed");
    assert!(desk.path("fixed/valve-1/device-full-chain.pem").is_file(), "{repaired:?}");
}

#[test]
fn a_folder_without_a_device_is_told_as_what_it_is() {
    let desk = Desk::new();
    desk.file("empty/readme.txt", "nothing");
    let run = desk.check("empty");
    assert!(run.code == 2 && run.err.contains("no certificate and no key is in empty"), "{run:?}");
    desk.file("cas/root.pem", desk.factory.root.pem());
    desk.file("cas/readme.md", "nothing");
    let run = desk.check("cas");
    assert!(run.code == 1 && run.out.contains("DX437") && !run.out.contains("DX203"), "{run:?}");
}

/// Nothing leads out of bounds, and what was not looked at is told.
#[test]
#[cfg(unix)]
fn links_and_depth_are_bounded() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    desk.file("plant/device.pem", fs::read(&desk.device.chain).unwrap());
    let deep = format!("plant/{}deep.pem", "a/".repeat(12));
    desk.file(&deep, "x");
    symlink(desk.path("plant"), desk.path("plant/again")).unwrap();
    symlink(desk.path("device-key.pem"), desk.path("plant/key.pem")).unwrap();
    symlink("nowhere", desk.path("plant/lost.pem")).unwrap();
    let run = desk.check("plant --json");
    let (devices, left_out) = told(&run);
    assert_eq!((devices.len(), devices[0][3].as_str()), (1, "key.pem"), "{run:?}");
    for why in ["linked-folder", "too-deep", "unreadable"] {
        assert!(left_out.iter().any(|(_, one)| one == why), "{why}: {left_out:?}");
    }
}

/// Links to the same folders, or to what is above, make no more devices of them.
#[test]
#[cfg(unix)]
fn each_device_s_folder_is_its_own() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    desk.file("plant/one/device.pem", fs::read(&desk.device.chain).unwrap());
    for (name, to) in [("same", "one"), ("above", ".."), ("all", "/")] {
        symlink(to, desk.path("plant").join(name)).unwrap();
    }
    let run = desk.check("--each plant --json");
    let (devices, left_out) = told(&run);
    assert_eq!(devices.len(), 1, "{run:?}");
    for name in ["same", "above", "all"] {
        let is_told = |(path, why): &(String, String)| path == name && why == "linked-folder";
        assert!(left_out.iter().any(is_told), "{name}: {left_out:?}");
    }
    fs::remove_dir_all(desk.path("plant/one")).unwrap();
    let run = desk.check("--each plant");
    assert!(run.code == 2 && run.err.contains("a link to a folder is not followed"), "{run:?}");
}

/// A name in a certificate is no path.
#[test]
fn nothing_is_written_outside_of_the_folder() {
    let desk = Desk::new();
    for name in ["../../escape", "..", "a/b"] {
        let device = Device::self_signed(name);
        let file = name.replace(['/', '.'], "_");
        desk.file(&format!("plant/{file}.pem"), &device.chain);
    }
    desk.check("plant --write-fixed out/fixed");
    let names: Vec<_> =
        fs::read_dir(desk.path("out/fixed")).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(!desk.path("escape").exists() && !desk.path("out/escape").exists());
}
