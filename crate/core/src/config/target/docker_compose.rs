//! Docker compose: the Python SDK's program in a container, files and key as secrets.
//!
//! Source: compose specification, Services and Secrets.

use super::{Family, Files, Job, Limits, Piece, Proof, Target, python};
use crate::{
    config::{Artifact, Language},
    name::Endpoint,
};

pub(super) static TARGET: Target = Target {
    name: "docker-compose",
    title: "Docker compose: the Python SDK's program in a container, the key as a secret",
    family: Family::Tool,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits { web_socket: true, fixed_port: Some(Endpoint::DEFAULT_PORT), ..Limits::NONE },
    home: None,
    proof: Proof::Read(
        "the schema of the Compose specification allows it and a YAML parser reads every value back; Docker was not there to run it",
    ),
    write,
};

/// Where Docker mounts secrets.
const INSIDE: &str = "/run/secrets";

fn write(job: &Job<'_>) -> Files {
    let inside_device = job.device.inside(INSIDE);
    let inside = job.with(&inside_device);
    let target = |name| Language::Compose.literal(inside.text(name));
    let compose = job.fill(
        include_str!("compose/compose.yaml"),
        Language::Compose,
        &[
            ("chain_inside", &target("chain_path")),
            ("key_inside", &target("key_path")),
            ("roots_inside", &target("roots_path")),
        ],
    );
    Files::new()
        .file(Artifact::new("compose.yaml", compose))
        .file(Artifact::new("register.py", python::script(&inside, include_str!("python/sync.py"))))
        .file(Artifact::new("requirements.txt", python::REQUIREMENTS))
        .guide(
            "All in one folder; the certificate files and the key stay where compose.yaml says.",
            "docker compose run --rm register",
            "`assigned to HUB as DEVICE`, then `telemetry sent`; exit code 0.",
        )
}
