//! Ready or not: the exit code that goes with it, and what was counted.

use dps_x509_core::{
    cert::{Counting, Report, Verdict, verdict::Word},
    finding::{Finding, Severity},
};

use super::Args;
use crate::exit::Exit;

/// What counts by the flags.
pub(super) fn counting(args: &Args) -> Counting {
    Counting {
        least: args.fail_on.severity(),
        allowed: args.allow.clone(),
        is_device_wanted: !args.files.is_empty() || args.each.is_some(),
    }
}

/// What a report comes to by the flags.
pub(super) fn of(report: &Report, args: &Args) -> Verdict {
    report.verdict(&counting(args))
}

pub(super) const fn exit(word: Word) -> Exit {
    match word {
        Word::Ready => Exit::Done,
        Word::NotReady => Exit::Refused,
        Word::NothingUsable => Exit::Usage,
    }
}

pub(super) fn is_allowed(finding: &Finding, args: &Args) -> bool {
    args.allow.contains(&finding.definition)
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
