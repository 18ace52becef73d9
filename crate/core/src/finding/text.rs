//! The text a person reads. There is no other renderer of findings as text.

use std::fmt::{self, Write as _};

use super::{Finding, Naming};

impl Finding {
    /// The finding as a block of lines without a trailing newline:
    ///
    /// ```text
    /// error DX707 ca-certificate-not-found
    ///   DPS answered 401002 "CA certificate not found.": …
    ///   where:    waiting for the answer to register
    ///   next:     Send the leaf followed by its intermediates …
    ///   standing: observed (azure-iot-sdk-c#1900)
    /// ```
    #[must_use]
    pub fn to_text(&self, naming: Naming) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = write_finding(&mut out, self, naming);
        out
    }
}

fn write_finding(out: &mut String, finding: &Finding, naming: Naming) -> fmt::Result {
    write!(out, "{} {} {}", finding.severity, finding.definition.code, finding.definition.name)?;
    write!(out, "\n  {}", finding.message.said(naming))?;
    if !finding.place.is_empty() {
        write!(out, "\n  where:    {}", finding.place.said(naming))?;
    }
    if let Some(expected) = &finding.expected {
        write!(out, "\n  expected: {expected}")?;
    }
    if let Some(found) = &finding.found {
        write!(out, "\n  found:    {found}")?;
    }
    if let Some(cause) = finding.caused_by {
        write!(out, "\n  cause:    {cause}")?;
    }
    if !finding.next_step.is_empty() {
        write!(out, "\n  next:     {}", finding.next_step.said(naming))?;
    }
    write!(out, "\n  standing: {} ({})", finding.standing, finding.definition.source)
}
