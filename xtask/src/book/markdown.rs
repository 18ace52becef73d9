//! Markdown as HTML: headings that can be linked to, codes as links to their pages, and no HTML of the source's own.

use std::collections::BTreeMap;

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

/// What the source's links lead to.
pub(crate) struct Links<'a> {
    /// From the page up to the site.
    pub(crate) up: String,
    /// Codes that have a page, `DX401` and `401002`.
    pub(crate) is_code: &'a dyn Fn(&str) -> bool,
    /// Where a source's link leads, from the site; none where only its words stay.
    pub(crate) target: &'a dyn Fn(&str) -> Option<String>,
}

/// A text in HTML.
pub(crate) struct Rendered {
    pub(crate) html: String,
    /// The first heading, without marks.
    pub(crate) title: String,
    /// The first paragraph, without marks.
    pub(crate) first: String,
}

/// Renders a text.
pub(crate) fn render(text: &str, links: &Links<'_>) -> Rendered {
    let events: Vec<_> = Parser::new_ext(text, Options::ENABLE_TABLES).collect();
    let title = words_of(&events, |tag| matches!(tag, Tag::Heading { .. }));
    let first = words_of(&events, |tag| matches!(tag, Tag::Paragraph));
    let mut work =
        Work { links, ids: BTreeMap::new(), out: Vec::new(), open_links: Vec::new(), in_block: false };
    let mut rest = events.as_slice();
    while let Some((event, behind)) = rest.split_first() {
        work.take(event.clone(), behind);
        rest = behind;
    }
    let mut html = String::new();
    html::push_html(&mut html, work.out.into_iter());
    Rendered {
        html: html.replace("<table>", "<div class=\"wide\"><table>").replace("</table>", "</table></div>"),
        title,
        first,
    }
}

/// The words of the first element of this kind.
fn words_of(events: &[Event<'_>], is_wanted: impl Fn(&Tag<'_>) -> bool) -> String {
    let start = events.iter().position(|event| matches!(event, Event::Start(tag) if is_wanted(tag)));
    let Some(Event::Start(tag)) = start.and_then(|start| events.get(start)) else { return String::new() };
    let end = tag.to_end();
    let inside = events.iter().skip(start.unwrap_or_default()).take_while(|event| **event != Event::End(end));
    words(inside)
}

fn words<'a, 'b: 'a>(events: impl Iterator<Item = &'a Event<'b>>) -> String {
    let mut out = String::new();
    for event in events {
        match event {
            Event::Text(text) | Event::Code(text) => out.push_str(text),
            Event::SoftBreak | Event::HardBreak => out.push(' '),
            _ => {}
        }
    }
    out
}

struct Work<'a, 'b> {
    links: &'a Links<'a>,
    /// How often an anchor was taken.
    ids: BTreeMap<String, usize>,
    out: Vec<Event<'b>>,
    /// For each open link of the source whether it stays one.
    open_links: Vec<bool>,
    in_block: bool,
}

impl<'b> Work<'_, 'b> {
    fn take(&mut self, event: Event<'b>, behind: &[Event<'b>]) {
        match event {
            Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
                let heading =
                    behind.iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
                let id = self.anchor(&words(heading), level);
                self.out.push(Event::Start(Tag::Heading { level, id, classes, attrs }));
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                self.in_block = true;
                self.out.push(Event::Start(Tag::CodeBlock(kind)));
            }
            Event::End(TagEnd::CodeBlock) => {
                self.in_block = false;
                self.out.push(Event::End(TagEnd::CodeBlock));
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let target = self.target(&dest_url);
                self.open_links.push(target.is_some());
                if let Some(target) = target {
                    self.out.push(Event::Start(Tag::Link { link_type, dest_url: target.into(), title, id }));
                }
            }
            Event::End(TagEnd::Link) => {
                if self.open_links.pop() == Some(true) {
                    self.out.push(Event::End(TagEnd::Link));
                }
            }
            // There is none to be had; what looks like it is shown.
            Event::Html(text) | Event::InlineHtml(text) if text.starts_with("<!--") => drop(text),
            Event::Html(text) | Event::InlineHtml(text) => self.out.push(Event::Text(text)),
            Event::Code(code) if self.open_links.is_empty() && (self.links.is_code)(&code) => {
                let page = self.page(&code);
                self.linked(page, Event::Code(code));
            }
            Event::Text(text) if self.open_links.is_empty() && !self.in_block => self.text(&text),
            other => self.out.push(other),
        }
    }

    /// Codes in a text become links.
    fn text(&mut self, text: &str) {
        for piece in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
            let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            let behind = piece.get(word.len()..).unwrap_or_default();
            let is_code = word.starts_with("DX") && (self.links.is_code)(word);
            let word_event = Event::Text(CowStr::from(word.to_owned()));
            if is_code {
                let page = self.page(word);
                self.linked(page, word_event);
            } else {
                self.out.push(word_event);
            }
            self.out.push(Event::Text(CowStr::from(behind.to_owned())));
        }
    }

    fn page(&self, code: &str) -> String {
        format!("{}explain/{code}/", self.links.up)
    }

    fn linked(&mut self, to: String, event: Event<'b>) {
        self.out.push(Event::Start(Tag::Link {
            link_type: LinkType::Inline,
            dest_url: to.into(),
            title: CowStr::Borrowed(""),
            id: CowStr::Borrowed(""),
        }));
        self.out.push(event);
        self.out.push(Event::End(TagEnd::Link));
    }

    fn target(&self, url: &str) -> Option<String> {
        if url.starts_with("https://") || url.starts_with('#') {
            return Some(url.to_owned());
        }
        (self.links.target)(url).map(|target| format!("{}{target}", self.links.up))
    }

    fn anchor(&mut self, heading: &str, level: HeadingLevel) -> Option<CowStr<'b>> {
        if level == HeadingLevel::H1 {
            return None;
        }
        let lower = heading.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let id = words.collect::<Vec<_>>().join("-");
        let taken = self.ids.entry(id.clone()).or_default();
        *taken += 1;
        Some(if *taken == 1 { id.into() } else { format!("{id}-{taken}").into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        let links = Links {
            up: "../../".to_owned(),
            is_code: &|code| code == "DX401" || code == "401002",
            target: &|url| url.strip_suffix(".md").map(|name| format!("book/{name}/")),
        };
        render(text, &links).html
    }

    #[test]
    fn codes_are_links_and_html_is_text() {
        let link = "<a href=\"../../explain/DX401/\">DX401</a>";
        assert_eq!(html("See DX401, not DX402."), format!("<p>See {link}, not DX402.</p>\n"));
        assert_eq!(html("`401002`"), "<p><a href=\"../../explain/401002/\"><code>401002</code></a></p>\n");
        assert_eq!(html("```\nDX401\n```"), "<pre><code>DX401\n</code></pre>\n");
        assert_eq!(html("a <b>c"), "<p>a &lt;b&gt;c</p>\n");
        assert_eq!(html("[a](proxy.md) [b](../x.rs)"), "<p><a href=\"../../book/proxy/\">a</a> b</p>\n");
        assert_eq!(html("## A b\n## A b"), "<h2 id=\"a-b\">A b</h2>\n<h2 id=\"a-b-2\">A b</h2>\n");
    }

    #[test]
    fn the_title_and_the_first_paragraph_are_words() {
        let links = Links { up: String::new(), is_code: &|_| false, target: &|_| None };
        let Rendered { title, first, .. } = render("# A `b`\n\nOne *two*\nthree.\n\nFour.", &links);
        assert_eq!((title.as_str(), first.as_str()), ("A b", "One two three."));
    }
}
