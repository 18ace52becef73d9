//! Configurations of clients, out of the core.

use dps_x509_core::{
    cert,
    config::{self, Azure, DeviceSetup, Folder, Key, Selection, Set},
    finding::{self, Input, Place, Severity, catalogue},
    name::{Endpoint, IdScope, RegistrationId},
    session,
};
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

/// The word for every target that is possible.
const ALL: &str = "all";

/// The name of the key's file, if none was given.
const KEY: &str = "device-key.pem";

/// What is not given is said by the targets that need it; these stand in where names are only judged.
const STAND_IN: (&str, &str) = ("0ne00000000", "device");

impl Guest for Toolkit {
    fn targets() -> String {
        config::targets().remove("targets").unwrap_or_default().to_string()
    }

    fn configure(names: Vec<String>, files: Vec<File>, settings: Settings, wanted: Wanted) -> String {
        Value::Object(config::with_texts(&set(&names, files, settings, wanted), naming())).to_string()
    }
}

fn set(names: &[String], files: Vec<File>, settings: Settings, wanted: Wanted) -> Set {
    let is_all = names.iter().any(|name| name == ALL);
    let is_unknown = |name: &&String| *name != ALL && config::find(name).is_none();
    let mut findings: Vec<finding::Finding> =
        names.iter().filter(is_unknown).map(|name| config::unknown(name, None)).collect();
    // A name that no target has does not stop the others; whatever else is wrong does.
    let unknown = findings.len();
    let device = device(files, settings, wanted, &mut findings);
    let is_stopped = findings.iter().skip(unknown).any(|finding| finding.severity == Severity::Error);
    let Some(device) = device.filter(|_| !is_stopped) else { return Set::refused(findings) };
    let is_wanted = |target: &&config::Target| is_all || names.iter().any(|name| name == target.name);
    let targets: Vec<_> = config::ALL.into_iter().filter(is_wanted).collect();
    Set::new(&targets, if is_all { Selection::Possible } else { Selection::Each }, &device, findings)
}

/// The device that is configured; what is wrong with it goes to the findings.
fn device(
    files: Vec<File>,
    settings: Settings,
    wanted: Wanted,
    findings: &mut Vec<finding::Finding>,
) -> Option<DeviceSetup> {
    let given = settings.registration_id.clone();
    // What is wrong with it is found with the other names.
    let id = given.clone().filter(|text| RegistrationId::new(text).is_ok());
    let mut inputs = inputs(files, Settings { registration_id: id, ..settings }).ok()?;
    let cloud = inputs.cloud.unwrap_or_default();
    if wanted.endpoint.is_some() {
        // Of an endpoint of one's own nothing is known.
        inputs.cloud = None;
    }
    let report = cert::check(&inputs);
    findings.extend(config::judgment(&report, &inputs.files));
    let registration_id = given.or_else(|| config::common_name(&report));
    let endpoint = wanted.endpoint.unwrap_or_else(|| cloud.global_host().to_owned());
    let transport = mapping::settings::transport(wanted.transport);
    findings.extend(judge_names(wanted.id_scope.as_deref(), registration_id.as_deref(), &endpoint));
    let key = key(wanted.key_path, wanted.embeds_key, &inputs.files, findings);
    let endpoint: Endpoint = endpoint.parse().ok()?;
    let folder = match wanted.folder {
        Some(folder) => Folder::OnDevice(folder),
        None => Folder::Output(String::new()),
    };
    let mut device = DeviceSetup::new(&report, transport.endpoint(endpoint), cloud, folder);
    device.id_scope = wanted.id_scope.as_deref().and_then(|text| IdScope::new(text).ok());
    device.registration_id = registration_id.and_then(|text| RegistrationId::new(&text).ok());
    device.transport = transport;
    device.enrollment = inputs.enrollment;
    device.key = Some(key);
    device.azure = Azure {
        dps_name: wanted.dps_name,
        resource_group: wanted.resource_group,
        group_name: wanted.group_name,
    };
    Some(device)
}

fn judge_names(
    id_scope: Option<&str>,
    registration_id: Option<&str>,
    endpoint: &str,
) -> Vec<finding::Finding> {
    let settings = session::Settings {
        id_scope: id_scope.unwrap_or(STAND_IN.0).to_owned(),
        registration_id: registration_id.unwrap_or(STAND_IN.1).to_owned(),
        endpoint: Some(endpoint.to_owned()),
        ..session::Settings::default()
    };
    settings.parse().map_or_else(|errors| errors, |(_, warnings)| warnings)
}

fn key(
    path: Option<String>,
    is_embedded: bool,
    files: &[cert::Read],
    findings: &mut Vec<finding::Finding>,
) -> Key {
    let key = Key::at(path.unwrap_or_else(|| KEY.to_owned()));
    if !is_embedded {
        return key;
    }
    let mut embedded = files.iter().map(|file| key.clone().embedding(file));
    if let Some(embedded) = embedded.find(|key| key.text().is_some()) {
        return embedded;
    }
    let message = "The key is to be embedded, and no file holds one.";
    let finding =
        finding::Finding::new(&catalogue::SETTINGS_CONTRADICT, message, "Give the private key's file.");
    findings.push(finding.at(Place::input(Input::EmbedKey)));
    key
}
