//! The pages are the core's.

use dps_x509_core::explain;

use crate::toolkit::Toolkit;

#[test]
fn every_page_is_there() {
    let mut toolkit = Toolkit::new();
    let explanation = toolkit.exports.dps_x509_device_explanation();
    let codes = explanation.call_codes(&mut toolkit.store).unwrap();
    assert_eq!(codes, explain::PAGES.map(|(code, _)| code));
    for code in codes {
        let page = explanation.call_explain(&mut toolkit.store, &code).unwrap().unwrap();
        let definition = explain::definition(&code).unwrap();
        assert_eq!((page.name.as_str(), page.source.as_str()), (definition.name, definition.source));
        assert_eq!(Some(page.markdown.as_str()), explain::page(&code));
    }
    assert!(explanation.call_explain(&mut toolkit.store, "DX000").unwrap().is_none());
}
