//! Standard output and standard error: the one way to them. Clippy knows no other one in this crate.
//!
//! A terminal obeys what it is sent, and half of what is shown here was written by others: a service, a certificate, a
//! file's name. So of whatever text, only line ends and [`Paint`] get through as what they are, and no key or PIN that
//! somebody gave in the place of a name.

mod key;
mod pin;
mod secret;

use std::{
    fmt::{self, Write as _},
    io::{self, IsTerminal as _, Write as _},
    sync::OnceLock,
};

use anstyle::{AnsiColor, Style};
use dps_x509_core::{finding::Severity, text};

pub(crate) use secret::ask;

/// Shows lines on standard output.
///
/// # Errors
/// Nobody reads it any more: who has read enough, is not told of it. Or it cannot be written, which [`lost`] knows in the end.
pub(crate) fn out(lines: &str) -> io::Result<()> {
    kept(write(anstream::AutoStream::auto(stdout()), lines))
}

/// Shows lines on standard error.
///
/// # Errors
/// See [`out`].
pub(crate) fn err(lines: &str) -> io::Result<()> {
    write(anstream::AutoStream::auto(stderr()), lines)
}

/// Shows what a command has to say for itself, in one line on standard error.
pub(crate) fn say(command: &str, sentence: impl fmt::Display) {
    let mut line = text::Lines::new();
    line.line(format_args!("dps-x509 {command}: {sentence}"));
    // Nobody is left to be told.
    err(line.as_str()).unwrap_or_default();
}

/// Shows what somebody should know, whatever comes of it, in one line on standard error.
pub(crate) fn warn(sentence: impl fmt::Display) {
    let mut line = text::Lines::new();
    line.line(format_args!("dps-x509: warning: {sentence}"));
    // Nobody is left to be told.
    err(line.as_str()).unwrap_or_default();
}

/// Shows JSON, a line or indented, on standard output. What is invisible in its strings is escaped there.
///
/// # Errors
/// See [`out`].
pub(crate) fn json(value: impl fmt::Display) -> io::Result<()> {
    let mut text = text::in_json(&value.to_string()).into_owned();
    text.push('\n');
    kept(all(&without_secrets(&text)))
}

/// Shows what other programs read, in lines of their own kind. Whoever reads it at a terminal gets it as [`out`] shows it.
///
/// # Errors
/// See [`out`].
pub(crate) fn data(lines: &str) -> io::Result<()> {
    if is_terminal() {
        out(&if lines.contains("\r\n") { rows(lines) } else { lines.to_owned() })
    } else {
        kept(all(&without_secrets(lines)))
    }
}

/// CSV (RFC 4180), a line a row: a line break inside of a cell begins none, and nothing in a cell is [`Paint`].
fn rows(lines: &str) -> String {
    let mut shown = String::new();
    let mut row = String::new();
    for part in lines.split_inclusive("\r\n") {
        row.push_str(part);
        // Quotes inside of a cell are doubled.
        if row.matches('"').count().is_multiple_of(2) {
            shown += &text::visible(row.strip_suffix("\r\n").unwrap_or(&row));
            shown.push('\n');
            row.clear();
        }
    }
    shown + &text::visible(&row)
}

/// Shows what this program says of itself, help and version, with the colours that it has. Nothing in it is of others.
///
/// # Errors
/// See [`out`].
pub(crate) fn own(text: &str) -> io::Result<()> {
    let mut out = anstream::AutoStream::auto(stdout());
    kept(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Why something that belongs on standard output is not there: the disk is full, say. Not that nobody reads on.
pub(crate) fn lost() -> Option<&'static str> {
    LOST.get().map(String::as_str)
}

/// The first that went wrong with standard output.
static LOST: OnceLock<String> = OnceLock::new();

/// Remembers what went wrong, whatever the caller makes of it.
fn kept(written: io::Result<()>) -> io::Result<()> {
    if let Err(error) = &written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        LOST.get_or_init(|| error.to_string());
    }
    written
}

