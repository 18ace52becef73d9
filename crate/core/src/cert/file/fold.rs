//! The same finding in several places of one file, told once.

use crate::finding::Finding;

/// Most lines that a folded finding names.
const MOST_LINES: usize = 8;

/// One finding for what is the same in several places of a file, such as the quotes of a header full of certificates.
pub(super) fn fold(findings: Vec<Finding>) -> Vec<Finding> {
    let mut folded: Vec<(Finding, Vec<u32>)> = Vec::new();
    for finding in findings {
        let is_same = |(one, _): &&mut (Finding, Vec<u32>)| {
            one.definition == finding.definition
                && one.message == finding.message
                && one.found == finding.found
        };
        match (folded.iter_mut().find(is_same), finding.place.line) {
            (Some((_, lines)), Some(line)) => lines.push(line),
            _ => folded.push((finding, Vec::new())),
        }
    }
    folded.into_iter().map(|(finding, lines)| with_lines(finding, &lines)).collect()
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
