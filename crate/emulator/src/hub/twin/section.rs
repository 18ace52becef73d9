//! One section of a twin, with its version and the times of its changes.

use std::time::SystemTime;

use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Map, Value};

use crate::timestamp;

/// Desired or reported properties.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Section {
    pub(super) values: Map<String, Value>,
    /// For every object and value when it was updated last, in the form of `$metadata`.
    metadata: Map<String, Value>,
    pub(super) version: u64,
}

const LAST_UPDATED: &str = "$lastUpdated";
const LAST_UPDATED_VERSION: &str = "$lastUpdatedVersion";

impl Section {
    pub(super) fn new(now: SystemTime) -> Self {
        let mut metadata = Map::new();
        metadata.insert(LAST_UPDATED.to_owned(), timestamp::utc(now).into());
        Self { values: Map::new(), metadata, version: 1 }
    }

    pub(super) fn clear(&mut self, now: SystemTime) {
        let version = self.version;
        *self = Self { version, ..Self::new(now) };
    }

    /// Merges a patch; the version counts, whether anything is different then or not.
    pub(super) fn merge(&mut self, patch: &Map<String, Value>, now: SystemTime, is_versioned: bool) {
        self.version += 1;
        merge(&mut self.values, patch);
        let version = is_versioned.then_some(self.version);
        mark(&mut self.metadata, patch, &timestamp::utc(now), version);
    }

    pub(super) const fn as_sent(&self) -> AsSent<'_> {
        AsSent { properties: &self.values, version: self.version }
    }

    pub(super) fn with_metadata(&self) -> Value {
        let mut document = self.values.clone();
        document.insert("$metadata".to_owned(), self.metadata.clone().into());
        document.insert("$version".to_owned(), self.version.into());
        document.into()
    }
}

/// Properties as a device is told them: the version comes last, as from a hub. Parsers of small devices stop at it
/// (azure-sdk-for-c, paho_iot_hub_twin_sample).
#[derive(Debug)]
pub(super) struct AsSent<'a> {
    pub(super) properties: &'a Map<String, Value>,
    pub(super) version: u64,
}

impl Serialize for AsSent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.properties.len() + 1))?;
        for (key, value) in self.properties {
            object.serialize_entry(key, value)?;
        }
        object.serialize_entry("$version", &self.version)?;
        object.end()
    }
}

/// JSON merge patch (RFC 7396): null removes, objects are merged, everything else replaces.
pub(super) fn merge(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => {
                target.remove(key);
            }
            Value::Object(patch) => {
                let slot = target.entry(key.clone()).or_insert_with(|| Map::new().into());
                if !slot.is_object() {
                    *slot = Map::new().into();
                }
                if let Value::Object(target) = slot {
                    merge(target, patch);
                }
            }
            value => {
                target.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Adds to a section that replaces another one what makes it a patch of that: null for what is gone.
pub(super) fn add_removed(patch: &mut Map<String, Value>, before: &Map<String, Value>) {
    for (key, value) in before {
        match (patch.get_mut(key), value) {
            (None, _) => {
                patch.insert(key.clone(), Value::Null);
            }
            (Some(Value::Object(patch)), Value::Object(before)) => add_removed(patch, before),
            (Some(_), _) => {}
        }
    }
}

/// One patch that does what two in a row do: as [`merge`], but what removes stays in it.
pub(crate) fn compose(first: &mut Map<String, Value>, second: Map<String, Value>) {
    for (key, value) in second {
        match (first.get_mut(&key), value) {
            (Some(Value::Object(first)), Value::Object(second)) => compose(first, second),
            (_, value) => {
                first.insert(key, value);
            }
        }
    }
}

/// The metadata of what a patch touches.
fn mark(metadata: &mut Map<String, Value>, patch: &Map<String, Value>, time: &str, version: Option<u64>) {
    metadata.insert(LAST_UPDATED.to_owned(), time.into());
    if let Some(version) = version {
        metadata.insert(LAST_UPDATED_VERSION.to_owned(), version.into());
    }
    for (key, value) in patch {
        if value.is_null() {
            metadata.remove(key);
            continue;
        }
        let slot = metadata.entry(key.clone()).or_insert_with(|| Map::new().into());
        let Value::Object(below) = slot else { continue };
        match value {
            Value::Object(patch) => mark(below, patch, time, version),
            _ => {
                // A value in the place of an object has nothing below it.
                below.clear();
                mark(below, &Map::new(), time, version);
            }
        }
    }
}
