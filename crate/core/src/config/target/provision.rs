//! `dps-x509 provision`: the settings of our own command line, which runs the component.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{Artifact, Language},
    name::Transport,
};

pub(super) static TARGET: Target = Target {
    name: "provision",
    title: "dps-x509 provision: the settings file of the command line",
    family: Family::Tool,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { web_socket: true, ..Limits::NONE },
    home: None,
    proof: Proof::Run("dps-x509 provision registers with the file at the local DPS"),
    write,
};

pub(super) fn write(job: &Job<'_>) -> Files {
    Files::new().file(Artifact::new("device.toml", settings(job))).guide(
        "Anywhere; the certificate files and the key stay where it says.",
        "dps-x509 provision --config device.toml",
        "`assigned`, with the hub and the device ID; exit code 0.",
    )
}

/// The settings file.
pub(super) fn settings(job: &Job<'_>) -> String {
    let line = |key: &str, name: &str| format!("{key} = {}\n", job.literal(Language::Toml, name));
    let mut text = line("id-scope", "id_scope") + &line("registration-id", "registration_id");
    text += &line("cert", "chain_path");
    text += &line("key", "key_path");
    text += &line("endpoint", "endpoint");
    if job.device.transport == Transport::WebSocket {
        text += "transport = \"websocket\"\n";
    }
    text += &format!("trust = [{}]\nonly-trust = true\n", job.literal(Language::Toml, "roots_path"));
    text
}
