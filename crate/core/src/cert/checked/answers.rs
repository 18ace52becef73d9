//! The answers to what is asked of a device's files, out of the report.

use crate::{
    cert::{
        checked::{Checked, Outcome, Question},
        input::Inputs,
        path::step::Step,
        report::Report,
        rule::key::{is_of_shut_key, is_of_shut_store},
    },
    finding::{Family, Finding, Severity, catalogue},
};

/// Everything that was asked of these files, in the order of its weight for DPS.
pub(in crate::cert) fn checked(report: &Report, inputs: &Inputs) -> Vec<Checked> {
    let answer = |question: Question| {
        let is_about = |family: Family| question.families().contains(&family);
        let counts = report
            .findings
            .iter()
            .filter(|finding| is_about(finding.definition.family) && finding.severity > Severity::Note);
        // What stayed shut has not been looked at, and neither has what is not here.
        let is_shut = |finding: &&Finding| {
            is_of_shut_key(finding)
                || is_of_shut_store(finding)
                || finding.definition == &catalogue::DEVICE_CERTIFICATE_MISSING
        };
        let is_any_shut = counts.clone().any(|finding| is_shut(&finding));
        let worst = counts.clone().filter(|finding| !is_shut(finding)).map(|finding| finding.severity).max();
        let mut codes: Vec<_> = counts.map(|finding| finding.definition.code).collect();
        codes.dedup();
        let result = match worst {
            Some(Severity::Error) => Outcome::Failed,
            Some(_) => Outcome::Doubtful,
            None if is_any_shut => Outcome::Unknown,
            None if can_be_known(question, report, inputs) => Outcome::Passed,
            None => Outcome::Unknown,
        };
        Checked { question, result, codes }
    };
    Question::ALL.into_iter().map(answer).collect()
}

/// Whether what was given is enough to answer it with yes.
fn can_be_known(question: Question, report: &Report, inputs: &Inputs) -> bool {
    if report.chain.leaf.is_none() {
        return matches!(question, Question::Files) && !report.items.is_empty();
    }
    match question {
        Question::Files | Question::Usage | Question::Encoding => true,
        Question::Key => !report.is_key_unseen(),
        Question::Name => inputs.registration_id.is_some(),
        Question::Validity => inputs.at.is_some(),
        Question::Signatures => report.steps.iter().all(Step::is_proved),
        Question::Chain => report.steps.last().is_some_and(|step| step.is_uploaded),
        Question::Trust => !report.server_trust.is_empty(),
        Question::Service => false,
    }
}
