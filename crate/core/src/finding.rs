//! One vocabulary for everything that is wrong, before and after dialling.
//!
//! A [`Finding`] has a stable code, a sentence, a place, a next step and the standing of the rule behind it.
//! Certificate rules, transport failures and refusals by the service all speak it; the renderers in
//! `text`, [`json`] and [`sarif`] are the only ones.

pub mod catalogue;
mod family;
pub mod json;
mod naming;
mod place;
pub mod sarif;
pub mod say;
mod site;
mod text;
mod words;

pub use family::Family;
pub use naming::{Deed, Input, Naming};
pub use place::{Origin, Place};
#[cfg(any(feature = "explain", feature = "_page"))]
pub(crate) use words::Piece;
pub use words::Words;

use std::fmt;

/// What a kind of finding is: one file of the catalogue, and in Rust one static of [`catalogue`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Definition {
    /// Stable code, `DX` and three digits. What it is about, the family says.
    pub code: &'static str,
    /// Stable name in kebab-case, what a person would say.
    pub name: &'static str,
    /// What is wrong, in at most eight words that go on after a colon: "the CN is not the registration ID".
    pub title: &'static str,
    /// How bad it is unless the finding itself says otherwise.
    pub severity: Severity,
    /// How sure the rule behind it is.
    pub standing: Standing,
    /// Where the rule comes from: an RFC section, a DPS document, a thread.
    pub source: &'static str,
    /// What it is about.
    pub family: Family,
}

impl Definition {
    /// For the catalogue alone.
    const fn new(
        code: &'static str,
        name: &'static str,
        title: &'static str,
        severity: Severity,
        standing: Standing,
        source: &'static str,
        family: Family,
    ) -> Self {
        Self { code, name, title, severity, standing, source, family }
    }
}

/// A code is there once.
impl PartialEq for Definition {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Definition {}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are three, and each renderer has a word for each")]
pub enum Severity {
    /// Worth knowing, nothing to do.
    Note,
    /// Works today or in some places; better changed.
    Warning,
    /// Provisioning cannot work, or did not work, because of this.
    Error,
}

impl Severity {
    /// The word used in text and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How sure a rule is about what DPS, or whoever it speaks of, does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are three, and each renderer has a word for each")]
pub enum Standing {
    /// A specification or a vendor's document says so.
    Documented,
    /// Seen in a real trace or an SDK's source, not documented.
    Observed,
    /// An inference; nobody has shown it.
    Unproven,
}

impl Standing {
    /// The word used in text and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
            Self::Unproven => "unproven",
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that is wrong or worth knowing, with its evidence.
///
/// `Display` is the sentence alone; [`Finding::to_text`] is the whole block a person reads.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of finding this is.
    pub definition: &'static Definition,
    /// How bad this one is.
    pub severity: Severity,
    /// How sure this one is.
    pub standing: Standing,
    /// A sentence for a person.
    pub message: Words,
    /// What would have been right.
    pub expected: Option<String>,
    /// What was there instead.
    pub found: Option<String>,
    /// Where it is.
    pub place: Place,
    /// What to do about it.
    pub next_step: Words,
    /// The code of the finding that caused this one.
    pub caused_by: Option<&'static str>,
}

impl Finding {
    /// A finding with its sentence and its next step; severity and standing come from the definition.
    #[must_use]
    pub fn new(
        definition: &'static Definition,
        message: impl Into<Words>,
        next_step: impl Into<Words>,
    ) -> Self {
        Self {
            definition,
            severity: definition.severity,
            standing: definition.standing,
            message: message.into(),
            expected: None,
            found: None,
            place: Place::default(),
            next_step: next_step.into(),
            caused_by: None,
        }
    }

    /// Says where it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// Says what would have been right.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Says what was there instead.
    #[must_use]
    pub fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// Overrides how bad this one is.
    #[must_use]
    pub const fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Overrides how sure this one is.
    #[must_use]
    pub const fn standing(mut self, standing: Standing) -> Self {
        self.standing = standing;
        self
    }

    /// Names the finding that caused this one: one cause, not twelve symptoms.
    #[must_use]
    pub const fn caused_by(mut self, cause: &'static Definition) -> Self {
        self.caused_by = Some(cause.code);
        self
    }

    /// The stable code, such as `DX503`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.definition.code
    }

    /// What it is about.
    #[must_use]
    pub const fn family(&self) -> Family {
        self.definition.family
    }

    /// Whether it is an error of a family that `is_of` takes.
    #[must_use]
    pub fn is_error_of(&self, is_of: impl FnOnce(Family) -> bool) -> bool {
        self.severity == Severity::Error && is_of(self.definition.family)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

impl std::error::Error for Finding {}
