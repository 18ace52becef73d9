//! Microsoft's Python SDK (`azure-iot-device`), asynchronous and synchronous.
//!
//! Source: azure-iot-sdk-python `samples/async-hub-scenarios/provision_x509.py` and its sources; the host is a bare name.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::{
    config::{Artifact, Language},
    name::{Endpoint, Transport},
};

const NEEDS: &[Piece] = &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots];
const LIMITS: Limits = Limits { web_socket: true, fixed_port: Some(Endpoint::DEFAULT_PORT), ..Limits::NONE };
const PROOF: Proof = Proof::Run(
    "azure-iot-device 2.14, unmodified, registers with the script at the local DPS and reaches its hub",
);

pub(super) static ASYNC: Target = Target {
    name: "python-async",
    title: "Python SDK, asynchronous: registers, then sends one message to the hub",
    family: Family::Sdk,
    needs: NEEDS,
    limits: LIMITS,
    home: None,
    proof: PROOF,
    write: write_async,
};

pub(super) static SYNC: Target = Target {
    name: "python-sync",
    title: "Python SDK, synchronous: registers, then sends one message to the hub",
    family: Family::Sdk,
    needs: NEEDS,
    limits: LIMITS,
    home: None,
    proof: PROOF,
    write: write_sync,
};

/// The version that the script was run with; 3 will be another interface.
pub(super) const REQUIREMENTS: &str = "azure-iot-device>=2.14,<3\n";

fn write_async(job: &Job<'_>) -> Files {
    files(job, include_str!("python/async.py"))
}

fn write_sync(job: &Job<'_>) -> Files {
    files(job, include_str!("python/sync.py"))
}

fn files(job: &Job<'_>, template: &str) -> Files {
    Files::new()
        .file(Artifact::new("register.py", script(job, template)))
        .file(Artifact::new("requirements.txt", REQUIREMENTS))
        .guide(
            "Anywhere; the certificate files and the key stay where the script says. The SDK needs paho-mqtt 1, so give \
             it an environment of its own.",
            "python3 -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python register.py",
            "`assigned to HUB as DEVICE`, then `telemetry sent`; exit code 0. A refusal shows what DPS answered, \
             with its code; exit code 1.",
        )
}

pub(super) fn script(job: &Job<'_>, template: &str) -> String {
    let web_sockets = if job.device.transport == Transport::WebSocket { "True" } else { "False" };
    job.fill(template, Language::Python, &[("web_sockets", web_sockets)])
}
