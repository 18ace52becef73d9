//! `/book/`: what `www/book` has, what documents of the house say, and what is made from the program itself.

use std::{fs, path::Path};

use super::{
    finding::Findings,
    frame::{Page, escaped, up},
    markdown::{self, Links},
    reference, source,
};
use crate::workspace::{self, Result};

/// Documents that are chapters too: the chapter, and the file below the workspace.
const DOCUMENTS: [(&str, &str); 7] = [
    ("architecture", "ARCHITECTURE.md"),
    ("changes", "CHANGELOG.md"),
    ("coming-from-azure-iot-device", "crate/python/COMING-FROM.md"),
    ("emulator", "crate/emulator/README.md"),
    ("python", "crate/python/README.md"),
    ("threat-model", "SECURITY.md"),
    ("verified", "tests/README.md"),
];

/// Every chapter, in the order of `www/book/SUMMARY.md`.
pub(crate) struct Chapters {
    all: Vec<Chapter>,
    /// HTML of the list of chapters, from a page of the book.
    list: Vec<Line>,
}

/// A line of the list.
enum Line {
    Part(String),
    Chapter { name: String, title: String },
}

struct Chapter {
    /// Its folder below `book`; empty for the first page.
    name: String,
    title: String,
    description: String,
    html: String,
}

/// Reads and renders all.
pub(crate) fn all(binary: &Path, findings: &Findings) -> Result<Chapters> {
    let list = summary(&fs::read_to_string(source().join("SUMMARY.md"))?)?;
    let names: Vec<_> = list.iter().filter_map(Line::name).map(str::to_owned).collect();
    let mut chapters = Chapters { all: Vec::new(), list };
    for name in &names {
        let chapter = match reference::made(name, binary)? {
            Some((title, html)) => Chapter { name: name.clone(), description: String::new(), title, html },
            None => written(name, findings, &chapters)?,
        };
        chapters.all.push(chapter);
    }
    let unlisted = fs::read_dir(source())?
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().strip_suffix(".md")?.to_owned()))
        .find(|name| name != "SUMMARY" && name != "README" && !names.contains(&name_of(name).to_owned()));
    unlisted.map_or(Ok(chapters), |name| Err(format!("www/book/SUMMARY.md has no line for {name}.md").into()))
}

/// The pages of all.
pub(crate) fn pages(chapters: &Chapters) -> Vec<Page> {
    let page = |(index, chapter): (usize, &Chapter)| {
        let path = path_of(&chapter.name);
        let mut body = chapter.html.clone();
        body += &chapters.around(index, &path);
        Page {
            beside: chapters.beside(&chapter.name, &path),
            title: format!("{} · dps-x509", chapter.title),
            description: chapter.description.clone(),
            path,
            body,
            scripts: Vec::new(),
        }
    };
    chapters.all.iter().enumerate().map(page).collect()
}

impl Line {
    fn name(&self) -> Option<&str> {
        match self {
            Self::Part(_) => None,
            Self::Chapter { name, .. } => Some(name),
        }
    }
}

impl Chapters {
    /// Where a link of a source leads, from the site: to a chapter or to a document that is one.
    pub(crate) fn target(&self, url: &str) -> Option<String> {
        let (path, anchor) = url.split_once('#').map_or((url, ""), |(path, anchor)| (path, anchor));
        let file = path.rsplit('/').next().unwrap_or(path).strip_suffix(".md")?;
        let document = DOCUMENTS.iter().find(|(_, document)| path.trim_start_matches("../") == *document);
        let name = document.map_or(name_of(file), |(name, _)| name);
        let is_chapter = self.list.iter().any(|line| line.name() == Some(name));
        let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
        is_chapter.then(|| format!("{}/{anchor}", path_of(name)))
    }

    /// The list of chapters for a page of the book; `here` is the chapter that it is.
    pub(crate) fn beside(&self, here: &str, path: &str) -> String {
        let mut out = "<ul>\n".to_owned();
        for line in &self.list {
            out += &match line {
                Line::Part(title) => format!("</ul>\n<p>{}</p>\n<ul>\n", escaped(title)),
                Line::Chapter { name, title } => {
                    let current = if name == here { " aria-current=\"page\"" } else { "" };
                    let to = format!("{}{}/", up(path), path_of(name));
                    format!("<li><a href=\"{to}\"{current}>{}</a></li>\n", escaped(title))
                }
            };
        }
        (out + "</ul>\n").replace("<ul>\n</ul>\n", "")
    }

