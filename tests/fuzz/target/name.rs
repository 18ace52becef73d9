//! Names of the service: what is taken says the same again, and holds nothing that is no name.

use dps_x509_core::{
    finding::Words,
    name::{ApiVersion, Endpoint, HubName, IdScope, RegistrationId},
    text,
};

pub(super) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(endpoint) = text.parse::<Endpoint>() {
        assert_ne!(endpoint.port(), 0);
        assert_eq!(endpoint.to_string().parse::<Endpoint>().as_ref(), Ok(&endpoint));
        is_plain(&endpoint.to_string());
    }
    if let Ok(hub) = HubName::new(&text) {
        assert_eq!(hub.as_str(), text);
        assert!(hub.as_str().len() <= 253, "a name of DNS has 253 characters at most (RFC 1035)");
        assert!(hub.as_str().parse::<Endpoint>().is_ok(), "{hub}");
        is_plain(hub.as_str());
    }
    if let Ok(id) = RegistrationId::new(&text) {
        is_plain(id.as_str());
    }
    if let Ok(scope) = IdScope::new(&text) {
        is_plain(scope.as_str());
    }
    if let Ok(version) = ApiVersion::new(&text) {
        is_plain(version.as_str());
    }
    let words = Words::from(&*text);
    assert!(!words.to_string().contains(text::is_invisible));
    assert_eq!(Words::from_marked(&words.marked()).marked(), words.marked());
    let shown = text::in_json(&serde_json::Value::from(&*text).to_string()).into_owned();
    assert!(!shown.contains(text::is_invisible));
    assert_eq!(serde_json::from_str::<String>(&shown).ok().as_deref(), Some(&*text));
}

fn is_plain(text: &str) {
    assert!(text.chars().all(|it| it.is_ascii_graphic()), "{text:?}");
}
