//! A sentence of the catalogue: text, and the places in it where something is put in.

use std::collections::BTreeSet;

/// A sentence in its pieces.
pub(crate) struct Template(pub(crate) Vec<Piece>);

/// A piece of a sentence.
pub(crate) enum Piece {
    Text(String),
    /// `{days}`: what the finder of the finding knows.
    Fact(String),
    /// `{input:registration-id}`: an input, which each front end calls its own way. A variant of `Input`.
    Input(&'static str),
    /// `{do:repair}`: something to do, which each front end does its own way. A variant of `Deed`.
    Deed(&'static str),
}

/// Of a table of `finding::naming` the names, each with its variant.
macro_rules! names {
    ($list:ident: $($(#[$doc:meta])* $variant:ident = $name:literal: $($word:literal),+;)+) => {
        const $list: &[(&str, &str)] = &[$(($name, stringify!($variant))),+];
    };
}

macro_rules! inputs {
    ($($table:tt)+) => { names! { INPUTS: $($table)+ } };
}

macro_rules! deeds {
    ($($table:tt)+) => { names! { DEEDS: $($table)+ } };
}

include!("../src/finding/naming/table.rs");

impl Template {
    /// Takes a sentence apart.
    ///
    /// # Errors
    /// What is wrong with a place of it.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            let (name, after) =
                behind.split_once('}').ok_or_else(|| format!("has a place that does not end: {{{behind}"))?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(place(name)?);
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self(pieces))
    }

    /// Takes a page apart: of its braces only those of inputs and deeds are places.
    ///
    /// # Errors
    /// What is wrong with a place of it.
    pub(crate) fn of_page(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let (mut text, mut rest) = (String::new(), text);
        while let Some(at) = ["{input:", "{do:"].iter().filter_map(|start| rest.find(start)).min() {
            let (before, behind) = rest.split_at(at);
            let (name, after) = behind[1..]
                .split_once('}')
                .ok_or_else(|| format!("has a place that does not end: {behind}"))?;
            text.push_str(before);
            pieces.push(Piece::Text(std::mem::take(&mut text)));
            pieces.push(place(name)?);
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }

    /// Whether each front end says it its own way.
    pub(crate) fn has_marks(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Input(_) | Piece::Deed(_)))
    }

    /// The names of what is put in.
    pub(crate) fn facts(&self) -> BTreeSet<&str> {
        let facts = self.0.iter().filter_map(|piece| match piece {
            Piece::Fact(name) => Some(name.as_str()),
            _ => None,
        });
        facts.collect()
    }

    /// As it was written.
    pub(crate) fn shown(&self) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Fact(name) => format!("{{{name}}}"),
            Piece::Input(input) => format!("{{{input}}}"),
            Piece::Deed(deed) => format!("{{{deed}}}"),
        };
        self.0.iter().map(piece).collect()
    }

    /// As Rust: a list of `Piece`.
    pub(crate) fn rust(&self) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => format!("Piece::Text({text:?})"),
            Piece::Fact(name) => format!("Piece::Fact({name:?})"),
            Piece::Input(input) => format!("Piece::Input(crate::finding::Input::{input})"),
            Piece::Deed(deed) => format!("Piece::Deed(crate::finding::Deed::{deed})"),
        };
        format!("&[{}]", self.0.iter().map(piece).collect::<Vec<_>>().join(", "))
    }
}

fn place(name: &str) -> Result<Piece, String> {
    let known = |kind: &str, list: &[(&str, &'static str)], name: &str| {
        let known = list.iter().find(|(known, _)| *known == name).map(|(_, variant)| *variant);
        known.ok_or_else(|| format!("names an unknown {kind}: {name}"))
    };
    match name.split_once(':') {
        Some(("input", input)) => known("input", INPUTS, input).map(Piece::Input),
        Some(("do", deed)) => known("deed", DEEDS, deed).map(Piece::Deed),
        Some((kind, _)) => Err(format!("has a place of an unknown kind: {kind}")),
        None if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') => {
            Ok(Piece::Fact(name.to_owned()))
        }
        None => Err(format!("has a place whose name is not in small letters: {{{name}}}")),
    }
}
