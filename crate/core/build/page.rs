//! The page of a code: Markdown in which inputs and deeds are named as in its sentences.
//!
//! Commands of the command line stand in blocks of their own, which begin with ```` ```dps-x509 ````: nobody else is shown
//! them, so what stands around them says by itself what to do.

use crate::template::Template;

/// What begins a block of commands of the command line.
const COMMANDS: &str = "```dps-x509\n";

/// A page in its parts.
pub(crate) struct Page {
    /// As it was written.
    pub(crate) text: String,
    pub(crate) parts: Vec<Part>,
}

/// A part of a page.
pub(crate) enum Part {
    /// For everybody.
    Words(Template),
    /// For the command line.
    Commands(String),
}

impl Page {
    /// Takes a page apart.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, behind)) = rest.split_once(COMMANDS) {
            let (commands, after) =
                behind.split_once("```\n").ok_or("has a block of commands that does not end")?;
            parts.push(words(before)?);
            parts.push(Part::Commands(commands.to_owned()));
            rest = after;
        }
        parts.push(words(rest)?);
        Ok(Self { text: text.to_owned(), parts })
    }

    /// As Rust: a list of `Part`.
    pub(crate) fn rust(&self) -> String {
        let part = |part: &Part| match part {
            Part::Words(words) => format!("Part::Words({})", words.rust()),
            Part::Commands(commands) => format!("Part::Commands({commands:?})"),
        };
        format!("&[{}]", self.parts.iter().map(part).collect::<Vec<_>>().join(", "))
    }
}

fn words(text: &str) -> Result<Part, String> {
    match text.lines().find(|line| line.starts_with("dps-x509 ")) {
        Some(line) => Err(format!("has a command outside of a block of ours: {line}")),
        None => Ok(Part::Words(Template::of_page(text)?)),
    }
}
