//! Inputs of any command: files as bytes with a limit, passphrases, the time, randomness.

use std::{
    fs::File,
    io::{self, Read as _},
    mem,
    path::Path,
    time::SystemTime,
};

use dps_x509_core::{
    cert::{self, Inputs, Report, UnixTime, key::Passphrase},
    finding::{Finding, Place},
    generate::Random,
    text,
};
use zeroize::Zeroizing;

use crate::terminal;

/// What the command line calls standard input.
const STANDARD_INPUT: &str = "-";

/// The flag and the path.
pub(crate) fn place(flag: &str, path: &Path) -> Place {
    let place = if flag.is_empty() { Place::default() } else { Place::input(flag) };
    if path == Path::new(STANDARD_INPUT) { place.path("standard input") } else { place.path(shown(path)) }
}

/// A path with what a terminal would act on, or hide, written out.
pub(crate) fn shown(path: &Path) -> String {
    text::visible(&path.to_string_lossy()).into_owned()
}

/// No more than the core takes, and a byte so that it can say that there is more.
pub(crate) fn read(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let most = u64::try_from(cert::File::MAX_SIZE).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::new());
    if path == Path::new(STANDARD_INPUT) {
        io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// The same as text: settings, a payload, faults.
///
/// # Errors
/// Also if there is more of it than of a certificate's file, or it is not UTF-8.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    let refused = |words: String| io::Error::new(io::ErrorKind::InvalidData, words);
    let mut bytes = read(path)?;
    if bytes.len() > cert::File::MAX_SIZE {
        return Err(refused(format!("it has more than {} MiB", cert::File::MAX_SIZE >> 20)));
    }
    String::from_utf8(mem::take(&mut *bytes)).map_err(|_| refused("it is not UTF-8".to_owned()))
}

/// What `--payload` gives: the text itself, or that of the file behind `@`.
pub(crate) fn payload(given: &str, findings: &mut Vec<Finding>) -> Option<String> {
    let Some(path) = given.strip_prefix('@').map(Path::new) else { return Some(given.to_owned()) };
    match read_text(path) {
        Ok(text) => Some(text),
        Err(error) => {
            findings.push(cert::unreadable(place("--payload", path), reason(&error)));
            None
        }
    }
}

/// The system's reason without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "it is a file, not a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// The first line of the file of `--key-passphrase-file`.
pub(crate) fn passphrase_of_file(path: &Path, findings: &mut Vec<Finding>) -> Option<Passphrase> {
    match read(path) {
        Ok(bytes) => {
            let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
            Some(Passphrase::new(line.strip_suffix(b"\r").unwrap_or(line).to_vec()))
        }
        Err(error) => {
            findings.push(cert::unreadable(place("--key-passphrase-file", path), reason(&error)));
            None
        }
    }
}

/// Checks the files, and once more with the passphrase if a key or a store needs one and the terminal gives it.
pub(crate) fn check(inputs: &mut Inputs) -> Report {
    let report = cert::check(inputs);
    if inputs.passphrase.is_some() || !report.is_passphrase_missing {
        return report;
    }
    inputs.passphrase = passphrase_of_terminal();
    if inputs.passphrase.is_some() { cert::check(inputs) } else { report }
}

/// The passphrase of a key or a store from the terminal, if there is one to ask.
pub(crate) fn passphrase_of_terminal() -> Option<Passphrase> {
    terminal::ask("Passphrase of the key or store: ").map(|text| Passphrase::new(text.into_bytes()))
}

/// The present by the system's clock.
pub(crate) fn now() -> UnixTime {
    unix_time(SystemTime::now())
}

pub(crate) fn unix_time(time: SystemTime) -> UnixTime {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    UnixTime::from_seconds(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// Randomness for keys, seeded by the operating system.
pub(crate) fn random() -> Result<Random, String> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed)
        .map_err(|error| format!("the operating system gives no random numbers: {error}"))?;
    Ok(Random::from_seed(*seed))
}

/// An error's words up to its advice (ours is in the next step), as a sentence.
pub(crate) fn sentence(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    capital(text.split(';').next().unwrap_or_default()) + "."
}

/// With a capital letter.
pub(crate) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + characters.as_str()
}
