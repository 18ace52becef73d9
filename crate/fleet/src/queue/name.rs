//! What a queue's streams and subjects are called by.

use std::{fmt, str::FromStr};

use dps_x509_core::text::Quoted;

/// A name of a run or a site: up to 64 letters, digits, hyphens and underscores, which subjects and streams of NATS take.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Word(String);

/// Most characters of a [`Word`].
const MOST: usize = 64;

/// Why a text is no [`Word`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordError {
    /// What was written.
    text: String,
}

/// A run at a site.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a queue is called by these two")]
pub struct QueueName {
    /// The run: the devices of it get one result each, for ever.
    pub run: Word,
    /// The site, where the keys are.
    pub site: Word,
}

impl QueueName {
    /// What one of its streams is called.
    pub(super) fn stream(&self, what: &str) -> String {
        // A dot parts what may have hyphens in it; a stream takes none, and a word has no plus sign.
        format!("dps-x509+{}+{}+{what}", self.run, self.site)
    }

    /// The subject of a device in one of its streams; `*` stands for every device.
    pub(super) fn subject(&self, what: &str, device: &str) -> String {
        format!("dps-x509.{}.{}.{what}.{device}", self.run, self.site)
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run {} at site {}", self.run, self.site)
    }
}

impl Word {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Word {
    type Err = WordError;

    fn from_str(text: &str) -> Result<Self, WordError> {
        let is_plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
        if text.is_empty() || text.len() > MOST || !text.chars().all(is_plain) {
            return Err(WordError { text: text.to_owned() });
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for WordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is no name of a run or a site; take up to {MOST} of the letters a to z, digits, hyphens and underscores",
            Quoted(&self.text)
        )
    }
}

impl std::error::Error for WordError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_part_of_a_subject_and_nothing_else() {
        for good in ["a", "line-7_B", &"x".repeat(64)] {
            assert!(good.parse::<Word>().is_ok(), "{good}");
        }
        for evil in ["", "a.b", "*", ">", "a b", "ä", "a+b", "$JS", "a/b", "a\\b", "a\n", &"x".repeat(65)] {
            assert!(evil.parse::<Word>().is_err(), "{evil}");
        }
        let name =
            |run: &str, site: &str| QueueName { run: run.parse().unwrap(), site: site.parse().unwrap() };
        assert_ne!(name("a-b", "c").stream("work"), name("a", "b-c").stream("work"));
    }
}
