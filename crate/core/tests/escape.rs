//! Each language's literals, read back by a parser of that language: sh, Python, JavaScript, C, C#, Java, JSON and TOML
//! for any text, and for each the characters that it stumbles over.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::{fs, process::Command};

use dps_x509_core::config::Language;
use proptest::{
    collection::vec,
    prelude::{Strategy, any},
    strategy::ValueTree as _,
    test_runner::{Config, RngSeed, TestRunner},
};

/// Words that a language could stumble over.
const HARD: [&str; 24] = [
    "",
    " ",
    "plain",
    "two words",
    "it's",
    "\"quoted\"",
    "'single'",
    "$HOME ${HOME} $(id) `id`",
    "100% %PATH% %%",
    "!history! !!",
    "C:\\Program Files\\x",
    "ends in \\",
    "\\u0041 \\n \\x41 \\101",
    "‘a’ ‚b‛ “c”",
    "Gerät Ключ 設備 🙂",
    "\u{2028}\u{2029}\u{feff}\u{85}",
    "# comment ; & | < > ( ) { } [ ] * ? ~",
    "-starts-with-a-dash",
    "??= ??/ trigraphs",
    "${{x}} {{ y }} @z@",
    "é1\u{301}2",
    "a=b:c,d",
    "~user",
    "\u{7f}",
];

/// The hard ones, and some hundred texts of arbitrary characters, without control characters but with everything else.
fn texts() -> Vec<String> {
    let config = Config { rng_seed: RngSeed::Fixed(7), ..Config::default() };
    let mut runner = TestRunner::new(config);
    let text = vec(any::<char>(), 0..24).prop_map(|characters| {
        characters.into_iter().filter(|character: &char| !character.is_control()).collect::<String>()
    });
    let mut texts: Vec<String> = HARD.map(str::to_owned).into();
    texts.extend((0..300).map(|_| text.new_tree(&mut runner).unwrap().current()));
    texts.retain(|text| !text.chars().any(char::is_control));
    texts
}

/// Runs a program that prints each text with a zero byte behind it.
fn printed(mut command: Command) -> Vec<String> {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_terminator('\0').map(str::to_owned).collect()
}

/// A source file with a literal for each text, run.
fn read_back(
    language: Language,
    name: &str,
    line: impl Fn(&str) -> String,
    frame: (&str, &str),
    run: &[&str],
) {
    let texts = texts();
    let folder = std::env::temp_dir().join(format!("dps-x509-escape-{}-{language:?}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let body: String = texts.iter().map(|text| line(&language.literal(text))).collect();
    fs::write(folder.join(name), format!("{}{body}{}", frame.0, frame.1)).unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", &run.join(" && ")]).current_dir(&folder);
    let read = printed(command);
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(read, texts, "{language:?}");
}

#[test]
fn posix() {
    read_back(Language::Posix, "a.sh", |it| format!("printf '%s\\0' {it}\n"), ("", ""), &["sh a.sh"]);
}

#[test]
fn python() {
    let frame = ("import sys\nsys.stdout.reconfigure(encoding='utf-8')\n", "");
    read_back(Language::Python, "a.py", |it| format!("print({it}, end='\\0')\n"), frame, &["python3 a.py"]);
}

#[test]
fn javascript() {
    let line = |it: &str| format!("process.stdout.write({it} + '\\0');\n");
    read_back(Language::JavaScript, "a.js", line, ("", ""), &["node a.js"]);
}

#[test]
fn c() {
    let line = |it: &str| format!("  fputs({it}, stdout); putchar(0);\n");
    let frame = ("#include <stdio.h>\nint main(void) {\n", "  return 0;\n}\n");
    // With trigraphs, which old compilers for boards still replace.
    read_back(Language::C, "a.c", line, frame, &["gcc -std=c99 -trigraphs -Werror -o a a.c", "./a"]);
}

#[test]
fn csharp() {
    let line = |it: &str| format!("        write({it});\n");
    let frame = (
        "using System;\nusing System.IO;\nusing System.Text;\nstatic class A {\n    static void Main() {\n        \
         Stream output = Console.OpenStandardOutput();\n        Action<string> write = text => {\n            \
         byte[] bytes = Encoding.UTF8.GetBytes(text + \"\\0\");\n            output.Write(bytes, 0, bytes.Length);\n        };\n",
        "    }\n}\n",
    );
    read_back(Language::CSharp, "A.cs", line, frame, &["mcs -warnaserror A.cs", "mono A.exe"]);
}

#[test]
fn java() {
    let line = |it: &str| format!("        output.print({it} + \"\\0\");\n");
    let frame = (
        "public final class A {\n    public static void main(String[] arguments) throws Exception {\n        \
         java.io.PrintStream output = new java.io.PrintStream(System.out, true, \"UTF-8\");\n",
        "    }\n}\n",
    );
    // As if the system's encoding were none that has more than ASCII.
    read_back(Language::Java, "A.java", line, frame, &["javac -encoding US-ASCII A.java", "java A"]);
}

#[test]
fn json() {
    let frame = (
        "import json, sys\nsys.stdout.reconfigure(encoding='utf-8')\nfor text in json.loads(r'''[",
        "\"\"]''')[:-1]: print(text, end='\\0')\n",
    );
    // Three single quotes would end the frame, which is Python's and not JSON's.
    let line = |it: &str| format!("{},\n", it.replace('\'', "\\u0027"));
    read_back(Language::Json, "a.py", line, frame, &["python3 a.py"]);
}

#[test]
fn toml() {
    let parse = "python3 -c \"import sys, tomllib; sys.stdout.reconfigure(encoding='utf-8')\nfor text in tomllib.load(open('a.toml', 'rb'))['a']: print(text, end='\\0')\"";
    read_back(Language::Toml, "a.toml", |it| format!("{it},\n"), ("a = [\n", "]\n"), &[parse]);
}

#[test]
fn what_is_special_elsewhere_is_written_so() {
    for (language, text, literal) in [
        (Language::PowerShell, "it's $x `n ‘1’", "'it''s $x `n ‘‘1’’'"),
        (Language::Cmd, r"100% C:\a b\", r#""100%% C:\a b\\""#),
        (Language::Yaml, "a\u{2028}\"\\", r#""a\u2028\"\\""#),
        (Language::Compose, "$x ${y}", r#""$$x $${y}""#),
        (Language::Kconfig, r#"a "b" \c ä"#, r#""a \"b\" \\c ä""#),
        (Language::Systemd, r#"100% $x "\"#, r#""100%% $$x \"\\""#),
        (Language::Bicep, r"it's ${x} \", r"'it\'s \${x} \\'"),
        (Language::Java, "ä\u{1f642}\\u0041", "\"\\u00e4\\ud83d\\ude42\\\\u0041\""),
        (Language::CSharp, "ä\"{x}", "\"\\u00e4\\\"{x}\""),
        (Language::Rust, "ä\"\\", "\"ä\\\"\\\\\""),
    ] {
        assert_eq!(language.literal(text), literal, "{language:?}");
    }
    assert!(!Language::Cmd.can_hold("a\"b") && Language::PowerShell.can_hold("a\"b"));
    assert!(Language::ALL.iter().all(|language| !language.can_hold("a\nb")));
}
