//! Files of a folder, sorted into devices; and a line for each device that was checked.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use dps_x509_core::{
    cert::{
        self, Purpose, Read,
        folder::{Folder, Sorter},
        verdict::Word,
    },
    finding::{Finding, Naming, Place},
    name::RegistrationId,
};
use serde_json::{Value, json};

use super::{
    Args, Files, Question,
    args::Format,
    fixed, text,
    verdict::{self, tally},
    walk::{LINKED_FOLDER, Skipped, within},
};
use crate::{
    exit::Exit,
    found::{self, Found, Kind},
    input::{read, reason},
};

/// A file, and what was left out of a folder, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LeftOut {
    /// What it is, in a sentence's words.
    what: String,
    /// The word for it in JSON.
    word: &'static str,
    /// The path within the folder.
    path: String,
}

impl LeftOut {
    pub(super) fn of(skipped: &Skipped, folder: &Path) -> Self {
        let Skipped { path, word, what } = skipped;
        Self { what: what.clone(), word, path: within(folder, path) }
    }

    pub(super) fn is_linked_folder(&self) -> bool {
        self.word == LINKED_FOLDER
    }
}

/// Looks at every file; what cannot be read is left out.
pub(super) fn sort(
    paths: &[PathBuf],
    folder: &Path,
    question: &Question,
    left_out: &mut Vec<LeftOut>,
) -> (Folder, Vec<PathBuf>) {
    let mut sorter = Sorter::new(question.inputs.passphrase.clone());
    let mut known = Vec::new();
    for path in paths {
        match read(path) {
            Ok(bytes) => {
                let place = Place::default().path(within(folder, path));
                sorter.add(&Read::new(Purpose::Any, place, bytes));
                known.push(path.clone());
            }
            Err(error) => left_out.push(LeftOut {
                what: format!("not readable, {}", reason(&error)),
                word: "unreadable",
                path: within(folder, path),
            }),
        }
    }
    let sorted = sorter.sort();
    left_out.extend(sorted.left_out.iter().filter_map(|(number, why)| {
        let path = known.get(*number)?;
        Some(LeftOut { what: why.to_string(), word: why.as_str(), path: within(folder, path) })
    }));
    (sorted, known)
}

/// A device and its files.
#[derive(Debug, Clone)]
pub(super) struct Device {
    pub(super) name: String,
    pub(super) common_name: Option<String>,
    pub(super) paths: Vec<PathBuf>,
}

/// What came of a device.
pub(super) struct Outcome {
    pub(super) line: String,
    /// What is wrong with it, as a block for a person.
    pub(super) details: Option<String>,
    word: Word,
    found: Vec<Kind>,
    /// For a log of all devices.
    pub(super) findings: Vec<Finding>,
    pub(super) fixed: Option<fixed::Outcome>,
}

/// How a device's files are given to `check`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form<'a> {
    pub(super) args: &'a Args,
    /// The folder for what is repaired.
    pub(super) write_fixed: Option<&'a Path>,
    /// Whether the files are named in the line.
    pub(super) names_files: bool,
}

impl Device {
    /// The device's files as bytes. The one of `--key` is the device's key.
    pub(super) fn files(&self, args: &Args) -> Files {
        let mut files = Files::default();
        files.read_situation(&args.situation);
        let is_key = |path: &Path| args.key_file().is_some_and(|key| key == path);
        files.read(self.paths.iter().map(|path| match is_key(path) {
            true => (Purpose::DeviceKey, "--key", path.as_path()),
            false => (Purpose::Any, "", path.as_path()),
        }));
        files
    }

    /// The question, with the name by which the device's certificate is told from others in its files.
    pub(super) fn question(&self, question: &Question) -> Question {
        let mut question = question.clone();
        // Each device may spend what one may.
        question.inputs.budget = cert::Budget::default();
        if question.inputs.registration_id.is_none() {
            let name = self.common_name.as_deref();
            question.inputs.registration_id = name.and_then(|name| RegistrationId::new(name).ok());
        }
        question
    }

