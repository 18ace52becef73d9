//! What DPS says of a device that has a hub (`DeviceRegistrationResult`).

use serde_json::{Map, Value};

use super::{
    ReplyError,
    object::{MAX_SHOWN, Object, evidence},
};
use crate::{
    name::{HubName, device_id_fault},
    session::{
        csr,
        json::{from_json_text, put},
    },
};

/// What DPS says of an assigned device.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Assigned {
    /// Host name of the IoT hub.
    pub assigned_hub: HubName,
    /// The device's name at the hub.
    pub device_id: String,
    /// The registration ID as the service repeats it.
    pub registration_id: Option<String>,
    /// `initialAssignment`, `deviceDataMigrated`, `deviceDataReset`, `reprovisionedToInitialAssignment`.
    pub substatus: Option<String>,
    /// What the custom allocation function gave, as JSON text.
    pub payload: Option<String>,
    /// When the registration was created, as the service wrote it.
    pub created: Option<String>,
    /// When it was last updated, as the service wrote it.
    pub updated: Option<String>,
    /// The registration's ETag.
    pub etag: Option<String>,
    /// The operation.
    pub operation_id: Option<String>,
    /// The certificates that were issued for a CSR (preview): leaf first, up to the root, DER. Empty without a CSR. What
    /// came there and is no base64 stands here as it came: the device is assigned all the same.
    pub issued_certificates: Vec<Vec<u8>>,
    /// What else the registration state says, by name, as JSON text: members of previews and of later services, such as
    /// `connectionProfile`. Empty ones are left out.
    pub additional: Vec<(String, String)>,
}

/// The members that are told elsewhere.
const KNOWN: [&str; 13] = [
    "assignedHub",
    "createdDateTimeUtc",
    "deviceId",
    "errorCode",
    "errorMessage",
    "etag",
    "issuedCertificateChain",
    "lastUpdatedDateTimeUtc",
    "operationId",
    "payload",
    "registrationId",
    "status",
    "substatus",
];

impl Assigned {
    /// What is known of every assigned device: its hub, and its name there.
    #[must_use]
    pub const fn new(assigned_hub: HubName, device_id: String) -> Self {
        Self {
            assigned_hub,
            device_id,
            registration_id: None,
            substatus: None,
            payload: None,
            created: None,
            updated: None,
            etag: None,
            operation_id: None,
            issued_certificates: Vec::new(),
            additional: Vec::new(),
        }
    }

    pub(super) fn read(state: &Object<'_>, operation_id: Option<String>) -> Result<Self, ReplyError> {
        let required = |member| {
            let missing = || ReplyError::Missing { member, body: evidence(state.body()) };
            state.text(member)?.filter(|text| !text.is_empty()).ok_or_else(missing)
        };
        let hub = required("assignedHub")?;
        let assigned_hub = HubName::new(&hub).map_err(|error| {
            let found = hub.chars().take(MAX_SHOWN).collect();
            ReplyError::Hub { error, found, body: evidence(state.body()) }
        })?;
        let device_id = required("deviceId")?;
        if let Some(reason) = device_id_fault(&device_id) {
            let found = device_id.chars().take(MAX_SHOWN).collect();
            return Err(ReplyError::DeviceId { reason, found, body: evidence(state.body()) });
        }
        let additional = state.members().filter(|(name, value)| {
            !KNOWN.contains(name) && !matches!(*value, "null" | "{}" | "[]" | "\"\"")
        });
        Ok(Self {
            registration_id: state.text("registrationId")?,
            substatus: state.text("substatus")?,
            payload: state.json("payload").map(str::to_owned),
            created: state.text("createdDateTimeUtc")?,
            updated: state.text("lastUpdatedDateTimeUtc")?,
            etag: state.text("etag")?,
            operation_id,
            issued_certificates: state.certificates("issuedCertificateChain"),
            additional: additional.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            ..Self::new(assigned_hub, device_id)
        })
    }
}

impl Assigned {
    /// Its members in a report (`schema/provision.json`); those that are absent are left out.
    pub(in crate::session) fn to_json(&self) -> Map<String, Value> {
        let mut object = Map::new();
        put(&mut object, "assignedHub", Some(self.assigned_hub.as_str()));
        put(&mut object, "deviceId", Some(self.device_id.as_str()));
        put(&mut object, "registrationId", self.registration_id.as_deref());
        put(&mut object, "substatus", self.substatus.as_deref());
        put(&mut object, "payload", self.payload.as_deref().map(from_json_text));
        put(&mut object, "createdDateTimeUtc", self.created.as_deref());
        put(&mut object, "lastUpdatedDateTimeUtc", self.updated.as_deref());
        put(&mut object, "etag", self.etag.as_deref());
        put(&mut object, "operationId", self.operation_id.as_deref());
        let issued: Vec<_> = self.issued_certificates.iter().map(|der| csr::to_base64(der)).collect();
        put(&mut object, "issuedCertificateChain", Some(issued).filter(|issued| !issued.is_empty()));
        // Not collected: that sorts first, by a sort of its own.
        let mut additional = Map::new();
        additional.extend(self.additional.iter().map(|(name, value)| (name.clone(), from_json_text(value))));
        put(&mut object, "additional", Some(additional).filter(|it| !it.is_empty()));
        object
    }
}
