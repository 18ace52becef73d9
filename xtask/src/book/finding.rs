//! `/explain/`: a page for each finding and for each code of the service, under the sentence that it is searched by.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::Value;

use super::{
    chapter::Chapters,
    frame::{Page, escaped, up},
    markdown::{self, Links},
};
use crate::workspace::{self, Result};

mod printed;

use printed::Printed;

/// What there is to explain.
pub(crate) struct Findings {
    findings: Vec<Finding>,
    /// The service's answers by code.
    answers: BTreeMap<u64, Vec<Value>>,
}

struct Finding {
    code: String,
    name: String,
    family: String,
    severity: String,
    standing: String,
    source: String,
    /// The page below its title.
    text: String,
    /// What it is, in one sentence without a full stop.
    sentence: String,
    /// What clients print then.
    printed: Vec<Printed>,
    /// What most people see of it.
    words: Option<String>,
}

impl Findings {
    /// From the core, which has the catalogue, and from the lexicon.
    pub(crate) fn read(binary: &Path) -> Result<Self> {
        let told = workspace::read(workspace::cargo().args([
            "run",
            "--quiet",
            "--package",
            "dps-x509-core",
            "--example",
            "site",
        ]))?;
        let told: Value = serde_json::from_str(&told)?;
        let mut printed = printed::by_code()?;
        let mut titles = titles(binary)?;
        let findings =
            list(&told, "findings").map(|finding| Finding::new(finding, &mut printed, &mut titles)).collect();
        let mut answers: BTreeMap<u64, Vec<Value>> = BTreeMap::new();
        for answer in list(&told, "answers") {
            answers.entry(answer["code"].as_u64().unwrap_or_default()).or_default().push(answer.clone());
        }
        if let Some(code) = printed.keys().next() {
            return Err(format!("the lexicon tells {code}, of which the catalogue has no page").into());
        }
        Ok(Self { findings, answers })
    }

    /// Whether there is a page about it.
    pub(crate) fn is_code(&self, code: &str) -> bool {
        self.findings.iter().any(|finding| finding.code == code)
            || code.parse().is_ok_and(|code| self.answers.contains_key(&code))
    }

    /// The list of all, and each.
    pub(crate) fn pages(&self, chapters: &Chapters) -> Vec<Page> {
        let mut pages = vec![self.index()];
        pages.extend(self.findings.iter().map(|finding| self.page(finding, chapters)));
        pages.extend(self.answers.iter().map(|(code, answers)| self.answer(*code, answers)));
        pages
    }

    fn index(&self) -> Page {
        let mut body = "<h1>Findings and codes</h1>\n<p>Every finding of dps-x509 and every code that DPS is known to answer, \
                        with its cause and what to do. <code>dps-x509 explain</code> has the same pages without a \
                        network.</p>\n<h2 id=\"answers\">Answers of the service</h2>\n<ul>\n"
            .to_owned();
        for (code, answers) in &self.answers {
            body += &format!("<li><a href=\"{code}/\">{}</a></li>\n", escaped(&answer_title(*code, answers)));
        }
        body += "</ul>\n";
        let mut beside = "<ul>\n<li><a href=\"#answers\">Answers of the service</a></li>\n".to_owned();
        for family in self.families() {
            beside += &format!("<li><a href=\"#{family}\">{family}</a></li>\n");
            body += &format!("<h2 id=\"{family}\">Findings: {family}</h2>\n<ul>\n");
            for finding in self.findings.iter().filter(|finding| finding.family == family) {
                let code = &finding.code;
                body += &format!("<li><a href=\"{code}/\">{code}</a> {}</li>\n", escaped(&finding.sentence));
            }
            body += "</ul>\n";
        }
        Page {
            path: "explain".to_owned(),
            title: "Azure DPS with X.509: every error and its cause".to_owned(),
            description: "Findings, TLS alerts and codes of Azure's Device Provisioning Service, explained."
                .to_owned(),
            beside: beside + "</ul>\n",
            body,
            scripts: Vec::new(),
        }
    }

    /// In the order of their first codes.
    fn families(&self) -> Vec<&str> {
        let mut families: Vec<&str> = Vec::new();
        for finding in &self.findings {
            if !families.contains(&finding.family.as_str()) {
                families.push(&finding.family);
            }
        }
        families
    }