    pub(super) fn check(&self, question: &Question, form: Form<'_>) -> Outcome {
        let Form { args, write_fixed, names_files } = form;
        let files = self.files(args);
        let mut question = self.question(question);
        question.inputs.files = files.all().to_vec();
        let mut report = cert::check(&question.inputs);
        report.findings.splice(0..0, question.findings_of(&files));
        let verdict = verdict::of(&report, args);
        let line = match args.format() {
            Format::Json => {
                let report = cert::json::judged(&report, &verdict, Naming::CommandLine);
                format!(
                    "{}\n",
                    json!({ "device": self.name, "verdict": verdict.word.as_str(), "report": report })
                )
            }
            _ => self.line(&report, &verdict, names_files),
        };
        let is_wrong = verdict.word != Word::Ready && args.format() == Format::Text && names_files;
        Outcome {
            line,
            details: is_wrong.then(|| text::decisive(&self.name, &report, &verdict)),
            word: verdict.word,
            found: found::kinds(&report.findings),
            fixed: write_fixed.map(|folder| {
                let (passphrase, name) = (question.inputs.passphrase.as_ref(), self.folder_name());
                fixed::write(&files, &report, passphrase, (folder, Some(&name)))
            }),
            findings: if args.format() == Format::Sarif { report.findings } else { Vec::new() },
        }
    }

    /// Its name as that of a folder: a CN may be anything.
    fn folder_name(&self) -> String {
        let is_plain = |c: char| c.is_alphanumeric() || "._- ".contains(c);
        let name: String = self.name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
        if name.starts_with('.') || name.is_empty() { format!("_{name}") } else { name }
    }

    /// `device-1  not ready: 1 error, 1 warning (DX401 DX431)`, and its files below.
    fn line(&self, report: &cert::Report, verdict: &cert::Verdict, names_files: bool) -> String {
        let codes = found::codes(&report.findings).join(" ");
        let name = self.name.escape_debug().to_string();
        let verdict = match verdict.word {
            Word::Ready if report.is_key_unseen() => format!("{verdict}, {}", text::IF_IT_HAS_THE_KEY),
            _ => verdict.to_string(),
        };
        let mut line = match tally(&report.findings) {
            tally if tally.is_empty() => format!("{name:<24} {verdict}\n"),
            tally => format!("{name:<24} {verdict}: {tally} ({codes})\n"),
        };
        if names_files {
            let paths: Vec<_> = self.paths.iter().map(|path| crate::input::shown(path)).collect();
            line += &text::faint(&format!("  {}", paths.join(", ")));
        }
        line
    }
}

/// What many devices come to.
#[derive(Default)]
pub(super) struct Summary {
    ready: usize,
    not_ready: usize,
    unusable: usize,
    found: Found,
}

impl Summary {
    pub(super) fn add(&mut self, outcome: &Outcome) {
        match outcome.word {
            Word::Ready => self.ready += 1,
            Word::NotReady => self.not_ready += 1,
            Word::NothingUsable => self.unusable += 1,
        }
        self.found.add(&outcome.found);
    }

    pub(super) const fn devices(&self) -> usize {
        self.ready + self.not_ready + self.unusable
    }

    /// That of the worst; of nothing usable at all only where there is nothing else.
    pub(super) const fn exit(&self) -> Exit {
        match (self.ready, self.not_ready, self.unusable) {
            (0, 0, _) => Exit::Usage,
            (_, 0, 0) => Exit::Done,
            _ => Exit::Refused,
        }
    }

    pub(super) fn show(&self, format: Format, left_out: &[LeftOut]) -> String {
        if format == Format::Json {
            let left_out = left_out.iter().map(|it| json!({ "path": it.path, "why": it.word }));
            let summary = json!({ "summary": {
                "devices": self.devices(),
                "ready": self.ready,
                "notReady": self.not_ready,
                "nothingUsable": self.unusable,
                "findings": self.found.json(),
                "leftOut": left_out.collect::<Value>(),
            }});
            return format!("{summary}\n");
        }
        let counts =
            [(self.ready, "ready"), (self.not_ready, "not ready"), (self.unusable, "with nothing usable")];
        let counts =
            counts.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}"));
        let total = self.devices();
        let devices = if total == 1 { "device" } else { "devices" };
        let counts = counts.collect::<Vec<_>>().join(", ");
        format!("\n{total} {devices}: {counts}\n{}{}", self.found.text(), tell(left_out))
    }
}

/// Most files that are named for one reason.
const MOST_NAMED: usize = 4;

/// What was left out, a line for each reason; empty if nothing was.
pub(super) fn tell(left_out: &[LeftOut]) -> String {
    let mut by_reason = BTreeMap::<&str, Vec<&str>>::new();
    for one in left_out {
        by_reason.entry(&one.what).or_default().push(&one.path);
    }
    if by_reason.is_empty() {
        return String::new();
    }
    let mut text = "\nLeft out\n".to_owned();
    for (what, paths) in by_reason {
        let named = paths.get(..paths.len().min(MOST_NAMED)).unwrap_or_default().join(", ");
        let more = match paths.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        text += &format!("  {named}{more}: {what}\n");
    }
    text
}
