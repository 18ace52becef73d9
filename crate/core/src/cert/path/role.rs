//! What a certificate is in a device's provisioning, and which box of a client or a portal it goes into.

use std::sync::Arc;

use crate::{
    cert::{
        der::hex,
        path::{
            authority::is_edge_ca,
            chain::Chain,
            link::{Link, may_have_issued},
            tpm,
        },
        x509::certificate::Certificate,
    },
    name::Cloud,
};

/// What a certificate is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// The device's own, issued by a CA.
    Leaf,
    /// The device's own, signed by itself.
    SelfSignedDevice,
    /// Between the leaf and the root.
    Intermediate,
    /// The self-signed top of the device's chain.
    Root,
    /// One of the roots that DPS and IoT Hub have their own certificates from: another chain than the device's.
    ServerRoot(&'static ServerRoot),
    /// Made to prove to the portal that someone holds a CA's key (DPS document `how-to-verify-certificates`).
    ProofOfPossession,
    /// The CA of an IoT Edge device, for its modules: not its identity.
    EdgeCa,
    /// Of a TPM or its platform: no device shows it in TLS.
    Tpm,
    /// Expired, and another certificate of the same name and key is valid: it goes nowhere.
    Expired,
    /// In no connection with the device's chain.
    Stranger,
}

/// Where a file goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Destination {
    /// The client certificate of an MQTT client; with the intermediates behind it.
    ClientCertificate,
    /// The CA file of an MQTT client: what it trusts the server by.
    CaFile,
    /// An individual enrollment, primary or secondary certificate.
    IndividualEnrollment,
    /// An enrollment group, as its intermediate certificate.
    EnrollmentGroup,
    /// The list of CA certificates of the DPS instance.
    PortalCertificates,
    /// The verification of a CA certificate in the portal.
    PortalVerification,
}

impl Role {
    /// What the certificate is, by the chain it was found with.
    #[must_use]
    pub fn of(link: &Arc<Link>, chain: &Chain) -> Self {
        let is = |other: &Arc<Link>| other.certificate.der == link.certificate.der;
        if let Some(root) = ServerRoot::of(&link.certificate) {
            Self::ServerRoot(root)
        } else if is_proof_of_possession(&link.certificate) {
            Self::ProofOfPossession
        } else if chain.leaf.as_ref().is_some_and(is) {
            match link.certificate.is_self_issued() {
                _ if tpm::is_about(&link.certificate).is_some() => Self::Tpm,
                _ if is_edge_ca(&link.certificate) => Self::EdgeCa,
                true => Self::SelfSignedDevice,
                false => Self::Leaf,
            }
        } else if chain.renewed_by(link).is_some() {
            Self::Expired
        } else if chain.intermediates.iter().any(is) {
            Self::Intermediate
        } else if chain.root.as_ref().is_some_and(is) {
            Self::Root
        } else if chain.links().any(|other| may_have_issued(&link.certificate, &other.certificate)) {
            Self::of_authority(&link.certificate)
        } else if chain.leaf.is_none() && link.certificate.is_ca() {
            // Without a device's chain there is none that a CA could be strange to.
            Self::of_authority(&link.certificate)
        } else if tpm::is_about(&link.certificate).is_some() {
            Self::Tpm
        } else {
            Self::Stranger
        }
    }

    fn of_authority(certificate: &Certificate) -> Self {
        if certificate.is_self_issued() { Self::Root } else { Self::Intermediate }
    }

    /// The boxes that it goes into; none for a stranger.
    #[must_use]
    pub const fn destinations(self) -> &'static [Destination] {
        use Destination as D;
        match self {
            Self::Leaf | Self::SelfSignedDevice => &[D::ClientCertificate, D::IndividualEnrollment],
            Self::Intermediate => &[D::ClientCertificate, D::EnrollmentGroup, D::PortalCertificates],
            Self::Root => &[D::PortalCertificates],
            Self::ServerRoot(_) => &[D::CaFile],
            Self::ProofOfPossession => &[D::PortalVerification],
            Self::EdgeCa | Self::Tpm | Self::Expired | Self::Stranger => &[],
        }
    }

    /// The word for it in text and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leaf => "leaf",
            Self::SelfSignedDevice => "self-signed device",
            Self::Intermediate => "intermediate",
            Self::Root => "root",
            Self::ServerRoot(_) => "server root",
            Self::ProofOfPossession => "proof of possession",
            Self::EdgeCa => "IoT Edge CA",
            Self::Tpm => "TPM",
            Self::Expired => "expired",
            Self::Stranger => "stranger",
        }
    }

    /// The same within a sentence.
    #[must_use]
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::Leaf => "a leaf",
            Self::SelfSignedDevice => "a self-signed device",
            Self::Intermediate => "an intermediate CA",
            Self::Root => "a root CA",
            Self::ServerRoot(_) => "a root of Azure's servers",
            Self::ProofOfPossession => "a proof of possession",
            Self::EdgeCa => "the CA of an IoT Edge device",
            Self::Tpm => "a certificate of a TPM",
            Self::Expired => "an expired certificate that was renewed",
            Self::Stranger => "a stranger",
        }
    }
}

