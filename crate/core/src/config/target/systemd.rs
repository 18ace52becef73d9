//! A systemd unit that registers the device at boot with our command line.
//!
//! Source: systemd.service(5), systemd.exec(5).

use super::{Family, Files, Home, Job, Limits, Piece, Proof, Target, provision};
use crate::config::{Artifact, Folder, Language};

pub(super) static TARGET: Target = Target {
    name: "systemd",
    title: "systemd: a unit that registers the device at boot",
    family: Family::Tool,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits::NONE,
    home: Some(Home { certificates: HOME, secrets: HOME }),
    proof: Proof::Run(
        "systemd-analyze verifies the unit; dps-x509 provision runs with the settings at the local DPS",
    ),
    write,
};

const HOME: &str = "/etc/dps-x509";

fn write(job: &Job<'_>) -> Files {
    let folder = match &job.device.folder {
        Folder::OnDevice(folder) => folder.as_str(),
        Folder::Output(_) => HOME,
    };
    let settings = format!("{}/device.toml", folder.trim_end_matches('/'));
    let unit = job.fill(
        include_str!("systemd/dps-register.service"),
        Language::Systemd,
        &[("settings", &Language::Systemd.literal(&settings))],
    );
    Files::new()
        .file(Artifact::new("dps-register.service", unit))
        .file(Artifact::new("device.toml", provision::settings(job)))
        .guide(
            format!("dps-register.service in /etc/systemd/system; device.toml, the certificate files and the key (mode 600) in {folder}."),
            "systemctl daemon-reload && systemctl enable --now dps-register.service",
            "`systemctl status dps-register` shows `assigned`, with the hub and the device ID.",
        )
}
