//! Why a configuration cannot be used.

use std::{fmt, io, path::PathBuf};

/// A configuration that cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub struct ConfigError {
    /// The configuration file.
    pub file: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a configuration file.
#[derive(Debug)]
#[non_exhaustive]
pub enum Problem {
    /// It cannot be read.
    File(io::Error),
    /// It is not TOML, or has a key that is unknown, missing, or of another type.
    Toml {
        /// The line, from 1, where the parser knows it.
        line: Option<usize>,
        /// The parser's words.
        message: String,
    },
    /// A value that cannot be used.
    Entry {
        /// The line, from 1.
        line: usize,
        /// The key, such as `group.certificate`.
        key: &'static str,
        /// Why.
        message: String,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        match &self.problem {
            Problem::File(error) => write!(f, "the configuration {file} cannot be read: {error}"),
            Problem::Toml { line: Some(line), message } => write!(f, "{file}, line {line}: {message}"),
            Problem::Toml { line: None, message } => write!(f, "{file}: {message}"),
            Problem::Entry { line, key, message } => write!(f, "{file}, line {line}, {key}: {message}"),
        }
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            Problem::File(error) => Some(error),
            Problem::Toml { .. } | Problem::Entry { .. } => None,
        }
    }
}
