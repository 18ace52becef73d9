//! Every sentence and every page of the catalogue in everybody's words: no front end is told another's flag, and no sentence
//! is too long to be read at once. What is said in the cases is looked at where they run.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code, reason = "a broken file is a failed test")]

#[path = "../build/entry.rs"]
mod entry;
#[path = "../build/front.rs"]
mod front;
#[path = "../build/mistake.rs"]
mod mistake;
#[path = "../build/page.rs"]
mod page;
#[path = "../build/saying.rs"]
mod saying;
#[path = "../build/template.rs"]
mod template;
mod told;

use std::{fs, path::Path};

use dps_x509_core::{
    explain,
    finding::{Naming, Words},
};
use entry::Entry;
use template::Template;

/// Whatever the catalogue says outside of its pages, with the code it is of.
fn sentences() -> Vec<(String, Words)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalogue");
    let mut sentences = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let entry =
            Entry::read(&name, &fs::read_to_string(&path).unwrap()).unwrap_or_else(|it| panic!("{it}"));
        let said = entry.say.iter().flat_map(|it| [&it.message, &it.next]);
        let evidence = entry.say.iter().flat_map(|it| it.expected.iter().chain(&it.found));
        let caused = entry.cause.iter().flat_map(|it| [&it.message, &it.next]);
        let reported = entry.symptoms.iter().flat_map(|it| [&it.message, &it.next]);
        for template in said.chain(evidence).chain(caused).chain(reported) {
            sentences.push((entry.code.clone(), Words::from_marked(&marked(template))));
        }
        let unsettled =
            entry.unsettled.iter().chain(entry.symptoms.iter().filter_map(|it| it.unsettled.as_ref()));
        sentences.extend(unsettled.map(|it| (entry.code.clone(), Words::from_marked(&it.what))));
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
    let mut out = String::new();
    for letter in variant.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[test]
fn no_front_end_is_told_the_flags_of_the_command_line() {
    let sentences = sentences();
    assert!(sentences.len() > 300, "{}", sentences.len());
    let mut flags = 0;
    for (code, words) in &sentences {
        for naming in told::OTHERS {
            let said = words.said(naming);
            let foreign = told::foreign(&said, naming);
            assert_eq!(foreign, None, "{code} for {naming:?}: {said}");
        }
        flags += usize::from(told::has_flag(&words.said(Naming::CommandLine)));
    }
    assert!(flags > 3, "the command line is told its flags: {flags}");
}

/// Most words of a sentence; explanations, which are the pages, may have longer ones.
const LONGEST_SENTENCE: usize = 20;

/// The sentences of a text that are too long. A command is one word, and so is what is put in.
fn too_long(text: &str) -> Vec<String> {
    let parts = text.split('`').enumerate();
    let plain: String = parts.map(|(at, part)| if at % 2 == 0 { part } else { "command" }).collect();
    let is_word = |word: &&str| word.contains(|letter: char| letter.is_alphanumeric());
    // A stop ends a sentence if a blank is behind it; those of names and numbers have none.
    let mut sentences = vec![Vec::new()];
    for word in plain.split_whitespace() {
        sentences.last_mut().unwrap().push(word);
        if word.trim_end_matches([')', '"']).ends_with(['.', '!', '?']) {
            sentences.push(Vec::new());
        }
    }
    let is_long = |words: &Vec<&str>| words.iter().copied().filter(is_word).count() > LONGEST_SENTENCE;
    sentences.into_iter().filter(is_long).map(|words| words.join(" ")).collect()
}

#[test]
fn no_sentence_has_more_than_twenty_words() {
    let mut long = Vec::new();
    for (code, words) in sentences() {
        for naming in told::OTHERS.into_iter().chain([Naming::CommandLine]) {
            long.extend(
                too_long(&words.said(naming)).into_iter().map(|it| format!("{code} for {naming:?}: {it}")),
            );
        }
    }
    assert!(long.is_empty(), "{} are too long:\n{}", long.len(), long.join("\n"));
}

#[test]
fn words_are_counted_as_they_are_read() {
    let twenty = "one two three four five six seven eight nine ten ".repeat(2);
    assert!(too_long(&twenty).is_empty());
    assert_eq!(too_long(&format!("{twenty}more")).len(), 1);
    assert_eq!(too_long(&format!("Before. {twenty}`openssl x509 -in FILE`: (behind it).")).len(), 1);
    assert!(too_long(&format!("See v1.2 – then (this.) {twenty}")).is_empty());
}

#[test]
fn no_page_tells_them_either() {
    for naming in told::OTHERS {
        for (definition, page) in explain::pages(naming) {
            // A block of another program's is its own, line by line.
            let blocks = page.split("```").enumerate();
            let words: String = blocks.filter(|(number, _)| number % 2 == 0).map(|(_, text)| text).collect();
            let commands = page.split("```").skip(1).step_by(2).collect::<String>();
            let foreign = told::foreign(&words, naming).or_else(|| told::foreign(&commands, naming));
            let is_flag_of_another = foreign == Some("a flag") && !told::has_flag(&words);
            assert!(foreign.is_none() || is_flag_of_another, "{} for {naming:?}: {page}", definition.code);
            assert!(!page.contains("```dps-x509"), "{}: {page}", definition.code);
            let parts: Vec<_> = page.split("\n## ").skip(1).collect();
            let is_said = |part: &&str| part.split_once('\n').is_some_and(|(_, text)| text.trim().len() > 3);
            assert!(
                parts.len() == 4 && parts.iter().all(is_said),
                "{} for {naming:?}: {page}",
                definition.code
            );
        }
    }
    let of_command_line: String = explain::pages(Naming::CommandLine).map(|(_, page)| page).collect();
    assert!(of_command_line.matches("\ndps-x509 provision ").count() > 20);
}
