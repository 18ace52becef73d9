//! Requests and answers keep to `call.json`, and results to the schemas of the command line.

use std::{collections::BTreeSet, fs};

use dps_x509_tests::environment::root;
use serde_json::{Value, json};

use crate::{
    ask::Asked,
    request,
    validator::{CHECK, COMPARE, CONFIGURE, Document, EXPLANATION, FINDING, GENERATE, violations},
};

const CALL: &str = "urn:dps-x509:schema:call:1";

#[test]
fn requests_and_answers_are_those_of_the_schema() {
    let mut asked = Asked::new();
    let (mut documents, mut names) = (Vec::new(), BTreeSet::new());
    for request in request::every() {
        let answer = asked.answer(&request);
        let name = request.as_object().unwrap().keys().next().unwrap().clone();
        let mut result = answer["result"].clone();
        documents.push(Document::new(&name, CALL, request));
        documents.push(Document::new(&format!("the answer to {name}"), CALL, answer));
        let schema = match name.as_str() {
            "inspect" => CHECK,
            "compare" => COMPARE,
            "explain-text" => EXPLANATION,
            "configure" | "targets" => CONFIGURE,
            "generate" => GENERATE,
            _ => "",
        };
        // What those who write files do not print: what is in the files, and sentences.
        for more in ["text", "warnings"] {
            result.as_object_mut().map(|result| result.remove(more));
        }
        for part in ["files", "certificates", "targets"] {
            if let Some(files) = result.get_mut(part) {
                without_texts(files);
            }
        }
        if !schema.is_empty() {
            documents.push(Document::new(&format!("the result of {name}"), schema, result));
        } else if name == "explain-refusal" {
            let findings = result.as_array().unwrap().iter();
            documents.extend(findings.map(|finding| Document::new(&name, FINDING, finding.clone())));
        }
        names.insert(name);
    }
    let wrong = violations(&documents);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(names, of_schema(), "a request that nobody asks here");
}

fn without_texts(files: &mut Value) {
    for file in files.as_array_mut().into_iter().flatten() {
        if let Some(file) = file.as_object_mut() {
            file.remove("text");
            file.get_mut("files").map(without_texts);
        }
    }
}

fn of_schema() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("crate/core/schema/call.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    schema["$defs"]["request"]["properties"].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn the_schema_names_every_request_that_the_module_knows() {
    let answer = Asked::new().answer(&json!({ "dance": {} }));
    let message = answer["error"]["message"].as_str().unwrap();
    let (_, known) = message.split_once("expected one of ").unwrap();
    let known = known.split(", ").map(|name| name.split('`').nth(1).unwrap().to_owned());
    assert_eq!(known.collect::<BTreeSet<_>>(), of_schema());
}

#[test]
fn what_is_not_of_the_schema_is_told() {
    let document = |content: Value| Document::new("wrong", CALL, content);
    for wrong in [
        json!({ "inspect": { "files": [{}] } }),
        json!({ "inspect": { "files": [] }, "codes": {} }),
        json!({ "error": { "message": "" } }),
        json!({ "input": { "session": 1, "now": 0, "happened": "dinner" } }),
    ] {
        assert!(!violations(&[document(wrong.clone())]).is_empty(), "{wrong}");
    }
}
