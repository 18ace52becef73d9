//! Which language a program is written in: by its name, or by words that others do not have.

use super::super::text::{self, Glyph};

/// A language, as far as its strings differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cert::file) enum Language {
    C,
    CSharp,
    Dart,
    Go,
    Java,
    JavaScript,
    Kotlin,
    Python,
    Rust,
    /// Languages whose strings may go over several lines and are joined by a sign: PHP, Ruby, PowerShell, SQL and others.
    Script(Dialect),
    Shell,
    /// The language of controllers (IEC 61131-3), whose escapes begin with `$`.
    StructuredText,
    Swift,
    /// JSON, YAML, TOML and other documents, or no program at all.
    Other,
}

/// Where languages of one family differ: in what a `\` at the end of a line of a string means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cert::file) enum Dialect {
    /// The line goes on behind the next `\`.
    Haskell,
    /// It is a line break: Lua.
    Lua,
    /// It takes away the line break and the blanks behind it: OCaml.
    OCaml,
    /// All others.
    Other,
}

/// Words by which a program is known when its name does not tell, the surest first.
const WORDS: [(Language, &[&str]); 15] = [
    (Language::StructuredText, &["END_VAR", "VAR_GLOBAL", "STRING(", "STRING[", "PROGRAM "]),
    (
        Language::C,
        &["#include", "#define", "#pragma", "#ifndef", "unsigned char", "const char", "uint8_t", "constexpr"],
    ),
    (Language::Rust, &["&str", "concat!(", "&[u8]", "fn main", "pub const", "r#\"", "&'static"]),
    (Language::Go, &["package ", ":= ", "[]byte", "func main"]),
    (Language::Kotlin, &["trimIndent", "byteArrayOf", "const val", "val ", "fun main"]),
    (
        Language::CSharp,
        &["using System", "namespace ", "const string", "static string", "byte[] ", "string "],
    ),
    (Language::Java, &["public class", "static final", "String ", "class Main", "new byte[]"]),
    (
        Language::JavaScript,
        &[
            "module.exports",
            "require(",
            "export ",
            "console.",
            "' +",
            "\" +",
            "Buffer.",
            "const ",
            "Uint8Array",
        ],
    ),
    (Language::Swift, &["let ", "[UInt8]"]),
    (Language::Python, &["import ", "def ", "b\"", "b'", "= (", "= \"\"\"", "print(", "bytes("]),
    (
        Language::Script(Dialect::Other),
        &["<?php", "$cert", "my $", "#!/usr/bin/env", "local ", "Write-Host", "INSERT INTO", "end\n"],
    ),
    (Language::Script(Dialect::Lua), &["local ", "function(", "nil"]),
    (Language::Script(Dialect::OCaml), &["let ", ";;", " in\n", "Bytes.", "String.concat"]),
    (Language::Script(Dialect::Haskell), &[" :: ", " where\n", "module ", "import qualified"]),
    (Language::Shell, &["#!/bin", "export ", "echo ", "<<"]),
];

