//! What can be behind a symptom: the causes, each told once.
//!
//! Most are findings about files and certificates, which [`crate::cert`] can see in the files themselves. Those that
//! no file shows have their definitions here.

use crate::{
    cert::Enrollment,
    finding::{
        Definition,
        Severity::{Error, Note},
        Standing::{Documented, Observed},
    },
};

static CLOCK: Definition = Definition::new(
    "DX551",
    "device-clock-wrong",
    Error,
    Observed,
    "iotedge#4062, azure-iot-sdk-c#1066, azure-iot-sdk-python#915",
);
static NOT_SENT: Definition =
    Definition::new("DX552", "intermediates-not-in-store", Error, Observed, "azure-iot-sdk-c#437");
static KEY_FORM: Definition = Definition::new(
    "DX553",
    "key-form-not-taken",
    Error,
    Observed,
    "azure-iot-sdk-c#325, azure-iot-sdk-python#114",
);
static DEMO_IDENTITY: Definition =
    Definition::new("DX554", "shared-demo-identity", Error, Observed, "azure-iot-sdk-c#332");
static HIDDEN: Definition =
    Definition::new("DX555", "answer-hidden-by-client", Error, Observed, "azure-iot-sdk-java#289");
static CA_NOT_VERIFIED: Definition = Definition::new(
    "DX731",
    "ca-not-verified",
    Error,
    Observed,
    "azure-iot-sdk-c#415, #437, azure-docs#60870; DPS how-to-verify-certificates",
);
static OTHER_CERTIFICATE: Definition = Definition::new(
    "DX732",
    "other-certificate-enrolled",
    Error,
    Observed,
    "azure-iot-sdk-node#547, azure-iot-sdk-c#273",
);
static OTHER_ID_SCOPE: Definition = Definition::new(
    "DX733",
    "other-id-scope",
    Error,
    Documented,
    "DPS how-to-troubleshoot-dps (404); azure-docs#57082",
);
static OTHER_CLOUD: Definition = Definition::new("DX734", "other-cloud", Error, Observed, "iotedge#6675");
static THUMBPRINT: Definition = Definition::new(
    "DX735",
    "hub-goes-by-thumbprint",
    Note,
    Observed,
    "azure-iot-sdk-csharp#3360; for CONNACK 5 an inference, azure-iot-sdk-c#510",
);
static REPLACED: Definition = Definition::new(
    "DX736",
    "hub-connection-replaced",
    Error,
    Documented,
    "IoT Hub iot-hub-troubleshoot-error-codes (400027)",
);
static NO_ENROLLMENT: Definition = Definition::new(
    "DX737",
    "enrollment-missing",
    Error,
    Documented,
    "DPS how-to-troubleshoot-dps (404), concepts-x509-attestation",
);

/// What can be found here.
pub(super) static DEFINITIONS: [&Definition; 12] = [
    &CLOCK,
    &NOT_SENT,
    &KEY_FORM,
    &DEMO_IDENTITY,
    &HIDDEN,
    &CA_NOT_VERIFIED,
    &OTHER_CERTIFICATE,
    &OTHER_ID_SCOPE,
    &OTHER_CLOUD,
    &THUMBPRINT,
    &REPLACED,
    &NO_ENROLLMENT,
];

/// A cause as it is told while nobody has looked into the files.
pub(super) struct Cause {
    /// The finding's code.
    pub(super) code: &'static str,
    /// A sentence, as a possibility.
    pub(super) sentence: &'static str,
    /// What to look at, or what to do.
    pub(super) next: &'static str,
    /// What has to be given so that it can be ruled out.
    pub(super) needs: Needs,
}

impl Cause {
    /// The only kind of enrollment that has this cause.
    pub(super) fn only(&self) -> Option<Enrollment> {
        match self.code {
            "DX431" | "DX436" | "DX552" | "DX731" => Some(Enrollment::Group),
            "DX732" => Some(Enrollment::Individual),
            _ => None,
        }
    }
}

/// What a rule has to see before its silence says anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// No file shows it.
    Service,
    /// Any file.
    File,
    /// The leaf.
    Leaf,
    /// The leaf and the registration ID.
    RegistrationId,
    /// The leaf and the time.
    Time,
    /// The leaf and the CA that was uploaded.
    GroupCa,
    /// The leaf and its key.
    Key,
    /// The CA file.
    Trust,
}

