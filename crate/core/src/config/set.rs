//! Several targets for one device: what came of all of them.

use super::{
    artifact::Artifact,
    client::Target,
    configuration::{self, Configuration},
    device::DeviceSetup,
};
use crate::finding::{Finding, Severity};

/// The configurations of several targets.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Set {
    /// The certificate files that the targets refer to.
    pub certificates: Vec<Artifact>,
    /// The targets that are possible.
    pub configurations: Vec<Configuration>,
    /// Why others are not, and what is doubtful; each once.
    pub findings: Vec<Finding>,
    /// Targets that are left out of a selection of all, each with the reason.
    pub left_out: Vec<(&'static Target, Finding)>,
}

/// Which targets are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller chooses")]
pub enum Selection {
    /// Each of those that are named.
    Each,
    /// Whatever is possible: what is not is left out, and only warnings are told.
    Possible,
}

impl Set {
    /// Writes the files of every target. `findings` are what was found before; they stay the first.
    #[must_use]
    pub fn new(
        targets: &[&'static Target],
        selection: Selection,
        device: &DeviceSetup,
        findings: Vec<Finding>,
    ) -> Self {
        let mut set = Self { findings, ..Self::default() };
        for target in targets {
            match configuration::configure(target, device) {
                Ok(configuration) => {
                    // Who asks for all does not ask about each.
                    let least =
                        if selection == Selection::Possible { Severity::Warning } else { Severity::Note };
                    let found = configuration.findings.iter().filter(|finding| finding.severity >= least);
                    set.findings.extend(found.cloned());
                    set.configurations.push(configuration);
                }
                Err(findings) if selection == Selection::Possible => {
                    let error = findings.into_iter().find(|finding| finding.severity == Severity::Error);
                    set.left_out.extend(error.map(|error| (*target, error)));
                }
                Err(findings) => set.findings.extend(findings),
            }
        }
        if set.configurations.is_empty() {
            // Nothing was possible: then why is worth saying.
            set.findings.extend(set.left_out.drain(..).map(|(_, finding)| finding));
        }
        // The same doubt of many targets is one doubt.
        let mut seen = Vec::new();
        set.findings.retain(|finding| {
            let is_new = !seen.contains(finding);
            seen.push(finding.clone());
            is_new
        });
        let possible: Vec<&Target> = set.configurations.iter().map(|it| it.target).collect();
        set.certificates = configuration::certificates(&possible, device);
        set
    }

    /// Nothing, because of what was found.
    #[must_use]
    pub fn refused(findings: Vec<Finding>) -> Self {
        Self { findings, ..Self::default() }
    }

    /// Whether an error is among the findings.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}
