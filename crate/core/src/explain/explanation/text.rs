//! An explanation as a person reads it.

use super::{Cause, CauseVerdict, Explanation, Happening};
use crate::{finding::Naming, text::Lines};

/// How many causes that nothing decides are told; the rest is counted.
const MOST_OPEN: usize = 5;

impl Explanation {
    /// What happened, why, and what to look at next, in the words of a front end.
    #[must_use]
    pub fn to_text(&self, naming: Naming) -> String {
        let mut lines = Lines::new();
        self.write(&mut lines, naming);
        lines.into()
    }

    fn write(&self, lines: &mut Lines, naming: Naming) {
        if self.is_empty() {
            match self.told_elsewhere(naming) {
                Some(told) => lines.line(format_args!("Not about DPS or a hub: {told}.")),
                None => lines.line(format_args!("Nothing in the text is known here.")),
            }
            if self.also.is_empty() {
                return lines.line(format_args!("  next:     {}", self.what_to_give()));
            }
            lines.empty();
            return write_also(lines, self, "The files have this", naming);
        }
        for (number, happening) in self.happenings.iter().enumerate() {
            if number > 0 {
                lines.empty();
            }
            write_happening(lines, happening, naming);
        }
        if let Some(assigned) = &self.assigned {
            let name = assigned.device_id.as_ref().map(|id| format!(" as \"{id}\"")).unwrap_or_default();
            if !self.happenings.is_empty() {
                lines.empty();
            }
            lines.line(format_args!(
                "DPS assigned the device{name} to {} ({}).",
                assigned.hub,
                assigned.place.said(naming)
            ));
        }
        if let Some(reached) = self.reached.as_ref().filter(|_| self.assigned.is_none()) {
            lines.line(format_args!("{} ({})", reached.what, reached.place.said(naming)));
        }
        if let Some((id, name)) = &self.others_files {
            lines.empty();
            lines.line(format_args!(
                "The text registers as \"{id}\", and the leaf's CN is \"{name}\". Either that is the cause, or these are not \
                 the files that the device used."
            ));
        }
        if !self.also.is_empty() {
            lines.empty();
            write_also(lines, self, "Also wrong in the files", naming);
        }
        if let Some(told) = self.told_elsewhere(naming) {
            lines.line(format_args!("Told of others, and nothing of DPS's: {told}."));
        }
    }

    /// What other hosts and programs had, in one line; none if the text tells nothing of them.
    fn told_elsewhere(&self, naming: Naming) -> Option<String> {
        let told = self.elsewhere.iter();
        let told = told.map(|it| format!("{} ({}, {})", it.what, it.definition.name, it.place.said(naming)));
        let told: Vec<_> = told.collect();
        (!told.is_empty()).then(|| told.join("; "))
    }
}

/// The errors in the files that no cause is.
fn write_also(lines: &mut Lines, explanation: &Explanation, title: &str, naming: Naming) {
    lines.line(format_args!("{title}"));
    explanation.also.iter().for_each(|finding| lines.block(&finding.to_lines(naming), 2));
}

fn write_happening(lines: &mut Lines, happening: &Happening, naming: Naming) {
    lines.block(&happening.finding.to_lines(naming), 0);
    if happening.times > 1 {
        let at_least = if happening.is_at_least { "at least " } else { "" };
        lines.line(format_args!("  times:    {at_least}{}", happening.times));
    }
    let of = |verdicts: &[CauseVerdict]| {
        happening.causes.iter().filter(|cause| verdicts.contains(&cause.verdict)).collect::<Vec<_>>()
    };
    let found = of(&[CauseVerdict::InText, CauseVerdict::InFiles]);
    let (open, ruled_out) = (of(&[CauseVerdict::Open]), of(&[CauseVerdict::RuledOut]));
    if !found.is_empty() {
        lines.empty();
        lines.line(format_args!("  The cause"));
        found.iter().for_each(|cause| write_cause(lines, cause, naming));
    }
    if !open.is_empty() {
        let title =
            if found.is_empty() { "Likely causes, the likeliest first" } else { "Else, the likeliest first" };
        lines.empty();
        lines.line(format_args!("  {title}"));
        open.iter().take(MOST_OPEN).for_each(|cause| write_cause(lines, cause, naming));
        if open.len() > MOST_OPEN {
            let more: Vec<_> =
                open.iter().skip(MOST_OPEN).map(|cause| cause.finding.definition.name).collect();
            lines.line(format_args!("    …and {}", more.join(", ")));
        }
    }
    if !ruled_out.is_empty() {
        let names: Vec<_> = ruled_out.iter().map(|cause| cause.finding.definition.name).collect();
        lines.empty();
        lines.line(format_args!("  Ruled out by the files"));
        lines.line(format_args!("    {}", names.join(", ")));
    }
    if let Some(unsettled) = happening.unsettled {
        lines.empty();
        lines.line(format_args!("  Not established"));
        lines.line(format_args!("    {} ({})", unsettled.what, unsettled.source));
    }
}

fn write_cause(lines: &mut Lines, cause: &Cause, naming: Naming) {
    let finding = &cause.finding;
    let said = finding.message.said(naming);
    lines.line(format_args!("    {} {}: {said}", finding.code(), finding.definition.name));
    match cause.verdict {
        CauseVerdict::InText | CauseVerdict::InFiles if !finding.place.is_empty() => {
            lines.line(format_args!("      where:    {}", finding.place.said(naming)));
            if let Some(found) = &finding.found {
                lines.line(format_args!("      found:    {found}"));
            }
        }
        _ => {}
    }
    lines.line(format_args!("      next:     {}", finding.next_step.said(naming)));
    lines.line(format_args!("      standing: {} ({})", finding.standing, cause.source));
}
