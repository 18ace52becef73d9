//! Configurations of clients, and what is particular to a cloud.

use dps_x509_core::{
    config::{self, Azure},
    name::Transport,
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    answer::{NAMING, Wrong},
    given::{self, File, Settings},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    targets: Vec<String>,
    files: Vec<File>,
    #[serde(default)]
    settings: Settings,
    #[serde(default)]
    wanted: Wanted,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Wanted {
    id_scope: Option<String>,
    endpoint: Option<String>,
    transport: Option<String>,
    folder: Option<String>,
    key_path: Option<String>,
    embed_key: bool,
    dps_name: Option<String>,
    resource_group: Option<String>,
    group_name: Option<String>,
}

impl Wish {
    /// `configure.json`, each file with its text.
    pub(crate) fn configure(self) -> Result<Value, Wrong> {
        let (registration_id, inputs) = self.settings.without_name(self.files)?;
        let wanted = config::Wanted {
            id_scope: self.wanted.id_scope,
            registration_id,
            endpoint: self.wanted.endpoint,
            transport: self.wanted.transport.as_deref().map(transport).transpose()?.unwrap_or_default(),
            folder: self.wanted.folder,
            key_path: self.wanted.key_path,
            embeds_key: self.wanted.embed_key,
            azure: Azure {
                dps_name: self.wanted.dps_name,
                resource_group: self.wanted.resource_group,
                group_name: self.wanted.group_name,
            },
        };
        let (set, _) = wanted.set(&self.targets, inputs);
        Ok(Value::Object(config::with_texts(&set, NAMING)))
    }
}

/// What MQTT travels in, by its name.
pub(crate) fn transport(name: &str) -> Result<Transport, Wrong> {
    name.parse().map_err(|_| Wrong::unknown(name, "transport of DPS"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    name: String,
}

impl Named {
    /// Its endpoint, the names of its hubs, and what to trust its servers by.
    pub(crate) fn cloud(&self) -> Result<Value, Wrong> {
        Ok(Value::Object(config::cloud(given::cloud(&self.name)?)))
    }
}
