//! The definitions as Rust, for `finding::catalogue`.

use std::fmt::Write as _;

use crate::entry::Entry;

/// A static for every code, and the list of all.
pub(crate) fn rust(entries: &[Entry]) -> String {
    let mut out = String::new();
    for entry in entries {
        let Entry { code, name, title, severity, standing, source, family, .. } = entry;
        let (constant, summary) = (entry.constant(), escaped(&entry.summary()));
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "/// `{code}`: {summary}\n\
             pub static {constant}: Definition = Definition::new({code:?}, {name:?}, {title:?}, Severity::{severity}, \
             Standing::{standing}, {source:?}, Family::{family});\n\n"
        );
    }
    let _ = writeln!(out, "/// Every code, in order.\npub static ALL: [&Definition; {}] = [", entries.len());
    for entry in entries {
        let _ = writeln!(out, "    &{},", entry.constant());
    }
    out.push_str("];\n");
    out
}

/// Markdown that rustdoc takes for text and code, and not for links and tags.
fn escaped(text: &str) -> String {
    let mut is_code = false;
    let mut out = String::new();
    for character in text.chars() {
        is_code ^= character == '`';
        if !is_code && matches!(character, '[' | ']' | '<' | '>') {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
