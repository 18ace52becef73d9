//! What was written, for a person.

use std::path::Path;

use dps_x509_core::{
    config::{Artifact, Configuration, Target},
    finding::{Finding, Naming},
};

use crate::input::shown;

/// The certificate files, then each target with its files and what to do with them.
pub(super) fn written(
    folder: &Path,
    certificates: &[Artifact],
    configurations: &[Configuration],
    left_out: &[(&'static Target, Finding)],
) -> String {
    let mut text = format!("Written into {}\n", shown(folder));
    for certificate in certificates {
        text += &format!("  {}\n", certificate.path);
    }
    for Configuration { target, artifacts, guide, .. } in configurations {
        text += &format!("\n{}: {}\n", target.name, target.title);
        for artifact in artifacts {
            let secret = if artifact.is_secret { "   holds the private key" } else { "" };
            text += &format!("  {}{secret}\n", artifact.path);
        }
        for (word, sentence) in [("place", &guide.place), ("run", &guide.run), ("expect", &guide.expect)] {
            if !sentence.is_empty() {
                text += &format!("  {word:<8}{sentence}\n");
            }
        }
        text += &format!("  {:<8}{}\n", "checked", target.proof.how());
    }
    if !left_out.is_empty() {
        text += "\nLeft out\n";
        for (target, finding) in left_out {
            let flag = finding.place.input.as_ref();
            let flag = flag.map(|it| format!(" ({})", it.said(Naming::CommandLine))).unwrap_or_default();
            text += &format!(
                "  {:<18}{} {}{flag}\n",
                target.name,
                finding.message.said(Naming::CommandLine),
                finding.next_step.said(Naming::CommandLine)
            );
        }
    }
    text
}
