//! Device twins: tags, desired and reported properties, and how they change (`iot-hub-devguide-device-twins`).

mod limit;
mod section;

use std::time::SystemTime;

use base64ct::{Base64, Encoding as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

pub(crate) use limit::TwinError;
pub(crate) use section::compose;
use section::{AsSent, Section};

/// The twin of one device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Twin {
    tags: Map<String, Value>,
    desired: Section,
    reported: Section,
    /// Counts every change.
    version: u64,
    /// Counts the changes of the service.
    etag: u64,
    /// What the device said of itself when it connected last (IoT Plug and Play).
    #[serde(default)]
    pub(crate) model_id: Option<String>,
}

/// A change of tags and desired properties by the service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TwinChange {
    pub(crate) tags: Option<Map<String, Value>>,
    #[serde(default, deserialize_with = "or_none")]
    pub(crate) properties: PropertiesChange,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PropertiesChange {
    pub(crate) desired: Option<Map<String, Value>>,
}

/// Some SDKs write `null` for what they leave out.
fn or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PropertiesChange, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl TwinChange {
    /// The initial twin of an enrollment that a person wrote: a name in the wrong place would be passed over.
    ///
    /// # Errors
    /// It has members that an initial twin does not have, or no twin can have what it asks for.
    pub(crate) fn initial_by_hand(twin: Map<String, Value>) -> Result<Self, TwinError> {
        let properties = twin.get("properties").and_then(Value::as_object);
        let other = twin.keys().find(|name| *name != "tags" && *name != "properties").cloned();
        let below = properties.and_then(|it| it.keys().find(|name| *name != "desired"));
        match other.or_else(|| below.map(|name| format!("properties.{name}"))) {
            Some(member) => Err(TwinError::Member(member)),
            None => Self::initial(twin),
        }
    }

    /// The initial twin of an enrollment.
    ///
    /// # Errors
    /// No twin can have what it asks for.
    pub(crate) fn initial(twin: Map<String, Value>) -> Result<Self, TwinError> {
        let change: Self =
            serde_json::from_value(twin.into()).map_err(|error| TwinError::Json(error.to_string()))?;
        Twin::new(SystemTime::UNIX_EPOCH).change(change.clone(), Extent::Whole, SystemTime::UNIX_EPOCH)?;
        Ok(change)
    }
}

/// Whether what a change does not name stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// It stays (PATCH).
    Partial,
    /// The sections that the change has are replaced (PUT).
    Whole,
}

/// What a device is told of a change: the desired properties that changed, and their version.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DesiredPatch {
    pub(crate) version: u64,
    pub(crate) body: Map<String, Value>,
}

impl DesiredPatch {
    /// As a device gets it, in JSON.
    pub(crate) fn for_device(&self) -> String {
        json_of(&AsSent { properties: &self.body, version: self.version })
    }
}

fn json_of(value: &impl Serialize) -> String {
    // Nothing but values of JSON is in it, which cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}

impl Twin {
    /// A twin that nobody has written to; versions begin with 1.
    pub(crate) fn new(now: SystemTime) -> Self {
        let section = || Section::new(now);
        Self {
            tags: Map::new(),
            desired: section(),
            reported: section(),
            version: 1,
            etag: 1,
            model_id: None,
        }
    }

    /// What a device gets for a GET, in JSON: no tags, no metadata.
    pub(crate) fn for_device(&self) -> String {
        #[derive(Serialize)]
        struct ForDevice<'a> {
            desired: AsSent<'a>,
            reported: AsSent<'a>,
        }
        json_of(&ForDevice { desired: self.desired.as_sent(), reported: self.reported.as_sent() })
    }

    /// The members of the service's document that are the twin's own.
    pub(crate) fn for_service(&self) -> Map<String, Value> {
        let mut document = Map::new();
        document.insert("etag".to_owned(), self.etag().into());
        document.insert("version".to_owned(), self.version.into());
        document.insert("modelId".to_owned(), self.model_id.clone().unwrap_or_default().into());
        document.insert("tags".to_owned(), self.tags.clone().into());
        let properties = json!({
            "desired": self.desired.with_metadata(),
            "reported": self.reported.with_metadata(),
        });
        document.insert("properties".to_owned(), properties);
        document
    }

    /// As hubs write it: eight bytes that count, in base64.
    pub(crate) fn etag(&self) -> String {
        Base64::encode_string(&self.etag.to_be_bytes())
    }

    /// Merges a patch of a device into its reported properties, by the rules of JSON merge patch (RFC 7396).
    ///
    /// # Errors
    /// The patch or what comes of it is not allowed; nothing has changed then.
    pub(crate) fn report(
        &mut self,
        patch: &Map<String, Value>,
        expected: Option<u64>,
        now: SystemTime,
    ) -> Result<u64, TwinError> {
        if expected.is_some_and(|version| version != self.reported.version) {
            return Err(TwinError::Version {
                expected: expected.unwrap_or_default(),
                is: self.reported.version,
            });
        }
        let mut changed = self.reported.clone();
        changed.merge(patch, now, false);
        limit::check(patch, &changed.values, limit::PROPERTIES)?;
        self.reported = changed;
        self.version += 1;
        Ok(self.reported.version)
    }

    /// Changes tags and desired properties. Returns what a device is to be told.
    ///
    /// # Errors
    /// The change or what comes of it is not allowed; nothing has changed then.
    pub(crate) fn change(
        &mut self,
        mut change: TwinChange,
        extent: Extent,
        now: SystemTime,
    ) -> Result<Option<DesiredPatch>, TwinError> {
        let mut twin = self.clone();
        if let Some(tags) = &mut change.tags {
            let patch = std::mem::take(tags);
            if extent == Extent::Whole {
                twin.tags.clear();
            }
            section::merge(&mut twin.tags, &patch);
            limit::check(&patch, &twin.tags, limit::TAGS)?;
        }
        let mut told = None;
        if let Some(mut patch) = change.properties.desired {
            // What a hub writes by itself comes back from whoever read the twin before.
            patch.retain(|key, _| key != "$version" && key != "$metadata");
            let before = twin.desired.values.clone();
            if extent == Extent::Whole {
                twin.desired.clear(now);
            }
            twin.desired.merge(&patch, now, true);
            limit::check(&patch, &twin.desired.values, limit::PROPERTIES)?;
            if extent == Extent::Whole {
                section::add_removed(&mut patch, &before);
            }
            told = Some(DesiredPatch { version: twin.desired.version, body: patch });
        }
        twin.version += 1;
        twin.etag += 1;
        *self = twin;
        Ok(told)
    }
}

#[cfg(test)]
mod tests;
