//! From flags to a [`DeviceSetup`]: files read and judged, names parsed, or findings.

use std::path::{self, Path};

use dps_x509_core::{
    cert::{self, Purpose, Report},
    config::{self, Azure, DeviceSetup, Folder, Key},
    finding::{Finding, Place, Severity, catalogue},
    name::{Endpoint, IdScope, RegistrationId},
    session::Settings,
};

use super::Args;
use crate::{
    check::Files,
    input::{self, now, passphrase_of_file},
};

/// The device, unless something is wrong that no configuration survives; then it is among the findings.
pub(super) fn read(args: &Args, findings: &mut Vec<Finding>) -> Option<DeviceSetup> {
    let mut files = Files::default();
    files.read(args.cert.iter().map(|path| (Purpose::DeviceChain, "--cert", path.as_path())));
    files.read(args.key.as_deref().map(|path| (Purpose::DeviceKey, "--key", path)));
    files.read(args.group_ca.as_deref().map(|path| (Purpose::GroupCa, "--group-ca", path)));
    files.read(args.trust.iter().map(|path| (Purpose::ServerTrust, "--trust", path.as_path())));
    findings.extend(files.unreadable().iter().cloned());
    let report = check(args, &files, findings);
    let registration_id = args.registration_id.clone().or_else(|| config::common_name(&report));
    findings.extend(config::judgment(&report, files.all()));
    let names = Names::parse(args, registration_id.as_deref(), findings);
    let folder = text_of("--out", &path::absolute(args.folder()).unwrap_or_default(), findings);
    let key = args.key.as_deref().map(|path| {
        let path = path::absolute(path).unwrap_or_default();
        text_of("--key", &path, findings)
    });
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        return None;
    }
    let folder = match &args.on_device {
        Some(folder) => Folder::OnDevice(folder.clone()),
        None => Folder::Output(folder),
    };
    let mut device = DeviceSetup::new(&report, names.endpoint?, args.cloud, folder);
    device.id_scope = names.id_scope;
    device.registration_id = names.registration_id;
    device.transport = args.transport;
    device.enrollment = args.enrollment.into();
    device.key = match (key, &args.on_device) {
        (Some(path), _) => Some(Key::at(path)),
        (None, Some(_)) => Some(Key::at("device-key.pem".to_owned())),
        (None, None) => None,
    };
    if args.embed_key {
        let file = files.all().iter().find(|file| file.purpose() == Purpose::DeviceKey);
        device.key =
            device.key.map(|key| file.map_or_else(|| key.clone(), |file| key.clone().embedding(file)));
    }
    device.azure = Azure {
        dps_name: args.dps_name.clone(),
        resource_group: args.resource_group.clone(),
        group_name: args.group_name.clone(),
    };
    Some(device)
}

fn check(args: &Args, files: &Files, findings: &mut Vec<Finding>) -> Report {
    let mut inputs = cert::Inputs {
        files: files.all().to_vec(),
        registration_id: args.registration_id.as_deref().and_then(|text| RegistrationId::new(text).ok()),
        at: Some(now()),
        // Of an endpoint of one's own nothing is known; a cloud's roots are.
        cloud: args.endpoint.is_none().then_some(args.cloud),
        enrollment: args.enrollment.into(),
        passphrase: args.key_passphrase_file.as_deref().and_then(|path| passphrase_of_file(path, findings)),
        ..cert::Inputs::default()
    };
    input::check(&mut inputs)
}

/// A path as text, which every configuration file is.
fn text_of(flag: &str, path: &Path, findings: &mut Vec<Finding>) -> String {
    match path.to_str() {
        Some(text) => text.to_owned(),
        None => {
            let why = "its name is not UTF-8, so no configuration file can hold it";
            findings.push(cert::unreadable(input::place(flag, path), why));
            String::new()
        }
    }
}

/// The names that were given, parsed.
struct Names {
    id_scope: Option<IdScope>,
    registration_id: Option<RegistrationId>,
    endpoint: Option<Endpoint>,
}

impl Names {
    fn parse(args: &Args, registration_id: Option<&str>, findings: &mut Vec<Finding>) -> Self {
        let endpoint = args.endpoint.clone().unwrap_or_else(|| args.cloud.global_host().to_owned());
        let settings = Settings {
            // What is not given is said by the targets that need it.
            id_scope: args.id_scope.clone().unwrap_or_else(|| "0ne00000000".to_owned()),
            registration_id: registration_id.unwrap_or("device").to_owned(),
            endpoint: Some(endpoint.clone()),
            ..Settings::default()
        };
        let found = settings.parse().map_or_else(|errors| errors, |(_, warnings)| warnings);
        findings.extend(found);
        if args.embed_key && args.on_device.is_some() && args.key.is_none() {
            let message = "--embed-key needs the key here, not on the device alone.";
            let place = Place::input("--embed-key");
            findings.push(Finding::new(&catalogue::SETTINGS_CONTRADICT, message, "Give --key.").at(place));
        }
        Self {
            id_scope: args.id_scope.as_deref().and_then(|text| IdScope::new(text).ok()),
            registration_id: registration_id.and_then(|text| RegistrationId::new(text).ok()),
            endpoint: endpoint.parse().ok().map(|endpoint: Endpoint| args.transport.endpoint(endpoint)),
        }
    }
}
