//! `--write-fixed`: what can be repaired, as canonical PEM in files of its own.
//!
//! Nothing is ever overwritten, and a file is there whole or not at all.

use std::{collections::BTreeSet, fs, path::Path};

use dps_x509_core::cert::{File, Item, Kind, Link, Purpose, Report};
use zeroize::Zeroizing;

use super::files::{Files, OneFile};
use crate::{
    input::shown,
    output::{Mode, reason, write_new},
};

/// The name of the file for a client: the leaf, then its intermediates.
const FULL_CHAIN: &str = "device-full-chain.pem";

/// What was written, and what was not.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// One sentence for each file.
    pub(super) lines: Vec<String>,
    /// What prevented a file.
    pub(super) failure: Option<String>,
}

/// Writes the full chain, and every file that is not canonical PEM already.
pub(super) fn write(files: &Files, report: &Report, folder: &Path) -> Outcome {
    let mut outcome = Outcome::default();
    if let Err(error) = fs::create_dir_all(folder) {
        outcome.failure = Some(format!("cannot make the folder {}: {error}", shown(folder)));
        return outcome;
    }
    let mut names = BTreeSet::from([FULL_CHAIN.to_owned()]);
    let links = report.sent();
    if let Some(text) = pem_of(&links, report) {
        let what = match links.len() {
            1 => "the leaf".to_owned(),
            2 => "the leaf, then its intermediate".to_owned(),
            number => format!("the leaf, then its {} intermediates", number - 1),
        };
        outcome.write(&folder.join(FULL_CHAIN), &Pem { text, is_secret: false }, &what);
    }
    for file in &files.read {
        let source = file.place.path.as_deref().unwrap_or_default();
        match repair(file) {
            Repair::Needless => {}
            Repair::Done { pem, left_out } => {
                let path = folder.join(name(source, &mut names));
                outcome.write(&path, &pem, &format!("{source} as canonical PEM{left_out}"));
            }
            Repair::Impossible(why) => outcome.lines.push(format!("Not repaired: {source}, {why}.")),
        }
    }
    if outcome.lines.is_empty() && outcome.failure.is_none() {
        outcome.lines.push("Nothing to repair, and no device's certificate to write.".to_owned());
    }
    outcome
}

impl Outcome {
    fn write(&mut self, path: &Path, pem: &Pem, what: &str) {
        let mode = if pem.is_secret { Mode::Secret } else { Mode::Public };
        match write_new(path, pem.text.as_bytes(), mode) {
            Ok(()) => self.lines.push(format!("Wrote {}: {what}.", shown(path))),
            Err(error) => {
                let why = reason(&error);
                self.failure.get_or_insert(format!("cannot write {}: {why}", shown(path)));
            }
        }
    }
}

/// PEM, and whether nobody else may read it.
struct Pem {
    text: Zeroizing<String>,
    is_secret: bool,
}

/// `None` for no certificates.
fn pem_of(links: &[&Link], report: &Report) -> Option<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    for link in links {
        text.push_str(&item_of(link, report)?.to_pem()?);
    }
    (!text.is_empty()).then_some(text)
}

fn item_of<'a>(link: &Link, report: &'a Report) -> Option<&'a Item> {
    let is_it = |item: &&Item| item.kind == Kind::Certificate && **item.der == *link.certificate.der;
    report.items.iter().find(is_it)
}

enum Repair {
    /// It is canonical already, or holds nothing that PEM is for.
    Needless,
    Done {
        pem: Pem,
        left_out: &'static str,
    },
    Impossible(&'static str),
}

/// A key is written only if it had to be repaired and its file was named by `--key`.
fn repair(file: &OneFile) -> Repair {
    let read = File::read(&file.bytes, &file.place);
    let has_key = read.items.iter().any(|item| item.kind.is_secret());
    let may_have_key = file.purpose == Purpose::DeviceKey && read.items.iter().any(|item| item.is_damaged);
    if has_key && file.purpose == Purpose::DeviceKey && !may_have_key {
        return Repair::Needless;
    }
    let Some(whole) = read.to_pem() else {
        return if read.findings.is_empty() {
            Repair::Needless
        } else {
            Repair::Impossible("bytes are missing")
        };
    };
    if whole.as_bytes() == file.bytes.as_slice() {
        return Repair::Needless;
    }
    if !has_key || may_have_key {
        return Repair::Done { pem: Pem { text: whole, is_secret: has_key }, left_out: "" };
    }
    let public: Option<Vec<_>> =
        read.items.iter().filter(|item| !item.kind.is_secret()).map(Item::to_pem).collect();
    match public {
        Some(blocks) if !blocks.is_empty() => {
            let text = Zeroizing::new(blocks.iter().map(|block| block.as_str()).collect());
            Repair::Done { pem: Pem { text, is_secret: false }, left_out: ", without its private key" }
        }
        _ => Repair::Impossible("a private key is written only if --key names its file"),
    }
}

/// The source's name with the ending of PEM; numbered where it is taken in this run.
fn name(source: &str, taken: &mut BTreeSet<String>) -> String {
    let stem = Path::new(source).file_stem().map_or_else(|| "file".into(), |stem| stem.to_string_lossy());
    let numbers = std::iter::once(String::new()).chain((2..=10_000).map(|number| format!("-{number}")));
    for number in numbers {
        let name = format!("{stem}{number}.pem");
        if taken.insert(name.clone()) {
            return name;
        }
    }
    format!("{stem}.pem")
}
