//! What clients print for a code: the rows of the lexicon (`crate/core/lexicon`) that are whole texts.

use std::{collections::BTreeMap, fs};

use crate::{
    book::frame::escaped,
    workspace::{self, Result},
};

/// Words of one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Printed {
    stack: String,
    words: String,
}

/// By the code of the finding.
pub(crate) fn by_code() -> Result<BTreeMap<String, Vec<Printed>>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(workspace::root().join("crate/core/lexicon"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            files.push(path);
        }
    }
    files.sort();
    let mut found = BTreeMap::new();
    for file in files {
        read(&fs::read_to_string(file)?, &mut found);
    }
    Ok(found)
}

fn read(text: &str, found: &mut BTreeMap<String, Vec<Printed>>) {
    let mut stack = "";
    let mut section = "";
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("stack:") {
            stack = name.trim();
        } else if let Some(heading) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = heading;
        } else if let Some(code) = code_of(section) {
            let words = line.split(" | ").next().unwrap_or_default();
            add(found, code, stack, words);
        } else if section.starts_with("numbers") || section.starts_with("flags") {
            let Some((number, meaning)) = line.split_once(" = ") else { continue };
            let (meaning, words) = meaning.split_once(" | ").unwrap_or((meaning, ""));
            let Some(code) = code_of(meaning.trim()) else { continue };
            for words in words.split(" ; ").map(str::trim).filter(|words| !words.is_empty()) {
                let is_name = !words.contains(' ');
                let words = if is_name { format!("{words} ({})", number.trim()) } else { words.to_owned() };
                add(found, code, stack, &words);
            }
        }
    }
}

/// Of `DX506.unknown-issuer` the code.
fn code_of(meaning: &str) -> Option<&str> {
    let (code, _) = meaning.split_once('.')?;
    code.starts_with("DX").then_some(code)
}

fn add(found: &mut BTreeMap<String, Vec<Printed>>, code: &str, stack: &str, words: &str) {
    // What has a gap is a form and no text.
    if words.is_empty() || words.contains('{') {
        return;
    }
    let printed = Printed { stack: stack.to_owned(), words: words.to_owned() };
    let known = found.entry(code.to_owned()).or_default();
    if !known.contains(&printed) {
        known.push(printed);
    }
}

/// A list by client; nothing where none prints anything.
pub(crate) fn html(printed: &[Printed]) -> String {
    if printed.is_empty() {
        return String::new();
    }
    let mut stacks: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in printed {
        stacks.entry(&one.stack).or_default().push(&one.words);
    }
    let mut out = "<h2 id=\"printed\">What clients print</h2>\n<dl>\n".to_owned();
    for (stack, words) in stacks {
        out += &format!("<dt>{}</dt>\n", escaped(stack));
        words.iter().for_each(|words| out += &format!("<dd><code>{}</code></dd>\n", escaped(words)));
    }
    out + "</dl>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_forms_are_left_out() {
        let text = "stack: wolfSSL\n\n[DX506.unknown-issuer]\nno signer error to confirm\ncode {wolfssl} of | near: a\n\
                    [numbers: wolfssl | near: wolf]\n-188 = DX506.unknown-issuer | ASN_NO_SIGNER_E ; to confirm failure\n\
                    -323 = nothing | WANT_READ\n[hint DX551]\nnot this\n";
        let mut found = BTreeMap::new();
        read(text, &mut found);
        let words: Vec<_> = found["DX506"].iter().map(|one| one.words.as_str()).collect();
        assert_eq!(words, ["no signer error to confirm", "ASN_NO_SIGNER_E (-188)", "to confirm failure"]);
        assert_eq!(found.len(), 1);
    }
}
