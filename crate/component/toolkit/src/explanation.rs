//! Explanation pages, out of the core.

use dps_x509_core::explain;

use crate::{
    Toolkit,
    bindings::exports::dps_x509::device::explanation::{Guest, Page},
    translate::finding,
};

impl Guest for Toolkit {
    fn codes() -> Vec<String> {
        explain::PAGES.iter().map(|(code, _)| (*code).to_owned()).collect()
    }

    fn explain(code: String) -> Option<Page> {
        let definition = explain::definition(&code)?;
        Some(Page {
            code,
            name: definition.name.to_owned(),
            severity: finding::write_severity(definition.severity),
            standing: finding::write_standing(definition.standing),
            source: definition.source.to_owned(),
            markdown: explain::page(definition.code)?.to_owned(),
        })
    }
}
