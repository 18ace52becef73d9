//! `/book/search/`: every page of the site by its sections, as a script that a search beside it reads. It asks no server, so it
//! works from a folder too.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::{
    chapter::Chapters,
    frame::{Page, SEARCH},
    source,
};
use crate::{
    dist,
    workspace::{self, Result},
};

const BODY: &str = "<h1>Search</h1>\n\
    <form role=\"search\" id=\"search\">\n\
    <label for=\"words\">A code, a topic, or what a client printed</label>\n\
    <input id=\"words\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" maxlength=\"500\">\n</form>\n\
    <p id=\"told\" role=\"status\"></p>\n<ol id=\"found\"></ol>\n\
    <noscript><p>The search is a script. Without it, <a href=\"../../explain/\">the list of findings and codes</a> is one page, \
    for your browser's own search.</p></noscript>\n";

/// Writes the index of these pages and the script that reads it; their names change with what is in them.
pub(crate) fn write(out: &Path, pages: &[Page], chapters: &Chapters) -> Result<Page> {
    let index: Vec<Value> = pages.iter().map(entry).collect();
    let index = format!("self.pages = {};\n", Value::Array(index));
    let script = fs::read(source().join("search.js"))?;
    let mut scripts = Vec::new();
    for (name, bytes) in [("search-index", index.as_bytes()), ("search", &script)] {
        let digest = dist::sha256(bytes);
        let name = format!("{name}-{}.js", digest.get(..8).unwrap_or_default());
        workspace::write(&out.join("book").join(&name), bytes)?;
        scripts.push(name);
    }
    Ok(Page {
        path: SEARCH.to_owned(),
        title: "Search · dps-x509".to_owned(),
        description: "Finds chapters, findings and codes by words of an error.".to_owned(),
        beside: chapters.beside("search", SEARCH),
        body: BODY.to_owned(),
        scripts,
    })
}

/// Its path, its title, and its sections: anchor, heading, text.
fn entry(page: &Page) -> Value {
    let mut sections = Vec::new();
    let (first, rest) = page.body.split_once("<h2 id=\"").unwrap_or((&page.body, ""));
    let first = first.split_once("</h1>").map_or(first, |(_, behind)| behind);
    sections.push(json!(["", "", text(first)]));
    for section in rest.split("<h2 id=\"").filter(|section| !section.is_empty()) {
        let (anchor, behind) = section.split_once("\">").unwrap_or_default();
        let (heading, behind) = behind.split_once("</h2>").unwrap_or_default();
        sections.push(json!([anchor, text(heading), text(behind)]));
    }
    let title = page.title.strip_suffix(" · dps-x509").unwrap_or(&page.title);
    json!([page.path, title, sections])
}

/// The words of HTML, without the links to the chapters before and behind.
fn text(html: &str) -> String {
    let html = html.split_once("<nav class=\"around\"").map_or(html, |(before, _)| before);
    let mut out = String::new();
    let mut is_tag = false;
    for c in html.chars() {
        match c {
            '<' => {
                is_tag = true;
                out.push(' ');
            }
            '>' => is_tag = false,
            _ if !is_tag => out.push(c),
            _ => {}
        }
    }
    let plain = out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    let words: Vec<_> = plain.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_its_sections() {
        let page = Page {
            path: "book/a".to_owned(),
            title: "A · dps-x509".to_owned(),
            description: String::new(),
            beside: String::new(),
            body: "<h1>A</h1>\n<p>One &lt;two&gt;\n<code>three</code></p>\n<h2 id=\"b\">B <i>c</i></h2>\n<p>four</p>\n\
                   <nav class=\"around\"><a>five</a></nav>"
                .to_owned(),
            scripts: Vec::new(),
        };
        let expected = json!(["book/a", "A", [["", "", "One <two> three"], ["b", "B c", "four"]]]);
        assert_eq!(entry(&page), expected);
    }
}
