//! From flags to a [`Device`]: files read and judged, names parsed, or findings.

use std::path::{self, Path};

use dps_x509_core::{
    cert::{self, Purpose, Report},
    config::{Azure, Device, Folder, Key},
    finding::{Finding, Place, Severity},
    name::{Endpoint, IdScope, RegistrationId, Transport},
    session::{Settings, host::SETTINGS_CONTRADICT},
};

use super::Args;
use crate::{
    check::Files,
    input::{self, now, passphrase_of_file, passphrase_of_terminal},
};

/// The device, unless something is wrong that no configuration survives; then it is among the findings.
pub(super) fn read(args: &Args, findings: &mut Vec<Finding>) -> Option<Device> {
    let mut files = Files::default();
    files.read(args.cert.iter().map(|path| (Purpose::DeviceChain, "--cert", path.as_path())));
    files.read(args.key.as_deref().map(|path| (Purpose::DeviceKey, "--key", path)));
    files.read(args.group_ca.as_deref().map(|path| (Purpose::GroupCa, "--group-ca", path)));
    files.read(args.trust.iter().map(|path| (Purpose::ServerTrust, "--trust", path.as_path())));
    findings.extend(files.unreadable().iter().cloned());
    let report = check(args, &files, findings);
    let registration_id = args.registration_id.clone().or_else(|| common_name(&report));
    let repaired = repaired(&files);
    let counts = |finding: &&Finding| finding.severity > Severity::Note && !is_repaired(finding, &repaired);
    findings.extend(report.findings.iter().filter(counts).cloned().map(unusable_key));
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
    let mut device = Device::new(&report, names.endpoint?, args.cloud, folder);
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
        let bytes = args.key.as_deref().and_then(|path| input::read(path).ok()).unwrap_or_default();
        device.key = device.key.map(|key| key.embedding(&bytes));
    }
    device.azure = Azure {
        dps_name: args.dps_name.clone(),
        resource_group: args.resource_group.clone(),
        group_name: args.group_name.clone(),
    };
    Some(device)
}

fn check(args: &Args, files: &Files, findings: &mut Vec<Finding>) -> Report {
    let mut passphrase =
        args.key_passphrase_file.as_deref().and_then(|path| passphrase_of_file(path, findings));
    let inputs = |passphrase: Option<&cert::key::Passphrase>| cert::Inputs {
        files: files.inputs(),
        registration_id: args.registration_id.as_deref().and_then(|text| RegistrationId::new(text).ok()),
        at: Some(now()),
        // Of an endpoint of one's own nothing is known; a cloud's roots are.
        cloud: args.endpoint.is_none().then_some(args.cloud),
        enrollment: args.enrollment.into(),
        passphrase: passphrase.cloned(),
        ..cert::Inputs::default()
    };
    let mut report = cert::check(&inputs(passphrase.as_ref()));
    if passphrase.is_none() {
        passphrase = passphrase_of_terminal(&report);
        if passphrase.is_some() {
            report = cert::check(&inputs(passphrase.as_ref()));
        }
    }
    report
}

/// The places of files that are written anew, whole: however they are written now, the certificates in them are all read.
fn repaired(files: &Files) -> Vec<Place> {
    let inputs = files.inputs().into_iter();
    let certificates = inputs.filter(|input| input.purpose != Purpose::DeviceKey);
    let whole = certificates.filter(|input| cert::File::read(input.bytes, &input.place).to_pem().is_some());
    whole.map(|input| input.place).collect()
}

/// Whether a finding is about the form of such a file, or the order in it: what is written has neither fault.
fn is_repaired(finding: &Finding, repaired: &[Place]) -> bool {
    let is_form = finding.code().starts_with("DX2") || finding.code() == "DX432";
    let is_there = |place: &Place| place.input == finding.place.input && place.path == finding.place.path;
    is_form && repaired.iter().any(is_there)
}

/// The key's file is not written anew: a client reads it as it is, and clients are stricter than we are.
fn unusable_key(finding: Finding) -> Finding {
    let is_form = finding.code().starts_with("DX2") && finding.place.input.as_deref() == Some("--key");
    if is_form { finding.severity(Severity::Error) } else { finding }
}

fn common_name(report: &Report) -> Option<String> {
    let leaf = report.chain.leaf.as_ref()?;
    leaf.certificate.subject.common_names().find_map(|name| name.text.clone())
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
        let as_flag = |mut finding: Finding| {
            finding.place.input = finding.place.input.take().map(|input| format!("--{input}"));
            finding
        };
        let found = settings.parse().map_or_else(|errors| errors, |(_, warnings)| warnings);
        findings.extend(found.into_iter().map(as_flag));
        if args.embed_key && args.on_device.is_some() && args.key.is_none() {
            let message = "--embed-key needs the key here, not on the device alone.";
            let place = Place::input("--embed-key");
            findings.push(Finding::new(&SETTINGS_CONTRADICT, message, "Give --key.").at(place));
        }
        Self {
            id_scope: args.id_scope.as_deref().and_then(|text| IdScope::new(text).ok()),
            registration_id: registration_id.and_then(|text| RegistrationId::new(text).ok()),
            endpoint: endpoint.parse().ok().map(|endpoint: Endpoint| with_port(endpoint, args.transport)),
        }
    }
}

/// The port of WebSocket in the place of that of MQTT, where no other was given.
fn with_port(endpoint: Endpoint, transport: Transport) -> Endpoint {
    match (transport, endpoint.port()) {
        (Transport::WebSocket, Endpoint::DEFAULT_PORT) => {
            let host = endpoint.to_string().replace(":8883", &format!(":{}", transport.default_port()));
            host.parse().unwrap_or(endpoint)
        }
        _ => endpoint,
    }
}
