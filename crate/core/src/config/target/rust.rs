//! A Rust program around `dps-x509-net`.

use super::{Family, Files, Job, Limits, Piece, Proof, Target};
use crate::config::{Artifact, Language};

pub(super) static TARGET: Target = Target {
    name: "rust",
    title: "Rust: a program around dps-x509-net",
    family: Family::Tool,
    needs: &[Piece::IdScope, Piece::RegistrationId, Piece::Chain, Piece::Key, Piece::Roots],
    limits: Limits::NONE,
    home: None,
    proof: Proof::Read("rustc compiles it against dps-x509-net; it was not run"),
    write,
};

fn write(job: &Job<'_>) -> Files {
    Files::new()
        .file(Artifact::new("main.rs", job.fill(include_str!("rust/main.rs.template"), Language::Rust, &[])))
        .guide(
            "src/main.rs of a package that depends on dps-x509-net and tokio.",
            "cargo run",
            "`DEVICE is at HUB`, or the findings with their next steps.",
        )
}
