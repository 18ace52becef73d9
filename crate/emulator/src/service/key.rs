//! The key of the service, its connection strings, and the SAS tokens that are made with it (`iot-hub-dev-guide-sas`).

use std::{
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64ct::{Base64, Encoding as _};
use percent_encoding::percent_decode_str;
use ring::hmac::{self, HMAC_SHA256};
use uuid::Uuid;

use crate::authority::{AuthorityError, Secrecy, read_or_create};

/// What a service needs to act on hubs and enrollments. Its `Debug` does not show it.
#[derive(Clone)]
pub struct ServiceKey(Vec<u8>);

impl ServiceKey {
    /// The name of its file in the folder.
    const FILE: &str = "service.key";

    /// A new one that is forgotten with the process.
    pub(crate) fn in_memory() -> Self {
        // Two UUIDs have 244 random bits.
        Self([Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat())
    }

    /// The one that is kept in a folder, made on the first call.
    pub(crate) fn in_folder(folder: &Path) -> Result<Self, AuthorityError> {
        let path = folder.join(Self::FILE);
        let made = || Ok(Base64::encode_string(&Self::in_memory().0));
        let text = read_or_create(&path, Secrecy::Secret, made)?;
        let unusable = |error: &dyn std::fmt::Display| AuthorityError::Unusable {
            path: path.clone(),
            reason: format!("it is no key in base64 ({error})"),
        };
        let key = Base64::decode_vec(text.trim()).map_err(|error| unusable(&error))?;
        if key.is_empty() { Err(unusable(&"it is empty")) } else { Ok(Self(key)) }
    }

    /// The connection string of a hub's service, for `azure-iot-hub`, `azure-iothub` and the like.
    #[must_use]
    pub fn hub_connection_string(&self, host: &str) -> String {
        self.connection_string(host, "iothubowner")
    }

    /// The connection string of DPS's service, for `azure-iot-provisioning-service` and the like.
    #[must_use]
    pub fn provisioning_connection_string(&self, host: &str) -> String {
        self.connection_string(host, "provisioningserviceowner")
    }

    fn connection_string(&self, host: &str, name: &str) -> String {
        let key = Base64::encode_string(&self.0);
        format!("HostName={host};SharedAccessKeyName={name};SharedAccessKey={key}")
    }

    /// Whether an `Authorization` is a SAS token of this key that has not expired; or what is wrong with it.
    pub(crate) fn check(&self, authorization: &str, now: SystemTime) -> Result<(), String> {
        let token = authorization.strip_prefix("SharedAccessSignature ").ok_or("there is none")?;
        let field = |name: &str| {
            let mut fields = token.split('&').filter_map(|field| field.split_once('='));
            fields.find(|(key, _)| *key == name).map(|(_, value)| value).ok_or(format!("it has no {name}"))
        };
        let (resource, signature, expiry) = (field("sr")?, field("sig")?, field("se")?);
        let seconds: u64 = expiry.parse().map_err(|_| "its se is no number")?;
        if UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).is_none_or(|end| end < now) {
            return Err("it has expired".to_owned());
        }
        let signature = percent_decode_str(signature).decode_utf8_lossy().into_owned();
        let signature = Base64::decode_vec(&signature).map_err(|_| "its sig is no base64")?;
        let key = hmac::Key::new(HMAC_SHA256, &self.0);
        // What is signed is the resource as it stands there, encoded.
        hmac::verify(&key, format!("{resource}\n{expiry}").as_bytes(), &signature)
            .map_err(|_| "it was not signed with the key of this emulator".to_owned())
    }
}

impl std::fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServiceKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_counts_until_it_expires_and_for_its_key_only() {
        let key = ServiceKey(b"secret".to_vec());
        let sign = |text: &str| {
            let tag = hmac::sign(&hmac::Key::new(HMAC_SHA256, b"secret"), text.as_bytes());
            Base64::encode_string(tag.as_ref()).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
        };
        let token = |se: &str, sig: &str| {
            format!("SharedAccessSignature sr=localhost%3A8883&sig={sig}&se={se}&skn=a")
        };
        let good = token("100", &sign("localhost%3A8883\n100"));
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        assert_eq!(key.check(&good, at(99)), Ok(()));
        for (bad, now) in [
            (good.clone(), 101),
            (token("101", &sign("localhost%3A8883\n100")), 1),
            (token("100", &sign("other\n100")), 1),
            (token("x", ""), 1),
            ("Bearer x".to_owned(), 1),
            (String::new(), 1),
        ] {
            assert!(key.check(&bad, at(now)).is_err(), "{bad}");
        }
        assert!(ServiceKey::in_memory().check(&good, at(1)).is_err());
        assert!(!format!("{key:?}").contains("secret"));
    }

    #[test]
    fn a_folder_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let string = || ServiceKey::in_folder(folder.path()).unwrap().hub_connection_string("h");
        let first = string();
        assert!(first.starts_with("HostName=h;SharedAccessKeyName=iothubowner;SharedAccessKey="), "{first}");
        assert_eq!(first, string());
    }
}
