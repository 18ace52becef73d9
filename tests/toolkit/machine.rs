//! The cases of `tests/case/session` through the component: the same bytes, lines and reports as from the core.

use dps_x509_core::finding::Naming;

use crate::{case, drive, guest};

#[test]
fn conversations_go_as_written() {
    let mut failures = Vec::new();
    for case in case::all() {
        let (native, guest) = (drive::play_as(&case, None, Naming::Plain), guest::play(&case));
        let is_same = (&native.log, &native.sent, &native.report) == (&guest.log, &guest.sent, &guest.report);
        if !is_same {
            failures.push(format!("{}:\nnative {native:#?}\nguest {guest:#?}", case.name));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn settings_that_are_wrong_are_findings() {
    let findings = guest::start_with_no_settings().unwrap_err().findings;
    assert_eq!(findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>(), ["DX101", "DX102"]);
}
