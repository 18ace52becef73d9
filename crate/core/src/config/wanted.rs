//! A configuration as front ends ask for it that have neither flags nor a folder: by names and texts.

use super::{
    Azure, DeviceSetup, Folder, Key, Selection, Set, Target, common_name, find, judgment,
    target::{ALL, unknown},
};
use crate::{
    cert::{self, Inputs, Report},
    finding::{Finding, Input, Place, Severity, catalogue},
    name::{Endpoint, IdScope, RegistrationId, Transport},
    session,
};

/// The word for every target that is possible.
const EVERY: &str = "all";

/// The name of the key's file, if none was given.
const KEY: &str = "device-key.pem";

/// What is not given is said by the targets that need it; these stand in where names are only judged.
const STAND_IN: (&str, &str) = ("0ne00000000", "device");

/// What files do not say of a configuration.
#[derive(Debug, Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "a caller fills it in")]
pub struct Wanted {
    /// Which DPS instance.
    pub id_scope: Option<String>,
    /// In the place of the leaf's CN.
    pub registration_id: Option<String>,
    /// `HOST[:PORT]` in the place of the cloud's endpoint.
    pub endpoint: Option<String>,
    /// What MQTT travels in.
    pub transport: Transport,
    /// Where the files are when the client runs; beside the configuration without it.
    pub folder: Option<String>,
    /// Where the key is then; `device-key.pem` without it.
    pub key_path: Option<String>,
    /// Whether the key's text is to stand in the files.
    pub embeds_key: bool,
    /// The names of the Azure side.
    pub azure: Azure,
}

impl Wanted {
    /// The files of the targets with these names, or of every one that is possible for `all`, and the report on the files that
    /// they come of. What is wrong is among the findings; the registration ID of `inputs` does not count.
    #[must_use]
    pub fn set(&self, names: &[String], mut inputs: Inputs) -> (Set, Report) {
        let is_all = names.iter().any(|name| name == EVERY);
        let is_unknown = |name: &&String| *name != EVERY && find(name).is_none();
        let mut findings: Vec<_> = names.iter().filter(is_unknown).map(|name| unknown(name, None)).collect();
        // A name that no target has does not stop the others; whatever else is wrong does.
        let unknown = findings.len();
        let cloud = inputs.cloud.unwrap_or_default();
        if self.endpoint.is_some() {
            // Of an endpoint of one's own nothing is known.
            inputs.cloud = None;
        }
        let given = self.registration_id.as_deref();
        // What is wrong with it is found with the other names.
        inputs.registration_id = given.and_then(|text| RegistrationId::new(text).ok());
        let report = cert::check(&inputs);
        findings.extend(judgment(&report, &inputs.files));
        let registration_id = self.registration_id.clone().or_else(|| common_name(&report));
        let endpoint = self.endpoint.clone().unwrap_or_else(|| cloud.global_host().to_owned());
        findings.extend(self.judge_names(registration_id.as_deref(), &endpoint));
        let key = self.key(&inputs.files, &mut findings);
        let is_stopped = findings.iter().skip(unknown).any(|finding| finding.severity == Severity::Error);
        let endpoint = endpoint.parse::<Endpoint>().ok().filter(|_| !is_stopped);
        let Some(endpoint) = endpoint else { return (Set::refused(findings), report) };
        let folder = match &self.folder {
            Some(folder) => Folder::OnDevice(folder.clone()),
            None => Folder::Output(String::new()),
        };
        let mut device = DeviceSetup::new(&report, self.transport.endpoint(endpoint), cloud, folder);
        device.id_scope = self.id_scope.as_deref().and_then(|text| IdScope::new(text).ok());
        device.registration_id = registration_id.and_then(|text| RegistrationId::new(&text).ok());
        device.transport = self.transport;
        device.enrollment = inputs.enrollment;
        device.key = Some(key);
        device.azure = self.azure.clone();
        let is_wanted = |target: &&Target| is_all || names.iter().any(|name| name == target.name);
        let targets: Vec<_> = ALL.into_iter().filter(is_wanted).collect();
        let selection = if is_all { Selection::Possible } else { Selection::Each };
        (Set::new(&targets, selection, &device, findings), report)
    }

    fn judge_names(&self, registration_id: Option<&str>, endpoint: &str) -> Vec<Finding> {
        let settings = session::Settings {
            id_scope: self.id_scope.as_deref().unwrap_or(STAND_IN.0).to_owned(),
            registration_id: registration_id.unwrap_or(STAND_IN.1).to_owned(),
            endpoint: Some(endpoint.to_owned()),
            ..session::Settings::default()
        };
        settings.parse().map_or_else(|errors| errors, |(_, warnings)| warnings)
    }

    fn key(&self, files: &[cert::Read], findings: &mut Vec<Finding>) -> Key {
        let key = Key::at(self.key_path.clone().unwrap_or_else(|| KEY.to_owned()));
        if !self.embeds_key {
            return key;
        }
        let mut embedded = files.iter().map(|file| key.clone().embedding(file));
        if let Some(embedded) = embedded.find(|key| key.text().is_some()) {
            return embedded;
        }
        let message = "The key is to be embedded, and no file holds one.";
        let finding = Finding::new(&catalogue::SETTINGS_CONTRADICT, message, "Give the private key's file.");
        findings.push(finding.at(Place::input(Input::EmbedKey)));
        key
    }
}
