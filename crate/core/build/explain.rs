//! Pages, causes and symptoms as Rust, for `explain::catalogue`.

use std::fmt::Write as _;

use crate::entry::{Causes, Entry, Likely, Symptom, Unsettled, constant};

/// The pages, and the modules `cause`, `likely` and `symptom`.
pub(crate) fn rust(entries: &[Entry]) -> String {
    let mut out = String::new();
    pages(&mut out, entries);
    causes(&mut out, entries);
    likely(&mut out, entries);
    unsettled(&mut out, entries);
    symptoms(&mut out, entries);
    out
}

// Writing to a String cannot fail, here and below.

fn pages(out: &mut String, entries: &[Entry]) {
    let _ = writeln!(
        out,
        "/// Every page with its definition, in the order of the codes.\n\
         static PAGES: [(&Definition, &[Part]); {}] = [",
        entries.len()
    );
    for entry in entries {
        let _ = writeln!(out, "    (&catalogue::{}, {}),", entry.constant(), entry.page.rust());
    }
    out.push_str("];\n\n");
}

fn causes(out: &mut String, entries: &[Entry]) {
    out.push_str("/// Each code that can be behind another, as it is told then.\npub(super) mod cause {\n    use super::*;\n\n");
    let mut all = Vec::new();
    for entry in entries {
        let Some(cause) = &entry.cause else { continue };
        let constant = entry.constant();
        let only =
            cause.enrollment.map_or_else(|| "None".to_owned(), |only| format!("Some(Enrollment::{only})"));
        let _ = writeln!(
            out,
            "    /// `{}`\n    pub(in crate::explain) static {constant}: Cause = Cause {{ definition: \
             &catalogue::{constant}, message: {}, next: {}, needs: Needs::{}, only: {only}, is_telling: {} }};",
            entry.code,
            cause.message.rust(),
            cause.next.rust(),
            cause.needs,
            cause.is_telling
        );
        all.push(format!("&{constant}"));
    }
    let _ = writeln!(
        out,
        "    /// All of them.\n    pub(in crate::explain) static ALL: [&Cause; {}] = [{}];\n}}\n",
        all.len(),
        all.join(", ")
    );
}

fn list(causes: &[Likely], entries: &[Entry]) -> String {
    let one = |likely: &Likely| {
        let entry = entries.iter().find(|entry| entry.code == likely.code)?;
        let constant = entry.constant();
        Some(format!(
            "Likely {{ cause: &cause::{constant}, standing: Standing::{}, source: {:?} }}",
            likely.standing, likely.source
        ))
    };
    format!("&[{}]", causes.iter().filter_map(one).collect::<Vec<_>>().join(", "))
}

fn likely(out: &mut String, entries: &[Entry]) {
    let having: Vec<_> = entries.iter().filter(|entry| !entry.likely.is_empty()).collect();
    let _ = writeln!(
        out,
        "/// What can be behind a code, the likeliest first.\nstatic LIKELY: [(&Definition, &[Likely]); {}] = [",
        having.len()
    );
    for entry in having {
        let _ = writeln!(out, "    (&catalogue::{}, {}),", entry.constant(), list(&entry.likely, entries));
    }
    out.push_str("];\n\n");
}

fn unsettled(out: &mut String, entries: &[Entry]) {
    let having: Vec<_> =
        entries.iter().filter_map(|entry| Some((entry, entry.unsettled.as_ref()?))).collect();
    let _ = writeln!(
        out,
        "/// What the threads with a code leave open.\nstatic UNSETTLED: [(&Definition, Unsettled); {}] = [",
        having.len()
    );
    for (entry, unsettled) in having {
        let _ = writeln!(out, "    (&catalogue::{}, {}),", entry.constant(), one_unsettled(unsettled));
    }
    out.push_str("];\n\n");
}

fn one_unsettled(unsettled: &Unsettled) -> String {
    format!("Unsettled {{ what: {:?}, source: {:?} }}", unsettled.what, unsettled.source)
}

fn symptoms(out: &mut String, entries: &[Entry]) {
    out.push_str("/// How clients report a code: a module for each, in it one static for each sentence.\npub(super) mod symptom {\n");
    for entry in entries.iter().filter(|entry| !entry.symptoms.is_empty()) {
        let module = entry.module();
        let _ = writeln!(
            out,
            "    /// `{}`\n    pub(in crate::explain) mod {module} {{\n        use super::super::*;\n",
            entry.code
        );
        for symptom in &entry.symptoms {
            let constant = constant(&symptom.name);
            let unsettled = symptom
                .unsettled
                .as_ref()
                .map_or_else(|| "None".to_owned(), |it| format!("Some({})", one_unsettled(it)));
            let _ = writeln!(
                out,
                "        pub(in crate::explain) static {constant}: Symptom = Symptom {{ definition: &catalogue::{}, \
                 name: {:?}, message: {}, next: {}, is_vague: {}, unsettled: {unsettled}, likely: {} }};",
                entry.constant(),
                format!("{}.{}", entry.code, symptom.name),
                symptom.message.rust(),
                symptom.next.rust(),
                symptom.is_vague,
                list(causes_of(symptom, entry), entries)
            );
        }
        out.push_str("    }\n");
    }
    let named: Vec<_> = entries
        .iter()
        .flat_map(|entry| {
            entry.symptoms.iter().map(|symptom| {
                let (module, name) = (entry.module(), constant(&symptom.name));
                format!("        ({:?}, &{module}::{name}),\n", format!("{}.{}", entry.code, symptom.name))
            })
        })
        .collect();
    let _ = writeln!(
        out,
        "    /// Each by its code and name, as the lexicon calls them: `DX506.untold`.\n    pub(in crate::explain) static NAMED: \
         [(&str, &super::Symptom); {}] = [\n{}    ];\n}}",
        named.len(),
        named.concat()
    );
}

fn causes_of<'e>(symptom: &'e Symptom, entry: &'e Entry) -> &'e [Likely] {
    match &symptom.likely {
        Causes::OfCode => &entry.likely,
        Causes::Own(list) => list,
        Causes::Of(other, _) => {
            entry.symptoms.iter().find(|it| it.name == *other).map_or(&[], |other| causes_of(other, entry))
        }
    }
}
