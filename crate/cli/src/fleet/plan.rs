//! From flags to what all devices share.

use std::{env, path::Path};

use dps_x509_core::{
    cert::key::Passphrase,
    finding::{Finding, Input, Place, catalogue},
    session::Settings,
};
use dps_x509_fleet::{List, Plan, Shard, Source, Template, words};
use dps_x509_net::pkcs11::Uri;

use super::args::{Devices, Shared};
use crate::{flag, input, terminal};

/// The devices of a list, and what they share.
pub(super) struct Planned {
    pub(super) list: List,
    pub(super) plan: Plan,
    pub(super) shard: Shard,
}

/// Reads everything that is the same for all devices, and the beginning of the list.
///
/// # Errors
/// Something cannot be used; nothing was dialled.
pub(super) fn plan(devices: &Devices) -> Result<Planned, Vec<Finding>> {
    let shard = Shard::of_environment(devices.shard.as_deref(), |name| env::var(name).ok());
    let shard = shard.map_err(|error| {
        let message = format!("Which part of the list is meant, nobody can tell: {error}.");
        vec![contradiction("--shard", &message)]
    });
    let (mut plan, shard) = match (shared(&devices.shared), shard) {
        (Ok(plan), Ok(shard)) => (plan, shard),
        (Err(mut wrong), Err(more)) => {
            wrong.extend(more);
            return Err(wrong);
        }
        (Err(wrong), Ok(_)) | (Ok(_), Err(wrong)) => return Err(wrong),
    };
    let list = list(&devices.list)?;
    plan.folder = list.folder();
    name(&mut plan, devices.id_scope.as_ref(), devices.registration_id.as_ref())?;
    Ok(Planned { list, plan, shard })
}

/// A list that can be read, as far as that can be told before it is.
pub(super) fn list(path: &Path) -> Result<List, Vec<Finding>> {
    let list = List::of(path);
    if list.is_lasting()
        && let Err(error) = list.rows()
    {
        return Err(vec![error.finding()]);
    }
    Ok(list)
}

/// Where the names of the devices come from. What is wrong for every device is told once, and before any of them.
pub(super) fn name(
    plan: &mut Plan,
    id_scope: Option<&Template>,
    registration_id: Option<&Template>,
) -> Result<(), Vec<Finding>> {
    plan.id_scope = id_scope.cloned();
    plan.registration_id = registration_id.cloned();
    // One that has no column in it is the same for all.
    let Some(id_scope) = id_scope.map(Template::to_string).filter(|text| !text.contains('{')) else {
        return Ok(());
    };
    let settings = Settings { id_scope, registration_id: "device".to_owned(), ..plan.settings.clone() };
    let wrong: Vec<_> = settings.parse().err().unwrap_or_default().into_iter().filter(is_of_scope).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// Everything that is the same for all devices, but their names.
///
/// # Errors
/// Something cannot be used.
pub(super) fn shared(devices: &Shared) -> Result<Plan, Vec<Finding>> {
    let mut findings = devices.dps.contradictions();
    let files = devices.dps.read_roots(&mut findings);
    let passphrase = devices
        .key_passphrase_file
        .as_deref()
        .and_then(|path| input::passphrase_of_file(path, &mut findings));
    let passphrase = passphrase.or_else(|| pin_of_terminal(devices));
    let payload = devices.payload.as_deref().and_then(|text| input::payload(text, &mut findings));
    let identity = source(devices, &mut findings);
    if !findings.is_empty() {
        return Err(findings);
    }
    let trust = devices.dps.trust(&files)?;
    let mut plan = Plan::new(trust.ready().map_err(|error| flag::no_root(&error))?);
    plan.settings = Settings {
        endpoint: devices.dps.host(),
        transport: devices.transport.unwrap_or_default(),
        api_version: devices.api_version.clone(),
        client_version: Some(concat!("dps-x509/", env!("CARGO_PKG_VERSION")).to_owned()),
        payload,
        timeout: devices.timeout,
        qos: devices.qos.unwrap_or_default(),
        ..Settings::default()
    };
    let example = Settings {
        id_scope: "0ne00000000".to_owned(),
        registration_id: "device".to_owned(),
        ..plan.settings.clone()
    };
    example.parse()?;
    plan.identity = identity;
    plan.passphrase = passphrase;
    plan.route = devices.dps.route.route()?;
    plan.cloud = devices.dps.known_cloud();
    plan.enrollment = devices.enrollment.into();
    Ok(plan)
}

/// The PIN from the terminal, once for all devices, if their keys are in a token, nothing else says it and there is one to ask.
fn pin_of_terminal(devices: &Shared) -> Option<Passphrase> {
    let key = devices.key.as_ref()?.to_string();
    let is_said =
        devices.key_passphrase_file.is_some() || key.contains("pin-source") || key.contains("pin-value");
    if !Uri::is_meant(&key) || is_said {
        return None;
    }
    terminal::ask("PIN of the token: ").map(|pin| Passphrase::new(pin.into_bytes()))
}

fn is_of_scope(finding: &Finding) -> bool {
    finding.place.input == Some(Input::IdScope.into())
}

fn source(devices: &Shared, findings: &mut Vec<Finding>) -> Source {
    match (&devices.identity_command, &devices.cert, &devices.key) {
        (Some(command), _, _) => match words(command) {
            Ok(words) => return Source::Command(words),
            Err(why) => {
                let message = format!("The command cannot be understood: {why}.");
                findings.push(contradiction("--identity-command", &message));
            }
        },
        (None, Some(cert), Some(key)) => return Source::Files { cert: cert.clone(), key: key.clone() },
        _ => {}
    }
    Source::Columns
}

fn contradiction(flag: &str, message: &str) -> Finding {
    let next_step = "Correct the flag; `dps-x509 fleet run --help` has examples.";
    Finding::new(&catalogue::SETTINGS_CONTRADICT, message, next_step).at(Place::input(flag))
}
