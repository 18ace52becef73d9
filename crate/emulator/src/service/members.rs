//! Bodies of the service's REST APIs: the names of their members, and the words among their values, in any case, as
//! services in .NET read them. What a user puts into a twin or gives to a method stays as it is.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The members of what the calls are given (IoT Hub and DPS REST references, service).
const MEMBERS: [&str; 48] = [
    "allocationPolicy",
    "attestation",
    "authentication",
    "caReferences",
    "capabilities",
    "certificate",
    "clientCertificates",
    "connectTimeoutInSeconds",
    "customAllocationDefinition",
    "desired",
    "deviceId",
    "enrollmentGroupId",
    "enrollments",
    "etag",
    "id",
    "importMode",
    "initialTwin",
    "iotEdge",
    "iotHubHostName",
    "iotHubs",
    "methodName",
    "migrateDeviceData",
    "mode",
    "op",
    "optionalDeviceInformation",
    "path",
    "payload",
    "primary",
    "primaryThumbprint",
    "properties",
    "provisioningStatus",
    "query",
    "registrationId",
    "reported",
    "reprovisionPolicy",
    "responseTimeoutInSeconds",
    "secondary",
    "secondaryThumbprint",
    "signingCertificates",
    "status",
    "statusReason",
    "tags",
    "type",
    "updateHubAssignment",
    "value",
    "webhookUrl",
    "x509",
    "x509Thumbprint",
];

/// Members whose content is the user's own.
const OF_THE_USER: [&str; 6] =
    ["desired", "optionalDeviceInformation", "payload", "reported", "tags", "value"];

/// Members whose values are words of the interface, and the words.
const WITH_WORDS: [&str; 6] =
    ["allocationPolicy", "importMode", "mode", "provisioningStatus", "status", "type"];
const WORDS: [&str; 17] = [
    "certificateAuthority",
    "create",
    "createOrUpdate",
    "createOrUpdateIfMatchETag",
    "custom",
    "delete",
    "deleteIfMatchETag",
    "disabled",
    "enabled",
    "geoLatency",
    "hashed",
    "selfSigned",
    "static",
    "symmetricKey",
    "update",
    "updateIfMatchETag",
    "x509",
];

/// Reads a body.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_value(known(serde_json::from_slice(body)?))
}

/// The same document, with the names and words that are known as the references write them.
fn known(document: Value) -> Value {
    match document {
        Value::Object(object) => {
            let (exact, other): (Vec<_>, Vec<_>) =
                object.into_iter().partition(|(name, _)| as_written(&MEMBERS, name) == name);
            let mut known = Map::new();
            for (name, value) in exact.into_iter().chain(other) {
                let name = as_written(&MEMBERS, &name).to_owned();
                // Of a name in two cases the one of the references counts.
                if !known.contains_key(&name) {
                    let value = member(&name, value);
                    known.insert(name, value);
                }
            }
            known.into()
        }
        Value::Array(values) => values.into_iter().map(known).collect(),
        other => other,
    }
}

fn member(name: &str, value: Value) -> Value {
    match value {
        value if OF_THE_USER.contains(&name) => value,
        Value::String(word) if WITH_WORDS.contains(&name) => as_written(&WORDS, &word).into(),
        value => known(value),
    }
}

fn as_written<'a>(list: &[&'a str], text: &'a str) -> &'a str {
    list.iter().find(|known| known.eq_ignore_ascii_case(text)).copied().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_and_words_come_in_any_case_and_the_users_own_stay() {
        let given = json!([{
            "ID": "Dev", "ImportMode": "CREATEORUPDATE", "Status": "Enabled", "Unknown": "Enabled",
            "Tags": {"Status": "Enabled"}, "Properties": {"Desired": {"Mode": "Create"}},
            "MethodName": "Reboot", "Payload": {"Value": 1, "ID": 2}, "Attestation": {"Type": "X509", "X509": {}},
        }]);
        let expected = json!([{
            "id": "Dev", "importMode": "createOrUpdate", "status": "enabled", "Unknown": "Enabled",
            "tags": {"Status": "Enabled"}, "properties": {"desired": {"Mode": "Create"}},
            "methodName": "Reboot", "payload": {"Value": 1, "ID": 2}, "attestation": {"type": "x509", "x509": {}},
        }]);
        assert_eq!(known(given), expected);
        assert_eq!(known(json!({"Query": 1, "query": 2})), json!({"query": 2}));
        assert_eq!(known(json!("Create")), json!("Create"));
    }
}
