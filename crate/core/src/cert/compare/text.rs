//! A comparison as a person reads it.

use std::{collections::BTreeSet, fmt};

use super::{
    comparison::Comparison,
    steps::Slot,
    subject::{Relation, Subject},
};
use crate::{finding::Severity, order, text::Lines};

impl Comparison {
    /// The verdict as a sentence.
    #[must_use]
    pub const fn sentence(&self) -> &'static str {
        match (self.verdict, self.subject) {
            (Relation::Unchanged, _) => "Nothing changed: these are the same certificates.",
            (Relation::OtherChain, _) => "The same certificate, with other certificates above it.",
            (Relation::Renewal, Subject::Device) => {
                "A routine renewal: the same registration ID and the same key."
            }
            (Relation::Renewal, Subject::Authority) => {
                "A routine renewal: a CA with the same name and the same key."
            }
            (Relation::NewKey, Subject::Device) => "A new key: the same registration ID with another key.",
            (Relation::NewKey, Subject::Authority) => "A new key: a CA with the same name and another key.",
            (Relation::DifferentIdentity, Subject::Device) => {
                "A different identity: for DPS this is another device, because the CN is another one."
            }
            (Relation::DifferentIdentity, Subject::Authority) => "A different identity: another CA.",
        }
    }
}

/// The sentence, what changed, and what to do; several lines with a line break at the end.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Lines::new();
        lines.line(format_args!("{}", self.sentence()));
        if !self.is_usable() {
            let errors = self.findings.iter().filter(|finding| finding.severity == Severity::Error);
            let kinds: BTreeSet<_> =
                order::gathered(errors.map(|it| (it.definition.code, it.definition.name)));
            let kinds: Vec<_> = kinds.into_iter().map(|(code, name)| format!("{code} {name}")).collect();
            let kinds = kinds.join(", ");
            lines.line(format_args!("The new one is not ready for it: {kinds}."));
        }
        if !self.changes.is_empty() {
            lines.empty();
            lines.line(format_args!("What changed"));
        }
        let or_nothing = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
        for change in &self.changes {
            lines.line(format_args!("  {}", change.part.as_str()));
            lines.line(format_args!("    old: {}", or_nothing(&change.old)));
            lines.line(format_args!("    new: {}", or_nothing(&change.new)));
        }
        if !self.steps.is_empty() {
            lines.empty();
            lines.line(format_args!("What to do, in this order"));
        }
        for (number, step) in self.steps.iter().enumerate() {
            let slot = step.slot.map_or("", Slot::as_str);
            let gap = if slot.is_empty() { "" } else { ", " };
            let target = step.target.as_str();
            lines.line(format_args!("  {}. {target}{gap}{slot}: {}", number + 1, step.action));
            lines.line(format_args!("     {} ({})", step.standing, step.source));
        }
        f.write_str(lines.as_str())
    }
}
