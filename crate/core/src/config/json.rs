//! Configurations as JSON, schema version 1 (`crate/core/schema/configure.json`).

use serde_json::{Map, Value, json};

use super::{
    artifact::{Artifact, Group},
    client::Target,
    configuration::Configuration,
    root::{Root, roots},
    set::Set,
    target::ALL,
};
use crate::{
    cert::{UnixTime, der::hex},
    finding::{self, Finding, Naming},
    name::Cloud,
    order,
};

/// The version of the schema.
pub const VERSION: u32 = 1;

/// What was written: the certificates of all targets, and each target's files by their paths. No file's text is in it.
#[must_use]
pub fn report(
    certificates: &[Artifact],
    configurations: &[Configuration],
    findings: &[Finding],
    naming: Naming,
) -> Map<String, Value> {
    object(certificates, configurations, findings, naming, file)
}

/// The same with each file's text, for those who have no folder to write into.
#[must_use]
pub fn with_texts(set: &Set, naming: Naming) -> Map<String, Value> {
    object(&set.certificates, &set.configurations, &set.findings, naming, |artifact| {
        let mut file = file(artifact);
        file.insert("text".to_owned(), json!(artifact.text.as_str()));
        file
    })
}

fn file(artifact: &Artifact) -> Map<String, Value> {
    order::gathered([
        ("path".to_owned(), json!(artifact.path)),
        ("executable".to_owned(), json!(artifact.is_executable)),
        ("secret".to_owned(), json!(artifact.is_secret)),
    ])
}

fn group(group: &Group) -> Value {
    let fields: Value = (group.boxes.iter())
        .map(|field| json!({ "name": field.name, "label": field.label, "value": field.value }))
        .collect();
    json!({ "title": group.title, "boxes": fields })
}

fn object(
    certificates: &[Artifact],
    configurations: &[Configuration],
    findings: &[Finding],
    naming: Naming,
    file: impl Fn(&Artifact) -> Map<String, Value>,
) -> Map<String, Value> {
    let files = |artifacts: &[Artifact]| artifacts.iter().map(&file).map(Value::Object).collect::<Value>();
    let target = |configuration: &Configuration| {
        let guide = &configuration.guide;
        json!({
            "name": configuration.target.name,
            "files": files(&configuration.artifacts),
            "place": guide.place,
            "run": guide.run,
            "expect": guide.expect,
            "form": configuration.form.iter().map(group).collect::<Value>(),
        })
    };
    let mut out = Map::new();
    out.insert("version".to_owned(), json!(VERSION));
    out.insert("certificates".to_owned(), files(certificates));
    out.insert("targets".to_owned(), configurations.iter().map(target).collect());
    out.insert("findings".to_owned(), finding::json::findings(findings, naming));
    out
}

/// Every target, as `configure --list --json` shows them.
#[must_use]
pub fn targets() -> Map<String, Value> {
    let target = |target: &Target| {
        json!({
            "name": target.name,
            "family": target.family.as_str(),
            "title": target.title,
            "checked": target.proof.as_str(),
            "how": target.proof.how(),
        })
    };
    let mut out = Map::new();
    out.insert("version".to_owned(), json!(VERSION));
    out.insert("targets".to_owned(), ALL.iter().map(|it| target(it)).collect());
    out
}

/// What is particular to a cloud: its endpoint, what the names of its hubs end in, and what to trust its servers by.
#[must_use]
pub fn cloud(cloud: Cloud) -> Map<String, Value> {
    let root = |root: Root| {
        json!({
            "name": root.known.map_or_else(|| root.certificate.subject.to_string(), |known| known.name.to_owned()),
            "pem": root.pem,
            "sha256": hex(&root.certificate.sha256()),
            "notAfter": root.certificate.not_after.map(UnixTime::to_rfc3339),
        })
    };
    let mut out = Map::new();
    out.insert("endpoint".to_owned(), json!(cloud.global_host()));
    out.insert("hubSuffix".to_owned(), json!(cloud.hub_suffix()));
    out.insert("roots".to_owned(), roots(cloud).into_iter().map(root).collect());
    out
}
