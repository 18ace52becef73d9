//! The ID scope: which DPS instance a device belongs to.

use std::fmt;

/// An ID scope, opaque to a device.
///
/// Public instances were seen with the prefix `0ne`, those in China with `0cn`; the prefix is not a rule
/// anywhere, so it is not checked. What is checked is that the text can stand in the MQTT user name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdScope(String);

impl IdScope {
    /// Longest text taken. Real ones have 11 characters; this only keeps a pasted file out of the user name.
    pub const MAX_LENGTH: usize = 128;

    /// Parses an ID scope.
    ///
    /// # Errors
    /// The text is empty, too long, or has a character that cannot stand in the user name.
    pub fn new(text: &str) -> Result<Self, IdScopeError> {
        if text.is_empty() {
            return Err(IdScopeError::Empty);
        }
        let illegal = text.char_indices().find(|(_, c)| !c.is_ascii_graphic() || matches!(c, '/' | '&'));
        if let Some((position, character)) = illegal {
            return Err(IdScopeError::IllegalCharacter { character, position });
        }
        if text.len() > Self::MAX_LENGTH {
            return Err(IdScopeError::TooLong { length: text.len() });
        }
        Ok(Self(text.to_owned()))
    }

    /// The text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is not an ID scope.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdScopeError {
    /// There is nothing.
    Empty,
    /// More than [`IdScope::MAX_LENGTH`] characters.
    TooLong {
        /// Its length in characters.
        length: usize,
    },
    /// A space, a `/`, a `&`, a control or a non-ASCII character.
    IllegalCharacter {
        /// The character.
        character: char,
        /// Its position in bytes from 0.
        position: usize,
    },
}

impl fmt::Display for IdScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the ID scope is empty"),
            Self::TooLong { length } => {
                write!(f, "the ID scope has {length} characters, real ones have about 11")
            }
            Self::IllegalCharacter { character, position } => write!(
                f,
                "the ID scope has the character {character:?} at position {}, which cannot stand in the MQTT user name",
                position + 1
            ),
        }
    }
}

impl std::error::Error for IdScopeError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_not_checked() {
        for text in ["0ne00111111", "0cn0000990D", "0neFEEDC0DE", "0ab1234C5D6", "x"] {
            assert_eq!(IdScope::new(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_breaks_the_user_name_is_refused() {
        assert_eq!(IdScope::new(""), Err(IdScopeError::Empty));
        assert_eq!(
            IdScope::new("0ne/1"),
            Err(IdScopeError::IllegalCharacter { character: '/', position: 3 })
        );
        assert_eq!(
            IdScope::new("0ne 1"),
            Err(IdScopeError::IllegalCharacter { character: ' ', position: 3 })
        );
        assert_eq!(IdScope::new(&"0".repeat(129)), Err(IdScopeError::TooLong { length: 129 }));
    }
}
