//! The `api-version` of the MQTT user name.

use std::fmt;

use crate::text::Quoted;

/// A DPS API version: a date, or a date and `-preview`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApiVersion(String);

impl ApiVersion {
    /// What the DPS documents and most SDKs use over MQTT.
    pub const DEFAULT: &'static str = "2019-03-31";

    /// The first that issues certificates, a preview.
    pub const ISSUANCE: &'static str = "2025-07-01-preview";

    /// Parses an API version.
    ///
    /// # Errors
    /// The text is not `YYYY-MM-DD` or `YYYY-MM-DD-preview`. Whether the service knows the version is its answer.
    pub fn new(text: &str) -> Result<Self, ApiVersionError> {
        let date = text.strip_suffix("-preview").unwrap_or(text);
        let shape = date.len() == 10
            && date.bytes().enumerate().all(|(position, byte)| match position {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if shape { Ok(Self(text.to_owned())) } else { Err(ApiVersionError { text: text.to_owned() }) }
    }

    /// The text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ApiVersion {
    /// The version to use with a CSR.
    #[must_use]
    pub fn for_issuance() -> Self {
        Self(Self::ISSUANCE.to_owned())
    }

    /// Whether it is too old to know of CSRs. Versions are dates, which sort as text.
    #[must_use]
    pub fn is_before_issuance(&self) -> bool {
        self.0.as_str() < Self::ISSUANCE
    }
}

impl Default for ApiVersion {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not an API version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiVersionError {
    /// What was given.
    pub text: String,
}

impl fmt::Display for ApiVersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not an API version such as {}", Quoted(&self.text), ApiVersion::DEFAULT)
    }
}

impl std::error::Error for ApiVersionError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_previews() {
        for text in [ApiVersion::DEFAULT, "2021-06-01", "2025-07-01-preview"] {
            assert_eq!(ApiVersion::new(text).unwrap().as_str(), text);
        }
        for text in
            ["", "2019", "2019-3-31", "2019-03-31-beta", "2019/03/31", "２019-03-31", "2019-03-31&x=1"]
        {
            assert!(ApiVersion::new(text).is_err(), "{text}");
        }
    }
}
