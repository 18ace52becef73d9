//! A row of the table of behaviour.

use std::fmt;

use serde::{Serialize, Serializer};

/// How sure a behaviour is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "whoever shows it has words for each")]
pub enum Standing {
    /// A document of the vendor or a specification says so.
    Documented,
    /// Seen in a real trace, or in the source or tests of a vendor's SDK.
    Observed,
    /// Nobody says; the emulator's choice.
    Assumed,
}

impl Standing {
    /// The word used in text and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Assumed => "assumed",
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One row of the table of behaviour.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Behaviour {
    /// When.
    pub situation: &'static str,
    /// What the emulator does.
    pub answer: &'static str,
    /// How sure it is that DPS does the same.
    pub standing: Standing,
    /// Who says so; for an assumption, why this choice.
    pub source: &'static str,
}

impl Behaviour {
    pub(super) const fn new(
        situation: &'static str,
        answer: &'static str,
        standing: Standing,
        source: &'static str,
    ) -> Self {
        Self { situation, answer, standing, source }
    }
}

/// `assumed: ID scope unknown (no source; ...)`.
impl fmt::Display for Behaviour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.standing, self.situation, self.source)
    }
}

impl Serialize for Behaviour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut behaviour = serializer.serialize_struct("Behaviour", 3)?;
        behaviour.serialize_field("situation", self.situation)?;
        behaviour.serialize_field("standing", &self.standing)?;
        behaviour.serialize_field("source", self.source)?;
        behaviour.end()
    }
}
