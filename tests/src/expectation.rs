//! What a case says of a finding, in one line; and how a case is compared, or blessed.
//!
//! Cases hold what a change of words leaves alone: code, severity, place and cause. The whole of a report is in the
//! golden files of `tests/case/whole`, once for each kind. `cargo xtask bless` (or `BLESS=1`) writes what comes out
//! into cases and golden files; read the difference before it is committed.

use std::{collections::BTreeSet, env, fs, path::Path};

use dps_x509_core::text;
use serde_json::Value;

/// Whether what comes out is to be written into the cases.
#[must_use]
pub fn is_blessing() -> bool {
    env::var_os("BLESS").is_some()
}

/// Findings as JSON has them, a line each: `DX214 note at with-key.pem:12:1`, and ` by DX431` where one causes it.
///
/// # Panics
/// It is no list of findings.
#[must_use]
pub fn findings(list: &Value) -> Value {
    list.as_array().unwrap().iter().map(finding).collect()
}

fn finding(finding: &Value) -> String {
    let text = |name: &str| finding[name].as_str();
    let mut line = format!("{} {}", text("code").unwrap(), text("severity").unwrap());
    if let Some(place) = place(&finding["place"]) {
        line = format!("{line} at {place}");
    }
    if let Some(cause) = text("causedBy") {
        line = format!("{line} by {cause}");
    }
    line
}

/// The file or else the input, with line and column; the bytes or the object where there is no line.
fn place(place: &Value) -> Option<String> {
    let text = |name: &str| place[name].as_str();
    // A file of a case is a path, or a text of the case itself.
    let input = text("path").or_else(|| text("input").filter(|_| place["line"].is_null()));
    let mut parts: Vec<String> =
        input.map(|input| input.trim_start_matches('-').to_owned()).into_iter().collect();
    parts.extend(
        ["line", "column"].iter().filter_map(|name| place[name].as_u64()).map(|number| number.to_string()),
    );
    let mut line = parts.join(":");
    let is_positioned = place["line"].is_u64();
    for (name, is_wanted) in [("bytes", !is_positioned), ("derBytes", true)] {
        if let (Some([start, end]), true) = (place[name].as_array().map(Vec::as_slice), is_wanted) {
            line = format!("{line} {name} {start}..{end}");
        }
    }
    let rest = [text("object").filter(|_| !is_positioned), text("stage")];
    for part in rest.into_iter().flatten() {
        line = format!("{line} {part}");
    }
    Some(line.trim_start().to_owned()).filter(|line| !line.is_empty())
}

/// Writes a file whole or not at all, and only if it changes: other tests read the same files.
///
/// # Panics
/// It cannot be written.
pub fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return;
    }
    let folder = path.parent().unwrap();
    fs::create_dir_all(folder).unwrap();
    // Not beside it, where everything is a case.
    let partial = folder.with_extension("partial");
    fs::write(&partial, text).unwrap();
    fs::rename(partial, path).unwrap();
}

/// A case as its file has it, without a character that would change how the lines around it look.
#[must_use]
pub fn json(case: &Value) -> String {
    format!("{}\n", text::in_json(&format!("{case:#}")))
}

/// Compares with a golden file, or writes it.
///
/// # Errors
/// What differs.
///
/// # Panics
/// The file cannot be read or written.
pub fn golden(path: &Path, found: &str) -> Result<(), String> {
    let is_json = path.extension().is_some_and(|it| it == "json");
    let found = if is_json { &*text::in_json(found) } else { found };
    if is_blessing() {
        write(path, found);
        return Ok(());
    }
    let expected = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let difference = expected.lines().zip(found.lines()).position(|(expected, found)| expected != found);
    if expected == found {
        return Ok(());
    }
    let line = difference.unwrap_or_else(|| expected.lines().count().min(found.lines().count()));
    Err(format!(
        "{}:{}: expected {:?}, found {:?} (`cargo xtask bless` rewrites)",
        path.display(),
        line + 1,
        expected.lines().nth(line),
        found.lines().nth(line)
    ))
}

/// Every member of a JSON value, as `findings[].place.line`.
#[must_use]
pub fn members(value: &Value) -> BTreeSet<String> {
    let mut members = BTreeSet::new();
    collect(value, "", &mut members);
    members
}

fn collect(value: &Value, path: &str, members: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let path = format!("{path}.{name}");
                collect(value, &path, members);
                members.insert(path);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, &format!("{path}[]"), members)),
        _ => {}
    }
}
