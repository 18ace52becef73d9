//! One cause, one finding: a chain with one thing wrong has one error that is nobody's consequence.

use std::collections::BTreeMap;

use dps_x509_core::finding::{Finding, Severity};

use crate::{judge, question};

#[test]
fn one_fault_is_one_error() {
    let questions = question::all(&question::keys(), 0);
    // By the number of errors that are no consequence of another.
    let mut counts = BTreeMap::<usize, usize>::new();
    let mut several = BTreeMap::<String, usize>::new();
    let mut nameless = Vec::new();
    for question in questions.iter().filter(|question| question.wrong.len() == 1) {
        let report = judge::report(question);
        let errors: Vec<&Finding> =
            report.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
        let causes: Vec<_> = errors.iter().filter(|error| error.caused_by.is_none()).collect();
        *counts.entry(causes.len()).or_default() += 1;
        let codes = |errors: &[&&Finding]| errors.iter().map(|it| it.code()).collect::<Vec<_>>().join(" ");
        if causes.len() > 1 {
            *several.entry(format!("{}: {}", question.wrong[0].0, codes(&causes))).or_default() += 1;
        }
        let is_told = |code: &str| report.findings.iter().any(|finding| finding.code() == code);
        nameless.extend(
            report
                .findings
                .iter()
                .filter_map(|finding| finding.caused_by.filter(|cause| !is_told(cause)))
                .map(|cause| format!("{:?} names {cause}, which is not told", question.wrong)),
        );
    }
    let refused: usize = counts.iter().filter(|(errors, _)| **errors > 0).map(|(_, count)| count).sum();
    let one = counts.get(&1).copied().unwrap_or_default();
    println!("of {refused} chains with one fault that are refused, {one} have one error");
    for (what, count) in &several {
        println!("{count:6}  {what}");
    }
    assert!(nameless.is_empty(), "{nameless:#?}");
    assert!(several.is_empty(), "one fault, several errors that name no cause: {several:#?}");
}