    /// Links to the chapters before and behind.
    fn around(&self, index: usize, path: &str) -> String {
        let link = |index: Option<usize>, rel: &str, arrow: &str| {
            let chapter = index.and_then(|index| self.all.get(index))?;
            let to = format!("{}{}/", up(path), path_of(&chapter.name));
            Some(format!("<a rel=\"{rel}\" href=\"{to}\">{arrow} {}</a>\n", escaped(&chapter.title)))
        };
        let before = link(index.checked_sub(1), "prev", "←").unwrap_or_default();
        let behind = link(index.checked_add(1), "next", "→").unwrap_or_default();
        format!("<nav class=\"around\" aria-label=\"Chapters\">\n{before}{behind}</nav>\n")
    }
}

/// Of `index` nothing: it is the book's own page.
fn name_of(file: &str) -> &str {
    if file == "index" { "" } else { file }
}

fn path_of(name: &str) -> String {
    if name.is_empty() { "book".to_owned() } else { format!("book/{name}") }
}

/// `# Part` and `- [Title](chapter.md)`.
fn summary(text: &str) -> Result<Vec<Line>> {
    let mut list = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let chapter = line
            .strip_prefix("- [")
            .and_then(|rest| rest.strip_suffix(".md)"))
            .and_then(|rest| rest.split_once("]("));
        list.push(match (chapter, line.strip_prefix("# ")) {
            (Some((title, file)), _) => {
                Line::Chapter { name: name_of(file).to_owned(), title: title.to_owned() }
            }
            (None, Some(part)) => Line::Part(part.to_owned()),
            (None, None) => {
                return Err(format!("www/book/SUMMARY.md: {line} is neither a part nor a chapter").into());
            }
        });
    }
    Ok(list)
}

/// From a file of `www/book`, or of the house.
fn written(name: &str, findings: &Findings, chapters: &Chapters) -> Result<Chapter> {
    let document = DOCUMENTS.iter().find(|(chapter, _)| *chapter == name);
    let file = match document {
        Some((_, document)) => workspace::root().join(document),
        None => source().join(if name.is_empty() { "index" } else { name }).with_extension("md"),
    };
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let links = Links {
        up: up(&path_of(name)),
        is_code: &|code| findings.is_code(code),
        target: &|url| chapters.target(url).or_else(|| url.starts_with("explain/").then(|| url.to_owned())),
    };
    let rendered = markdown::render(&shown(&text), &links);
    Ok(Chapter {
        name: name.to_owned(),
        title: rendered.title,
        description: rendered.first,
        html: rendered.html,
    })
}

/// Without what is for the tests alone: lines of Rust examples that begin with `# `, and names behind a block's language.
fn shown(text: &str) -> String {
    let mut out = String::new();
    let mut is_rust = false;
    for line in text.lines() {
        if let Some(info) = line.strip_prefix("```") {
            is_rust = info.starts_with("rust");
            let language = info.split([' ', ',']).next().unwrap_or_default();
            // A block with a name is a file.
            if let Some((_, name)) = info.split_once(' ') {
                out += &format!("`{}`\n\n", name.trim());
            }
            out += &format!("```{language}\n");
        } else if !(is_rust && (line == "#" || line.starts_with("# "))) {
            out += line;
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_for_the_tests_alone_is_not_shown() {
        let text = "# A\n\n```rust,no_run\n# use a;\na();\n```\n\n```toml dps.toml\na = 1\n```\n";
        assert_eq!(shown(text), "# A\n\n```rust\na();\n```\n\n`dps.toml`\n\n```toml\na = 1\n```\n");
    }

    #[test]
    fn a_summary_has_parts_and_chapters() {
        let list = summary("# One\n\n- [Start](index.md)\n- [Proxy](proxy.md)\n").unwrap();
        let names: Vec<_> = list.iter().map(Line::name).collect();
        assert_eq!(names, [None, Some(""), Some("proxy")]);
        assert!(summary("* [a](b.md)").is_err());
    }
}
