//! What the build says of a mistake in a file of the catalogue: the file, the line, and what is wrong there.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    reason = "a test may fail; it reads and writes no Rust"
)]

#[path = "../build/entry.rs"]
mod entry;
#[path = "../build/front.rs"]
mod front;
#[path = "../build/mistake.rs"]
mod mistake;
#[path = "../build/page.rs"]
mod page;
#[path = "../build/reference.rs"]
mod reference;
#[path = "../build/saying.rs"]
mod saying;
#[path = "../build/template.rs"]
mod template;

use entry::Entry;

const GOOD: &str = r#"+++
name = "leaf-alone"
title = "only the leaf is sent"
severity = "warning"
standing = "documented"
source = "DPS concepts-x509-attestation"
family = "chain"
likely = [
    "DX901",
    { code = "DX902", standing = "observed", source = "a thread" },
]

[cause]
message = "The device sends its leaf without the intermediates."
next = "Send them."
needs = "leaf"

[symptom.said]
message = "The client says {word}."
next = "Look."
likely = "other"

[symptom.other]
message = "The client says something else."
next = "Look there."
likely = ["DX901"]
+++

# DX431 leaf-alone

## What it is

Only the leaf.
"#;

/// What is said of the good file with this changed.
fn said(old: &str, new: &str) -> String {
    assert_eq!(GOOD.matches(old).count(), 1, "{old}");
    match Entry::read("DX431.md", &GOOD.replace(old, new)) {
        Ok(_) => "nothing".to_owned(),
        Err(mistake) => mistake.to_string(),
    }
}

#[test]
fn a_mistake_is_told_with_its_line() {
    for (old, new, expected) in [
        ("\"warning\"", "\"warnings\"", "4: `severity` is one of note, warning, error"),
        ("family = \"chain\"", "family = \"chains\"", "7: `family` is one of setting, target, file"),
        ("only the leaf", "nothing more than the very leaf of it all", "3: `title` has more than 8 words"),
        ("family = \"chain\"\n", "", "2: the front matter has no `family`"),
        ("source = \"DPS", "sources = \"DPS", "2: the front matter has no `source`"),
        ("needs = \"leaf\"", "needs = \"leaves\"", "16: `needs` is one of service, file, leaf"),
        ("needs = \"leaf\"", "needs = \"leaf\"\nmood = \"bad\"", "17: `mood` is no key of [cause]"),
        ("next = \"Send them.\"", "next = \"\"", "15: `next` is a string that is not empty"),
        ("name = \"leaf-alone\"", "name = \"Leaf alone\"", "2: `Leaf alone` is not in kebab-case"),
        (
            "name = \"leaf-alone\"",
            "name = \"leaf-alon\"",
            "29: the page does not begin with `# DX431 leaf-alon`",
        ),
        ("[cause]", "[cause", "13: "),
        ("[cause]", "[causes]", "13: `causes` is no key of the front matter"),
        ("[symptom.said]", "[symptom.Said]", "18: `Said` is not in kebab-case"),
        ("code = \"DX902\", ", "", "10: [likely] has no `code`"),
        ("Send them.", "Send {input:thing}.", "15: `next` names an unknown input: thing"),
        ("Send them.", "Send {do:thing}.", "15: `next` names an unknown deed: thing"),
        ("Send them.", "Send {them.", "15: `next` has a place that does not end"),
        ("Send them.", "Send {Them}.", "15: `next` has a place whose name is not in small letters"),
        (
            "likely = [\n",
            "message = \"A.\"\nlikely = [\n",
            "2: there is no `next`, neither here nor for the code",
        ),
        (
            "[cause]",
            "[say.one]\nmessage = \"A.\"\n[cause]",
            "13: there is no `next`, neither here nor for the code",
        ),
        (
            "[cause]",
            "[say.one]\nmessage = \"A.\"\nnext = \"B.\"\nfound = \"the {input:cert}\"\n[cause]",
            "13: what is expected or found names neither inputs nor deeds",
        ),
    ] {
        let said = said(old, new);
        assert!(said.starts_with(&format!("catalogue/DX431.md:{expected}")), "{old} -> {new}: {said}");
    }
    let other = Entry::read("notes.md", GOOD).err().unwrap().to_string();
    assert!(other.starts_with("catalogue/notes.md:1: the file's name is DX"), "{other}");
}

#[test]
fn what_is_not_there_is_told_and_what_is_there_twice() {
    let read = |file: &str, text: &str| Entry::read(file, text).unwrap();
    let other = |code: &str, name: &str, cause: &str| {
        let front = format!(
            "+++\nname = \"{name}\"\ntitle = \"a\"\nseverity = \"note\"\nstanding = \"unproven\"\nsource = \"a\"\nfamily = \"run\"\n{cause}\n+++\n"
        );
        read(&format!("{code}.md"), &format!("{front}\n# {code} {name}\n"))
    };
    let cause = "[cause]\nmessage = \"A.\"\nnext = \"B.\"\nneeds = \"service\"";
    let check = |entries: &[Entry]| -> Vec<String> {
        reference::check(entries).iter().map(ToString::to_string).collect()
    };
    let whole = [read("DX431.md", GOOD), other("DX901", "one", cause), other("DX902", "two", cause)];
    assert_eq!(check(&whole), Vec::<String>::new());
    let wrong = [read("DX431.md", GOOD), other("DX901", "leaf-alone", "")];
    assert_eq!(
        check(&wrong),
        [
            "catalogue/DX901.md:2: DX431 has the name `leaf-alone` already",
            "catalogue/DX431.md:9: DX901 has no [cause], which tells it as a possibility",
            "catalogue/DX431.md:10: there is no code DX902",
            "catalogue/DX431.md:26: DX901 has no [cause], which tells it as a possibility",
        ]
    );
    let strange = GOOD.replace("likely = \"other\"", "likely = \"another\"");
    assert_eq!(
        check(&[read("DX431.md", &strange), other("DX901", "one", cause), other("DX902", "two", cause)]),
        ["catalogue/DX431.md:21: no symptom `another` of DX431 has likely causes",]
    );
}
