//! What was looked at, and what came of each: also of what is well, and of what could not be looked at.

pub(in crate::cert) mod answers;

use crate::finding::Family;

/// One question that a person has about a device's files, and its answer.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Checked {
    /// The question.
    pub question: Question,
    /// The answer.
    pub result: Outcome,
    /// The codes of the findings that say so, the first of each kind.
    pub codes: Vec<&'static str>,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Question {
    /// Can everything in the files be read as it is written?
    Files,
    /// Does a private key belong to the device's certificate?
    Key,
    /// Is the CN the registration ID?
    Name,
    /// Is every certificate of the way valid at that time?
    Validity,
    /// May the certificates be used for this?
    Usage,
    /// Did each certificate's issuer sign it, and was it allowed to?
    Signatures,
    /// Does what is sent lead to what the service has?
    Chain,
    /// Are the certificates encoded as the RFCs want it?
    Encoding,
    /// Can the device trust the server by its CA file?
    Trust,
    /// Was the CA uploaded and verified, the enrollment made and enabled? No file shows it.
    Service,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It was looked at, and is well.
    Passed,
    /// Something that works only in some places, or not for long.
    Doubtful,
    /// It keeps the device from being provisioned.
    Failed,
    /// What it takes to know was not given.
    Unknown,
}

impl Question {
    pub(in crate::cert) const ALL: [Self; 10] = [
        Self::Chain,
        Self::Signatures,
        Self::Key,
        Self::Name,
        Self::Validity,
        Self::Usage,
        Self::Encoding,
        Self::Files,
        Self::Trust,
        Self::Service,
    ];

    /// The word used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Key => "key",
            Self::Name => "name",
            Self::Validity => "validity",
            Self::Usage => "usage",
            Self::Signatures => "signatures",
            Self::Chain => "chain",
            Self::Encoding => "encoding",
            Self::Trust => "trust",
            Self::Service => "service",
        }
    }

    /// What the findings are about that answer it.
    pub(in crate::cert) const fn families(self) -> &'static [Family] {
        match self {
            Self::Files => &[Family::File],
            Self::Key => &[Family::Opening, Family::Key, Family::Purpose],
            Self::Name => &[Family::Name],
            Self::Validity => &[Family::Validity],
            Self::Usage => &[Family::Usage, Family::Role],
            Self::Signatures => &[Family::Path],
            Self::Chain => &[Family::Chain],
            Self::Encoding => &[Family::Encoding],
            Self::Trust => &[Family::Trust],
            Self::Service => &[],
        }
    }
}

impl Outcome {
    /// The word used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Doubtful => "doubtful",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}
