//! The bill of materials: every crate whose code is in the command line (CycloneDX 1.6).

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};

use super::{Release, layout::timestamp};
use crate::{
    notices,
    supply::{self, text},
    workspace::{self, Result},
};

/// `dps-x509-VERSION.cdx.json`.
pub(crate) fn write(release: &Release) -> Result<()> {
    let metadata = supply::metadata()?;
    let linked = notices::linked(&metadata, "dps-x509")?;
    let sums = checksums()?;
    let components: Vec<_> = linked.iter().map(|package| component(package, &sums)).collect();
    let itself = format!("pkg:cargo/dps-x509@{}", release.version);
    let all: Vec<_> = linked.iter().map(|package| reference(package)).collect();
    let bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": timestamp(release.time),
            "tools": { "components": [{ "type": "application", "name": "cargo xtask dist", "version": release.version }] },
            "component": {
                "type": "application",
                "bom-ref": itself,
                "name": "dps-x509",
                "version": release.version,
                "purl": itself,
                "licenses": [{ "expression": "Apache-2.0 OR MIT" }],
                "properties": [{ "name": "commit", "value": release.commit }],
            },
        },
        "components": components,
        "dependencies": [{ "ref": itself, "dependsOn": all }],
    });
    let path = release.folder.join(format!("dps-x509-{}.cdx.json", release.version));
    workspace::write(&path, serde_json::to_string_pretty(&bill)?.as_bytes())
}

fn reference(package: &Value) -> String {
    format!("pkg:cargo/{}@{}", text(package, "name"), text(package, "version"))
}

fn component(package: &Value, sums: &BTreeMap<(String, String), String>) -> Value {
    let (name, version) = (text(package, "name"), text(package, "version"));
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(package),
        "name": name,
        "version": version,
        "purl": reference(package),
        // Old packages write a slash for OR.
        "licenses": [{ "expression": text(package, "license").replace('/', " OR ") }],
    });
    if let (Some(sum), Some(object)) =
        (sums.get(&(name.to_owned(), version.to_owned())), component.as_object_mut())
    {
        object.insert("hashes".into(), json!([{ "alg": "SHA-256", "content": sum }]));
    }
    component
}

/// What the lock file says of each package.
fn checksums() -> Result<BTreeMap<(String, String), String>> {
    let lock: toml::Table = fs::read_to_string(workspace::root().join("Cargo.lock"))?.parse()?;
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    let text =
        |package: &toml::Value, key: &str| package.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let sum = |package: &toml::Value| {
        Some(((text(package, "name")?, text(package, "version")?), text(package, "checksum")?))
    };
    Ok(packages.filter_map(sum).collect())
}
