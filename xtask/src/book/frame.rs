//! What stands around every page.

use std::fmt::Write as _;

/// Nothing from elsewhere, and no script but those of a page that has its own.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'";
const SCRIPTS: &str = "; script-src 'self'";

/// The page of the search.
pub(crate) const SEARCH: &str = "book/search";

/// One page of the site.
#[derive(Debug)]
pub(crate) struct Page {
    /// Its folder below the site, without slashes at the ends: `explain/DX401`.
    pub(crate) path: String,
    /// What a search engine shows.
    pub(crate) title: String,
    /// A sentence under the title; may be empty.
    pub(crate) description: String,
    /// HTML of the list beside it.
    pub(crate) beside: String,
    /// HTML of the page itself.
    pub(crate) body: String,
    /// Names of its scripts, in `book`.
    pub(crate) scripts: Vec<String>,
}

impl Page {
    /// The whole document. Links are relative: the site may stand in any folder.
    pub(crate) fn html(&self, site: Option<&str>) -> String {
        let up = self.up();
        let mut head = String::new();
        // Writing to a String cannot fail.
        if let Some(site) = site {
            let _ = writeln!(
                head,
                "<link rel=\"canonical\" href=\"{}/{}/\">",
                escaped(site.trim_end_matches('/')),
                self.path
            );
        }
        if !self.description.is_empty() {
            let _ = writeln!(head, "<meta name=\"description\" content=\"{}\">", escaped(&self.description));
        }
        let may_run = if self.scripts.is_empty() { "" } else { SCRIPTS };
        for script in &self.scripts {
            let _ = writeln!(head, "<script defer src=\"{up}book/{script}\"></script>");
        }
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}{may_run}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>{}</title>\n{head}<link rel=\"stylesheet\" href=\"{up}book/book.css\">\n</head>\n<body class=\"book\">\n\
             <a class=\"skip\" href=\"#content\">Skip to the text</a>\n\
             <header><nav aria-label=\"Site\"><a href=\"{up}index.html\">dps-x509</a> \
             <a href=\"{up}explain/\">Findings and codes</a> <a href=\"{up}book/\">Book</a> \
             <a href=\"{up}{SEARCH}/\">Search</a></nav></header>\n\
             <div class=\"columns\">\n<nav class=\"beside\" aria-label=\"Pages\">{}</nav>\n\
             <main id=\"content\" tabindex=\"-1\">\n{}</main>\n</div>\n</body>\n</html>\n",
            escaped(&self.title),
            self.beside,
            self.body
        )
    }

    /// From the page's folder to the site.
    pub(crate) fn up(&self) -> String {
        up(&self.path)
    }
}

/// From a folder below the site up to the site.
pub(crate) fn up(path: &str) -> String {
    "../".repeat(path.split('/').filter(|part| !part.is_empty()).count())
}

/// A text as HTML has it, in attributes too.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(character),
        }
    }
    out
}