const fn cause(code: &'static str, needs: Needs, sentence: &'static str, next: &'static str) -> Cause {
    Cause { code, sentence, next, needs }
}

/// The cause with this code.
pub(super) fn of(code: &str) -> Option<&'static Cause> {
    CAUSES.iter().find(|cause| cause.code == code)
}

const CHECK: &str = "`dps-x509 check FILE` says where, and what to do.";

#[rustfmt::skip]
pub(super) static CAUSES: &[Cause] = &[
    cause("DX104", Needs::Service, "The host was given as a URL, or with a path.",
        "Give the bare host name: global.azure-devices-provisioning.net, without https:// before it."),
    cause("DX204", Needs::File, "The file was cut off.", CHECK),
    cause("DX205", Needs::File, "Characters in the PEM are not base64.", CHECK),
    cause("DX222", Needs::File, "A -----BEGIN or -----END line is damaged.", CHECK),
    cause("DX223", Needs::File, "The -----BEGIN line is missing.", CHECK),
    cause("DX224", Needs::File, "The PEM was copied out of a program: quotes and \\n are still in it, or the \\n were lost on the way.",
        "Give the client real line breaks; `dps-x509 check FILE --write-fixed DIR` makes them."),
    cause("DX225", Needs::File, "Other text stands in the file, such as the \"Bag Attributes\" of a PKCS#12 export.",
        "Leave only what stands from -----BEGIN to -----END: openssl x509 -in FILE, openssl pkey -in FILE."),
    cause("DX303", Needs::Key, "The private key does not belong to the leaf.", "Take the key that the leaf was made with."),
    cause("DX304", Needs::Key, "The private key is encrypted, and no passphrase was given.",
        "Give the passphrase, or write the key without one: openssl pkey -in device-key.pem -out plain-key.pem."),
    cause("DX306", Needs::Key, "The private key is damaged.", CHECK),
    cause("DX307", Needs::Leaf, "The key is too weak for today's TLS libraries.", "Use P-256, or RSA of 2048 bits or more."),
    cause("DX401", Needs::RegistrationId, "The leaf's CN is not the registration ID.",
        "Compare them: openssl x509 -in device-cert.pem -noout -subject. Register under the CN."),
    cause("DX402", Needs::Leaf, "The leaf has no CN.", "Issue a leaf whose subject CN is the registration ID."),
    cause("DX403", Needs::Leaf, "The leaf has several CNs.", "Issue a leaf with one CN, the registration ID."),
    cause("DX404", Needs::Leaf, "The leaf's CN has a character that a registration ID may not have, such as '@'.",
        "Use letters, digits, '-', '.', '_' and ':' only, and end with a letter, a digit or '-'."),
    cause("DX405", Needs::Leaf, "The leaf's CN is longer than a CN may be (64 characters).", "Shorten it."),
    cause("DX407", Needs::Leaf, "The leaf's CN has upper case, which the service of 2018 refused.", "Try a leaf whose CN is in lower case."),
    cause("DX408", Needs::Leaf, "The CN is written in an unusual string type.", "Write it as UTF8String or PrintableString."),
    cause("DX411", Needs::Time, "The device's certificate, or one above it, has expired.",
        "openssl x509 -in device-cert.pem -noout -dates shows it. Renew it; in an individual enrollment upload the new leaf."),
    cause("DX412", Needs::Time, "The device's certificate is not valid yet.", "Compare its dates with the real time."),
    cause("DX421", Needs::Leaf, "The leaf lacks the extended key usage clientAuth.", "Issue it with extendedKeyUsage=clientAuth."),
    cause("DX422", Needs::Leaf, "The leaf lacks the key usage digitalSignature.", "Issue it with keyUsage=digitalSignature."),
    cause("DX423", Needs::Leaf, "The leaf is marked as a CA.", "Issue it with basicConstraints=CA:FALSE."),
    cause("DX431", Needs::Leaf, "The device sends its leaf without the intermediates.",
        "Put leaf and intermediates into the client's one certificate file, the leaf first: \
         cat device-cert.pem intermediate.pem > device-full-chain.pem"),
    cause("DX432", Needs::Leaf, "The certificates in the file are in the wrong order.", "The leaf first, then each issuer."),
    cause("DX436", Needs::GroupCa, "The chain does not lead to the CA of the enrollment group.",
        "Compare the group's certificate with the issuers in the chain; `dps-x509 check CHAIN --group-ca UPLOADED` does."),
    cause("DX442", Needs::Leaf, "A certificate of the chain is malformed.", CHECK),
    cause("DX451", Needs::Leaf, "A signature in the chain does not hold.", CHECK),
    cause("DX453", Needs::Leaf, "A certificate of the chain was signed by one that is no CA.", "Issue the signer with basicConstraints=CA:TRUE."),
    cause("DX454", Needs::Leaf, "A CA of the chain may not sign certificates.", "Issue it with keyUsage=keyCertSign."),
    cause("DX455", Needs::Leaf, "A CA of the chain allows fewer intermediates below it.", "Issue it with a longer pathlen, or none."),
    cause("DX456", Needs::Leaf, "An intermediate has the right name and another key than the one that signed.", "Take the file of the CA that signed."),
    cause("DX470", Needs::Leaf, "A certificate is signed with a hash that is no longer taken.", "Issue it with SHA-256."),
    cause("DX471", Needs::Leaf, "The chain is larger than many TLS stacks take (about 4 kB).", "Use EC certificates, and send no root."),
    cause("DX481", Needs::Trust, "The client's CA file holds the device's own CA, and the server's root is missing there.",
        "The CA file proves the server: it holds DigiCert Global Root G2 and Microsoft RSA Root Certificate Authority 2017."),
    cause("DX483", Needs::Trust, "The client's CA file does not hold the root of this cloud.",
        "Add DigiCert Global Root G2 (public cloud) or DigiCert Global Root CA (US Government, China)."),
    cause("DX484", Needs::Trust, "The client's CA file holds a retired root, such as Baltimore CyberTrust Root.",
        "Replace it with DigiCert Global Root G2, and Microsoft RSA Root Certificate Authority 2017 beside it."),
    cause("DX485", Needs::Leaf, "The certificate is an IoT Edge device CA, not the device's identity.",
        "Use the identity certificate, whose CN is the registration ID."),
    cause("DX551", Needs::Service, "The device's clock is wrong, often 1970 after a start without a battery.",
        "Set the clock (NTP, RTC, modem) before TLS, also on a restart without a network."),
    cause("DX552", Needs::Service, "On Windows (Schannel) the client sends the leaf alone, whatever the file holds.",
        "Put the intermediates into the machine's store \"Intermediate Certification Authorities\", or use a build with OpenSSL."),
    cause("DX553", Needs::Service, "The key is PKCS#8 or EC, and this client takes RSA as PKCS#1 only.",
        "openssl rsa -in device-key.pem -traditional -out rsa-key.pem; an EC key needs a build with OpenSSL."),
    cause("DX731", Needs::Service, "The CA is not uploaded to DPS, or it is not verified there.",
        "az iot dps certificate list -g RG --dps-name DPS -o table shows it. The root or the intermediate must be verified."),
    cause("DX732", Needs::Service, "The individual enrollment holds another certificate: an older leaf, the root, or the whole chain.",
        "Compare the thumbprint: openssl x509 -in device-cert.pem -noout -fingerprint -sha256. Upload the leaf alone."),
    cause("DX733", Needs::Service, "The ID scope is that of another DPS instance.",
        "Compare it with the overview page of the DPS instance, or: az iot dps show -n DPS --query properties.idScope"),
    cause("DX734", Needs::Service, "The endpoint is that of another cloud.",
        "Public: global.azure-devices-provisioning.net; US Government: .us; China: .cn."),
    cause("DX735", Needs::Service, "The hub holds the thumbprint of another leaf: DPS stores that of the leaf that was provisioned.",
        "Compare it with az iot hub device-identity show; provision again after a renewal."),
    cause("DX737", Needs::Service, "There is no enrollment for this device, or it was deleted.",
        "Look for it in the DPS instance: az iot dps enrollment list, az iot dps enrollment-group list."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::definition;

    #[test]
    fn every_cause_is_defined_and_told_once() {
        for (index, cause) in CAUSES.iter().enumerate() {
            assert!(definition(cause.code).is_some(), "{}", cause.code);
            assert!(CAUSES[index + 1..].iter().all(|other| other.code != cause.code), "{}", cause.code);
            let is_of_files = crate::cert::definitions().any(|definition| definition.code == cause.code);
            assert_eq!(is_of_files, cause.needs != Needs::Service, "{}", cause.code);
        }
    }
}
