//! Whether a certificate that is marked as a CA is one.
//!
//! `openssl req -x509` marks every certificate as a CA unless told otherwise, a device's own too. So the mark alone
//! proves nothing, and what else the certificate says is looked at.

use std::fmt;

use crate::{
    cert::x509::{certificate::Certificate, extension::KeyUsage},
    name::RegistrationId,
};

/// What shows that a certificate is a CA's and not a device's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// Its key usage is to sign certificates.
    KeyCertSign,
    /// It says how many CAs may stand below it.
    PathLength,
    /// A CA that marks what it issues as a CA meant it.
    IssuedAsCa,
    /// Its CN is no name for a device.
    NoDevicesName,
    /// The mark alone, which proves nothing.
    Mark,
}

/// The end of a sentence.
impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::KeyCertSign => "it is marked CA:TRUE and its key usage has keyCertSign",
            Self::PathLength => "it is marked CA:TRUE and has a path length",
            Self::IssuedAsCa => "it is marked CA:TRUE by the CA that issued it",
            Self::NoDevicesName => "it is marked CA:TRUE and its CN is no name for a device",
            Self::Mark => "it is marked CA:TRUE",
        })
    }
}

/// What shows that the certificate is a CA's and not a device's; `None` if nothing does.
///
/// An IoT Edge CA is left out: it is given for the device's so often that a rule of its own speaks of it.
#[must_use]
pub fn evidence(certificate: &Certificate) -> Option<Evidence> {
    if !certificate.is_ca() || is_edge_ca(certificate) {
        return None;
    }
    let usage_signs = certificate.key_usage.is_some_and(KeyUsage::key_cert_sign);
    let has_path_length = certificate.basic_constraints.is_some_and(|it| it.path_len.is_some());
    if usage_signs {
        Some(Evidence::KeyCertSign)
    } else if has_path_length {
        Some(Evidence::PathLength)
    } else if !certificate.is_self_issued() {
        Some(Evidence::IssuedAsCa)
    } else if !certificate.subject.common_names().any(|name| name.text.as_deref().is_some_and(is_a_device)) {
        Some(Evidence::NoDevicesName)
    } else {
        None
    }
}

/// What a device is called, nobody knows: "root" and "ca" are registration IDs like others.
fn is_a_device(name: &str) -> bool {
    RegistrationId::new(name).is_ok()
}

/// What IoT Edge and its scripts call the CA of a device. The scripts of the documents end its CN in `.ca`, which is
/// also the end of Canada's host names: there it is a CA only if another CA issued it. Each of them may sign certificates,
/// which `openssl req -x509` does not say of a device.
pub(in crate::cert) fn is_edge_ca(certificate: &Certificate) -> bool {
    let signs = certificate.key_usage.is_some_and(KeyUsage::key_cert_sign);
    let is_issued = !certificate.is_self_issued();
    certificate.is_ca()
        && signs
        && certificate.subject.common_names().any(|name| {
            name.text.as_ref().is_some_and(|text| {
                let text = text.to_ascii_lowercase();
                text.ends_with(".ca") && is_issued
                    || text.contains("workload ca")
                    || text.contains("iotedged")
                    || text.contains("aziot-edged")
            })
        })
}
