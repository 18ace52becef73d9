//! Configurations of clients, out of the core.

use dps_x509_core::config::{self, Azure};
use serde_json::Value;

use crate::{
    Toolkit,
    bindings::exports::dps_x509::device::{
        configuration::{Guest, Wanted},
        inspection::{File, Settings},
    },
    inspection::inputs,
    mapping,
    naming::naming,
};

impl Guest for Toolkit {
    fn targets() -> String {
        config::targets().remove("targets").unwrap_or_default().to_string()
    }

    fn configure(names: Vec<String>, files: Vec<File>, mut settings: Settings, wanted: Wanted) -> String {
        // What is wrong with it is found with the other names, and nothing else is refused.
        let registration_id = settings.registration_id.take();
        let inputs = inputs(files, settings).unwrap_or_default();
        let wanted = config::Wanted {
            id_scope: wanted.id_scope,
            registration_id,
            endpoint: wanted.endpoint,
            transport: mapping::settings::transport(wanted.transport),
            folder: wanted.folder,
            key_path: wanted.key_path,
            embeds_key: wanted.embeds_key,
            azure: Azure {
                dps_name: wanted.dps_name,
                resource_group: wanted.resource_group,
                group_name: wanted.group_name,
            },
        };
        let (set, _) = wanted.set(&names, inputs);
        Value::Object(config::with_texts(&set, naming())).to_string()
    }
}
