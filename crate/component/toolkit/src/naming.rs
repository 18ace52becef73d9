//! Whose words are spoken.

use std::cell::Cell;

use dps_x509_core::finding::{self, json};

use crate::{
    Toolkit,
    bindings::exports::dps_x509::device::naming::{Guest, Naming},
    contract::findings::Finding,
    mapping,
};

thread_local! {
    /// One instance has one holder: it says once who it is.
    static SPOKEN: Cell<finding::Naming> = const { Cell::new(finding::Naming::Plain) };
}

/// Whose words JSON and texts are in.
pub(crate) fn naming() -> finding::Naming {
    SPOKEN.get()
}

impl Guest for Toolkit {
    fn speak(naming: Naming) {
        SPOKEN.set(match naming {
            Naming::Plain => finding::Naming::Plain,
            Naming::CommandLine => finding::Naming::CommandLine,
            Naming::Javascript => finding::Naming::JavaScript,
            Naming::Python => finding::Naming::Python,
            Naming::Page => finding::Naming::Page,
        });
    }

    fn say(findings: Vec<Finding>) -> String {
        let read: Vec<_> = findings.into_iter().filter_map(|one| mapping::finding::read(one).ok()).collect();
        json::findings(&read, naming()).to_string()
    }
}
