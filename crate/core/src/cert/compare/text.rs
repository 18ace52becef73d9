//! A comparison as a person reads it.

use std::fmt;

use super::{
    comparison::Comparison,
    steps::Slot,
    subject::{Subject, Verdict},
};

impl Comparison {
    /// The verdict as a sentence.
    #[must_use]
    pub const fn sentence(&self) -> &'static str {
        match (self.verdict, self.subject) {
            (Verdict::Unchanged, _) => "Nothing changed: these are the same certificates.",
            (Verdict::OtherChain, _) => "The same certificate, with other certificates above it.",
            (Verdict::Renewal, Subject::Device) => {
                "A routine renewal: the same registration ID and the same key."
            }
            (Verdict::Renewal, Subject::Authority) => {
                "A routine renewal: a CA with the same name and the same key."
            }
            (Verdict::NewKey, Subject::Device) => "A new key: the same registration ID with another key.",
            (Verdict::NewKey, Subject::Authority) => "A new key: a CA with the same name and another key.",
            (Verdict::DifferentIdentity, Subject::Device) => {
                "A different identity: for DPS this is another device, because the CN is another one."
            }
            (Verdict::DifferentIdentity, Subject::Authority) => "A different identity: another CA.",
        }
    }
}

/// The sentence, what changed, and what to do; several lines with a line break at the end.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.sentence())?;
        if !self.changes.is_empty() {
            writeln!(f, "\nWhat changed")?;
        }
        let or_nothing = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
        for change in &self.changes {
            writeln!(f, "  {}", change.part.as_str())?;
            writeln!(f, "    old: {}", or_nothing(&change.old))?;
            writeln!(f, "    new: {}", or_nothing(&change.new))?;
        }
        if !self.steps.is_empty() {
            writeln!(f, "\nWhat to do, in this order")?;
        }
        for (number, step) in self.steps.iter().enumerate() {
            let slot = step.slot.map_or("", Slot::as_str);
            let gap = if slot.is_empty() { "" } else { ", " };
            writeln!(f, "  {}. {}{gap}{slot}: {}", number + 1, step.target.as_str(), step.sentence)?;
            writeln!(f, "     {} ({})", step.standing, step.source)?;
        }
        Ok(())
    }
}
