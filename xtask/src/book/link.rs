//! Whether every link of the site leads somewhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use super::frame::Page;
use crate::workspace::Result;

/// Looks into the files as they were written. The page itself, at the root, may not be there yet; addresses elsewhere are
/// asked nothing.
pub(crate) fn check(site: &Path, pages: &[Page]) -> Result<()> {
    let mut wrong = Vec::new();
    let mut anchors: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut texts = BTreeMap::new();
    for page in pages {
        let text = fs::read_to_string(site.join(&page.path).join("index.html"))?;
        let ids = attribute(&text, "id");
        let distinct: BTreeSet<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        if distinct.len() != ids.len() {
            wrong.push(format!("{}: an id stands twice", page.path));
        }
        anchors.insert(page.path.clone(), distinct);
        texts.insert(page.path.as_str(), text);
    }
    for (path, text) in &texts {
        for link in attribute(text, "href").into_iter().chain(attribute(text, "src")) {
            if !leads_somewhere(site, path, link, &anchors) {
                wrong.push(format!("{path}: {link} leads nowhere"));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn leads_somewhere(
    site: &Path,
    from: &str,
    link: &str,
    anchors: &BTreeMap<String, BTreeSet<String>>,
) -> bool {
    if link.starts_with("https://") {
        return true;
    }
    // From the root, a link would leave a site that stands in a folder.
    if link.starts_with('/') {
        return false;
    }
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let Some(target) = joined(from, path) else { return false };
    // The page, which another step builds.
    if target == "index.html" || target.is_empty() {
        return anchor.is_none();
    }
    match (anchors.get(&target), anchor) {
        (Some(ids), Some(anchor)) => ids.contains(anchor),
        (Some(_), None) => path.is_empty() || path.ends_with('/'),
        (None, Some(_)) => false,
        (None, None) => site.join(&target).is_file(),
    }
}

/// A relative link as a path below the site, without slashes at the ends; none above the site.
fn joined(from: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

/// The values of an attribute.
fn attribute<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    text.split(start.as_str()).skip(1).filter_map(|behind| behind.split('"').next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed() {
        let anchors = BTreeMap::from([
            ("book/a".to_owned(), BTreeSet::from(["one".to_owned()])),
            ("explain/DX401".to_owned(), BTreeSet::new()),
        ]);
        for (link, expected) in [
            ("../../explain/DX401/", true),
            ("../../explain/DX401", false),
            ("../../explain/DX999/", false),
            ("#one", true),
            ("#two", false),
            ("../../index.html", true),
            ("../../../index.html", false),
            ("https://example.com/", true),
            ("http://example.com/", false),
            ("/book/a/", false),
        ] {
            assert_eq!(leads_somewhere(Path::new("/nowhere"), "book/a", link, &anchors), expected, "{link}");
        }
    }
}
