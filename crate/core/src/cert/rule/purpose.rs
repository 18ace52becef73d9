//! Whether a file holds what it was given for.

use crate::{
    cert::{
        der::kind::Kind,
        file::Item,
        input::{Purpose, Read},
    },
    finding::{Finding, Place, catalogue},
};

/// A file with the bytes of one before it.
pub(in crate::cert) fn copy(read: &Read, first: &Read) -> Finding {
    let is_same_path = read.place().path == first.place().path;
    let message = match first.place().path.as_deref().filter(|_| !is_same_path) {
        Some(first) => {
            format!("This file is the same as {first}, byte for byte; what is wrong with it is told there.")
        }
        None => "This file was given before; what is wrong with it is told there.".to_owned(),
    };
    Finding::new(&catalogue::FILE_GIVEN_TWICE, message, "Give it once.").at(read.place().clone())
}

/// A store, or a message, in which nothing is.
pub(in crate::cert) fn empty_store(kind: Kind, place: &Place) -> Finding {
    let next = if kind == Kind::Pkcs7 {
        "Make it anew with the certificates in it: `openssl crl2pkcs7 -nocrl -certfile device-full-chain.pem -out chain.p7b`. Or \
         give the PEM file itself."
    } else {
        "Export it again, with the certificate and its chain."
    };
    Finding::new(&catalogue::FILE_EMPTY, format!("This is {kind}, and no certificate is in it."), next)
        .at(place.clone())
}

/// Whether it says that a file holds nothing that is for a device.
pub(in crate::cert) fn is_of_another_thing(finding: &Finding) -> bool {
    [&catalogue::ANOTHER_FORMAT, &catalogue::FILE_NOT_RECOGNISED, &catalogue::FILE_EMPTY]
        .contains(&finding.definition)
}

/// Compares the objects of a file with what the file is for. A file in which nothing was found has been spoken
/// of already.
pub(in crate::cert) fn check(purpose: Purpose, items: &[&Item], findings: &mut Vec<Finding>) {
    match purpose {
        Purpose::Any => {
            let unknown = items.iter().filter(|item| item.kind == Kind::Unknown);
            findings.extend(unknown.map(|item| {
                Finding::new(
                    &catalogue::WRONG_KIND_OF_FILE,
                    "This is well-formed ASN.1, and neither a certificate nor a key.",
                    "Give the device's certificate, its key, or a CA certificate.",
                )
                .at(item.place.clone())
            }));
        }
        Purpose::DeviceKey => check_key(items, findings),
        Purpose::DeviceChain | Purpose::GroupCa | Purpose::ServerTrust => {
            check_certificates(items, findings);
        }
    }
}

fn check_certificates(items: &[&Item], findings: &mut Vec<Finding>) {
    let Some(first) = items.first().filter(|first| !first.kind.is_store()) else { return };
    let key = items.iter().find(|item| matches!(item.kind, Kind::PrivateKey(_)));
    let certificate = items
        .iter()
        .find(|item| matches!(item.kind, Kind::Certificate | Kind::Pkcs7 | Kind::Pkcs12 | Kind::Jks));
    let finding = match (certificate, key) {
        (Some(_), None) => return,
        (Some(_), Some(key)) => Finding::new(
            &catalogue::KEY_BESIDE_CERTIFICATE,
            "A private key stands in the same file as the certificates. That works with some clients; whoever gets \
             the file for its certificates gets the key too.",
            "Keep certificates and key in two files.",
        )
        .at(key.place.clone()),
        (None, Some(key)) => Finding::new(
            &catalogue::KEY_WHERE_CERTIFICATE_BELONGS,
            format!("This file holds {}, but the certificate is wanted here.", key.kind),
            "Give the certificate (BEGIN CERTIFICATE) here; if it went where the key belongs, swap the two.",
        )
        .expected("one or more certificates")
        .found(key.kind.to_string())
        .at(key.place.clone()),
        (None, None) => Finding::new(
            &catalogue::WRONG_KIND_OF_FILE,
            format!("This file holds {}, but a certificate is wanted here.", first.kind),
            match first.kind {
                Kind::CertificateRequest => {
                    "Have the request signed by a CA, and give the certificate that comes back."
                }
                _ => "Give the file that begins with -----BEGIN CERTIFICATE-----.",
            },
        )
        .expected("one or more certificates")
        .found(first.kind.to_string())
        .at(first.place.clone()),
    };
    findings.push(finding);
}

fn check_key(items: &[&Item], findings: &mut Vec<Finding>) {
    let Some(first) = items.first().filter(|first| !first.kind.is_store()) else { return };
    let mut keys =
        items.iter().filter(|item| matches!(item.kind, Kind::PrivateKey(_) | Kind::Pkcs12 | Kind::Jks));
    let finding = match (keys.next(), keys.next()) {
        (Some(_), None) => return,
        (Some(_), Some(second)) => Finding::new(
            &catalogue::SEVERAL_KEYS,
            "The file holds several private keys; clients take the first, or refuse.",
            "Keep the key that belongs to the device's certificate, and nothing else.",
        )
        .at(second.place.clone()),
        (None, _) if first.kind == Kind::Certificate => Finding::new(
            &catalogue::CERTIFICATE_WHERE_KEY_BELONGS,
            "This file holds a certificate, but the private key is wanted here.",
            "Give the private key (BEGIN PRIVATE KEY) here; if it went where the certificate belongs, swap the two.",
        )
        .expected("a private key")
        .found(first.kind.to_string())
        .at(first.place.clone()),
        (None, _) => Finding::new(
            &catalogue::WRONG_KIND_OF_FILE,
            format!("This file holds {}, but the private key is wanted here.", first.kind),
            "Give the file that begins with -----BEGIN PRIVATE KEY----- (or EC PRIVATE KEY, RSA PRIVATE KEY).",
        )
        .expected("a private key")
        .found(first.kind.to_string())
        .at(first.place.clone()),
    };
    findings.push(finding);
}
