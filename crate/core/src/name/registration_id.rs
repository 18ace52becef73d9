//! The registration ID: the device's name at DPS, and with X.509 the leaf's subject CN.

use std::fmt;

/// A registration ID as the DPS documents define it (`concepts-service`, `concepts-x509-attestation`):
/// at most 128 characters, letters, digits, `-`, `.`, `_` and `:`, the last one a letter, a digit or `-`.
///
/// It is case-insensitive. Upper case is allowed here, because documents of different years disagree and
/// only the service of 2018 was seen to refuse it; [`RegistrationId::has_uppercase`] lets callers warn.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RegistrationId(String);

impl RegistrationId {
    /// Longest registration ID, in characters (all of them ASCII).
    pub const MAX_LENGTH: usize = 128;

    /// Parses a registration ID.
    ///
    /// # Errors
    /// The first rule that the text breaks, with the evidence.
    pub fn new(text: &str) -> Result<Self, RegistrationIdError> {
        if text.is_empty() {
            return Err(RegistrationIdError::Empty);
        }
        let illegal = text.char_indices().find(|(_, c)| !is_allowed(*c));
        if let Some((position, character)) = illegal {
            return Err(RegistrationIdError::IllegalCharacter { character, position });
        }
        if text.len() > Self::MAX_LENGTH {
            return Err(RegistrationIdError::TooLong { length: text.len() });
        }
        match text.chars().next_back() {
            Some(last) if last.is_ascii_alphanumeric() || last == '-' => Ok(Self(text.to_owned())),
            Some(last) => Err(RegistrationIdError::IllegalLastCharacter { character: last }),
            None => Err(RegistrationIdError::Empty),
        }
    }

    /// The text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it has upper-case letters, which the service of 2018 refused with 400004.
    #[must_use]
    pub fn has_uppercase(&self) -> bool {
        self.0.chars().any(|c| c.is_ascii_uppercase())
    }
}

const fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_' | ':')
}

impl fmt::Display for RegistrationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is not a registration ID.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistrationIdError {
    /// There is nothing.
    Empty,
    /// More than [`RegistrationId::MAX_LENGTH`] characters.
    TooLong {
        /// Its length in characters.
        length: usize,
    },
    /// A character that DPS does not allow, such as `@`.
    IllegalCharacter {
        /// The character.
        character: char,
        /// Its position in bytes from 0.
        position: usize,
    },
    /// The last character is neither a letter, a digit nor `-`.
    IllegalLastCharacter {
        /// The character.
        character: char,
    },
}

impl fmt::Display for RegistrationIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the registration ID is empty"),
            Self::TooLong { length } => write!(
                f,
                "the registration ID has {length} characters, DPS takes at most {}",
                RegistrationId::MAX_LENGTH
            ),
            Self::IllegalCharacter { character, position } => write!(
                f,
                "the registration ID has the character {character:?} at position {}; \
                 DPS takes letters, digits, '-', '.', '_' and ':'",
                position + 1
            ),
            Self::IllegalLastCharacter { character } => write!(
                f,
                "the registration ID ends in {character:?}; the last character must be a letter, a digit or '-'"
            ),
        }
    }
}

impl std::error::Error for RegistrationIdError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_characters_are_taken() {
        for text in ["my-x509-device", "a", "A.b_c:d-", "0", &"x".repeat(128)] {
            assert_eq!(RegistrationId::new(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn each_rule_is_named() {
        assert_eq!(RegistrationId::new(""), Err(RegistrationIdError::Empty));
        assert_eq!(
            RegistrationId::new("user@host"),
            Err(RegistrationIdError::IllegalCharacter { character: '@', position: 4 })
        );
        assert_eq!(
            RegistrationId::new("gerät"),
            Err(RegistrationIdError::IllegalCharacter { character: 'ä', position: 3 })
        );
        assert_eq!(
            RegistrationId::new("device."),
            Err(RegistrationIdError::IllegalLastCharacter { character: '.' })
        );
        assert_eq!(RegistrationId::new(&"x".repeat(129)), Err(RegistrationIdError::TooLong { length: 129 }));
    }

    #[test]
    fn upper_case_is_reported_not_refused() {
        assert!(RegistrationId::new("Device").unwrap().has_uppercase());
        assert!(!RegistrationId::new("device").unwrap().has_uppercase());
    }
}
