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
    proof: Proof::Outside(
        "the program, in a package of its own with this repository's dps-x509-net, built with rustc 1.95: registers at the \
         local DPS, and ends with 1 and the finding where it is refused; in the tests rustc compiles it",
    ),
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
