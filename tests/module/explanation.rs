//! The explanations and their pages are the core's.

use base64ct::{Base64, Encoding};
use dps_x509_core::{
    explain::{self, Explanation},
    finding::{Naming, Place, catalogue},
};
use serde_json::{Map, Value, json};

use crate::{
    ask::Asked,
    explain_case::{self, Case, Subject},
};

pub(crate) fn base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

#[test]
fn texts_are_explained_as_by_the_core() {
    let mut asked = Asked::new();
    for case in explain_case::all() {
        let (text, core) = match &case.subject {
            Subject::Code(code) => {
                (code.to_string().into_bytes(), Explanation::of_code(*code, &case.inputs()))
            }
            Subject::Text(text) => {
                (text.clone(), Explanation::of_text(text, &Place::default(), &case.inputs()))
            }
        };
        let mut expected = core.to_json(Naming::Plain);
        expected["text"] = json!(core.to_text(Naming::Plain));
        let mut said = given(&case);
        said.insert("base64".to_owned(), json!(base64(&text)));
        assert_eq!(asked.result(&json!({ "explain-text": said })), expected, "{}", case.name);
    }
}

fn given(case: &Case) -> Map<String, Value> {
    let file = |file: &explain_case::File| {
        let (purpose, flag) = file.purpose();
        let purpose = match purpose {
            dps_x509_core::cert::Purpose::GroupCa => "group-ca",
            dps_x509_core::cert::Purpose::ServerTrust => "server-trust",
            _ => "any",
        };
        json!({ "input": flag, "name": file.path, "purpose": purpose, "base64": base64(&file.bytes) })
    };
    let inputs = case.inputs();
    let settings = [
        ("registrationId", json!(case.given.registration_id)),
        ("at", json!(case.given.at)),
        ("cloud", json!(inputs.cloud.map(|cloud| cloud.to_string()))),
        ("enrollment", json!(format!("{:?}", case.given.enrollment()).to_lowercase())),
    ];
    let settings = settings.into_iter().filter(|(_, value)| !value.is_null());
    let settings: Map<_, _> = settings.map(|(name, value)| (name.to_owned(), value)).collect();
    Map::from_iter([
        ("files".to_owned(), case.given.files.iter().map(file).collect()),
        ("settings".to_owned(), Value::Object(settings)),
    ])
}

#[test]
fn every_page_is_there() {
    let mut asked = Asked::new();
    let codes = asked.result(&json!({ "codes": {} }));
    assert_eq!(codes, catalogue::ALL.iter().map(|definition| definition.code).collect::<Value>());
    for definition in catalogue::ALL {
        let page = asked.result(&json!({ "explain": { "code": definition.code } }));
        assert_eq!((&page["name"], &page["source"]), (&json!(definition.name), &json!(definition.source)));
        assert_eq!(page["markdown"], explain::page(definition.code, Naming::Plain).unwrap());
    }
}
