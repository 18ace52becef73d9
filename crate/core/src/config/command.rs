//! Command lines, written once and rendered for each shell.

use super::{artifact::Artifact, escape::Language};

/// A line of a script.
#[derive(Debug, Clone)]
pub(super) enum Line {
    /// For a person.
    Comment(String),
    /// A program with its arguments, which reads nothing.
    Run(Vec<Word>),
    /// The same, with its output kept in a variable.
    Capture(&'static str, Vec<Word>),
}

/// A word of a command line.
#[derive(Debug, Clone)]
pub(super) enum Word {
    /// A text.
    Text(String),
    /// What a [`Line::Capture`] kept.
    Variable(&'static str),
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Line {
    pub(super) fn run<W: Into<Word>>(words: impl IntoIterator<Item = W>) -> Self {
        Self::Run(words.into_iter().map(Into::into).collect())
    }

    pub(super) fn comment(text: &str) -> Self {
        Self::Comment(text.to_owned())
    }

    pub(super) const fn is_capture(&self) -> bool {
        matches!(self, Self::Capture(..))
    }

    fn words(&self) -> &[Word] {
        match self {
            Self::Run(words) | Self::Capture(_, words) => words,
            Self::Comment(_) => &[],
        }
    }
}

/// How many scripts there are at most.
pub(super) const SHELLS: usize = 3;

/// `STEM.sh`, `STEM.ps1` and, if it can hold every word and nothing is captured, `STEM.cmd`.
pub(super) fn scripts(stem: &str, what: &str, lines: &[Line]) -> Vec<Artifact> {
    let mut scripts = vec![
        Artifact::new(format!("{stem}.sh"), posix(what, lines)).executable(),
        Artifact::new(format!("{stem}.ps1"), powershell(what, lines)),
    ];
    let fits = |word: &Word| matches!(word, Word::Text(text) if Language::Cmd.can_hold(text));
    if lines.iter().all(|line| !line.is_capture() && line.words().iter().all(fits)) {
        scripts.push(Artifact::new(format!("{stem}.cmd"), cmd(what, lines)));
    }
    scripts
}

/// POSIX sh; a failed command ends the script.
pub(super) fn posix(what: &str, lines: &[Line]) -> String {
    let word = |word: &Word| match word {
        Word::Text(text) => Language::Posix.literal(text),
        Word::Variable(name) => format!("\"${name}\""),
    };
    let command = |words: &[Word]| join(words, word, " \\\n    ");
    let mut out = format!("#!/bin/sh\n# {what}\nset -eu\n\n");
    for line in lines {
        out += &match line {
            Line::Comment(text) => format!("# {text}\n"),
            Line::Run(words) => format!("{} </dev/null\n", command(words)),
            Line::Capture(name, words) => format!("{name}=$({})\n", command(words)),
        };
    }
    out
}

/// PowerShell 5.1 and later. Windows PowerShell reads a file without a byte order mark in the system's own encoding.
fn powershell(what: &str, lines: &[Line]) -> String {
    let word = |word: &Word| match word {
        // Windows PowerShell has another command of this name.
        Word::Text(text) if text == "curl" => Language::PowerShell.literal("curl.exe"),
        Word::Text(text) => Language::PowerShell.literal(text),
        Word::Variable(name) => format!("${name}"),
    };
    let command = |words: &[Word]| join(words, word, " `\n    ");
    let check = "if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }\n";
    let mut out = format!("# {what}\n$ErrorActionPreference = 'Stop'\n\n");
    for line in lines {
        out += &match line {
            Line::Comment(text) => format!("# {text}\n"),
            Line::Run(words) => format!("'' | & {}\n{check}", command(words)),
            Line::Capture(name, words) => format!("${name} = & {}\n{check}", command(words)),
        };
    }
    let mark = if out.is_ascii() { "" } else { "\u{feff}" };
    format!("{mark}{out}").replace('\n', "\r\n")
}

/// A batch file, with the code page of UTF-8.
fn cmd(what: &str, lines: &[Line]) -> String {
    let word = |word: &Word| match word {
        Word::Text(text) => Language::Cmd.literal(text),
        Word::Variable(name) => format!("\"%{name}%\""),
    };
    let mut out = format!("@echo off\nrem {what}\nsetlocal DisableDelayedExpansion\nchcp 65001 >NUL\n\n");
    for line in lines {
        out += &match line {
            Line::Comment(text) => format!("rem {}\n", text.replace('%', "%%")),
            Line::Run(words) => format!("{} <NUL || exit /b 1\n", join(words, word, " ^\n    ")),
            Line::Capture(..) => String::new(),
        };
    }
    out.replace('\n', "\r\n")
}

/// An option and its value stay on one line.
fn join(words: &[Word], show: impl Fn(&Word) -> String, line_break: &str) -> String {
    let is_option = |word: &Word| matches!(word, Word::Text(text) if text.starts_with('-'));
    let mut out = String::new();
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            out += if is_option(word) { line_break } else { " " };
        }
        out += &show(word);
    }
    out
}
