//! What a person reads about what was made.

use dps_x509_core::generate::{DEVICES, File, FileKind as Kind, Warning, rfc3339};

use super::made::{Made, Task};
use crate::{input::shown, shell::quoted};

pub(super) fn made(made: &Made) -> String {
    let mut text = match made.task {
        Task::Request => {
            "A private key for trying things out, not for production, and a request for a CA to sign.\n"
        }
        _ => "Test certificates, for trying things out and not for production.\n",
    }
    .to_owned();
    text += &format!("\nIn {}\n", shown(&made.out));
    let devices = made.devices();
    let several = devices.len() > 1;
    for file in made.files.iter().filter(|file| !several || file.registration_id.is_none()) {
        text += &row(&file.path, what_for(file.kind, made.task));
    }
    if let (true, [first, .., last]) = (several, devices.as_slice()) {
        text += &row(
            &format!("{DEVICES}/"),
            &format!("{} devices, {first} to {last}; a folder each, with these files:", devices.len()),
        );
        for kind in [Kind::DeviceKey, Kind::DeviceFullChain] {
            text += &row(&format!("  {}", kind.file_name()), what_for(kind, made.task));
        }
    }
    text += &validity(made);
    for warning in &made.warnings {
        text += &format!("\n{warning}\n");
    }
    text += "\nNext\n";
    for command in next(made) {
        text += &format!("  {command}\n");
    }
    text
}

fn row(name: &str, what_for: &str) -> String {
    format!("  {name:<24} {what_for}\n")
}

/// Which box a file goes into.
const fn what_for(kind: Kind, task: Task) -> &'static str {
    match (kind, task) {
        (Kind::Root, _) => "the root; DPS, CA certificates: upload it, verify it, and enroll a group with it",
        (Kind::Intermediate, _) => {
            "the intermediate; or DPS, enrollment group: as the group's intermediate certificate"
        }
        (Kind::RootKey | Kind::IntermediateKey, _) => "its private key: signs further devices, goes nowhere",
        (Kind::Device, Task::SelfSigned) => {
            "MQTT client, client certificate; and DPS, individual enrollment: primary certificate"
        }
        (Kind::Device, _) => "the leaf; for an individual enrollment only: primary certificate",
        (Kind::DeviceKey, Task::Request) => "its private key; MQTT client, client key",
        (Kind::DeviceKey, _) => "MQTT client, client key",
        (Kind::DeviceFullChain, _) => "MQTT client, client certificate: the leaf, then its intermediates",
        (Kind::Request, _) => "the request; give it to a CA",
        (Kind::Verification, _) => {
            "DPS, CA certificates: upload it as the verification certificate of this CA"
        }
        (Kind::Enrollments, _) => "for `dps-x509 emulate`, a DPS on this machine",
    }
}

fn validity(made: &Made) -> String {
    let until = |kind| made.validity(kind).map(|validity| rfc3339(validity.not_after()));
    let device =
        until(Kind::Device).or_else(|| until(Kind::DeviceFullChain)).or_else(|| until(Kind::Verification));
    let is_told = made.warnings.iter().any(|warning| matches!(warning, Warning::EndsWithAuthority { .. }));
    match (device, until(Kind::Root)) {
        _ if is_told => String::new(),
        (Some(device), Some(root)) => format!("\nDevices are valid until {device}, CAs until {root}.\n"),
        (Some(device), None) => format!("\nValid until {device}.\n"),
        (None, _) => String::new(),
    }
}

/// Commands to go on with.
pub(super) fn next(made: &Made) -> Vec<String> {
    let path = |name: &str| quoted(&made.path(name));
    let find = |kind| made.files.iter().find(|file: &&File| file.kind == kind);
    let file = |kind| find(kind).map(|file| path(&file.path)).unwrap_or_default();
    let id = made.devices().first().map(|id| quoted(id.as_str())).unwrap_or_default();
    // An ID may begin as a flag does.
    let id = if id.starts_with('-') { format!("={id}") } else { format!(" {id}") };
    let check = |certificate, more: &str| {
        let key = file(Kind::DeviceKey);
        format!("dps-x509 check {} --key {key} --registration-id{id}{more}", file(certificate))
    };
    match made.task {
        Task::SelfSigned => vec![
            check(Kind::Device, " --enrollment individual"),
            emulate(made),
            provision(made, &file(Kind::Device), &file(Kind::DeviceKey)),
        ],
        Task::Chain => vec![
            if made.devices().len() > 1 {
                format!(
                    "dps-x509 check --each {} --enrollment group --group-ca {}",
                    path(DEVICES),
                    file(Kind::Root)
                )
            } else {
                check(Kind::DeviceFullChain, &format!(" --enrollment group --group-ca {}", file(Kind::Root)))
            },
            emulate(made),
            provision(made, &file(Kind::DeviceFullChain), &file(Kind::DeviceKey)),
            format!(
                "dps-x509 generate verification --ca {} --ca-key {} --code CODE   # the CODE that DPS gives",
                file(Kind::Root),
                file(Kind::RootKey)
            ),
        ],
        Task::Device => vec![check(Kind::DeviceFullChain, "")],
        Task::Request => vec![
            format!("openssl req -in {} -noout -text -verify", file(Kind::Request)),
            format!(
                "openssl req -in {} -outform DER | base64 -w 0   # as the CSR preview of DPS takes it",
                file(Kind::Request)
            ),
        ],
        Task::Verification => vec![format!(
            "az iot dps certificate verify -g GROUP --dps-name DPS -n NAME -p {} -e ETAG   # or in the portal",
            file(Kind::Verification)
        )],
    }
}

fn emulate(made: &Made) -> String {
    let enrollments = quoted(&made.path(Kind::Enrollments.file_name()));
    format!("dps-x509 emulate {enrollments} --folder {}", quoted(&made.path("emulator")))
}

/// Beside the running emulator.
fn provision(made: &Made, certificate: &str, key: &str) -> String {
    format!(
        "dps-x509 provision --id-scope 0ne00111111 --endpoint localhost:8883 --cert {certificate} --key {key} \
         --trust {} --only-trust",
        quoted(&made.path("emulator/root.pem"))
    )
}