impl Language {
    pub(in crate::cert::file) fn of(glyphs: &[Glyph], path: Option<&str>) -> Self {
        let extension = path.and_then(extension);
        match extension.as_deref() {
            Some("c" | "h" | "cc" | "cpp" | "cxx" | "hpp" | "hh" | "ino" | "pde" | "inc" | "mm") => {
                return Self::C;
            }
            // MATLAB quotes in another way than Objective-C.
            Some("m") if text::string(glyphs).contains("'-----BEGIN") => {
                return Self::Script(Dialect::Other);
            }
            Some("m") => return Self::C,
            // Squirrel has C#'s verbatim strings.
            Some("cs" | "nut") => return Self::CSharp,
            Some("go") => return Self::Go,
            Some("java") => return Self::Java,
            Some(
                "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "jsx" | "tsx" | "json5" | "jsonnet"
                | "libsonnet" | "res" | "resi" | "qml" | "hx",
            ) => {
                return Self::JavaScript;
            }
            // Apex has such strings; of Visual Basic, whose classes are called so too, a quote begins a comment.
            Some("cls") if text::string(glyphs).contains("'-----BEGIN") => return Self::JavaScript,
            Some("kt" | "kts") => return Self::Kotlin,
            // GDScript and the text of Protocol Buffers have both quotes with escapes, too.
            Some(
                "py" | "pyi" | "pyx" | "bzl" | "star" | "gd" | "textproto" | "textpb" | "txtpb" | "pbtxt"
                | "prototxt",
            ) => {
                return Self::Python;
            }
            Some("rs") => return Self::Rust,
            // Bicep has the same strings, those of three quotes without escapes.
            Some("dart" | "bicep" | "bicepparam") => return Self::Dart,
            Some("hs" | "lhs") => return Self::Script(Dialect::Haskell),
            Some("lua") => return Self::Script(Dialect::Lua),
            Some("ml" | "mli") => return Self::Script(Dialect::OCaml),
            Some(
                "adb" | "ads" | "au3" | "bas" | "clj" | "cljs" | "cls" | "cmake" | "coffee" | "cr" | "ddl"
                | "dhall" | "dml" | "edn" | "elm" | "erl" | "ex" | "exs" | "fs" | "fsx" | "gql" | "gradle"
                | "graphql" | "groovy" | "jl" | "lisp" | "mk" | "nim" | "nix" | "pas" | "php" | "pkb" | "pks"
                | "pl" | "plsql" | "pm" | "prc" | "ps1" | "psd1" | "psm1" | "psql" | "r" | "raku" | "rb"
                | "rkt" | "sc" | "scala" | "scm" | "sql" | "tcl" | "vala" | "vb" | "vbs",
            ) => {
                return Self::Script(Dialect::Other);
            }
            Some("s" | "asm" | "zig") => return Self::C,
            Some("sh" | "bash") => return Self::Shell,
            Some("st" | "exp" | "tcpou" | "tcgvl" | "scl") => return Self::StructuredText,
            // CUE and Pkl take off the blanks that stand in front of the quotes at the end, as Swift does.
            Some("swift" | "cue" | "pkl") => return Self::Swift,
            Some(
                "json" | "yaml" | "yml" | "toml" | "xml" | "plist" | "tf" | "hcl" | "ldif" | "tfstate"
                | "env",
            ) => {
                return Self::Other;
            }
            _ => {}
        }
        // Names of values stand in the first lines and behind the strings.
        let text = text::string(glyphs.get(..1 << 16).unwrap_or(glyphs));
        let count = |words: &[&str]| words.iter().filter(|word| has(&text, word)).count();
        let starts = text.trim_start();
        if starts.starts_with(['{', '[', '<']) && !starts.starts_with("[]byte") {
            // What Python prints of a dictionary or a list has bytes in it, and no document has.
            return if has_python_bytes(&text) { Self::Python } else { Self::Other };
        }
        let mut best = (Self::Other, 0);
        for (language, words) in WORDS {
            let count = count(words);
            if count > best.1 {
                best = (language, count);
            }
        }
        // The function of a flow in JSON is JavaScript, whatever words it has.
        if best.0 == Self::Other && text.contains("`-----BEGIN ") && !text.contains("``") {
            return Self::JavaScript;
        }
        // Both write b"…", and Rust alone prints a NUL as \0.
        let is_debug_of_rust = best.0 == Self::Python && text.contains("b\"") && text.contains("\\0");
        if is_debug_of_rust { Self::Rust } else { best.0 }
    }

    /// Whether `#` begins a comment.
    pub(super) const fn has_hash_comments(self) -> bool {
        matches!(self, Self::Python | Self::Script(_) | Self::Shell | Self::Other)
    }

    /// Whether `//` begins a comment.
    pub(super) const fn has_slash_comments(self) -> bool {
        !matches!(self, Self::Python | Self::Shell)
    }
}

/// How the name of a file ends, in small letters: of a template that of what it becomes.
fn extension(path: &str) -> Option<String> {
    const TEMPLATES: [&str; 9] =
        ["in", "j2", "jinja", "jinja2", "tpl", "tmpl", "template", "erb", "mustache"];
    let (rest, end) = path.rsplit_once('.')?;
    let end = end.to_ascii_lowercase();
    let inner = rest.rsplit_once('.').filter(|_| TEMPLATES.contains(&end.as_str()));
    Some(inner.map_or(end, |(_, inner)| inner.to_ascii_lowercase()))
}

/// Whether a text has this word. One of letters alone has to stand by itself: base64 has every short one somewhere.
fn has(text: &str, word: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
    let stands_alone = |at: usize| {
        let (before, after) =
            (text.get(..at).unwrap_or_default(), text.get(at + word.len()..).unwrap_or_default());
        !before.ends_with(is_letter) && !after.starts_with(is_letter)
    };
    if word.chars().all(char::is_alphanumeric) {
        text.match_indices(word).any(|(at, _)| stands_alone(at))
    } else {
        text.contains(word)
    }
}

/// Whether bytes are written in a text as Python prints them: `b'…'` behind a sign, with an escape.
fn has_python_bytes(text: &str) -> bool {
    let begins = |quote: &str| {
        text.match_indices(quote).any(|(at, _)| {
            text.get(..at).is_some_and(|before| before.ends_with([' ', '{', '[', '(', ',', ':']))
        })
    };
    (begins("b'") || begins("b\"")) && text.contains("\\x")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cert::file::text::Text;

    #[test]
    fn a_template_is_in_the_language_of_what_it_becomes() {
        for (path, end) in [
            ("certs.h.in", Some("h")),
            ("config/values.YAML.j2", Some("yaml")),
            ("template", None),
            ("in", None),
            ("cert.in", Some("in")),
            ("cert.PEM", Some("pem")),
        ] {
            assert_eq!(extension(path).as_deref(), end, "{path}");
        }
    }

    #[test]
    fn letters_inside_of_base64_are_no_words() {
        let of = |text: &str| Language::of(&Text::decode(text.as_bytes()).glyphs, None);
        assert_eq!(of("cert=MIIBqx5nilOiqSx5\\n\\\n  znil+nil/nil=\n"), Language::Other);
        assert_eq!(of("cert = nil\n"), Language::Script(Dialect::Lua));
        assert_eq!(of("return x==nil\n"), Language::Script(Dialect::Lua));
    }
}