fn all(text: &str) -> io::Result<()> {
    let mut out = stdout();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Whether standard error is a terminal.
pub(crate) fn is_watched() -> bool {
    stderr().is_terminal()
}

/// Whether standard output is a terminal.
pub(crate) fn is_terminal() -> bool {
    stdout().is_terminal()
}

/// What a panic says goes the same way: it may quote what was being read.
pub(crate) fn take_panics() {
    std::panic::set_hook(Box::new(|panic| err(&format!("{panic}\n")).unwrap_or_default()));
}

/// Looks for keys among the arguments, which nothing is to repeat, before anything is made that could have such a name.
pub(crate) fn look_at_arguments() {
    key::look_at_arguments();
}

#[expect(clippy::disallowed_methods, reason = "here is the way to it")]
fn stdout() -> io::StdoutLock<'static> {
    io::stdout().lock()
}

#[expect(clippy::disallowed_methods, reason = "here is the way to it")]
fn stderr() -> io::StderrLock<'static> {
    io::stderr().lock()
}

fn write(mut to: impl io::Write, lines: &str) -> io::Result<()> {
    to.write_all(painted(&without_secrets(lines)).as_bytes())?;
    to.flush()
}

fn without_secrets(text: &str) -> String {
    pin::without_pins(&key::without_keys(text)).into_owned()
}

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    Title,
    Faint,
    Good,
    Bad,
    Doubtful,
    Remark,
}

impl Paint {
    const ALL: [Self; 6] = [Self::Title, Self::Faint, Self::Good, Self::Bad, Self::Doubtful, Self::Remark];

    /// Ends what any of them began.
    const END: char = '\u{fdef}';

    pub(crate) const fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Bad,
            Severity::Warning => Self::Doubtful,
            Severity::Note => Self::Remark,
        }
    }

    /// The text, in one line, between marks that [`out`] and [`err`] turn into colour where there is a terminal that wants
    /// it. The marks are noncharacters, which no text of others has left when it gets here.
    pub(crate) fn on(self, text: &str) -> String {
        format!("{}{}{}", self.mark(), text::visible(text), Self::END)
    }

    const fn mark(self) -> char {
        match self {
            Self::Title => '\u{fdd0}',
            Self::Faint => '\u{fdd1}',
            Self::Good => '\u{fdd2}',
            Self::Bad => '\u{fdd3}',
            Self::Doubtful => '\u{fdd4}',
            Self::Remark => '\u{fdd5}',
        }
    }

    fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().bold().fg_color(Some(colour.into()));
        match self {
            Self::Title => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Good => colour(AnsiColor::Green),
            Self::Bad => colour(AnsiColor::Red),
            Self::Doubtful => colour(AnsiColor::Yellow),
            Self::Remark => colour(AnsiColor::Cyan),
        }
    }
}

/// The lines with colours for marks, and everything else that is invisible written out.
fn painted(lines: &str) -> String {
    let mut out = String::with_capacity(lines.len() + 64);
    for character in lines.chars() {
        let paint = Paint::ALL.into_iter().find(|paint| paint.mark() == character);
        // Writing to a String cannot fail.
        let _ = match paint {
            _ if character == '\n' || !text::is_invisible(character) => out.write_char(character),
            Some(paint) => write!(out, "{}", paint.style().render()),
            None if character == Paint::END => write!(out, "{}", anstyle::Reset.render()),
            None => write!(out, "{}", character.escape_unicode()),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_begins_no_line_and_paints_nothing() {
        let rows = rows("a,b\r\n1,\"x\r\n\"\"FORGED\n\u{fdd3}\"\r\n2,y\r\n\"open\r\n");
        assert_eq!(rows, "a,b\n1,\"x\\u{d}\\u{a}\"\"FORGED\\u{a}\\u{fdd3}\"\n2,y\n\"open\\u{d}\\u{a}");
    }

    #[test]
    fn only_lines_and_paint_get_through() {
        let text =
            format!("{}\n\u{1b}[31m\u{9b}2J\u{202e}\r\n\t\u{e0041}\n", Paint::Bad.on("a\u{fdef}\u{1b}\n"));
        let shown = painted(&text);
        assert_eq!(
            shown,
            "\u{1b}[1m\u{1b}[31ma\\u{fdef}\\u{1b}\\u{a}\u{1b}[0m\n\\u{1b}[31m\\u{9b}2J\\u{202e}\\u{d}\n\\u{9}\\u{e0041}\n"
        );
    }
}
