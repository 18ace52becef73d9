//! The cases of `tests/case/session` through the component: the same bytes, lines and reports as from the core.

use crate::{case, drive};

/// The contract has no setting for the quality of service; these cases need the other one.
const OTHER_QOS: [&str; 1] = ["assigned-at-qos-0"];

#[test]
fn conversations_go_as_written() {
    let mut failures = Vec::new();
    for case in case::all() {
        let result = case.check(&drive::play(&case));
        match (result, OTHER_QOS.contains(&case.name.as_str())) {
            (Err(difference), false) => failures.push(difference),
            (Ok(()), true) => failures.push(format!("{} does not need to be an exception", case.name)),
            _ => {}
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn settings_that_are_wrong_are_findings() {
    let findings = drive::start_with_no_settings().unwrap_err().findings;
    assert_eq!(findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>(), ["DX101", "DX102"]);
}
