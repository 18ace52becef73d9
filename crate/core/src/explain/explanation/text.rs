//! An explanation as a person reads it.

use std::fmt::{self, Write as _};

use super::{Cause, Explanation, Happening, Verdict};
use crate::finding::Naming;

/// How many causes that nothing decides are told; the rest is counted.
const MOST_OPEN: usize = 5;

impl Explanation {
    /// What happened, why, and what to look at next, in the words of a front end.
    #[must_use]
    pub fn to_text(&self, naming: Naming) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut out, naming);
        out
    }

    fn write(&self, f: &mut String, naming: Naming) -> fmt::Result {
        if self.is_empty() {
            writeln!(f, "Nothing in the text is known here.")?;
            write_elsewhere(f, self, naming)?;
            if self.also.is_empty() {
                return writeln!(f, "  next:     {}", Self::WHAT_TO_GIVE);
            }
            writeln!(f)?;
            return write_also(f, self, "The files have this", naming);
        }
        for (number, happening) in self.happenings.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            write_happening(f, happening, naming)?;
        }
        if let Some(assigned) = &self.assigned {
            let name = assigned.device_id.as_ref().map(|id| format!(" as \"{id}\"")).unwrap_or_default();
            let after = if self.happenings.is_empty() { "" } else { "\n" };
            writeln!(
                f,
                "{after}DPS assigned the device{name} to {} ({}).",
                assigned.hub,
                assigned.place.said(naming)
            )?;
        }
        if let Some(reached) = self.reached.as_ref().filter(|_| self.assigned.is_none()) {
            writeln!(f, "{} ({})", reached.what, reached.place.said(naming))?;
        }
        if let Some((id, name)) = &self.others_files {
            writeln!(
                f,
                "\nThe text registers as \"{id}\", and the leaf's CN is \"{name}\": either that is the cause, or these are not \
                 the files that the device used."
            )?;
        }
        if !self.also.is_empty() {
            writeln!(f)?;
            write_also(f, self, "Also wrong in the files", naming)?;
        }
        write_elsewhere(f, self, naming)
    }
}

/// The errors in the files that no cause is.
fn write_also(f: &mut String, explanation: &Explanation, title: &str, naming: Naming) -> fmt::Result {
    writeln!(f, "{title}")?;
    explanation.also.iter().try_for_each(|finding| writeln!(f, "{}", indented(&finding.to_text(naming), 2)))
}

/// What other hosts and programs had, in one line.
fn write_elsewhere(f: &mut String, explanation: &Explanation, naming: Naming) -> fmt::Result {
    if explanation.elsewhere.is_empty() {
        return Ok(());
    }
    let told: Vec<_> = explanation
        .elsewhere
        .iter()
        .map(|it| format!("{} ({}, {})", it.what, it.definition.name, it.place.said(naming)))
        .collect();
    writeln!(f, "Told of others, and nothing of DPS's: {}.", told.join("; "))
}

fn write_happening(f: &mut String, happening: &Happening, naming: Naming) -> fmt::Result {
    let mut block = happening.finding.to_text(naming);
    if happening.times > 1 {
        // Writing to a String cannot fail.
        let at_least = if happening.is_at_least { "at least " } else { "" };
        let _ = write!(block, "\n  times:    {at_least}{}", happening.times);
    }
    writeln!(f, "{block}")?;
    let of = |verdicts: &[Verdict]| {
        happening.causes.iter().filter(|cause| verdicts.contains(&cause.verdict)).collect::<Vec<_>>()
    };
    let found = of(&[Verdict::InText, Verdict::InFiles]);
    let (open, ruled_out) = (of(&[Verdict::Open]), of(&[Verdict::RuledOut]));
    if !found.is_empty() {
        writeln!(f, "\n  The cause")?;
        found.iter().try_for_each(|cause| write_cause(f, cause, naming))?;
    }
    if !open.is_empty() {
        let title =
            if found.is_empty() { "Likely causes, the likeliest first" } else { "Else, the likeliest first" };
        writeln!(f, "\n  {title}")?;
        open.iter().take(MOST_OPEN).try_for_each(|cause| write_cause(f, cause, naming))?;
        if open.len() > MOST_OPEN {
            let more: Vec<_> =
                open.iter().skip(MOST_OPEN).map(|cause| cause.finding.definition.name).collect();
            writeln!(f, "    …and {}", more.join(", "))?;
        }
    }
    if !ruled_out.is_empty() {
        let names: Vec<_> = ruled_out.iter().map(|cause| cause.finding.definition.name).collect();
        writeln!(f, "\n  Ruled out by the files\n    {}", names.join(", "))?;
    }
    if let Some(unsettled) = happening.unsettled {
        writeln!(f, "\n  Not established\n    {} ({})", unsettled.what, unsettled.source)?;
    }
    Ok(())
}

fn write_cause(f: &mut String, cause: &Cause, naming: Naming) -> fmt::Result {
    let finding = &cause.finding;
    writeln!(f, "    {} {}: {}", finding.code(), finding.definition.name, finding.message.said(naming))?;
    match cause.verdict {
        Verdict::InText | Verdict::InFiles if !finding.place.is_empty() => {
            writeln!(f, "      where:    {}", finding.place.said(naming))?;
            if let Some(found) = &finding.found {
                writeln!(f, "      found:    {found}")?;
            }
        }
        _ => {}
    }
    writeln!(f, "      next:     {}", finding.next_step.said(naming))?;
    writeln!(f, "      standing: {} ({})", finding.standing, cause.source)
}

fn indented(text: &str, by: usize) -> String {
    let indent = " ".repeat(by);
    text.lines().map(|line| format!("{indent}{line}")).collect::<Vec<_>>().join("\n")
}
