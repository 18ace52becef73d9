//! The text a person reads. There is no other renderer of findings as text.

use super::{Finding, Naming};
use crate::text::Lines;

impl Finding {
    /// The finding as a block of lines without a trailing newline. What others wrote stays in its line:
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
        self.to_lines(naming).into_block()
    }

    /// The same lines, for a text in which the finding is a part.
    #[must_use]
    pub fn to_lines(&self, naming: Naming) -> Lines {
        let mut lines = Lines::new();
        lines.line(format_args!("{} {} {}", self.severity, self.definition.code, self.definition.name));
        lines.line(format_args!("  {}", self.message.said(naming)));
        if !self.place.is_empty() {
            lines.line(format_args!("  where:    {}", self.place.said(naming)));
        }
        if let Some(expected) = &self.expected {
            lines.line(format_args!("  expected: {expected}"));
        }
        if let Some(found) = &self.found {
            lines.line(format_args!("  found:    {found}"));
        }
        if let Some(cause) = self.caused_by {
            lines.line(format_args!("  cause:    {cause}"));
        }
        if !self.next_step.is_empty() {
            lines.line(format_args!("  next:     {}", self.next_step.said(naming)));
        }
        lines.line(format_args!("  standing: {} ({})", self.standing, self.definition.source));
        if let Some(page) = self.definition.url() {
            lines.line(format_args!("  page:     {page}"));
        }
        lines
    }
}
