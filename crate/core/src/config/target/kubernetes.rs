//! Kubernetes: a Job that runs the Python SDK's program, with a ConfigMap and a Secret.
//!
//! Source: Kubernetes API reference, Job, ConfigMap, Secret; names are those of RFC 1123 labels.

use super::{Family, Files, Job, Limits, Piece, Proof, Target, python};
use crate::{
    config::{Artifact, Language, command, command::Line},
    name::Endpoint,
};

pub(super) static TARGET: Target = Target {
    name: "kubernetes",
    title: "Kubernetes: a Job with the Python SDK's program, the key in a Secret",
    family: Family::Tool,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits {
        web_socket: true,
        fixed_port: Some(Endpoint::DEFAULT_PORT),
        embeds_key: true,
        ..Limits::NONE
    },
    home: None,
    proof: Proof::Read(
        "Kubernetes' own schemas allow it and a YAML parser reads every value back; there was no cluster to run it",
    ),
    write,
};

const INSIDE: &str = "/var/run/dps";

fn write(job: &Job<'_>) -> Files {
    let inside_device = job.device.inside(INSIDE);
    let inside = job.with(&inside_device);
    let name = label(job.text("registration_id"));
    let chain: String = job.device.chain.iter().map(|pem| pem.text.as_str()).collect();
    let roots: String = job.device.roots.iter().map(|root| root.pem.as_str()).collect();
    let script = python::script(&inside, include_str!("python/sync.py"));
    let key_file = inside.text("key_path").rsplit('/').next().unwrap_or_default();
    let more = [
        ("name", name.as_str()),
        ("script", &block(&script)),
        ("chain", &block(&chain)),
        ("roots", &block(&roots)),
        ("requirements", &block(python::REQUIREMENTS)),
        ("key_file", &Language::Yaml.literal(key_file)),
        ("inside", INSIDE),
    ];
    let files = Files::new().file(Artifact::new(
        "job.yaml",
        job.fill(include_str!("kubernetes/job.yaml"), Language::Yaml, &more),
    ));
    let files = match job.device.key.as_ref().and_then(|key| key.text()) {
        Some(key) => {
            let more = [("name", name.as_str()), ("key", &block(key))];
            let secret = job.fill(include_str!("kubernetes/secret.yaml"), Language::Yaml, &more);
            files.file(Artifact::new("secret.yaml", secret).secret())
        }
        None => {
            let from = format!("--from-file=device-key.pem={}", job.text("key_path"));
            let create = Line::run(["kubectl", "create", "secret", "generic", &name, &from]);
            let text = command::posix("Puts the device's private key into the cluster.", &[create]);
            files.file(Artifact::new("create-secret.sh", text).executable())
        }
    };
    files.guide(
        "job.yaml has everything but the key.",
        "./create-secret.sh, or kubectl apply -f secret.yaml if the key was embedded; then kubectl apply -f job.yaml",
        format!("kubectl logs job/{name} shows `assigned to HUB as DEVICE`, then `telemetry sent`."),
    )
}

/// Lines of a block scalar, at the depth that the templates have.
fn block(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}

/// A name for the cluster: a label of at most 63 characters, lower case, digits and `-`.
fn label(registration_id: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = "dps-".chars().chain(registration_id.chars().map(fits)).take(63).collect();
    name.trim_end_matches('-').to_owned()
}
