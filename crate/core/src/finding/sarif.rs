//! Findings as a SARIF 2.1.0 log (OASIS), for code scanning, editors and CI.
//!
//! The same data as in [`super::json`]: what SARIF has no member for stands in `properties` under the names that
//! the JSON has.

use serde_json::{Map, Value, json};

use super::{Definition, Finding, Naming, Place, json};

/// Where the schema of the format is published.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Who found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever writes a log makes it")]
pub struct Tool<'a> {
    /// The program, such as `dps-x509`.
    pub name: &'a str,
    /// Its version, `MAJOR.MINOR.PATCH`.
    pub version: &'a str,
}

/// A log with one run: one rule for every definition among the findings, one result for every finding.
///
/// `page` gives the explanation page of a code as Markdown, where there is one; it becomes the rule's help.
#[must_use]
pub fn log(
    tool: Tool<'_>,
    findings: &[Finding],
    naming: Naming,
    page: impl Fn(&str, Naming) -> Option<String>,
) -> Value {
    let mut definitions: Vec<&Definition> = Vec::new();
    let mut results = Vec::new();
    for finding in findings {
        let known = definitions.iter().position(|definition| definition.code == finding.code());
        let index = known.unwrap_or_else(|| {
            definitions.push(finding.definition);
            definitions.len() - 1
        });
        results.push(result(finding, index, naming));
    }
    let rules: Vec<Value> =
        definitions.iter().map(|definition| rule(definition, page(definition.code, naming))).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": tool.name, "semanticVersion": tool.version, "rules": rules } },
            // A place counts characters, not UTF-16 units.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(definition: &Definition, page: Option<String>) -> Value {
    let mut object = Map::new();
    object.insert("id".into(), json!(definition.code));
    object.insert("name".into(), json!(definition.name));
    object.insert("shortDescription".into(), json!({ "text": definition.name.replace('-', " ") }));
    if let Some(url) = definition.url() {
        object.insert("helpUri".into(), json!(url));
    }
    if let Some(page) = page {
        object.insert("help".into(), json!({ "text": page, "markdown": page }));
    }
    object.insert("defaultConfiguration".into(), json!({ "level": definition.severity.as_str() }));
    let properties = json!({ "standing": definition.standing.as_str(), "source": definition.source });
    object.insert("properties".into(), properties);
    Value::Object(object)
}

/// The severities of a finding are words of SARIF: `note`, `warning`, `error`.
fn result(finding: &Finding, rule: usize, naming: Naming) -> Value {
    let mut object = Map::new();
    object.insert("ruleId".into(), json!(finding.code()));
    object.insert("ruleIndex".into(), json!(rule));
    object.insert("level".into(), json!(finding.severity.as_str()));
    object.insert("message".into(), json!({ "text": finding.message.said(naming) }));
    if !finding.place.is_empty() {
        object.insert("locations".into(), json!([location(&finding.place, naming)]));
    }
    let mut properties = json::finding(finding, naming);
    if let Value::Object(properties) = &mut properties {
        for told in ["code", "name", "severity", "message", "page"] {
            properties.remove(told);
        }
    }
    object.insert("properties".into(), properties);
    Value::Object(object)
}

/// A file with its region; what has no file is told in words.
fn location(place: &Place, naming: Naming) -> Value {
    let mut object = Map::new();
    object.insert("message".into(), json!({ "text": place.said(naming) }));
    if let Some(path) = &place.path {
        let mut physical = Map::new();
        physical.insert("artifactLocation".into(), json!({ "uri": uri_reference(path) }));
        if let Some(region) = region(place) {
            physical.insert("region".into(), region);
        }
        object.insert("physicalLocation".into(), Value::Object(physical));
    }
    if let Some(name) = &place.object {
        object.insert("logicalLocations".into(), json!([{ "fullyQualifiedName": name }]));
    }
    Value::Object(object)
}

/// Line and column; or bytes, where there are no lines. SARIF knows only those of the file: those of the DER stand in
/// the properties.
fn region(place: &Place) -> Option<Value> {
    if let Some(line) = place.line {
        return Some(match place.column {
            Some(column) => json!({ "startLine": line, "startColumn": column }),
            None => json!({ "startLine": line }),
        });
    }
    let bytes = place.bytes.as_ref()?;
    Some(json!({ "byteOffset": bytes.start, "byteLength": bytes.end.saturating_sub(bytes.start) }))
}