    fn page(&self, finding: &Finding, chapters: &Chapters) -> Page {
        let path = format!("explain/{}", finding.code);
        let links = Links {
            up: up(&path),
            is_code: &|code| code != finding.code && self.is_code(code),
            target: &|url| chapters.target(url),
        };
        let mut body = format!(
            "<p class=\"code\">{} <code>{}</code> <span class=\"{3}\">{3}</span></p>\n<h1>{}</h1>\n",
            finding.code,
            escaped(&finding.name),
            escaped(&finding.sentence),
            finding.severity,
        );
        body += &markdown::render(&finding.text, &links).html;
        body += &self.behind(&finding.code);
        body += &printed::html(&finding.printed);
        body += &format!(
            "<h2 id=\"standing\">How sure this is</h2>\n<p>{}: {}</p>\n",
            escaped(&finding.standing),
            escaped(&finding.source)
        );
        let title = match &finding.words {
            Some(words) => format!("{words}: {} ({})", finding.sentence, finding.code),
            None => format!("{} ({})", finding.sentence, finding.code),
        };
        Page {
            description: finding.sentence.clone(),
            beside: self.beside(finding),
            path,
            title,
            body,
            scripts: Vec::new(),
        }
    }

    /// The findings of the same family.
    fn beside(&self, of: &Finding) -> String {
        let mut out = format!("<p>{}</p>\n<ul>\n", of.family);
        for finding in self.findings.iter().filter(|finding| finding.family == of.family) {
            let here = if finding.code == of.code { " aria-current=\"page\"" } else { "" };
            let name = finding.name.replace('-', " ");
            out += &format!("<li><a href=\"../{0}/\"{here}>{0} {name}</a></li>\n", finding.code);
        }
        out + "</ul>\n"
    }

    fn answer(&self, code: u64, answers: &[Value]) -> Page {
        let path = format!("explain/{code}");
        let title = answer_title(code, answers);
        let mut body = format!(
            "<p class=\"code\">{code}, an answer of DPS with the status {}</p>\n<h1>{}</h1>\n",
            code / 1000,
            escaped(&title)
        );
        let mut ids = BTreeMap::new();
        for answer in answers {
            let message = text(answer, "message");
            let heading = if message.is_empty() { "Without words" } else { message };
            let place = ids.len() + 1;
            ids.insert(place, heading);
            body += &format!("<h2 id=\"answer-{place}\">{}</h2>\n", escaped(heading));
            for happening in list(&answer["explanation"], "happenings") {
                body += &told(&happening["finding"], None);
                let causes = causes(happening);
                if !causes.is_empty() {
                    body += &format!("<p>What can be behind it, the likeliest first:</p>\n{causes}");
                }
                if let Some(what) = happening.pointer("/unsettled/what").and_then(Value::as_str) {
                    body += &format!("<p>Nobody has found out: {}</p>\n", escaped(what));
                }
            }
            body += &format!(
                "<p class=\"quiet\">Code and words are {}: {}</p>\n",
                escaped(text(answer, "standing")),
                escaped(text(answer, "source"))
            );
        }
        body += &format!(
            "<p>With a client's log and the device's files, <code>dps-x509 explain device.log --with *.pem</code> says which of \
             these it is; <code>dps-x509 explain {code}</code> prints this.</p>\n"
        );
        let beside = self.answers.iter().map(|(other, answers)| {
            let here = if *other == code { " aria-current=\"page\"" } else { "" };
            format!(
                "<li><a href=\"../{other}/\"{here}>{}</a></li>\n",
                escaped(&answer_title(*other, answers))
            )
        });
        Page {
            description: format!(
                "What the answer {code} of Azure's Device Provisioning Service means, and what to do."
            ),
            beside: format!("<ul>\n{}</ul>\n", beside.collect::<String>()),
            title: format!("DPS {title}"),
            path,
            body,
            scripts: Vec::new(),
        }
    }

    /// What can be behind an answer of the service, on the page of its finding.
    fn behind(&self, code: &str) -> String {
        let mut happenings =
            self.answers.values().flatten().flat_map(|answer| list(&answer["explanation"], "happenings"));
        let happening = happenings
            .find(|happening| happening.pointer("/finding/code").and_then(Value::as_str) == Some(code));
        let causes = happening.map(causes).filter(|causes| !causes.is_empty());
        causes.map_or_else(String::new, |causes| {
            format!("<h2 id=\"behind\">What can be behind it, the likeliest first</h2>\n{causes}")
        })
    }
}

