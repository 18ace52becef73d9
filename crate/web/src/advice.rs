//! What a text means, by the device's files, and configurations of clients.

use dps_x509_core::{
    config::{self, Azure},
    explain::{self, Explanation},
    finding::Place,
    name::{Cloud, Transport},
};
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Inputs, naming, unknown};

/// Takes what clients print, `lexicon.json` of the package, before a text is explained.
#[wasm_bindgen(js_name = takeLexicon)]
pub fn take_lexicon(text: String) {
    explain::take_lexicon(text);
}

#[wasm_bindgen]
impl Inputs {
    /// What a text or a code alone says happened, as JSON text: `crate/core/schema/explanation.json`, and `text`.
    #[wasm_bindgen(js_name = explainText)]
    #[must_use]
    pub fn explain_text(&mut self, text: &[u8]) -> String {
        // A log may hold one.
        self.may_hold_secret = true;
        let inputs = self.inputs();
        let code = str::from_utf8(text).ok().and_then(Explanation::code);
        let explanation = match code {
            Some(code) => Explanation::of_code(code, &inputs),
            None => Explanation::of_text(text, &Place::default(), &inputs),
        };
        let mut out = explanation.to_json(naming());
        if let Some(object) = out.as_object_mut() {
            object.insert("text".to_owned(), json!(explanation.to_text(naming())));
        }
        out.to_string()
    }

    /// The files of the targets with these names, as JSON text: `crate/core/schema/configure.json`, each file with its
    /// `text`. What is wrong is among the findings.
    #[must_use]
    pub fn configure(&mut self, names: Vec<String>, wanted: &Wanted) -> String {
        let (set, report) = wanted.0.set(&names, self.inputs());
        self.note(&report);
        Value::Object(config::with_texts(&set, naming())).to_string()
    }
}

/// A configuration, as far as files do not say it.
#[wasm_bindgen]
#[derive(Default)]
pub struct Wanted(config::Wanted);

#[wasm_bindgen]
impl Wanted {
    /// Who and where to: ID scope, registration ID in the place of the leaf's CN, `HOST[:PORT]` in the place of the
    /// cloud's endpoint, `mqtt` or `websocket`.
    ///
    /// # Errors
    /// The transport is none.
    #[wasm_bindgen(constructor)]
    pub fn new(
        id_scope: Option<String>,
        registration_id: Option<String>,
        endpoint: Option<String>,
        transport: Option<String>,
    ) -> Result<Self, String> {
        let transport = match transport.as_deref() {
            None | Some("mqtt") => Transport::Mqtt,
            Some("websocket") => Transport::WebSocket,
            Some(other) => return Err(unknown(other, "transport of DPS")),
        };
        Ok(Self(config::Wanted {
            id_scope,
            registration_id,
            endpoint,
            transport,
            ..config::Wanted::default()
        }))
    }

    /// Where the files are when the client runs, and whether the key's text is to stand in them.
    pub fn place(&mut self, folder: Option<String>, key_path: Option<String>, embeds_key: bool) {
        (self.0.folder, self.0.key_path, self.0.embeds_key) = (folder, key_path, embeds_key);
    }

    /// The names of the Azure side.
    pub fn azure(
        &mut self,
        dps_name: Option<String>,
        resource_group: Option<String>,
        group_name: Option<String>,
    ) {
        self.0.azure = Azure { dps_name, resource_group, group_name };
    }
}

/// Every target that can be configured, as JSON text.
#[wasm_bindgen]
#[must_use]
pub fn targets() -> String {
    config::targets().remove("targets").unwrap_or_default().to_string()
}

/// A cloud's endpoint, hubs and roots, as JSON text.
///
/// # Errors
/// It is none.
#[wasm_bindgen]
pub fn cloud(name: &str) -> Result<String, String> {
    let cloud: Cloud = name.parse().map_err(|_| unknown(name, "cloud of DPS"))?;
    Ok(Value::Object(config::cloud(cloud)).to_string())
}
