//! No front end is told another's flag: over every sentence of the catalogue, in everybody's words.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, reason = "a broken file is a failed test")]

#[path = "../build/entry.rs"]
mod entry;
#[path = "../build/front.rs"]
mod front;
#[path = "../build/mistake.rs"]
mod mistake;
#[path = "../build/template.rs"]
mod template;

use std::{fs, path::Path};

use dps_x509_core::finding::{Naming, Words};
use entry::Entry;
use template::Template;

/// Every sentence of the catalogue, with the code it is of.
fn sentences() -> Vec<(String, Words)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalogue");
    let mut sentences = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let entry =
            Entry::read(&name, &fs::read_to_string(&path).unwrap()).unwrap_or_else(|it| panic!("{it}"));
        let said = entry.say.iter().flat_map(|it| [&it.message, &it.next]);
        let caused = entry.cause.iter().flat_map(|it| [&it.message, &it.next]);
        let reported = entry.symptoms.iter().flat_map(|it| [&it.message, &it.next]);
        for template in said.chain(caused).chain(reported) {
            sentences.push((entry.code.clone(), Words::from_marked(&marked(template))));
        }
    }
    sentences
}

/// As a sentence is passed on, with its facts as they are called.
fn marked(template: &Template) -> String {
    let piece = |piece: &template::Piece| match piece {
        template::Piece::Text(text) => text.clone(),
        template::Piece::Fact(name) => name.clone(),
        template::Piece::Input(variant) => format!("{{input:{}}}", kebab(variant)),
        template::Piece::Deed(variant) => format!("{{do:{}}}", kebab(variant)),
    };
    template.0.iter().map(piece).collect()
}

fn kebab(variant: &str) -> String {
    let spaced = variant.replace("WebSocket", "Websocket");
    let mut out = String::new();
    for letter in spaced.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// Commands of other programs, whose flags are theirs: what follows the program's name up to the end of the sentence.
fn without_commands(text: &str) -> String {
    let mut rest = text.to_owned();
    for program in ["openssl ", "az ", "cat ", "curl ", "p11tool ", "pkcs11-tool ", "iotedge "] {
        while let Some(start) = rest.find(program) {
            let length = rest[start..].find(['.', ';', ':']).unwrap_or(rest.len() - start);
            rest.replace_range(start..start + length.max(program.len()), "");
        }
    }
    rest
}

fn has_flag(text: &str) -> bool {
    without_commands(text).split([' ', '(', '`', '"']).any(|word| {
        word.strip_prefix("--")
            .is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_lowercase()))
    })
}

#[test]
fn no_front_end_is_told_the_flags_of_the_command_line() {
    let sentences = sentences();
    assert!(sentences.len() > 300, "{}", sentences.len());
    let mut flags = 0;
    for (code, words) in &sentences {
        for naming in [Naming::Plain, Naming::JavaScript, Naming::Python, Naming::Page] {
            let said = words.said(naming);
            assert!(!said.contains("{input:") && !said.contains("{do:"), "{code}: {said}");
            assert!(!has_flag(&said), "{code} tells {naming:?} a flag: {said}");
            let is_own_command = said.contains("`dps-x509 ") && naming != Naming::Page;
            assert!(!is_own_command, "{code} tells {naming:?} a command of ours: {said}");
        }
        flags += usize::from(has_flag(&words.said(Naming::CommandLine)));
    }
    assert!(flags > 3, "the command line is told its flags: {flags}");
}