/// The causes of what happened, as a list.
fn causes(happening: &Value) -> String {
    let items: String = list(happening, "causes")
        .map(|cause| format!("<li>{}</li>\n", told(&cause["finding"], cause["source"].as_str())))
        .collect();
    if items.is_empty() { items } else { format!("<ol>\n{items}</ol>\n") }
}

/// A finding that the core tells: its code, its sentence, what to do.
fn told(finding: &Value, source: Option<&str>) -> String {
    let code = text(finding, "code");
    let source = source.map_or_else(String::new, |source| {
        format!(" <span class=\"quiet\">({}: {})</span>", escaped(text(finding, "standing")), escaped(source))
    });
    format!(
        "<p><a href=\"../{code}/\">{code}</a> {}{source}</p>\n<p>{}</p>\n",
        escaped(text(finding, "message")),
        marked(text(finding, "nextStep"))
    )
}

impl Finding {
    fn new(
        told: &Value,
        printed: &mut BTreeMap<String, Vec<Printed>>,
        titles: &mut BTreeMap<String, String>,
    ) -> Self {
        let markdown = text(told, "markdown");
        // The first line is the title, and the second is empty.
        let below = markdown.split_once("\n\n").map_or(markdown, |(_, below)| below);
        let code = text(told, "code").to_owned();
        let first =
            markdown::render(below, &Links { up: String::new(), is_code: &|_| false, target: &|_| None })
                .first;
        Self {
            printed: printed.remove(&code).unwrap_or_default(),
            words: titles.remove(&code),
            name: text(told, "name").to_owned(),
            family: text(told, "family").to_owned(),
            severity: text(told, "severity").to_owned(),
            standing: text(told, "standing").to_owned(),
            source: text(told, "source").to_owned(),
            sentence: sentence(&first).to_owned(),
            text: below.to_owned(),
            code,
        }
    }
}

/// `www/book/titles.toml`, whose words the command line has to understand.
fn titles(binary: &Path) -> Result<BTreeMap<String, String>> {
    let table: toml::Table = fs::read_to_string(super::source().join("titles.toml"))?.parse()?;
    let mut titles = BTreeMap::new();
    for (code, words) in table {
        let words = words.as_str().unwrap_or_default().to_owned();
        let told = workspace::read(Command::new(binary).args(["explain", "--json", &words]))?;
        let told: Value = serde_json::from_str(&told)?;
        if !list(&told, "happenings").any(|happening| {
            happening.pointer("/finding/code").and_then(Value::as_str) == Some(code.as_str())
        }) {
            return Err(format!("titles.toml: {words:?} is not explained as {code}").into());
        }
        titles.insert(code, words);
    }
    Ok(titles)
}

/// The first sentence, without its full stop.
fn sentence(text: &str) -> &str {
    let ends = text.match_indices(". ").map(|(at, _)| at);
    let starts_another =
        |at: &usize| text.get(at + 2..).and_then(|rest| rest.chars().next()).is_some_and(char::is_uppercase);
    let end = ends.into_iter().find(starts_another).unwrap_or(text.len());
    text.get(..end).unwrap_or(text).trim_end_matches(['.', ':'])
}

/// `401002 "Invalid certificate."`, with every message of the code.
fn answer_title(code: u64, answers: &[Value]) -> String {
    let messages: Vec<_> = answers.iter().map(|answer| text(answer, "message")).collect();
    let quoted: Vec<_> = messages
        .iter()
        .filter(|message| !message.is_empty())
        .map(|message| format!("\"{message}\""))
        .collect();
    if !quoted.is_empty() {
        return format!("{code} {}", quoted.join(", "));
    }
    let name =
        answers.iter().find_map(|answer| answer.pointer("/explanation/happenings/0/finding/name")?.as_str());
    format!("{code} {}", name.unwrap_or("refused").replace('-', " ")).trim_end().to_owned()
}

/// A sentence with its commands between backticks.
fn marked(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        let part = escaped(part);
        out += &if index % 2 == 1 { format!("<code>{part}</code>") } else { part };
    }
    out
}

fn list<'a>(value: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> {
    value[member].as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_where_the_next_begins() {
        for (text, expected) in [
            ("The CN is not the ID. And more.", "The CN is not the ID"),
            (
                "DPS answered 401002 \"CA certificate not found.\": it cannot.",
                "DPS answered 401002 \"CA certificate not found.\": it cannot",
            ),
            ("See RFC 5280 sec. 4 for it.", "See RFC 5280 sec. 4 for it"),
            ("", ""),
        ] {
            assert_eq!(sentence(text), expected);
        }
    }
}
