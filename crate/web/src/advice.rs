//! What a text means, by the device's files, and configurations of clients.

use dps_x509_core::{
    cert::{self, der::hex},
    config::{self, Azure, DeviceSetup, Folder, Key, Selection, Set},
    explain::{self, Explanation},
    finding::{Finding, Input, Place, Severity, catalogue},
    name::{Cloud, Endpoint, IdScope, RegistrationId, Transport},
    session::{self},
};
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{Inputs, naming, wrong};

/// The word for every target that is possible.
const ALL: &str = "all";

/// The name of the key's file, if none was given.
const KEY: &str = "device-key.pem";

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
        Value::Object(config::with_texts(&self.set(&names, wanted), naming())).to_string()
    }
}

impl Inputs {
    fn set(&mut self, names: &[String], wanted: &Wanted) -> Set {
        let is_all = names.iter().any(|name| name == ALL);
        let is_unknown = |name: &&String| *name != ALL && config::find(name).is_none();
        let mut findings: Vec<Finding> =
            names.iter().filter(is_unknown).map(|name| config::unknown(name, None)).collect();
        let is_wanted = |target: &&config::Target| is_all || names.iter().any(|name| name == target.name);
        let targets: Vec<_> = config::ALL.into_iter().filter(is_wanted).collect();
        let Some(device) = self.device(wanted, &mut findings) else { return Set::refused(findings) };
        Set::new(&targets, if is_all { Selection::Possible } else { Selection::Each }, &device, findings)
    }

    /// The device, unless something is wrong that no configuration survives; then it is among the findings.
    fn device(&mut self, wanted: &Wanted, findings: &mut Vec<Finding>) -> Option<DeviceSetup> {
        let unknown = findings.clone();
        let cloud = self.cloud.unwrap_or_default();
        if wanted.endpoint.is_some() {
            // Of an endpoint of one's own nothing is known.
            self.cloud = None;
        }
        let given = wanted.registration_id.as_deref();
        self.registration_id = given.and_then(|text| RegistrationId::new(text).ok());
        let report = self.check();
        findings.extend(config::judgment(&report, &self.files));
        let registration_id = wanted.registration_id.clone().or_else(|| config::common_name(&report));
        let endpoint = wanted.endpoint.clone().unwrap_or_else(|| cloud.global_host().to_owned());
        let settings = session::Settings {
            // What is not given is said by the targets that need it.
            id_scope: wanted.id_scope.clone().unwrap_or_else(|| "0ne00000000".to_owned()),
            registration_id: registration_id.clone().unwrap_or_else(|| "device".to_owned()),
            endpoint: Some(endpoint.clone()),
            ..session::Settings::default()
        };
        findings.extend(settings.parse().map_or_else(|errors| errors, |(_, warnings)| warnings));
        let mut key = Key::at(wanted.key_path.clone().unwrap_or_else(|| KEY.to_owned()));
        if wanted.embeds_key {
            let mut embedded = self.files.iter().map(|file| key.clone().embedding(file));
            if let Some(embedded) = embedded.find(|key| key.text().is_some()) {
                key = embedded;
            } else {
                let message = "The key is to be embedded, and no file holds one.";
                let finding =
                    Finding::new(&catalogue::SETTINGS_CONTRADICT, message, "Give the private key's file.");
                findings.push(finding.at(Place::input(Input::EmbedKey)));
            }
        }
        // A name that no target has does not stop the others.
        let stops = |finding: &Finding| finding.severity == Severity::Error && !unknown.contains(finding);
        if findings.iter().any(stops) {
            return None;
        }
        let endpoint: Endpoint = endpoint.parse().ok()?;
        let folder = match &wanted.folder {
            Some(folder) => Folder::OnDevice(folder.clone()),
            None => Folder::Output(String::new()),
        };
        let mut device = DeviceSetup::new(&report, wanted.transport.endpoint(endpoint), cloud, folder);
        device.id_scope = wanted.id_scope.as_deref().and_then(|text| IdScope::new(text).ok());
        device.registration_id = registration_id.and_then(|text| RegistrationId::new(&text).ok());
        device.transport = wanted.transport;
        device.enrollment = self.enrollment;
        device.key = Some(key);
        device.azure = wanted.azure.clone();
        Some(device)
    }
}

/// A configuration, as far as files do not say it.
#[wasm_bindgen]
#[derive(Default)]
pub struct Wanted {
    id_scope: Option<String>,
    registration_id: Option<String>,
    endpoint: Option<String>,
    transport: Transport,
    folder: Option<String>,
    key_path: Option<String>,
    embeds_key: bool,
    azure: Azure,
}

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
            Some(other) => return Err(wrong(&format!("\"{other}\" is no transport of DPS."), &[])),
        };
        Ok(Self { id_scope, registration_id, endpoint, transport, ..Self::default() })
    }

    /// Where the files are when the client runs, and whether the key's text is to stand in them.
    pub fn place(&mut self, folder: Option<String>, key_path: Option<String>, embeds_key: bool) {
        (self.folder, self.key_path, self.embeds_key) = (folder, key_path, embeds_key);
    }

    /// The names of the Azure side.
    pub fn azure(
        &mut self,
        dps_name: Option<String>,
        resource_group: Option<String>,
        group_name: Option<String>,
    ) {
        self.azure = Azure { dps_name, resource_group, group_name };
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
    let cloud: Cloud = name.parse().map_err(|_| wrong(&format!("\"{name}\" is no cloud of DPS."), &[]))?;
    let roots = config::roots(cloud).into_iter().map(|root| {
        json!({
            "name": root.known.map_or_else(|| root.certificate.subject.to_string(), |known| known.name.to_owned()),
            "pem": root.pem,
            "sha256": hex(&root.certificate.sha256()),
            "notAfter": root.certificate.not_after.map(cert::UnixTime::to_rfc3339),
        })
    });
    let roots: Value = roots.collect();
    Ok(json!({ "endpoint": cloud.global_host(), "hubSuffix": cloud.hub_suffix(), "roots": roots })
        .to_string())
}
