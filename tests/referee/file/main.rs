//! Files as people have them: each kind of object in each kind of frame. What OpenSSL made has to be found, named,
//! placed and repaired to equal DER; what a compiler makes of a literal is given to OpenSSL, and its verdict is ours.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail")]

mod array;
mod compiler;
mod damage;
mod document;
mod dump;
mod literal;
mod number;
mod object;
mod script;
mod text;

use std::collections::BTreeMap;

use dps_x509_core::{cert::File, finding::Place};

use self::object::Object;

/// An object in a frame.
pub(crate) struct Framed {
    /// What the frame is called.
    pub(crate) frame: &'static str,
    /// How its file is called behind the dot.
    pub(crate) extension: &'static str,
    /// The file.
    pub(crate) bytes: Vec<u8>,
    /// The line in which the first object begins.
    pub(crate) line: u32,
    /// How the verdict is found out.
    pub(crate) verdict: Verdict,
}

/// Who says whether a client reads it.
pub(crate) enum Verdict {
    /// What comes out of a document is right.
    Right,
    /// OpenSSL, of the file as it is.
    Openssl,
    /// OpenSSL, of what the compiler makes of it: the declaration of `VALUE`.
    Compiled(compiler::Language, String),
}

impl Framed {
    fn new(
        frame: &'static str,
        extension: &'static str,
        text: impl Into<Vec<u8>>,
        line: u32,
        verdict: Verdict,
    ) -> Self {
        Self { frame, extension, bytes: text.into(), line, verdict }
    }
}

#[test]
fn every_object_in_every_frame_is_found_and_repaired_and_judged_as_openssl_does() {
    let objects = object::all();
    let mut compiled = compiler::Programs::default();
    let mut made: Vec<(&Object, Framed)> = Vec::new();
    for object in &objects {
        let frames =
            literal::frames(object).into_iter().chain(document::frames(object)).chain(text::frames(object));
        let frames = frames.chain(script::frames(object)).chain(array::frames(object));
        let frames = frames.chain(dump::frames(object)).chain(number::frames(object));
        made.extend(frames.map(|framed| (object, framed)));
    }
    for (number, (_, framed)) in made.iter().enumerate() {
        if let Verdict::Compiled(language, declaration) = &framed.verdict {
            compiled.add(*language, number, declaration);
        }
    }
    let outputs = compiled.run();
    let mut wrong: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (number, (object, framed)) in made.iter().enumerate() {
        let place = Place::default().path(format!("{}.{}", object.name, framed.extension));
        let file = File::read(&framed.bytes, &place);
        let told = || file.findings.iter().map(|f| format!("{} {}", f.code(), f.message)).collect::<Vec<_>>();
        let mut complain = |what: String| {
            wrong.entry(framed.frame).or_default().push(format!("{}: {what}; {:?}", object.name, told()));
        };
        let found: Vec<_> = file.items.iter().map(|item| (item.kind, item.der.to_vec())).collect();
        if found != object.parts {
            complain(format!(
                "found {:?}",
                found.iter().map(|(kind, der)| (kind, der.len())).collect::<Vec<_>>()
            ));
            continue;
        }
        if file.items.first().and_then(|item| item.place.line).unwrap_or(1) != framed.line {
            complain(format!(
                "line {} and not {:?}",
                framed.line,
                file.items.first().map(|item| item.place.line)
            ));
        }
        if object.pem.is_some() && file.to_pem().is_none_or(|pem| object::der_of(&pem) != object.der()) {
            complain("not repaired to the same bytes".to_owned());
        }
        let is_read = match &framed.verdict {
            Verdict::Right => true,
            Verdict::Openssl => object.is_read(&framed.bytes),
            Verdict::Compiled(..) => {
                object.is_read(outputs.get(&number).expect("every program has an output"))
            }
        };
        if file.refused.is_empty() != is_read {
            complain(format!(
                "OpenSSL reads it: {is_read}, refused here: {:?}",
                file.refused.iter().map(|d| d.code).collect::<Vec<_>>()
            ));
        }
    }
    let failures: usize = wrong.values().map(Vec::len).sum();
    println!("{} files of {} objects: {} right", made.len(), objects.len(), made.len() - failures);
    let text: Vec<_> = wrong
        .iter()
        .map(|(frame, all)| {
            format!("{frame}: {} wrong, such as {}", all.len(), all.first().map_or("", |one| one))
        })
        .collect();
    assert!(wrong.is_empty(), "{failures} complaints about {} files:\n{}", made.len(), text.join("\n"));
    assert!(made.len() >= 1000, "only {} files", made.len());
}
