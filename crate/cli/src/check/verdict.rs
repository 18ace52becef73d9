//! Ready or not: what a report comes to under `--fail-on` and `--allow`.

use dps_x509_core::{
    cert::{Kind, Report},
    finding::{Finding, Severity, Standing, catalogue},
};

use super::Args;
use crate::exit::Exit;

/// What a report comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing that counts was found.
    Ready,
    /// Something that counts was found.
    NotReady,
    /// What counts is refused by OpenSSL and others, and nothing shows whether DPS refuses it.
    NotReadyUnlessLaxer,
    /// Nothing else that counts was found, and a client does not read a file before it is repaired.
    Unrepaired,
    /// There is no device's certificate to judge.
    NothingUsable,
}

impl Verdict {
    pub(super) fn of(report: &Report, args: &Args) -> Self {
        let is_device_wanted = !args.files.is_empty() || args.each.is_some();
        if !report.items.iter().any(|item| item.kind != Kind::Unknown) {
            Self::NothingUsable
        } else if report.findings.iter().any(|finding| counts(finding, args) && !is_lack(finding, report)) {
            let counted = report.findings.iter().filter(|finding| counts(finding, args));
            let mut errors = counted.filter(|finding| finding.severity == Severity::Error).peekable();
            let is_open =
                errors.peek().is_some() && errors.all(|it| it.definition.standing == Standing::Unproven);
            if is_open { Self::NotReadyUnlessLaxer } else { Self::NotReady }
        } else if report.chain.leaf.is_none() && is_device_wanted {
            Self::NothingUsable
        } else if report.refused.iter().any(|refused| !args.allow.contains(refused)) {
            Self::Unrepaired
        } else {
            Self::Ready
        }
    }

    pub(super) const fn exit(self) -> Exit {
        match self {
            Self::Ready => Exit::Done,
            Self::NotReady | Self::NotReadyUnlessLaxer | Self::Unrepaired => Exit::Refused,
            Self::NothingUsable => Exit::Usage,
        }
    }

    /// The word used in text and JSON.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotReady | Self::NotReadyUnlessLaxer | Self::Unrepaired => "not ready",
            Self::NothingUsable => "nothing usable",
        }
    }
}

/// A request or a key alone: what is wrong is that there is no certificate at all.
fn is_lack(finding: &Finding, report: &Report) -> bool {
    let has_certificate = report.items.iter().any(|item| item.kind == Kind::Certificate);
    !has_certificate && finding.definition == &catalogue::DEVICE_CERTIFICATE_MISSING
}

pub(super) fn is_allowed(finding: &Finding, args: &Args) -> bool {
    args.allow.contains(&finding.definition)
}

fn counts(finding: &Finding, args: &Args) -> bool {
    finding.severity >= args.fail_on.severity() && !is_allowed(finding, args)
}

/// `2 errors, 1 warning`; empty without findings.
pub(super) fn tally<'a>(findings: impl IntoIterator<Item = &'a Finding> + Clone) -> String {
    let count = |severity: Severity| {
        let of_it = |finding: &&Finding| finding.severity == severity;
        match findings.clone().into_iter().filter(of_it).count() {
            0 => None,
            1 => Some(format!("1 {severity}")),
            number => Some(format!("{number} {severity}s")),
        }
    };
    let counts = [Severity::Error, Severity::Warning, Severity::Note].into_iter().filter_map(count);
    counts.collect::<Vec<_>>().join(", ")
}
