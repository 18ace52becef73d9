//! PEM in literals of languages that are on few build machines, or are read by programs of their own.

use crate::{
    Framed, Verdict,
    compiler::Language::{self, Assembler, Bash, CSharp, Perl},
    object::Object,
};

pub(crate) fn frames(object: &Object) -> Vec<Framed> {
    let Some(pem) = &object.pem else { return Vec::new() };
    let lines: Vec<&str> = pem.lines().collect();
    let each = |one: &dyn Fn(&str) -> String, by: &str| {
        lines.iter().map(|line| one(line)).collect::<Vec<_>>().join(by)
    };
    let strings = |by: &str| each(&|line| format!("  \"{line}\\n\""), by);
    let bare = |by: &str| each(&|line| format!("  \"{line}\""), by);
    let single = |by: &str| each(&|line| format!("  '{line}'"), by);
    let indented = each(&|line| format!("    {line}"), "\n");
    let escaped = each(&|line| format!("{line}\\n"), "");
    let mut out = Vec::new();
    let mut add = |frame, extension, language: Option<Language>, text: String| {
        let line = text.lines().position(|line| line.contains("-----BEGIN")).unwrap() + 1;
        let verdict = language.map_or(Verdict::Right, |language| Verdict::Compiled(language, text.clone()));
        let text = text.replace("VALUE", "device_cert");
        out.push(Framed::new(frame, extension, text, u32::try_from(line).unwrap(), verdict));
    };
    add("C# verbatim", "cs", Some(CSharp), format!("public const string VALUE = @\"{pem}\";\n"));
    add("C# plus", "cs", Some(CSharp), format!("public const string VALUE =\n{};\n", strings(" +\n")));
    add(
        "C# with Environment.NewLine",
        "cs",
        Some(CSharp),
        format!("public static readonly string VALUE =\n{};\n", bare(" + Environment.NewLine +\n")),
    );
    add(
        "C# string.Join",
        "cs",
        Some(CSharp),
        format!(
            "public static readonly string VALUE = string.Join(\"\\n\", new[] {{\n{}\n}});\n",
            bare(",\n")
        ),
    );
    add("Perl heredoc", "pl", Some(Perl), format!("my $VALUE = <<'EOT';\n{pem}EOT\n"));
    add("Perl heredoc with quotes", "pl", Some(Perl), format!("my $VALUE = <<\"EOT\";\n{pem}EOT\n"));
    add("Perl indented heredoc", "pl", Some(Perl), format!("my $VALUE = <<~EOT;\n{indented}\n    EOT\n"));
    add("Perl points", "pl", Some(Perl), format!("my $VALUE =\n{};\n", strings(" .\n")));
    add("Perl single quotes", "pl", Some(Perl), format!("my $VALUE = '{pem}';\n"));
    add("Perl q", "pl", Some(Perl), format!("my $VALUE = q{{{pem}}};\n"));
    add(
        "Perl join",
        "pl",
        Some(Perl),
        format!("my $VALUE = join(\"\\n\",\n{}\n) . \"\\n\";\n", single(",\n")),
    );
    add("bash double quotes", "sh", Some(Bash), format!("VALUE=\"{pem}\"\n"));
    add("bash single quotes", "sh", Some(Bash), format!("VALUE='{pem}'\n"));
    add("bash ANSI C", "sh", Some(Bash), format!("VALUE=$'{escaped}'\n"));
    add(
        "bash printf by lines",
        "sh",
        Some(Bash),
        format!("VALUE=$(printf '%s\\n' \\\n{})\n", single(" \\\n")),
    );
    add("bash read", "sh", Some(Bash), format!("read -r -d '' VALUE <<'EOF'\n{pem}EOF\n"));
    add("PowerShell here-string", "ps1", None, format!("$cert = @\"\n{pem}\"@\n"));
    add("PowerShell single here-string", "ps1", None, format!("$cert = @'\n{pem}'@\nWrite-Host $cert\n"));
    add(
        "PowerShell backtick",
        "ps1",
        None,
        format!("$cert = \"{}\"\n", each(&|line| format!("{line}`n"), "")),
    );
    add("Tcl braces", "tcl", None, format!("set cert {{{pem}}}\n"));
    add(
        "Ada with ASCII.LF",
        "adb",
        None,
        format!("Cert : constant String :=\n{};\n", bare(" & ASCII.LF &\n")),
    );
    add("MATLAB newline", "m", None, format!("cert = [ ...\n{}];\n", single(" newline ...\n")));
    add("Pascal with #13#10", "pas", None, format!("const Cert =\n{};\n", single(" + #13#10 +\n")));
    add("Nim triple quotes", "nim", None, format!("const cert = \"\"\"{pem}\"\"\"\n"));
    add("MySQL dump", "sql", None, format!("INSERT INTO `c` VALUES (1,_binary '{escaped}',NULL);\n"));
    add(
        "SQLite dump",
        "sql",
        None,
        format!("INSERT INTO c VALUES(1,replace('{escaped}','\\n',char(10)));\n"),
    );
    add("PostgreSQL E string", "sql", None, format!("INSERT INTO c VALUES (1, E'{escaped}');\n"));
    add("SQL with CHR(10)", "sql", None, format!("UPDATE c SET b =\n{};\n", single(" || CHR(10) ||\n")));
    add("MySQL CONCAT", "sql", None, format!("UPDATE c SET b = CONCAT(\n{});\n", single(",CHAR(10),\n")));
    add("PHP double quotes", "php", None, format!("<?php\n$cert = \"{escaped}\";\n"));
    add("PHP single quotes", "php", None, format!("<?php\n$cert = '{pem}';\n"));
    add("PHP points", "php", None, format!("<?php\n$cert =\n{};\n", strings(" .\n")));
    add("PHP with PHP_EOL", "php", None, format!("<?php\n$cert =\n{};\n", bare(" . PHP_EOL .\n")));
    add("PHP heredoc", "php", None, format!("<?php\n$cert = <<<EOT\n{pem}EOT;\n"));
    add("PHP nowdoc indented", "php", None, format!("<?php\n$cert = <<<'EOT'\n{indented}\n    EOT;\n"));
    add("Ruby squiggly heredoc", "rb", None, format!("CERT = <<~PEM.freeze\n{indented}\nPEM\n"));
    add("Ruby heredoc", "rb", None, format!("cert = <<-'PEM'\n{pem}  PEM\n"));
    add("Ruby backslash", "rb", None, format!("CERT =\n{}\n", strings(" \\\n")));
    add("Ruby join", "rb", None, format!("CERT = [\n{}\n].join(\"\\n\")\n", bare(",\n")));
    add("Ruby %q", "rb", None, format!("CERT = %q{{{pem}}}\n"));
    add("Lua long bracket", "lua", None, format!("local cert = [[\n{pem}]]\n"));
    add("Lua level bracket", "lua", None, format!("local cert = [==[{pem}]==]\n"));
    add("Lua points", "lua", None, format!("local cert =\n{}\n", strings(" ..\n")));
    add(
        "Lua escapes",
        "lua",
        None,
        format!("local cert = \"{}\"\n", each(&|line| format!("{line}\\z\n  \\n"), "")),
    );
    add(
        "Lua decimal",
        "lua",
        None,
        format!("local cert = \"{}\"\n", each(&|line| format!("{line}\\010"), "")),
    );
    add("Dart triple quotes", "dart", None, format!("const cert = '''\n{pem}''';\n"));
    add("Dart adjacent", "dart", None, format!("const cert =\n{};\n", strings("\n").replace('"', "'")));
    add("Bicep", "bicep", None, format!("var cert = '{escaped}'\nvar other = '''\nx\n'''\n"));
    add("Bicep, several lines", "bicep", None, format!("param id string\nvar cert = '''\n{pem}'''\n"));
    add("Groovy dollar slashy", "groovy", None, format!("def cert = $/{pem}/$\n"));
    add("OCaml with a name", "ml", None, format!("let cert = {{pem|{pem}|pem}}\n"));
    add("R raw", "R", None, format!("cert <- r\"({pem})\"\n"));
    add("Octave sprintf", "m", None, format!("cert = sprintf('{escaped}');\n"));
    add("ReScript", "res", None, format!("let cert = `{pem}`\n"));
    add("CoffeeScript", "coffee", None, format!("cert = \"\"\"\n{indented}\n    \"\"\"\n").replace('"', "'"));
    add("GDScript", "gd", None, format!("const CERT = \"\"\"{pem}\"\"\"\n"));
    add(
        "GraphQL",
        "graphql",
        None,
        format!("mutation {{ add(pem: \"\"\"\n{indented}\n  \"\"\") {{ id }} }}\n"),
    );
    add("text of Protocol Buffers", "textproto", None, format!("cert: '{escaped}'\n"));
    add("AutoIt", "au3", None, format!("$cert =\n{}\n", bare(" & @CRLF & _\n")));
    add("Apex", "cls", None, format!("String c =\n{};\n", strings(" +\n").replace('"', "'")));
    add("PL/SQL", "pks", None, format!("c CONSTANT CLOB :=\n{};\n", single("||CHR(10)||\n")));
    add("Clojure join", "clj", None, format!("(def c (str/join \"\\n\" [\n{}]))\n", bare("\n")));
    add("Squirrel", "nut", None, format!("const CERT = @\"{pem}\";\n"));
    add("Dart raw", "dart", None, format!("final cert = r\"\"\"\n{pem}\"\"\";\n"));
    add("Zig", "zig", None, format!("const cert =\n{}\n;\n", each(&|line| format!("    \\\\{line}"), "\n")));
    add("Zig plus plus", "zig", None, format!("const cert =\n{};\n", strings(" ++\n")));
    add(
        "Objective-C",
        "m",
        None,
        format!("static NSString *const cert =\n{};\n", strings("\n").replace("  \"", "  @\"")),
    );
    add("Visual Basic", "vb", None, format!("Const Cert As String = _\n{}\n", bare(" & vbCrLf & _\n")));
    add(
        "Delphi",
        "pas",
        None,
        format!("const Cert =\n{};\n", each(&|line| format!("  '{line}'#13#10"), " +\n")),
    );
    add(
        "Scala",
        "scala",
        None,
        format!(
            "val cert = \"\"\"{}\"\"\".stripMargin\n",
            each(&|line| format!("    |{line}"), "\n").trim_start().trim_start_matches('|')
        ),
    );
    add("Groovy", "groovy", None, format!("def cert = '''\\\n{pem}'''\n"));
    add(
        "Elixir",
        "ex",
        None,
        format!("  @cert \"\"\"\n{}\n  \"\"\"\n", each(&|line| format!("  {line}"), "\n")),
    );
    add(
        "Haskell",
        "hs",
        None,
        format!("cert :: String\ncert = \"{}\"\n", each(&|line| format!("{line}\\n\\\n  \\"), "")),
    );
    add(
        "Haskell unlines",
        "hs",
        None,
        format!("cert = unlines\n  [ {}\n  ]\n", each(&|line| format!("\"{line}\""), "\n  , ")),
    );
    add("Lua by %q", "lua", None, format!("local cert = \"{}\"\n", each(&|line| format!("{line}\\\n"), "")));
    add("OCaml in lines", "ml", None, format!("let cert =\n  \"{}\\n\"\n", lines.join("\\n\\\n   ")));
    add("Jsonnet", "jsonnet", None, format!("{{\n  cert: '{escaped}',\n}}\n"));
    add("Jsonnet text block", "jsonnet", None, format!("{{\n  cert: |||\n{indented}\n  |||,\n}}\n"));
    add("CUE", "cue", None, format!("cert: \"\"\"\n{indented}\n    \"\"\"\n"));
    add("Nix", "nix", None, format!("{{ cert = ''\n{indented}\n  '';\n}}\n"));
    add("R", "r", None, format!("cert <- \"{pem}\"\n"));
    add("SQL", "sql", None, format!("INSERT INTO device (id, cert) VALUES ('x', '{pem}');\n"));
    add("CMake", "cmake", None, format!("set(CERT \"{escaped}\")\n"));
    add("Makefile", "mk", None, format!("define CERT\n{pem}endef\nexport CERT\n"));
    add(
        "assembler",
        "s",
        Some(Assembler),
        format!("VALUE:\n{}\n  .byte 0\n", each(&|line| format!("  .ascii \"{line}\\n\""), "\n")),
    );
    add("F#", "fs", None, format!("let cert = \"\"\"{pem}\"\"\"\n"));
    add("Gradle", "gradle", None, format!("buildConfigField \"String\", \"CERT\", '\"{escaped}\"'\n"));
    add("TypeScript template", "ts", None, format!("export const cert: string = `\n{pem}`.trim();\n"));
    add("Protocol buffers as text", "textproto", None, format!("cert:\n{}\n", strings("\n")));
    add("OCaml", "ml", None, format!("let cert = {{|{pem}|}}\n"));
    add("Erlang", "erl", None, format!("cert() -> <<\n{}>>.\n", strings("\n")));
    add("Clojure", "clj", None, format!("(def cert \"{pem}\")\n"));
    add("Julia", "jl", None, format!("cert = \"\"\"\n{indented}\n    \"\"\"\n"));
    add("batch with echo", "bat", None, each(&|line| format!("echo {line}>> cert.pem"), "\n") + "\n");
    add("shell with echo", "sh", None, each(&|line| format!("echo '{line}' >> cert.pem"), "\n") + "\n");
    add(
        "PowerShell Add-Content",
        "ps1",
        None,
        each(&|line| format!("Add-Content cert.pem '{line}'"), "\n") + "\n",
    );
    add("printf", "sh", None, each(&|line| format!("printf '%s\\n' \"{line}\""), "\n") + "\n");
    add(
        "Arduino println",
        "ino",
        None,
        format!("void setup() {{\n{}\n}}\n", each(&|line| format!("  file.println(\"{line}\");"), "\n")),
    );
    add(
        "StringBuilder",
        "cs",
        None,
        format!("void A() {{\n{}\n}}\n", each(&|line| format!("  text.AppendLine(\"{line}\");"), "\n")),
    );
    out
}
