//! Python's jsonschema, asked for all documents at once.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use dps_x509_tests::{
    cli::Run,
    environment::{npm_file, python, root},
};
use serde_json::{Value, json};

pub(crate) const FINDING: &str = "urn:dps-x509:schema:finding:1";
pub(crate) const CHECK: &str = "urn:dps-x509:schema:check:1";
pub(crate) const EXPLANATION: &str = "urn:dps-x509:schema:explanation:1";
pub(crate) const COMPARE: &str = "urn:dps-x509:schema:compare:1";
pub(crate) const CONFIGURE: &str = "urn:dps-x509:schema:configure:1";
pub(crate) const EMULATOR: &str = "urn:dps-x509:schema:emulator:1";
pub(crate) const EACH: &str = "urn:dps-x509:schema:each:1";
pub(crate) const FLEET_CHECK: &str = "urn:dps-x509:schema:fleet-check:1";
pub(crate) const FAILURE: &str = "urn:dps-x509:schema:failure:1";
pub(crate) const FLEET_RESULT: &str = "urn:dps-x509:schema:fleet-result:1";
pub(crate) const FLEET_SUMMARY: &str = "urn:dps-x509:schema:fleet-summary:1";
pub(crate) const GENERATE: &str = "urn:dps-x509:schema:generate:1";
pub(crate) const PROVISION: &str = "urn:dps-x509:schema:provision:1";
pub(crate) const PROBE: &str = "urn:dps-x509:schema:probe:1";
/// What the schema of SARIF calls itself.
pub(crate) const SARIF: &str = "https://raw.githubusercontent.com/schemastore/schemastore/master/src/schemas/json/sarif-2.1.0-rtm.5.json";

/// A document and the schema it must keep to.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) name: String,
    schema: &'static str,
    pub(crate) content: Value,
}

impl Document {
    pub(crate) fn new(name: &str, schema: &'static str, content: Value) -> Self {
        Self { name: name.to_owned(), schema, content }
    }
}

/// Every line of what was printed, the last one by another schema, if that is said.
pub(crate) fn lines(
    name: &str,
    run: &Run,
    schema: &'static str,
    last: Option<&'static str>,
) -> Vec<Document> {
    let count = run.out.lines().count();
    assert!(count > 0, "{name}: {run:?}");
    let document = |(number, line): (usize, &str)| {
        let content = serde_json::from_str(line).unwrap_or_else(|error| panic!("{name}: {error}: {line}"));
        let schema = last.filter(|_| number + 1 == count).unwrap_or(schema);
        Document::new(&format!("{name}, line {}", number + 1), schema, content)
    };
    run.out.lines().enumerate().map(document).collect()
}

/// One line for every violation, with the document's name in front.
pub(crate) fn violations(documents: &[Document]) -> Vec<String> {
    let schema = |name: &str| root().join("crate/core/schema").join(name);
    let ours = [
        "call.json",
        "finding.json",
        "check.json",
        "compare.json",
        "configure.json",
        "each.json",
        "emulator.json",
        "explanation.json",
        "failure.json",
        "fleet-check.json",
        "fleet-queue.json",
        "fleet-result.json",
        "fleet-summary.json",
        "generate.json",
        "probe.json",
        "provision.json",
    ]
    .map(schema);
    let sarif = npm_file("jest-sarif", "lib/schemas/sarif-2.1.0-rtm.5.json");
    let documents = documents.iter().map(
        |document| json!({ "name": document.name, "schema": document.schema, "document": document.content }),
    );
    let job = json!({
        "schemas": ours.into_iter().chain([sarif]).collect::<Vec<_>>(),
        "documents": documents.collect::<Value>(),
    });
    let mut child = Command::new(python("jsonschema"))
        .arg(root().join("tests/schema/validate.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The script reads everything before it writes anything.
    child.stdin.take().unwrap().write_all(job.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the validator failed: {}", output.status);
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
