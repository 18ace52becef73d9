//! Having DPS issue the certificate: whether a request fits, and whether what was issued belongs to it.
//!
//! The rules are those of a preview (`concept-certificate-issuance`, API version 2025-07-01-preview): a PKCS#10 request
//! whose CN is the registration ID, for a key on P-384.

use crate::{
    cert::x509::{
        certificate::Certificate, public_key::KeyType, request::CertificateRequest, signature::SignatureError,
    },
    finding::{Finding, Place, say},
    name::RegistrationId,
};

/// The finding for a file that holds no request, and why.
#[must_use]
pub fn unusable(reason: &str, place: Place) -> Finding {
    say::RequestUnusable::NoRequest { why: &reason }.finding().at(place)
}

/// What is wrong with a request for this device.
#[must_use]
pub fn judge_request(
    request: &CertificateRequest,
    registration_id: &RegistrationId,
    place: &Place,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    match request.verify() {
        // What is not checked here is for the service to check.
        Ok(()) | Err(SignatureError::NotChecked) => {}
        Err(_) => findings.push(say::RequestUnusable::Signature.finding().at(place.clone())),
    }
    let mut names = request.subject.common_names().filter_map(|name| name.text.as_deref());
    let name = names.next();
    let is_right = name.is_some_and(|name| name.eq_ignore_ascii_case(registration_id.as_str()));
    if !is_right || names.next().is_some() {
        let id = registration_id;
        let finding = match name {
            Some(name) => say::RequestCnIsNotRegistrationId::Other { name: &name, id }.finding(),
            None => say::RequestCnIsNotRegistrationId::Missing { id }.finding(),
        };
        findings.push(finding.at(place.clone()));
    }
    let key_type = &request.public_key.key_type();
    if *key_type != KeyType::P384 {
        findings.push(say::RequestKeyNotP384 { key_type }.finding().at(place.clone()));
    }
    findings
}

/// What is wrong with the certificates that came for a request: leaf first, DER.
#[must_use]
pub fn judge_issued(request: &CertificateRequest, issued: &[Vec<u8>]) -> Option<Finding> {
    let place = Place::default().object("issuedCertificateChain");
    let Some(leaf) = issued.first() else {
        return Some(say::NothingIssued.finding().at(place));
    };
    let finding = match Certificate::read(leaf) {
        Err(outline) => say::IssuedForAnotherKey::Unreadable { why: &outline }.finding(),
        Ok(leaf) if leaf.public_key.der != request.public_key.der => {
            say::IssuedForAnotherKey::AnotherKey { subject: &leaf.subject }.finding()
        }
        Ok(_) => return None,
    };
    Some(finding.at(place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::file::File;

    fn fixture(name: &str) -> Vec<u8> {
        let path = format!("{}/../../tests/fixture/cert/{name}", env!("CARGO_MANIFEST_DIR"));
        File::read(&std::fs::read(path).unwrap(), &Place::default()).items[0].der.to_vec()
    }

    fn codes(request: &CertificateRequest, registration_id: &str) -> Vec<&'static str> {
        let id = RegistrationId::new(registration_id).unwrap();
        judge_request(request, &id, &Place::default()).iter().map(Finding::code).collect()
    }

    #[test]
    fn a_request_is_for_this_device_and_a_key_on_p384() {
        let request = CertificateRequest::read(&fixture("device-1.csr")).unwrap();
        assert_eq!(codes(&request, "device-1"), ["DX493"]);
        assert_eq!(codes(&request, "DEVICE-1"), ["DX493"]);
        assert_eq!(codes(&request, "device-2"), ["DX492", "DX493"]);
        let mut changed = fixture("device-1.csr");
        let position = changed.windows(8).position(|window| window == b"device-1").unwrap();
        changed[position + 7] = b'2';
        let changed = CertificateRequest::read(&changed).unwrap();
        assert_eq!(codes(&changed, "device-2"), ["DX491", "DX493"]);
    }

    #[test]
    fn what_is_issued_is_for_the_key_of_the_request() {
        // The fixture's request and certificate have one key.
        let request = CertificateRequest::read(&fixture("device-1.csr")).unwrap();
        let code = |issued: &[Vec<u8>]| judge_issued(&request, issued).map(|finding| finding.code());
        assert_eq!(code(&[fixture("device-1.pem"), fixture("intermediate.pem")]), None);
        assert_eq!(code(&[fixture("intermediate.pem"), fixture("device-1.pem")]), Some("DX495"));
        assert_eq!(code(&[b"0".to_vec()]), Some("DX495"));
        assert_eq!(code(&[]), Some("DX494"));
    }

    #[test]
    fn a_request_names_its_subject_and_proves_its_key() {
        let request = CertificateRequest::read(&fixture("device-1.csr")).unwrap();
        let names: Vec<_> = request.subject.common_names().filter_map(|name| name.text.as_deref()).collect();
        assert_eq!(names, ["device-1"]);
        assert_eq!(request.public_key.key_type(), KeyType::P256);
        assert_eq!(request.verify(), Ok(()));
    }

    #[test]
    fn another_key_or_name_breaks_the_signature() {
        let der = fixture("device-1.csr");
        let position = der.windows(8).position(|window| window == b"device-1").unwrap();
        let mut changed = der.clone();
        changed[position + 7] = b'2';
        assert_eq!(CertificateRequest::read(&changed).unwrap().verify(), Err(SignatureError::Mismatch));
        for length in 0..der.len() {
            // Whatever is cut off, nothing panics.
            let _ = CertificateRequest::read(&der[..length]).map(|request| request.verify());
        }
    }
}
