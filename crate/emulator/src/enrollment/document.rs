//! Enrollments as documents of DPS's REST API (DPS REST reference, service).

use base64ct::{Base64, Encoding as _};
use dps_x509_core::name::RegistrationId;
use serde_json::{Map, Value, json};
use x509_cert::der::pem::{LineEnding, encode_string};

use super::{Group, Individual, Terms};
use crate::{
    allocation::{Allocation, Reprovision},
    ca::CaCertificate,
    hub::TwinChange,
};

type Document = Map<String, Value>;

/// The individual enrollment of a document; the error says what is wrong with it.
pub(crate) fn individual(document: &Document, hubs: &[String]) -> Result<Individual, String> {
    let id = text(document, "registrationId").unwrap_or_default();
    let id = RegistrationId::new(id).map_err(|error| format!("registrationId: {error}"))?;
    let certificates = certificates(document, "clientCertificates")?;
    let primary = certificates.0.ok_or("attestation.x509.clientCertificates.primary has no certificate")?;
    let wrong = |error| format!("attestation.x509.clientCertificates: {error}");
    let mut individual = Individual::from_pem(id, primary.as_bytes()).map_err(wrong)?;
    if let Some(secondary) = certificates.1 {
        individual = individual.secondary(secondary.as_bytes()).map_err(wrong)?;
    }
    individual.device_id = text(document, "deviceId").filter(|id| !id.is_empty()).map(str::to_owned);
    individual.terms = terms(document, hubs)?;
    Ok(individual)
}

/// The group of a document; the error says what is wrong with it.
pub(crate) fn group(document: &Document, hubs: &[String], cas: &[CaCertificate]) -> Result<Group, String> {
    let id = text(document, "enrollmentGroupId").unwrap_or_default();
    let x509 = document.get("attestation").and_then(|attestation| attestation.get("x509"));
    let references = x509.and_then(|x509| x509.get("caReferences")).filter(|it| it.is_object());
    let named = |which: &str| -> Result<Option<&CaCertificate>, String> {
        let Some(name) = references.and_then(|it| it.get(which)).and_then(Value::as_str) else {
            return Ok(None);
        };
        let found = cas.iter().find(|ca| ca.name() == name);
        found.map(Some).ok_or(format!("caReferences.{which}: there is no CA certificate {name}"))
    };
    let mut group = if let Some(primary) = named("primary")? {
        let group = Group::from_ca(id, primary);
        named("secondary")?.map_or(group.clone(), |secondary| group.secondary_ca(secondary))
    } else {
        let certificates = certificates(document, "signingCertificates")?;
        let primary = certificates.0.ok_or(
            "attestation.x509 has neither signingCertificates.primary with a certificate nor caReferences.primary",
        )?;
        let wrong = |error| format!("attestation.x509.signingCertificates: {error}");
        let group = Group::from_pem(id, primary.as_bytes()).map_err(wrong)?;
        match certificates.1 {
            Some(secondary) => group.secondary(secondary.as_bytes()).map_err(wrong)?,
            None => group,
        }
    };
    group.terms = terms(document, hubs)?;
    Ok(group)
}

/// The document of an enrollment of the configuration.
pub(crate) fn of_individual(individual: &Individual) -> Value {
    let certificates = individual.leaves.iter().map(|leaf| leaf.der.as_ref());
    let mut document = of_terms(&individual.terms, "clientCertificates", certificates.collect());
    document.insert("registrationId".to_owned(), individual.registration_id.as_str().into());
    document.insert("deviceId".to_owned(), individual.device_id.clone().into());
    document.into()
}

/// The document of a group of the configuration.
pub(crate) fn of_group(group: &Group) -> Value {
    let certificates = group.signers.iter().map(|signer| signer.certificate.der.as_ref());
    let mut document = of_terms(&group.terms, "signingCertificates", certificates.collect());
    document.insert("enrollmentGroupId".to_owned(), group.name.as_str().into());
    document.into()
}

