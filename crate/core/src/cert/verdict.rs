//! What a report comes to: ready, not ready, or not ready unless something holds that no file shows.

use std::fmt;

use crate::{
    cert::{der::kind::Kind, report::Report},
    finding::{Definition, Family, Finding, Severity, Standing, catalogue},
};

/// What counts against a device.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "a caller sets what it has flags for")]
pub struct Counting {
    /// The least severity that counts.
    pub least: Severity,
    /// What does not count.
    pub allowed: Vec<&'static Definition>,
    /// Whether there should be a device's certificate.
    pub is_device_wanted: bool,
}

impl Default for Counting {
    /// Errors count, all of them, and there should be a device.
    fn default() -> Self {
        Self { least: Severity::Error, allowed: Vec::new(), is_device_wanted: true }
    }
}

impl Counting {
    /// Whether a finding is one that does not count.
    #[must_use]
    pub fn allows(&self, finding: &Finding) -> bool {
        self.allowed.contains(&finding.definition)
    }

    fn counts(&self, finding: &Finding) -> bool {
        finding.severity >= self.least && !self.allows(finding)
    }
}

/// What a report comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// In a word.
    pub word: Word,
    /// What would make it ready all the same.
    pub unless: Option<Condition>,
    /// The kinds of findings that decide it, each once; none where it is ready.
    pub decided_by: Vec<&'static Definition>,
}

/// A verdict in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there are three, and an exit code for each")]
pub enum Word {
    /// Nothing that counts was found.
    Ready,
    /// Something that counts was found.
    NotReady,
    /// There is no device's certificate to judge.
    NothingUsable,
}

/// What would make files ready that are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Condition {
    /// What counts is refused by OpenSSL and others, and nothing shows whether DPS refuses it.
    DpsIsLaxer,
    /// Nothing counts but that a CA has taken a certificate back, and nothing shows whether DPS looks at its list.
    RevocationIgnored,
    /// Nothing counts but that clients do not read a file before it is repaired.
    Repaired,
}

impl Report {
    /// What it comes to.
    #[must_use]
    pub fn verdict(&self, counting: &Counting) -> Verdict {
        let counted: Vec<_> = self.findings.iter().filter(|finding| counting.counts(finding)).collect();
        let is_something_there = self.items.iter().any(|item| item.kind != Kind::Unknown);
        let refused: Vec<_> =
            self.refused.iter().copied().filter(|refused| !counting.allowed.contains(refused)).collect();
        if !is_something_there {
            Verdict::new(Word::NothingUsable, None, kinds(&counted))
        } else if counted.iter().any(|finding| !self.is_lack(finding)) {
            Verdict::new(Word::NotReady, Condition::of(&counted), kinds(&counted))
        } else if self.chain.leaf.is_none() && counting.is_device_wanted {
            Verdict::new(Word::NothingUsable, None, kinds(&counted))
        } else if refused.is_empty() {
            Verdict::new(Word::Ready, None, Vec::new())
        } else {
            Verdict::new(Word::NotReady, Some(Condition::Repaired), refused)
        }
    }

    /// A request or a key alone: what is wrong is that there is no certificate at all.
    fn is_lack(&self, finding: &Finding) -> bool {
        let has_certificate = self.items.iter().any(|item| item.kind == Kind::Certificate);
        !has_certificate && finding.definition == &catalogue::DEVICE_CERTIFICATE_MISSING
    }
}

/// Whether it is one that verifiers refuse, and nothing shows that DPS does.
fn is_open(finding: &Finding) -> bool {
    let is_for_verifiers = matches!(finding.family(), Family::Path | Family::Usage | Family::Encoding);
    is_for_verifiers && finding.standing == Standing::Unproven
}

/// Consequences of another finding decide nothing that it does not.
fn kinds(findings: &[&Finding]) -> Vec<&'static Definition> {
    let mut kinds: Vec<&Definition> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.caused_by.is_none()) {
        if !kinds.contains(&finding.definition) {
            kinds.push(finding.definition);
        }
    }
    kinds
}

impl Verdict {
    const fn new(word: Word, unless: Option<Condition>, decided_by: Vec<&'static Definition>) -> Self {
        Self { word, unless, decided_by }
    }
}

impl Word {
    /// The word used in text and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::NotReady => "not ready",
            Self::NothingUsable => "nothing usable",
        }
    }
}

impl Condition {
    /// What may be otherwise in DPS, of what counts.
    fn of(counted: &[&Finding]) -> Option<Self> {
        let is_revoked = |finding: &Finding| finding.definition == &catalogue::CERTIFICATE_REVOKED;
        let errors: Vec<&Finding> =
            counted.iter().copied().filter(|finding| finding.severity == Severity::Error).collect();
        if errors.is_empty() || !errors.iter().all(|finding| is_open(finding)) {
            None
        } else if errors.iter().all(|finding| is_revoked(finding)) {
            Some(Self::RevocationIgnored)
        } else {
            Some(Self::DpsIsLaxer)
        }
    }

    /// The word used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DpsIsLaxer => "dps-is-laxer",
            Self::RevocationIgnored => "revocation-ignored",
            Self::Repaired => "repaired",
        }
    }
}

/// What follows on "not ready, unless".
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DpsIsLaxer => "DPS is laxer than OpenSSL",
            Self::RevocationIgnored => "DPS does not look at revocation lists",
            Self::Repaired => "the files are repaired first",
        })
    }
}

/// `not ready, unless DPS is laxer than OpenSSL`.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word.as_str())?;
        self.unless.map_or(Ok(()), |condition| write!(f, ", unless {condition}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_does_not_count() {
        let definition = catalogue::by_code("DX404").unwrap();
        let finding = Finding::new(definition, "", "");
        let mut counting = Counting::default();
        assert!(counting.counts(&finding) && !counting.allows(&finding));
        counting.allowed.push(definition);
        assert!(!counting.counts(&finding) && counting.allows(&finding));
    }
}