/// A path as a URI reference (RFC 3986): absolute ones as `file:` URIs, relative ones without a scheme.
fn uri_reference(path: &str) -> String {
    let is_drive =
        matches!(path.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    let mut uri = String::new();
    if is_drive {
        uri.push_str("file:///");
    } else if path.starts_with('/') {
        uri.push_str("file://");
    }
    for (index, byte) in path.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            b'\\' if is_drive => uri.push('/'),
            b':' if is_drive && index == 1 => uri.push(':'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{
        Severity,
        catalogue::{CERTIFICATE_EXPIRED, ROOT_INCLUDED},
    };

    const TOOL: Tool<'_> = Tool { name: "dps-x509", version: "1.2.3" };

    #[test]
    fn one_rule_a_definition_one_result_a_finding() {
        let at = |line| Place::input("--cert").path("a.pem").line(line).column(2);
        let findings = [
            Finding::new(&ROOT_INCLUDED, "Other.", "").at(at(1)),
            Finding::new(&CERTIFICATE_EXPIRED, "Expired.", "Renew it.").at(at(3)).severity(Severity::Warning),
            Finding::new(&CERTIFICATE_EXPIRED, "Expired too.", "Renew it.").caused_by(&ROOT_INCLUDED),
        ];
        let log = log(TOOL, &findings, Naming::CommandLine, |code, _| {
            (code == "DX411").then(|| "# A page".to_owned())
        });
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["semanticVersion"], "1.2.3");
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(rules.iter().map(|rule| &rule["id"]).collect::<Vec<_>>(), ["DX434", "DX411"]);
        assert_eq!(rules[1]["shortDescription"]["text"], "certificate expired");
        assert_eq!(rules[1]["help"]["markdown"], "# A page");
        assert_eq!(rules[1]["defaultConfiguration"]["level"], "error");
        assert_eq!(rules[0].get("help"), None);
        let results = run["results"].as_array().unwrap();
        assert_eq!(
            results.iter().map(|it| it["ruleIndex"].as_u64()).collect::<Vec<_>>(),
            [Some(0), Some(1), Some(1)]
        );
        assert_eq!(results[1]["level"], "warning");
        let physical = &results[1]["locations"][0]["physicalLocation"];
        assert_eq!(physical["artifactLocation"]["uri"], "a.pem");
        assert_eq!(physical["region"], json!({ "startLine": 3, "startColumn": 2 }));
        assert_eq!(results[1]["properties"]["nextStep"], "Renew it.");
        assert_eq!(results[2]["properties"]["causedBy"], "DX434");
        assert_eq!(results[2].get("locations"), None);
    }

    #[test]
    fn bytes_are_a_region_only_where_they_are_those_of_the_file() {
        let bytes = Place::default().path("a.der").bytes(4..10);
        assert_eq!(region(&bytes), Some(json!({ "byteOffset": 4, "byteLength": 6 })));
        assert_eq!(region(&bytes.line(2)), Some(json!({ "startLine": 2 })));
        let der = Place::default().path("a.pem").der_bytes(4..10);
        assert_eq!(region(&der), None);
        // Without a file there is no region, and the words say where.
        let no_file = location(&Place::input("--cert").line(2).object("certificate \"CN=a\""), Naming::Plain);
        assert_eq!(no_file.get("physicalLocation"), None);
        assert_eq!(no_file["message"]["text"], "--cert, line 2, certificate \"CN=a\"");
        assert_eq!(no_file["logicalLocations"][0]["fullyQualifiedName"], "certificate \"CN=a\"");
    }

    #[test]
    fn paths_become_uri_references() {
        for (path, uri) in [
            ("certs/device 1.pem", "certs/device%201.pem"),
            ("/etc/ssl/a.pem", "file:///etc/ssl/a.pem"),
            (r"C:\certs\a.pem", "file:///C:/certs/a.pem"),
            ("a:b.pem", "a%3Ab.pem"),
            ("gerät#1.pem", "ger%C3%A4t%231.pem"),
        ] {
            assert_eq!(uri_reference(path), uri);
        }
    }
}
