//! Chapters that are made: the command line by its help, the JSON schemas, the components' contract, the measures.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use super::{frame::escaped, measure};
use crate::workspace::{self, Result};

/// The chapter of this name as its title and its HTML, if it is made.
pub(crate) fn made(name: &str, binary: &Path) -> Result<Option<(String, String)>> {
    let (title, html) = match name {
        "command-line" => ("The command line", command_line(binary)?),
        "measures" => ("Measures", measure::chapter()?),
        "schemas" => ("JSON schemas", schemas()?),
        "wit" => ("The components' contract", wit()?),
        _ => return Ok(None),
    };
    Ok(Some((title.to_owned(), format!("<h1>{title}</h1>\n{html}"))))
}

fn command_line(binary: &Path) -> Result<String> {
    let mut html =
        "<p>What <code>--help</code> says of every command; the manual pages have the same.</p>\n".to_owned();
    help(binary, &[], &mut html)?;
    Ok(html)
}

/// The help of a command, then that of the commands it names.
fn help(binary: &Path, words: &[String], html: &mut String) -> Result<()> {
    let text = workspace::read(Command::new(binary).args(words).arg("--help").env("COLUMNS", "100"))?;
    let name = [&["dps-x509".to_owned()], words].concat();
    let level = if words.len() > 1 { 3 } else { 2 };
    *html += &format!(
        "<h{level} id=\"{}\">{}</h{level}>\n<pre>{}</pre>\n",
        name.join("-"),
        name.join(" "),
        escaped(&text)
    );
    for inner in commands(&text) {
        help(binary, &[words, &[inner]].concat(), html)?;
    }
    Ok(())
}

/// The names below `Commands:`.
fn commands(help: &str) -> Vec<String> {
    let below = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let named = below.take_while(|line| !line.is_empty()).filter_map(|line| {
        let line = line.strip_prefix("  ")?;
        // What goes on is indented more.
        let is_name = line.starts_with(|c: char| c.is_ascii_lowercase());
        line.split_whitespace().next().filter(|_| is_name)
    });
    named.filter(|name| *name != "help").map(str::to_owned).collect()
}

fn schemas() -> Result<String> {
    let mut html = "<p>What the command line prints with <code>--json</code>, and the npm and Python packages give. Additive \
                    within a version: ignore members that you do not know.</p>\n<div class=\"wide\"><table>\n<thead><tr>\
                    <th>Schema</th><th>What it describes</th></tr></thead>\n<tbody>\n"
        .to_owned();
    for path in schema_files()? {
        let schema: Value = serde_json::from_str(&fs::read_to_string(&path)?)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let describes =
            ["description", "title"].iter().find_map(|key| schema.get(key)?.as_str()).unwrap_or_default();
        html += &format!(
            "<tr><td><a href=\"../schema/{name}\"><code>{name}</code></a></td><td>{}</td></tr>\n",
            escaped(describes)
        );
    }
    Ok(html + "</tbody>\n</table></div>\n")
}

/// Every schema, by name.
pub(crate) fn schema_files() -> Result<Vec<PathBuf>> {
    sorted(&workspace::root().join("crate/core/schema"), "json")
}

/// To `book/schema` below the site.
pub(crate) fn copy_schemas(site: &Path) -> Result<()> {
    for path in schema_files()? {
        let name = path.file_name().unwrap_or_default();
        workspace::write(&site.join("book/schema").join(name), &fs::read(&path)?)?;
    }
    Ok(())
}

fn wit() -> Result<String> {
    let mut html =
        "<p>The package of interfaces that the two components export and import, as it stands in the \
                    repository; the components have its documentation inside.</p>\n"
            .to_owned();
    for path in sorted(&workspace::root().join("wit"), "wit")? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path)?;
        html += &format!("<h2 id=\"{name}\">{name}.wit</h2>\n<pre>{}</pre>\n", escaped(&text));
    }
    Ok(html)
}

/// The files with this ending, by name.
fn sorted(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == ending) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_from_the_help() {
        let help = "What it does\n\nCommands:\n  run   Provisions\n          over two lines\n  check  Looks\n  help  This\n\nOptions:\n  -h\n";
        assert_eq!(commands(help), ["run", "check"]);
    }
}
