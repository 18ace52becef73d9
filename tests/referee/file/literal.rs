//! PEM in literals of programs.

use crate::{
    Framed, Verdict,
    compiler::Language::{self, C, Java, JavaScript, Python, Rust},
    object::Object,
};

pub(crate) fn frames(object: &Object) -> Vec<Framed> {
    let Some(pem) = &object.pem else { return Vec::new() };
    let lines: Vec<&str> = pem.lines().collect();
    let each = |one: &dyn Fn(&str) -> String, by: &str| {
        lines.iter().map(|line| one(line)).collect::<Vec<_>>().join(by)
    };
    let adjacent = each(&|line| format!("  \"{line}\\n\""), "\n");
    let crlf = each(&|line| format!("  \"{line}\\r\\n\""), "\n");
    let plus = each(&|line| format!("  \"{line}\\n\""), " +\n");
    let single_plus = each(&|line| format!("  '{line}\\n'"), " +\n");
    let indented = each(&|line| format!("    {line}"), "\n");
    let escaped = each(&|line| format!("{line}\\n"), "");
    let continued = each(&|line| format!("{line}\\n\\"), "\n");
    let bare = each(&|line| format!("  \"{line}\""), "\n");
    let list = each(&|line| format!("  \"{line}\""), ",\n");
    let single_list = each(&|line| format!("  '{line}'"), ",\n");
    let mut out = Vec::new();
    // The line is that of BEGIN.
    let mut add = |frame, extension, language: Option<Language>, text: String| {
        let line = text.lines().position(|line| line.contains("-----BEGIN")).unwrap() + 1;
        let verdict = language.map_or(Verdict::Right, |language| Verdict::Compiled(language, text.clone()));
        let text = text.replace("VALUE", "device_cert");
        out.push(Framed::new(frame, extension, text, u32::try_from(line).unwrap(), verdict));
    };
    let c =
        |name, add: &mut dyn FnMut(&'static str, &'static str, Option<Language>, String), text: String| {
            add(name, "c", Some(C), text);
        };
    c("C adjacent strings", &mut add, format!("static const char VALUE[] =\n{adjacent};\n"));
    c(
        "C adjacent strings with CRLF",
        &mut add,
        format!("/* made by a tool */\nconst char VALUE[] =\n{crlf};\n"),
    );
    c(
        "C strings with a comment each",
        &mut add,
        format!("const char VALUE[] =\n{};\n", adjacent.replace("\\n\"\n", "\\n\" /* x \" y */\n")),
    );
    c("C one string", &mut add, format!("const char VALUE[] = \"{escaped}\";\n"));
    c("C one string continued", &mut add, format!("const char VALUE[] = \"\\\n{continued}\n\";\n"));
    c(
        "C strings continued by a backslash",
        &mut add,
        format!("const char VALUE[] = \\\n{};\n", adjacent.replace("\"\n", "\" \\\n")),
    );
    c("C without line breaks", &mut add, format!("const char VALUE[] =\n{bare};\n"));
    c(
        "C first line break missing",
        &mut add,
        format!("const char VALUE[] =\n{};\n", adjacent.replacen("\\n", "", 1)),
    );
    add("C macro", "h", None, format!("#define CERT \\\n{}\n", adjacent.replace("\"\n", "\" \\\n")));
    add("C++ raw string", "cpp", None, format!("static const char cert[] = R\"EOF({pem})EOF\";\n"));
    add(
        "C++ raw string in PROGMEM",
        "ino",
        None,
        format!("#include <x.h>\n\nconst char cert[] PROGMEM = R\"(\n{pem})\";\n"),
    );
    add("C# verbatim string", "cs", None, format!("class A {{\n  const string Cert = @\"{pem}\";\n}}\n"));
    add("C# concatenation", "cs", None, format!("class A {{\n  const string Cert =\n{plus};\n}}\n"));
    add(
        "C# raw string",
        "cs",
        None,
        format!("class A {{\n  const string Cert = \"\"\"\n{indented}\n    \"\"\";\n}}\n"),
    );
    add("Java concatenation", "java", Some(Java), format!("static final String VALUE =\n{plus};\n"));
    add(
        "Java text block",
        "java",
        Some(Java),
        format!("static final String VALUE = \"\"\"\n{indented}\n    \"\"\";\n"),
    );
    add(
        "Java String.join",
        "java",
        Some(Java),
        format!("static final String VALUE = String.join(\"\\n\",\n{list});\n"),
    );
    add("Go raw string", "go", None, format!("package main\n\nvar cert = `{pem}`\n"));
    add("Go concatenation", "go", None, format!("package main\n\nconst cert =\n{plus}\n"));
    add("Python triple quotes", "py", Some(Python), format!("VALUE = \"\"\"\\\n{pem}\"\"\"\n"));
    add("Python triple quotes behind a line break", "py", Some(Python), format!("VALUE = '''\n{pem}'''\n"));
    add("Python triple quotes indented", "py", Some(Python), format!("VALUE = \"\"\"\n{indented}\n\"\"\"\n"));
    add(
        "Python bytes in parentheses",
        "py",
        Some(Python),
        format!("VALUE = (\n{}\n)\n", adjacent.replace("  \"", "  b\"")),
    );
    add("Python join", "py", Some(Python), format!("VALUE = \"\\n\".join([\n{list}\n])\n"));
    add("Python one string", "py", Some(Python), format!("# the device\nVALUE = '{escaped}'\n"));
    add("JavaScript template", "js", Some(JavaScript), format!("const VALUE = `{pem}`;\n"));
    add("JavaScript concatenation", "js", Some(JavaScript), format!("const VALUE =\n{single_plus};\n"));
    add(
        "JavaScript join",
        "js",
        Some(JavaScript),
        format!("const VALUE = [\n{single_list}\n].join('\\n');\n"),
    );
    add(
        "JavaScript without line breaks",
        "js",
        Some(JavaScript),
        format!("const VALUE =\n{};\n", single_plus.replace("\\n", "")),
    );
    add("Rust raw string", "rs", Some(Rust), format!("const VALUE: &str = r#\"{pem}\"#;\n"));
    add("Rust string", "rs", Some(Rust), format!("const VALUE: &str = \"{pem}\";\n"));
    add(
        "Rust string continued",
        "rs",
        Some(Rust),
        format!("const VALUE: &str = \"\\\n{}\n\";\n", continued.replace("\n", "\n    ")),
    );
    add(
        "Rust string continued without line breaks",
        "rs",
        Some(Rust),
        format!("const VALUE: &str = \"\\\n{}\n\";\n", continued.replace("\\n", "")),
    );
    add(
        "Rust concat!",
        "rs",
        Some(Rust),
        format!("const VALUE: &str = concat!(\n{}\n);\n", adjacent.replace("\"\n", "\",\n")),
    );
    add("Kotlin raw string", "kt", None, format!("val cert = \"\"\"\n{indented}\n\"\"\".trimIndent()\n"));
    add("Kotlin concatenation", "kt", None, format!("const val CERT =\n{plus}\n"));
    add("Swift text", "swift", None, format!("let cert = \"\"\"\n{indented}\n    \"\"\"\n"));
    out
}
