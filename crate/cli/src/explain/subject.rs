//! What an argument is: a finding, a code of the service, a file, standard input, or the text itself.

use std::{
    fs::File,
    io::{self, Read},
    iter,
    path::Path,
};

use dps_x509_core::{
    cert::Inputs,
    explain::Explanation,
    finding::{Definition, Place},
};

use super::naming::definition;
use crate::{
    input::{reason, shown},
    terminal,
};

/// How much of a text is read.
struct Limits {
    /// Longest text that is read whole, in bytes.
    whole: u64,
    /// How far a longer one is read, in bytes: a pipe need not have an end.
    furthest: u64,
    /// How many lines are left out of it.
    lines: usize,
    /// Whether nothing follows where there is nothing at first: a file may begin with a hole, a device that is silent stays so.
    ends_in_silence: bool,
}

const LIMITS: Limits = Limits { whole: 64 << 20, furthest: 1 << 30, lines: 32 << 20, ends_in_silence: false };
/// How much silence is enough, in bytes.
const SILENCE: u64 = 64 << 10;

/// One thing to explain.
pub(super) enum Subject {
    /// The page of a finding.
    Page(&'static Definition),
    /// A code of the service, or a status.
    Code(u32),
    /// A text, and where it came from.
    Text { bytes: Vec<u8>, place: Place },
}

/// Each argument by itself; several that are words of one sentence together. None is standard input.
///
/// # Errors
/// A sentence that says what cannot be used.
pub(super) fn resolve(words: &[String]) -> Result<Vec<Subject>, String> {
    if words.is_empty() {
        return Ok(vec![standard_input()?]);
    }
    let each: Result<Vec<_>, _> = words.iter().map(|word| one(word)).collect();
    match each {
        // 401002 CA certificate not found.
        Err(_) if words.len() > 1 && !words.iter().any(|word| is_finding_code(word)) => {
            let text = words.join(" ");
            Ok(vec![Subject::Text { bytes: text.into_bytes(), place: Place::default() }])
        }
        other => other,
    }
}

fn one(word: &str) -> Result<Subject, String> {
    if word == "-" {
        return standard_input();
    }
    let unknown = match definition(word) {
        Ok(definition) => return Ok(Subject::Page(definition)),
        Err(unknown) => unknown,
    };
    if let Some(code) = Explanation::code(word) {
        return Ok(Subject::Code(code));
    }
    let path = Path::new(word);
    if path.is_dir() {
        return Err(format!("{} is a folder; give one of its files", shown(path)));
    }
    if path.exists() {
        let bytes = File::open(path)
            .and_then(of_file)
            .map_err(|error| format!("{}: {}", shown(path), reason(&error)))?;
        if is_empty(&bytes) {
            return Err(format!("{} is empty; give the log of a run that failed", shown(path)));
        }
        return Ok(Subject::Text { bytes, place: Place::default().path(shown(path)) });
    }
    let text = Subject::Text { bytes: word.as_bytes().to_vec(), place: Place::default() };
    let is_sentence = word.trim().contains(char::is_whitespace);
    if is_sentence || !Explanation::of_text(word.as_bytes(), &Place::default(), &Inputs::default()).is_empty()
    {
        return Ok(text);
    }
    let is_path = word.contains(['/', '\\']) || path.extension().is_some();
    Err(if is_path {
        format!("{}: there is no such file", shown(path))
    } else {
        format!("{unknown}; a word of a log is explained with the line that it stands on")
    })
}

/// `DX` and digits: never a part of a sentence.
fn is_finding_code(word: &str) -> bool {
    let digits =
        word.get(2..).filter(|_| word.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("dx")));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn standard_input() -> Result<Subject, String> {
    let bytes = of_standard_input().map_err(|error| format!("standard input: {}", reason(&error)))?;
    if is_empty(&bytes) {
        return Err(
            "there is nothing on standard input; give a file, a code, or text; --help says more".to_owned()
        );
    }
    Ok(Subject::Text { bytes, place: Place::default().path("standard input") })
}

#[cfg(unix)]
fn of_standard_input() -> io::Result<Vec<u8>> {
    use std::os::fd::AsFd as _;
    let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    if is_device(&file)? { of_device(file) } else { read(file, &LIMITS) }
}

#[cfg(not(unix))]
fn of_standard_input() -> io::Result<Vec<u8>> {
    read(io::stdin().lock(), &LIMITS)
}

/// What a file says, or a pipe that has a name: `<(journalctl -u device)` is one.
fn of_file(file: File) -> io::Result<Vec<u8>> {
    if is_device(&file)? {
        return of_device(file);
    }
    let ends_in_silence = !file.metadata()?.is_file();
    read(file, &Limits { ends_in_silence, ..LIMITS })
}

/// A device may say nothing. What says something has no end, and nobody keeps a log there.
fn of_device(file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(SILENCE).read_to_end(&mut bytes)?;
    if is_empty(&bytes) {
        return Ok(bytes);
    }
    let words = "it is a device; give a file, or what a pipe brings";
    Err(io::Error::new(io::ErrorKind::InvalidInput, words))
}

/// Whether it is a device, and no terminal.
#[cfg(unix)]
fn is_device(file: &File) -> io::Result<bool> {
    use std::{io::IsTerminal as _, os::unix::fs::FileTypeExt as _};
    let kind = file.metadata()?.file_type();
    Ok((kind.is_char_device() || kind.is_block_device()) && !file.is_terminal())
}

#[cfg(not(unix))]
fn is_device(_: &File) -> io::Result<bool> {
    Ok(false)
}

/// Whether there is nothing to read, or nothing but the zeros of a device or of a hole.
fn is_empty(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0)
}

