//! Where sentences stand: those of findings in the catalogue, and in no room that finds something.

use std::fs;

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    spanned::Spanned as _,
    visit::{self, Visit},
};

use crate::{root, sources};

/// Rooms of core that find, and say it through `finding::say`.
const FINDERS: [&str; 3] = ["cert", "session", "service"];

/// Folders in which not even a literal may be a sentence; elsewhere errors have words of their own.
const RULES: &str = "cert/rule";

/// So many words are a sentence; names of things and evidence have fewer.
const SENTENCE: usize = 6;

#[test]
fn whoever_finds_something_says_it_in_the_words_of_the_catalogue() {
    let core = root().join("crate/core/src");
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for source in sources(&core).into_iter().filter(|it| FINDERS.contains(&it.module[0].as_str())) {
        seen += 1;
        let shown = source.file.strip_prefix(&core).unwrap().display().to_string();
        let text = fs::read_to_string(&source.file).unwrap();
        let is_rule = shown.starts_with(RULES);
        wrong.extend(
            of_text(&text, is_rule).into_iter().map(|(line, what)| format!("{shown}:{line}: {what}")),
        );
    }
    assert!(seen > 50, "{seen} files: where are the rooms?");
    assert!(wrong.is_empty(), "put these into crate/core/catalogue:\n{}", wrong.join("\n"));
}

/// What is wrong with a file, and in which line.
fn of_text(text: &str, is_rule: bool) -> Vec<(usize, String)> {
    let file = syn::parse_file(text).unwrap();
    let mut collector = Collector { is_rule, found: Vec::new() };
    collector.visit_file(&file);
    collector.found
}

struct Collector {
    is_rule: bool,
    found: Vec<(usize, String)>,
}

impl Collector {
    fn literal(&mut self, text: &str, line: usize) {
        // What is put in is no word of the sentence.
        let parts = text.split('{').enumerate().map(|(index, part)| match part.split_once('}') {
            Some((_, rest)) if index > 0 => rest,
            _ => part,
        });
        let text_alone = parts.collect::<Vec<_>>().join(" ");
        let words =
            text_alone.split_whitespace().filter(|it| it.contains(|it: char| it.is_ascii_alphabetic()));
        if self.is_rule && words.count() >= SENTENCE {
            self.found.push((line, format!("a sentence in Rust: {text:?}")));
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    let line = literal.span().start().line;
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        self.literal(&text.value(), line);
                    }
                }
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Collector {
    /// Documentation and reasons of lints are for developers.
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let written: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if written.ends_with(&["Finding".to_owned(), "new".to_owned()]) {
            self.found.push((path.span().start().line, "a finding with words of its own".to_owned()));
        }
        visit::visit_path(self, path);
    }

    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        self.literal(&literal.value(), literal.span().start().line);
    }

    fn visit_macro(&mut self, it: &'ast syn::Macro) {
        self.tokens(it.tokens.clone());
    }
}

#[test]
fn sentences_are_found_wherever_they_stand() {
    let text = "/// A doc comment of many words is no sentence of a finding.\n\
                fn f() {\n    let x = \"valid from one day on to another\";\n\
                    let y = format!(\"{} is {}\", 1, String::from(\"a key that is not of this device\"));\n\
                    Finding::new(&catalogue::A, \"no\", x)\n}\n\
                #[cfg(test)]\nmod tests { const A: &str = \"what a test has to say is its own\"; }\n";
    let lines = |is_rule| of_text(text, is_rule).into_iter().map(|(line, _)| line).collect::<Vec<_>>();
    assert_eq!(lines(true), [3, 4, 5]);
    assert_eq!(lines(false), [5]);
}
