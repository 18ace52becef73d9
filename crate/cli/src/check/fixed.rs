//! `--write-fixed`: what can be repaired, as canonical PEM in files of its own.
//!
//! Nothing is ever overwritten, and either all of the files are there or none.

use std::{collections::BTreeSet, path::Path};

use dps_x509_core::cert::{
    Report,
    boxes::{self, Form},
    key::Passphrase,
    repair::{Repair, repair},
};
use zeroize::Zeroizing;

use super::files::Files;
use crate::{
    input::shown,
    output::{self, Folder, Mode},
};

/// Where it all goes.
const FLAG: &str = "--write-fixed";

/// The name of the file for a client: the leaf, then its intermediates.
const FULL_CHAIN: &str = "device-full-chain.pem";

/// What was written, and what was not.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// One sentence for each file.
    pub(super) lines: Vec<String>,
    /// What prevented the files.
    pub(super) failure: Option<String>,
}

/// Writes the full chain, and every file that is not canonical PEM already; of one of several devices into a folder of its own.
pub(super) fn write(
    files: &Files,
    report: &Report,
    passphrase: Option<&Passphrase>,
    (out, device): (&Path, Option<&str>),
) -> Outcome {
    let (pems, impossible) = repaired(files, report, passphrase);
    let mut outcome = Outcome::default();
    let (device, folder) = (device.unwrap_or_default(), out.join(device.unwrap_or_default()));
    match output::stays(FLAG, out, device).and_then(|()| write_all(&pems, &folder)) {
        Ok(()) => outcome.lines.extend(
            pems.iter().map(|pem| format!("Wrote {}: {}.", shown(&folder.join(&pem.name)), pem.what)),
        ),
        Err(failure) => outcome.failure = Some(failure),
    }
    outcome.lines.extend(impossible);
    if outcome.lines.is_empty() && outcome.failure.is_none() {
        outcome.lines.push("Nothing to repair, and no device's certificate to write.".to_owned());
    }
    outcome
}

/// A file to be written.
struct Pem {
    name: String,
    text: Zeroizing<String>,
    mode: Mode,
    /// What it is, in a sentence's words.
    what: String,
}

/// What is to be written, and a sentence for each file that cannot be repaired.
fn repaired(files: &Files, report: &Report, passphrase: Option<&Passphrase>) -> (Vec<Pem>, Vec<String>) {
    let (mut pems, mut impossible) = (Vec::new(), Vec::new());
    let mut names = BTreeSet::from([FULL_CHAIN.to_owned()]);
    if let Some(text) = report.full_chain_pem() {
        let what = match report.sent().len() {
            1 => "the leaf".to_owned(),
            2 => "the leaf, then its intermediate".to_owned(),
            number => format!("the leaf, then its {} intermediates", number - 1),
        };
        pems.push(Pem { name: FULL_CHAIN.to_owned(), text: text.into(), mode: Mode::Public, what });
    }
    for file in files.all() {
        let source = file.place().path.as_deref().unwrap_or_default();
        match repair(file, passphrase) {
            Repair::Needless => {}
            Repair::Done { text, is_secret, is_without_key } => {
                let left_out = if is_without_key { ", without its private key" } else { "" };
                let what = format!("{source} as canonical PEM{left_out}");
                let mode = if is_secret { Mode::Secret } else { Mode::Public };
                pems.push(Pem { name: name(source, &mut names), text, mode, what });
            }
            Repair::Impossible(why) => impossible.push(format!("Not repaired: {source}, {why}.")),
        }
    }
    for_boxes(report, &mut names, &mut pems);
    (pems, impossible)
}

/// The certificates that go into a box of the service, and whose files cannot: each alone, unless that is written already.
fn for_boxes(report: &Report, names: &mut BTreeSet<String>, pems: &mut Vec<Pem>) {
    let filings = report.filings();
    for (link, role) in report.roles().filter(|(link, _)| filings.of(link).1 != Form::AsItStands) {
        let Some((file_name, text)) = boxes::file_name(role).zip(report.pem_of(&link.certificate)) else {
            continue;
        };
        if pems.iter().any(|pem| *pem.text == *text) {
            continue;
        }
        let what = format!("{} alone, for a box of the service", link.certificate.subject);
        pems.push(Pem { name: name(file_name, names), text, mode: Mode::Public, what });
    }
}

fn write_all(pems: &[Pem], folder: &Path) -> Result<(), String> {
    let names: Vec<_> = pems.iter().map(|pem| pem.name.as_str()).collect();
    let folder = Folder::open(FLAG, folder, &names)?;
    pems.iter().try_for_each(|pem| folder.write(&pem.name, &pem.text, pem.mode))?;
    folder.finish()
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
