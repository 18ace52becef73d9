//! Referee: what OpenSSL 3 and Microsoft's documented commands make passes without errors.

use std::process::Command;

use dps_x509_tests::environment::program;

use super::Desk;

fn openssl(desk: &Desk, words: &str) {
    let mut command = Command::new(program("openssl"));
    let output = command.args(words.split_whitespace()).current_dir(&desk.folder).output().unwrap();
    assert!(output.status.success(), "openssl {words}: {}", String::from_utf8_lossy(&output.stderr));
}

fn assert_ready(desk: &Desk, words: &str) {
    let run = desk.check(&format!("{words} --format json"));
    let json = run.json();
    let errors: Vec<_> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["severity"] == "error")
        .collect();
    assert!(run.code == 0 && errors.is_empty(), "{words}: {errors:#?}");
}

/// As the DPS documents have it, with `-nodes` and with a passphrase.
#[test]
fn a_self_signed_device() {
    let desk = Desk::new();
    let request = "req -outform PEM -x509 -sha256 -newkey rsa:4096 -keyout device-key.pem -out device-cert.pem -days 30 \
                   -extensions usr_cert -addext extendedKeyUsage=clientAuth -subj /CN=my-x509-device";
    let device =
        "device-cert.pem --key device-key.pem --registration-id my-x509-device --enrollment individual";
    openssl(&desk, &format!("{request} -nodes"));
    assert_ready(&desk, device);
    desk.file("passphrase", "a passphrase\n");
    openssl(&desk, &format!("{request} -passout file:passphrase"));
    assert_ready(&desk, &format!("{device} --key-passphrase-file passphrase"));
}

#[test]
fn a_self_signed_device_on_p256() {
    let desk = Desk::new();
    openssl(
        &desk,
        "req -x509 -sha256 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out c.pem -days 365 \
         -subj /CN=my-x509-device -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature \
         -addext extendedKeyUsage=clientAuth",
    );
    assert_ready(&desk, "c.pem --key k.pem --registration-id my-x509-device");
    // The same in the other containers that OpenSSL writes.
    openssl(&desk, "x509 -in c.pem -outform DER -out c.der");
    openssl(&desk, "crl2pkcs7 -nocrl -certfile c.pem -out c.p7b");
    openssl(&desk, "ec -in k.pem -out sec1.pem");
    openssl(&desk, "pkcs12 -export -in c.pem -inkey k.pem -out c.p12 -passout pass:secret");
    desk.file("passphrase", "secret");
    assert_ready(&desk, "c.der --key sec1.pem --registration-id my-x509-device");
    assert_ready(&desk, "c.p7b --key k.pem --registration-id my-x509-device");
    assert_ready(&desk, "c.p12 --registration-id my-x509-device --key-passphrase-file passphrase");
}

/// Root, intermediate and device with the extensions of Microsoft's sample configuration.
#[test]
fn a_chain_for_an_enrollment_group() {
    let desk = Desk::new();
    let ca = "basicConstraints=critical,CA:true\nkeyUsage=critical,digitalSignature,cRLSign,keyCertSign\n\
              subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid:always\n";
    desk.file("ca.cnf", ca);
    desk.file(
        "device.cnf",
        "basicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid,issuer\n\
         keyUsage=critical,nonRepudiation,digitalSignature,keyEncipherment\n\
         extendedKeyUsage=clientAuth,emailProtection\n",
    );
    for (key, words) in [("rsa", "rsa:2048"), ("ec", "ec -pkeyopt ec_paramgen_curve:P-256")] {
        let new = format!("-newkey {words} -nodes");
        openssl(
            &desk,
            &format!("req -new {new} -keyout {key}-root.key -out {key}-root.csr -subj /CN={key}-root"),
        );
        openssl(
            &desk,
            &format!(
                "x509 -req -in {key}-root.csr -key {key}-root.key -days 3650 -extfile ca.cnf -out {key}-root.pem"
            ),
        );
        for (name, issuer, extensions) in
            [("intermediate", "root", "ca"), ("device", "intermediate", "device")]
        {
            openssl(
                &desk,
                &format!(
                    "req -new {new} -keyout {key}-{name}.key -out {key}-{name}.csr -subj /CN={key}-{name}"
                ),
            );
            openssl(
                &desk,
                &format!(
                    "x509 -req -in {key}-{name}.csr -CA {key}-{issuer}.pem -CAkey {key}-{issuer}.key -CAcreateserial \
                     -days 365 -extfile {extensions}.cnf -out {key}-{name}.pem"
                ),
            );
        }
        let flags = format!("--key {key}-device.key --registration-id {key}-device --enrollment group");
        assert_ready(&desk, &format!("{key}-root.pem {key}-device.pem {key}-intermediate.pem {flags}"));
        assert_ready(&desk, &format!("{key}-device.pem {flags} --group-ca {key}-intermediate.pem"));
    }
}
