//! Referees: what OpenSSL says of it, in its strictest mode, and Python's cryptography.

use std::process::Command;

use dps_x509_tests::{
    cli,
    environment::{program, python},
};

use super::Room;

#[track_caller]
pub(super) fn openssl(room: &Room, words: &str) -> String {
    let mut command = Command::new(program("openssl"));
    command.args(words.split_whitespace()).current_dir(room.path(""));
    let run = cli::finish(command);
    assert_eq!(run.code, 0, "openssl {words}: {run:?}");
    run.out + &run.err
}

#[test]
fn chains_of_every_key_type() {
    for (key_type, kind) in [("p256", "ec"), ("p384", "ec"), ("rsa2048", "rsa")] {
        let room = Room::new();
        room.generate(&format!("chain --registration-id device-1 --key-type {key_type}"));
        openssl(&room, "verify -x509_strict -CAfile root.pem root.pem");
        openssl(&room, "verify -x509_strict -CAfile root.pem intermediate.pem");
        openssl(
            &room,
            "verify -x509_strict -purpose sslclient -CAfile root.pem -untrusted intermediate.pem device-cert.pem",
        );
        openssl(
            &room,
            "verify -x509_strict -purpose sslclient -CAfile root.pem -untrusted device-full-chain.pem device-full-chain.pem",
        );
        for (name, file) in [("root", "root"), ("intermediate", "intermediate"), ("device", "device-cert")] {
            let said = openssl(&room, &format!("{kind} -in {name}-key.pem -check -noout"));
            assert!(said.contains("valid") || said.contains("RSA key ok"), "{said}");
            let of_key = openssl(&room, &format!("pkey -in {name}-key.pem -pubout"));
            assert_eq!(of_key, openssl(&room, &format!("x509 -in {file}.pem -pubkey -noout")));
        }
    }
}

#[test]
fn extensions_are_those_that_dps_needs() {
    let room = Room::new();
    room.generate("chain --registration-id device-1");
    let words =
        "-noout -ext basicConstraints,keyUsage,extendedKeyUsage,subjectKeyIdentifier,authorityKeyIdentifier";
    let text = |name: &str| openssl(&room, &format!("x509 -in {name} {words}"));
    let (root, intermediate, device) = (text("root.pem"), text("intermediate.pem"), text("device-cert.pem"));
    for part in
        ["Basic Constraints: critical", "CA:FALSE", "Key Usage: critical", "TLS Web Client Authentication"]
    {
        assert!(device.contains(part), "{part}: {device}");
    }
    for ca in [&root, &intermediate] {
        for part in ["CA:TRUE", "Certificate Sign", "CRL Sign", "Subject Key Identifier"] {
            assert!(ca.contains(part), "{part}: {ca}");
        }
    }
    assert!(intermediate.contains("pathlen:0") && !root.contains("pathlen"), "{intermediate}{root}");
    assert!(device.contains("Authority Key Identifier") && intermediate.contains("Authority Key Identifier"));
}

#[test]
fn a_self_signed_device() {
    let room = Room::new();
    room.generate("self-signed --registration-id device-1");
    openssl(&room, "verify -x509_strict -purpose sslclient -CAfile device-cert.pem device-cert.pem");
}

#[test]
fn a_request() {
    for (more, expected) in
        [("", "secp384r1"), (" --key-type p256", "prime256v1"), (" --key-type rsa2048", "2048 bit")]
    {
        let room = Room::new();
        let run = room.generate(&format!("csr --registration-id device-1{more}"));
        assert!(run.out.contains("device-csr.pem"), "{run:?}");
        let text = openssl(&room, "req -in device-csr.pem -verify -noout -text");
        assert!(text.contains("verify OK") && text.contains("CN = device-1"), "{text}");
        assert!(text.contains(expected) && text.contains("TLS Web Client Authentication"), "{text}");
        let report = room.run("check device-csr.pem --key device-key.pem --format json").json();
        // Nothing is wrong with it, and it is no certificate yet.
        let findings = report["findings"].as_array().unwrap();
        assert!(findings.len() == 1 && findings[0]["code"] == "DX437", "{report}");
    }
}

/// A CA that OpenSSL made: a key in SEC1, a name with many parts.
#[test]
fn a_ca_that_openssl_made() {
    let room = Room::new();
    openssl(&room, "ecparam -name secp521r1 -genkey -noout -out ca.key");
    openssl(
        &room,
        "req -x509 -new -key ca.key -out ca.pem -days 30 -subj /C=DE/O=Example+OU=Factory/CN=Root \
         -addext keyUsage=critical,keyCertSign,cRLSign",
    );
    room.generate("device --ca ca.pem --ca-key ca.key --registration-id device-1 --key-type rsa2048");
    openssl(&room, "verify -partial_chain -purpose sslclient -CAfile ca.pem device-cert.pem");
    let end = |name: &str| openssl(&room, &format!("x509 -in {name} -noout -enddate"));
    assert_eq!(end("device-cert.pem"), end("ca.pem"));
}

/// The CA states an identifier of its own choice, no hash of its key (RFC 5280 section 4.2.1.1).
#[test]
fn the_authority_is_named_by_the_identifier_that_it_states() {
    let room = Room::new();
    openssl(
        &room,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca-key.pem -out ca.pem -days 30 \
         -subj /CN=stated -addext subjectKeyIdentifier=0102030405 -addext keyUsage=critical,keyCertSign",
    );
    room.generate("device --ca ca.pem --ca-key ca-key.pem --registration-id device-1");
    let identifier = openssl(&room, "x509 -in device-cert.pem -noout -ext authorityKeyIdentifier");
    assert!(identifier.contains("01:02:03:04:05"), "{identifier}");
    openssl(&room, "verify -partial_chain -purpose sslclient -CAfile ca.pem device-cert.pem");
}

/// Python's cryptography parses what was made, and follows its signatures and identifiers.
#[test]
fn cryptography_agrees() {
    let script = "import sys; from cryptography import x509; from cryptography.hazmat.primitives.serialization import load_pem_private_key as key\n\
        read = lambda name: open(name, 'rb').read()\n\
        leaf, middle = x509.load_pem_x509_certificates(read('device-full-chain.pem'))\n\
        root = x509.load_pem_x509_certificate(read('root.pem'))\n\
        of = lambda cert, kind: cert.extensions.get_extension_for_class(kind).value\n\
        for cert, issuer in ((leaf, middle), (middle, root), (root, root)):\n    \
            cert.verify_directly_issued_by(issuer)\n    \
            if cert is not root: assert of(cert, x509.AuthorityKeyIdentifier).key_identifier == of(issuer, x509.SubjectKeyIdentifier).digest\n\
        assert key(read('device-key.pem'), None).public_key() == leaf.public_key()\n\
        assert leaf.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value == 'device-1'";
    for key_type in ["p256", "p384", "rsa2048"] {
        let room = Room::new();
        room.generate(&format!("chain --registration-id device-1 --key-type {key_type}"));
        let mut command = Command::new(python("formats"));
        command.args(["-W", "error", "-c", script]).current_dir(room.path(""));
        let run = cli::finish(command);
        assert_eq!(run.code, 0, "{key_type}: {run:?}");
    }
}
