//! Having DPS issue the certificate: whether a request fits, and whether what was issued belongs to it.
//!
//! The rules are those of a preview (`concept-certificate-issuance`, API version 2025-07-01-preview): a PKCS#10 request
//! whose CN is the registration ID, for a key on P-384.

use crate::{
    cert::x509::{
        certificate::Certificate, public_key::KeyType, request::CertificateRequest, signature::SignatureError,
    },
    finding::{Finding, Place, catalogue},
    name::RegistrationId,
};

/// The finding for a file that holds no request, and why.
#[must_use]
pub fn unusable(reason: &str, place: Place) -> Finding {
    Finding::new(
        &catalogue::REQUEST_UNUSABLE,
        format!("This is no certificate signing request that can be sent: {reason}."),
        "Make one: `openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout new-key.pem -out \
         device.csr -subj /CN=REGISTRATION-ID`",
    )
    .at(place)
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
        Err(_) => findings.push(unusable("its signature was not made by its own key", place.clone())),
    }
    let mut names = request.subject.common_names().filter_map(|name| name.text.as_deref());
    let name = names.next();
    let is_right = name.is_some_and(|name| name.eq_ignore_ascii_case(registration_id.as_str()));
    if !is_right || names.next().is_some() {
        let message = match name {
            Some(name) => format!(
                "The request is for \"{}\", the registration ID is \"{registration_id}\": DPS takes one CN, which is \
                 the registration ID.",
                name
            ),
            None => {
                format!("The request has no CN; it has to be the registration ID, \"{registration_id}\".")
            }
        };
        let next_step = format!("Make a request with the subject CN={registration_id}.");
        findings.push(
            Finding::new(&catalogue::REQUEST_CN_IS_NOT_REGISTRATION_ID, message, next_step).at(place.clone()),
        );
    }
    let key = request.public_key.key_type();
    if key != KeyType::P384 {
        let message =
            format!("The request is for a key of {key}; the preview documents EC P-384 and nothing else.");
        let next_step = "Make a key on P-384 for the request, if the service refuses this one.";
        let finding = Finding::new(&catalogue::REQUEST_KEY_NOT_P384, message, next_step).at(place.clone());
        findings.push(finding.expected("EC P-384").found(key.to_string()));
    }
    findings
}

/// What is wrong with the certificates that came for a request: leaf first, DER.
#[must_use]
pub fn judge_issued(request: &CertificateRequest, issued: &[Vec<u8>]) -> Option<Finding> {
    let place = Place::default().object("issuedCertificateChain");
    let Some(leaf) = issued.first() else {
        return Some(
            Finding::new(
                &catalogue::NOTHING_ISSUED,
                "DPS assigned the device and issued no certificate for its request.",
                "Check that the enrollment has a policy for issuing certificates, and that the DPS instance takes part \
                 in the preview.",
            )
            .at(place),
        );
    };
    let reason = match Certificate::read(leaf) {
        Err(outline) => format!("the first of them cannot be read ({outline})"),
        Ok(leaf) if leaf.public_key.der != request.public_key.der => {
            format!("the first of them, \"{}\", has another public key", leaf.subject)
        }
        Ok(_) => return None,
    };
    let message = format!("The certificates that came do not belong to the request: {reason}.");
    let next_step = "Nothing was written. Keep the trace for a support ticket.";
    Some(Finding::new(&catalogue::ISSUED_FOR_ANOTHER_KEY, message, next_step).at(place))
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