fn of_terms(terms: &Terms, kind: &str, certificates: Vec<&[u8]>) -> Document {
    let certificate = |index: usize| {
        let der = certificates.get(index)?;
        Some(json!({ "certificate": encode_string("CERTIFICATE", LineEnding::LF, der).ok()? }))
    };
    let status = if terms.enabled { "enabled" } else { "disabled" };
    let mut document = Document::new();
    document.insert("provisioningStatus".to_owned(), status.into());
    let both = json!({ "primary": certificate(0), "secondary": certificate(1) });
    document.insert("attestation".to_owned(), json!({ "type": "x509", "x509": { kind: both } }));
    document.insert("iotHubs".to_owned(), terms.hubs.clone().into());
    let policy = json!({
        "updateHubAssignment": terms.reprovision != Reprovision::Never,
        "migrateDeviceData": terms.reprovision == Reprovision::Migrate,
    });
    document.insert("reprovisionPolicy".to_owned(), policy);
    document
}

fn text<'a>(document: &'a Document, key: &str) -> Option<&'a str> {
    document.get(key).and_then(Value::as_str)
}

/// Primary and secondary certificate in PEM. DPS takes PEM, and DER in base64.
fn certificates(document: &Document, kind: &str) -> Result<(Option<String>, Option<String>), String> {
    let attestation = document.get("attestation").ok_or("there is no attestation")?;
    match attestation.get("type").and_then(Value::as_str) {
        Some("x509") | None => {}
        Some(other) => return Err(format!("attestation.type is {other:.50}, only x509 is emulated")),
    }
    let both = attestation.get("x509").and_then(|x509| x509.get(kind));
    let one = |which: &str| {
        let certificate = both?.get(which)?.get("certificate")?.as_str()?.trim();
        let is_empty = certificate.is_empty();
        (!is_empty).then(|| pem(certificate))
    };
    Ok((one("primary"), one("secondary")))
}

/// A certificate as documents have it, in PEM; what is none is refused as such by whoever reads it.
pub(super) fn pem(certificate: &str) -> String {
    if certificate.contains("-----BEGIN") {
        return certificate.to_owned();
    }
    let joined: String = certificate.split_whitespace().collect();
    let der = Base64::decode_vec(&joined).unwrap_or_default();
    encode_string("CERTIFICATE", LineEnding::LF, &der).unwrap_or_default()
}

/// The policy of a document; what it does not say is true, which is the default of DPS.
fn reprovision(policy: Option<&Value>) -> Reprovision {
    let says = |key: &str| policy.and_then(|policy| policy.get(key)).and_then(Value::as_bool).unwrap_or(true);
    match (says("updateHubAssignment"), says("migrateDeviceData")) {
        (false, _) => Reprovision::Never,
        (true, false) => Reprovision::Reset,
        (true, true) => Reprovision::Migrate,
    }
}

fn terms(document: &Document, linked: &[String]) -> Result<Terms, String> {
    let enabled = match text(document, "provisioningStatus") {
        Some("enabled") | None => true,
        Some("disabled") => false,
        Some(other) => return Err(format!("provisioningStatus is {other:.50}, not enabled or disabled")),
    };
    let listed = document.get("iotHubs").and_then(Value::as_array).into_iter().flatten();
    let mut hubs: Vec<String> = listed.filter_map(Value::as_str).map(str::to_ascii_lowercase).collect();
    hubs.extend(text(document, "iotHubHostName").filter(|it| !it.is_empty()).map(str::to_ascii_lowercase));
    if let Some(other) = hubs.iter().find(|hub| !linked.iter().any(|linked| linked.eq_ignore_ascii_case(hub)))
    {
        return Err(format!("the hub {other:.200} is not linked: {}", linked.join(", ")));
    }
    let allocation = match text(document, "allocationPolicy") {
        Some("hashed") => Some(Allocation::Hashed),
        Some("geoLatency") => Some(Allocation::LowestLatency),
        Some("static") => match hubs.first() {
            Some(hub) => Some(Allocation::Static(hub.clone())),
            None => return Err("allocationPolicy is static, and there is no hub in iotHubs".to_owned()),
        },
        None | Some("") => None,
        Some(other) => return Err(format!("allocationPolicy is {other:.50}, which is not emulated here")),
    };
    let initial_twin = match document.get("initialTwin") {
        Some(Value::Object(twin)) => {
            let twin = TwinChange::initial(twin.clone()).map_err(|error| format!("initialTwin: {error}"))?;
            Some(Box::new(twin))
        }
        _ => None,
    };
    let hubs = (!hubs.is_empty()).then_some(hubs);
    let reprovision = reprovision(document.get("reprovisionPolicy"));
    Ok(Terms { enabled, allocation, hubs, initial_twin, reprovision, ..Terms::default() })
}
