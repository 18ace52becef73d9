//! What the catalogue knows of a code besides its definition: its page, how it is told as a cause of something else, what
//! can be behind it, and how clients report it.

use crate::{
    cert::Enrollment,
    finding::{Definition, Finding, Naming, Piece, Standing, Words, catalogue},
};

/// A code as something that can be behind another, as it is told while nobody has looked into the files.
#[derive(Debug)]
pub(super) struct Cause {
    /// The code.
    pub(super) definition: &'static Definition,
    /// A sentence, as a possibility.
    message: &'static [Piece],
    /// What to look at, or what to do.
    next: &'static [Piece],
    /// What has to be given so that it can be ruled out.
    pub(super) needs: Needs,
    /// The only kind of enrollment that has this cause.
    pub(super) only: Option<Enrollment>,
    /// Whether a text that shows nothing else has said something: a client's kind or a host name alone says nothing, a
    /// clock of 1970 does.
    pub(super) is_telling: bool,
}

/// A cause is its code.
impl PartialEq for Cause {
    fn eq(&self, other: &Self) -> bool {
        self.definition == other.definition
    }
}

impl Eq for Cause {}

impl Cause {
    /// The cause as a finding, as a possibility.
    pub(super) fn finding(&self) -> Finding {
        Finding::new(self.definition, Words::of(self.message, &[]), Words::of(self.next, &[]))
    }
}

/// What a rule has to see before its silence says anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// No file shows it.
    Service,
    /// Any file.
    File,
    /// The leaf.
    Leaf,
    /// The leaf and the registration ID.
    RegistrationId,
    /// The leaf and the time.
    Time,
    /// The leaf and the CA that was uploaded.
    GroupCa,
    /// The leaf and its key.
    Key,
    /// The CA file.
    Trust,
}

/// One cause of a code, and how sure it is that it is one.
#[derive(Debug)]
pub(super) struct Likely {
    /// The cause.
    pub(super) cause: &'static Cause,
    /// How sure it is that this cause gives this symptom.
    pub(super) standing: Standing,
    /// Where it was seen to, or why it is assumed.
    pub(super) source: &'static str,
}

/// What a client reports, before anything is known of its cause.
#[derive(Debug)]
pub(super) struct Symptom {
    /// The code.
    pub(super) definition: &'static Definition,
    /// Its code and its name within the code: `DX503.refused`.
    pub(super) name: &'static str,
    /// A sentence; its fact `word` is the client's word, where there is one to show.
    message: &'static [Piece],
    /// What to do about it.
    next: &'static [Piece],
    /// Whether it says so little that anything more precise in the same text is the cause of it.
    pub(super) is_vague: bool,
    /// What the threads with this symptom leave open.
    pub(super) unsettled: Option<Unsettled>,
    /// What can be behind it.
    pub(super) likely: &'static [Likely],
}

impl Symptom {
    /// The symptom as a finding, with the client's word for it.
    pub(super) fn finding(&self, word: Option<&str>) -> Finding {
        let word = word.unwrap_or_default();
        let words = |pieces| Words::of(pieces, &[("word", &word)]);
        Finding::new(self.definition, words(self.message), words(self.next))
    }
}

/// A symptom is its name.
impl PartialEq for Symptom {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Symptom {}

/// What nobody has found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unsettled {
    /// A sentence.
    pub what: &'static str,
    /// The thread.
    pub source: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/explain.rs"));

/// What can be behind a code, the likeliest first.
pub(super) fn likely(definition: &Definition) -> &'static [Likely] {
    LIKELY.iter().find(|(known, _)| *known == definition).map_or(&[], |(_, causes)| causes)
}

/// What the threads with a code leave open.
pub(super) fn unsettled(definition: &Definition) -> Option<Unsettled> {
    UNSETTLED.iter().find(|(known, _)| *known == definition).map(|(_, unsettled)| *unsettled)
}

/// A part of a page.
#[derive(Debug)]
enum Part {
    /// For everybody, in the words of each front end.
    Words(&'static [Piece]),
    /// Commands, for the command line alone.
    Commands(&'static str),
}

/// The page of a code, as Markdown in the words of a front end: what it is, why DPS cares, an example, the fix.
#[must_use]
pub fn page(code: &str, naming: Naming) -> Option<String> {
    PAGES.iter().find(|(known, _)| known.code == code).map(|(_, parts)| markdown(parts, naming))
}

/// Every page with its definition, in the order of the codes.
pub fn pages(naming: Naming) -> impl Iterator<Item = (&'static Definition, String)> {
    PAGES.iter().map(move |(definition, parts)| (*definition, markdown(parts, naming)))
}

fn markdown(parts: &[Part], naming: Naming) -> String {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Words(pieces) => out.push_str(&Words::of(pieces, &[]).said(naming)),
            Part::Commands(commands) if naming == Naming::CommandLine => {
                out.push_str(&format!("```\n{commands}```\n"));
            }
            // What led to them ends here.
            Part::Commands(_) => {
                out.truncate(out.trim_end().len());
                if out.ends_with(':') {
                    out.pop();
                    out.push('.');
                }
                out.push('\n');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_title_and_its_four_parts() {
        for (definition, page) in pages(Naming::CommandLine) {
            let code = definition.code;
            assert!(page.starts_with(&format!("# {code} {}\n", definition.name)), "{code}: title");
            let parts: Vec<_> =
                page.split("\n## ").skip(1).map(|part| part.split_once('\n').unwrap()).collect();
            let titles: Vec<_> = parts.iter().map(|(title, _)| *title).collect();
            assert_eq!(titles, ["What it is", "Why DPS cares", "Example", "Fix"], "{code}");
            assert!(parts.iter().all(|(_, text)| text.trim().len() > 3), "{code}: an empty part");
            assert_eq!(page.matches("```").count() % 2, 0, "{code}: an open block");
        }
    }

    #[test]
    fn what_files_show_can_be_ruled_out_by_them() {
        for cause in cause::ALL {
            let is_in_files = cause.definition.family.is_in_files();
            assert_eq!(is_in_files, cause.needs != Needs::Service, "{}", cause.definition.code);
        }
    }
}
