//! The same finding in several places of one file, told once.

use crate::{finding::Finding, order};

/// Most lines that a folded finding names.
const MOST_LINES: usize = 8;

/// One finding for what is the same in several places of a file, such as the quotes of a header full of certificates.
pub(super) fn fold(findings: Vec<Finding>) -> Vec<Finding> {
    let firsts = firsts(&findings);
    let mut folded: Vec<(Finding, Vec<u32>)> = Vec::new();
    // Which of those that are told each finding is.
    let mut told: Vec<usize> = Vec::new();
    for (finding, first) in findings.into_iter().zip(firsts) {
        let same = told.get(first).copied();
        told.push(same.unwrap_or(folded.len()));
        match (same.and_then(|at| folded.get_mut(at)), finding.place.line) {
            (Some((_, lines)), Some(line)) => lines.push(line),
            _ => folded.push((finding, Vec::new())),
        }
    }
    folded.into_iter().map(|(finding, lines)| with_lines(finding, &lines)).collect()
}

/// The first finding that each is the same as, by its number: sorted, for there may be many.
fn firsts(findings: &[Finding]) -> Vec<usize> {
    let key = |finding: &Finding| (finding.code(), finding.message.marked(), finding.found.clone());
    let keys: Vec<_> = findings.iter().map(key).collect();
    let mut sorted: Vec<usize> = (0..keys.len()).collect();
    order::by(&mut sorted, |one, other| keys.get(*one).cmp(&keys.get(*other)));
    let mut firsts = sorted.clone();
    let mut first = 0;
    for (number, finding) in sorted.iter().enumerate() {
        let before = number.checked_sub(1).and_then(|before| sorted.get(before));
        if before.is_none_or(|before| keys.get(*before) != keys.get(*finding)) {
            first = *finding;
        }
        if let Some(of_this) = firsts.get_mut(*finding) {
            *of_this = first;
        }
    }
    firsts
}

fn with_lines(mut finding: Finding, lines: &[u32]) -> Finding {
    let others: Vec<_> =
        lines.iter().filter(|&&line| Some(line) != finding.place.line).map(u32::to_string).collect();
    let named = others.get(..others.len().min(MOST_LINES)).unwrap_or_default().join(", ");
    let more = match (lines.len(), others.len()) {
        (0, _) => String::new(),
        (_, 0) => "The same once more on this line.".to_owned(),
        (_, 1) => format!("The same in line {named}."),
        (_, 2..=MOST_LINES) => format!("The same in lines {named}."),
        (_, count) => format!("The same in lines {named} and {} more.", count - MOST_LINES),
    };
    if !more.is_empty() {
        finding.message = finding.message.then(more);
    }
    finding
}