/// A root of Azure IoT's servers.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerRoot {
    /// Its subject's CN.
    pub name: &'static str,
    /// SHA-256 over its DER, in lower-case hexadecimal; SHA-1 for the one of which only that is published.
    pub thumbprint: &'static str,
    /// The clouds whose endpoints lead to it today.
    pub clouds: &'static [Cloud],
    /// Whether it has been replaced.
    pub is_retired: bool,
}

/// The roots that azure-iot-sdk-c's `certs.c` and Azure's list of CAs name.
pub static SERVER_ROOTS: [ServerRoot; 7] = [
    ServerRoot {
        name: "DigiCert Global Root G2",
        thumbprint: "cb3ccbb76031e5e0138f8dd39a23f9de47ffc35e43c1144cea27d46a5ab1cb5f",
        clouds: &[Cloud::Public],
        is_retired: false,
    },
    ServerRoot {
        name: "Microsoft RSA Root Certificate Authority 2017",
        thumbprint: "c741f70f4b2a8d88bf2e71c14122ef53ef10eba0cfa5e64cfa20f418853073e0",
        clouds: &[Cloud::Public],
        is_retired: false,
    },
    ServerRoot {
        name: "DigiCert Global Root G3",
        thumbprint: "31ad6648f8104138c738f39ea4320133393e3a18cc02296ef97c2ac9ef6731d0",
        clouds: &[],
        is_retired: false,
    },
    ServerRoot {
        name: "Microsoft ECC Root Certificate Authority 2017",
        thumbprint: "358df39d764af9e1b766e9c972df352ee15cfac227af6ad1d70e8e4a6edcba02",
        clouds: &[],
        is_retired: false,
    },
    ServerRoot {
        name: "DigiCert Global Root CA",
        thumbprint: "4348a0e9444c78cb265e058d5e8944b4d84f9662bd26db257f8934a443c70161",
        clouds: &[Cloud::UsGov, Cloud::China],
        is_retired: false,
    },
    ServerRoot {
        name: "Baltimore CyberTrust Root",
        thumbprint: "16af57a9f676b0ab126095aa5ebadef22ab31119d644ac95cd4b93dbf3f26aeb",
        clouds: &[],
        is_retired: true,
    },
    ServerRoot {
        name: "D-TRUST Root Class 3 CA 2 2009",
        thumbprint: "58e8abb0361533fb80f79b1b6d29d3ff8d5f00f0",
        clouds: &[],
        is_retired: true,
    },
];

impl ServerRoot {
    /// The server root that this certificate is, by its thumbprint and nothing else.
    #[must_use]
    pub fn of(certificate: &Certificate) -> Option<&'static Self> {
        // Only a self-issued certificate is worth two hashes.
        if !certificate.is_self_issued() {
            return None;
        }
        let (sha256, sha1) = (hex(&certificate.sha256()), hex(&certificate.sha1()));
        SERVER_ROOTS.iter().find(|root| root.thumbprint == sha256 || root.thumbprint == sha1)
    }

    /// The names of the roots of a cloud, of all clouds without one.
    #[must_use]
    pub fn names_for(cloud: Option<Cloud>) -> String {
        let fits = |root: &&Self| root.clouds.iter().any(|&one| cloud.is_none_or(|cloud| cloud == one));
        SERVER_ROOTS.iter().filter(fits).map(|root| root.name).collect::<Vec<_>>().join(", ")
    }
}

/// The codes of the portal are 48 characters of hexadecimal in capital letters.
pub(in crate::cert) fn is_proof_of_possession(certificate: &Certificate) -> bool {
    certificate.subject.common_names().any(|name| {
        name.text.as_ref().is_some_and(|text| {
            text.len() >= 48 && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'A'..=b'F'))
        })
    })
}
