//! What answers of DPS mean, as Rust, for `service::meaning`.

use std::fmt::Write as _;

use crate::{entry::Entry, say};

/// A row for each kind of answer: those with words before those without, one code before a range of them.
pub(crate) fn rust(entries: &[Entry]) -> String {
    let mut rows: Vec<_> =
        entries.iter().flat_map(|entry| entry.answers.iter().map(move |it| (it, entry))).collect();
    rows.sort_by_key(|(answers, _)| (answers.says.is_none(), answers.to - answers.from, answers.from));
    let mut out = format!("static MEANINGS: [Meaning; {}] = [\n", rows.len());
    for (answers, entry) in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "    Meaning {{ from: {}, to: {}, says: {:?}, finding: |answer| say::{} {{ answer }}.finding() }},",
            answers.from,
            answers.to,
            answers.says,
            say::camel(&entry.name)
        );
    }
    out.push_str("];\n");
    out
}