/// The whole text, or of a longer one its beginning and its end: the newest failure stands last. What is left out in the
/// middle leaves its line breaks, so that lines count as they do in the file.
fn read(mut input: impl Read, limits: &Limits) -> io::Result<Vec<u8>> {
    let step = limits.whole / 8;
    let mut bytes = Vec::new();
    input.by_ref().take(SILENCE.min(limits.whole)).read_to_end(&mut bytes)?;
    if limits.ends_in_silence && is_empty(&bytes) {
        return Ok(bytes);
    }
    input.by_ref().take(limits.whole.saturating_sub(SILENCE)).read_to_end(&mut bytes)?;
    let (half, mut tail) = (bytes.len() / 2, Vec::new());
    let (mut read, mut lines) = (limits.whole, 0);
    let has_more = loop {
        if read >= limits.furthest || lines >= limits.lines {
            break true;
        }
        let mut more = Vec::new();
        if input.by_ref().take(step).read_to_end(&mut more)? == 0 {
            break false;
        }
        if tail.is_empty() {
            tail = bytes.split_off(half);
        }
        tail.extend_from_slice(&more);
        lines += tail.drain(..more.len()).filter(|byte| *byte == b'\n').count();
        read += step;
    };
    if !tail.is_empty() {
        terminal::say("explain", "the first and the last 32 MB are read, what is between them is left out");
        bytes.push(b'\n');
        bytes.extend(iter::repeat_n(b'\n', lines));
        bytes.extend(tail);
    }
    if has_more {
        let read = read >> 20;
        terminal::say(
            "explain",
            format!("what follows the first {read} MB is not read; give the end of the log"),
        );
    }
    Ok(bytes)
}

/// Whether a text is no log but a file for `check`.
pub(super) fn is_certificate(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    start.starts_with(&[0x30, 0x82]) || start.windows(11).any(|part| part == b"-----BEGIN ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_service_are_numbers_of_its_classes() {
        assert_eq!(Explanation::code("401002"), Some(401_002));
        assert_eq!(Explanation::code("404"), Some(404));
        for other in ["", "200", "40100", "4010020", "200001", "DX401", "4x1002"] {
            assert_eq!(Explanation::code(other), None, "{other}");
        }
    }

    const FEW: Limits =
        Limits { whole: 64 * 1024, furthest: 1024 * 1024, lines: 100_000, ends_in_silence: false };

    #[test]
    fn a_device_that_says_nothing_is_empty_and_a_file_with_a_hole_is_not() {
        let silent = read(io::repeat(0), &Limits { ends_in_silence: true, ..LIMITS }).unwrap();
        assert!(is_empty(&silent) && u64::try_from(silent.len()) == Ok(SILENCE));
        let hole = [&vec![0; 100_000][..], b"rc=5\n"].concat();
        let whole = Limits { whole: 1 << 20, ..FEW };
        assert!(read(&hole[..], &whole).unwrap().ends_with(b"rc=5\n"));
        #[cfg(unix)]
        for silent in ["/dev/zero", "/dev/null", "/dev/full"] {
            assert!(one(silent).err().unwrap().contains("is empty"), "{silent}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_device_that_has_no_end_is_no_log() {
        for device in ["/dev/urandom", "/dev/random"] {
            assert!(one(device).err().unwrap().contains("it is a device"), "{device}");
        }
    }

    #[test]
    fn of_a_long_text_the_beginning_and_the_end_are_read() {
        let line = b"2026-02-03T10:15:42Z nothing of interest\n";
        let text = [&b"first\n"[..], &line.repeat(4_000), b"last"].concat();
        let read = read(&text[..], &FEW).unwrap();
        assert!(read.len() < text.len() && read.starts_with(b"first\n") && read.ends_with(b"\nlast"));
        let breaks = |text: &[u8]| text.iter().filter(|byte| **byte == b'\n').count();
        assert!(breaks(&read).abs_diff(breaks(&text)) <= 1);
    }

    #[test]
    fn what_has_no_end_is_read_so_far_and_no_further() {
        for (byte, most) in [(b'\n', 64 * 1024 + 100_000 + 8 * 1024 + 1), (b'y', 64 * 1024 + 1)] {
            let read = read(io::repeat(byte), &FEW).unwrap();
            assert!(read.len() <= most, "{}", read.len());
        }
    }

    #[test]
    fn words_are_one_sentence_and_codes_are_not() {
        let resolved =
            |words: &[&str]| resolve(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        assert!(matches!(
            resolved(&["401002", "CA", "certificate", "not", "found."]).unwrap()[..],
            [Subject::Text { .. }]
        ));
        assert!(matches!(
            resolved(&["401002", "DX431"]).unwrap()[..],
            [Subject::Code(401_002), Subject::Page(_)]
        ));
        assert!(resolved(&["DX401", "DX999"]).is_err());
        assert!(resolved(&["device.log"]).err().unwrap().contains("no such file"));
        assert!(resolved(&["leaf-alon"]).err().unwrap().contains("leaf-alone"));
    }
}
