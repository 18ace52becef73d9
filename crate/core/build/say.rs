//! The sentences as Rust, for `finding::say`: a type for each code, with a field for each fact.

use std::fmt::Write as _;

use crate::{entry::Entry, saying::Saying, template::Template};

impl Saying {
    /// The sentence as documentation, with its places in it.
    fn doc(&self) -> String {
        format!("`{}`", self.message.shown().replace('`', "'"))
    }

    /// The finding as Rust; `fact` says where a fact is.
    fn finding(&self, constant: &str, fact: impl Fn(&str) -> String) -> String {
        let facts: String = self.facts().iter().map(|name| format!("({name:?}, {}), ", fact(name))).collect();
        let evidence = |key: &str, template: &Option<Template>| {
            let template = template.as_ref()?;
            Some(format!(".{key}(plain({}, facts))", template.rust()))
        };
        format!(
            "{{ let facts: &[(&str, &dyn Display)] = &[{facts}]; said(&catalogue::{constant}, {}, {}, facts){}{} }}",
            self.message.rust(),
            self.next.rust(),
            evidence("expected", &self.expected).unwrap_or_default(),
            evidence("found", &self.found).unwrap_or_default(),
        )
    }
}

/// A struct for a code with one sentence, an enum for a code with several.
pub(crate) fn rust(entries: &[Entry]) -> String {
    let mut out = String::new();
    for entry in entries {
        match entry.say.as_slice() {
            [] => {}
            [Saying { name: None, .. }] => one(&mut out, entry),
            _ => several(&mut out, entry),
        }
    }
    out
}

// Writing to a String cannot fail, here and below.

fn one(out: &mut String, entry: &Entry) {
    let (camel, constant) = (camel(&entry.name), entry.constant());
    let Some(saying) = entry.say.first() else { return };
    let facts = saying.facts();
    let _ = writeln!(out, "/// `{}`, [`catalogue::{constant}`]: {}", entry.code, saying.doc());
    let _ = if facts.is_empty() {
        writeln!(out, "#[derive(Clone, Copy)]\npub struct {camel};\n\nimpl {camel} {{")
    } else {
        let fields: String = facts
            .iter()
            .map(|fact| format!("    /// `{{{fact}}}`\n    pub {fact}: &'a dyn Display,\n"))
            .collect();
        writeln!(out, "#[derive(Clone, Copy)]\npub struct {camel}<'a> {{\n{fields}}}\n\nimpl {camel}<'_> {{")
    };
    let _ = writeln!(
        out,
        "    /// The finding, without its place.\n    #[must_use]\n    pub fn finding(self) -> Finding {{\n        \
         {}\n    }}\n}}\n",
        saying.finding(&constant, |fact| format!("self.{fact}"))
    );
}

fn several(out: &mut String, entry: &Entry) {
    let (camel_name, constant) = (camel(&entry.name), entry.constant());
    let (mut variants, mut arms) = (String::new(), String::new());
    let mut has_facts = false;
    for saying in &entry.say {
        let name = camel(saying.name.as_deref().unwrap_or_default());
        let facts = saying.facts();
        let _ = writeln!(variants, "    /// {}", saying.doc());
        let (fields, names) = if facts.is_empty() {
            (String::new(), String::new())
        } else {
            has_facts = true;
            let fields: String = facts
                .iter()
                .map(|fact| format!("        /// `{{{fact}}}`\n        {fact}: &'a dyn Display,\n"))
                .collect();
            let names: Vec<_> = facts.iter().copied().collect();
            (format!(" {{\n{fields}    }}"), format!(" {{ {} }}", names.join(", ")))
        };
        let _ = writeln!(variants, "    {name}{fields},");
        let finding = saying.finding(&constant, str::to_owned);
        let _ = writeln!(arms, "            Self::{name}{names} => {finding}");
    }
    let (lifetime, anonymous) = if has_facts { ("<'a>", "<'_>") } else { ("", "") };
    let _ = writeln!(
        out,
        "/// `{}`, [`catalogue::{constant}`].\n#[derive(Clone, Copy)]\npub enum {camel_name}{lifetime} {{\n{variants}}}\n\n\
         impl {camel_name}{anonymous} {{\n    /// The finding, without its place.\n    #[must_use]\n    pub fn \
         finding(self) -> Finding {{\n        match self {{\n{arms}        }}\n    }}\n}}\n",
        entry.code
    );
}

/// `leaf-alone` as `LeafAlone`.
pub(crate) fn camel(name: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    };
    name.split('-').filter(|word| !word.is_empty()).map(word).collect()
}
