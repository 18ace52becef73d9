//! Compilers: all literals of a language in one program, which writes what it makes of each into a file.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, process::Command};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Language {
    Assembler,
    Bash,
    C,
    CSharp,
    Java,
    JavaScript,
    Perl,
    Python,
    Rust,
}

/// The declarations of each language, by the number of their file.
#[derive(Default)]
pub(crate) struct Programs(BTreeMap<Language, Vec<(usize, String)>>);

impl Programs {
    /// Takes a declaration of `VALUE`.
    pub(crate) fn add(&mut self, language: Language, number: usize, declaration: &str) {
        self.0
            .entry(language)
            .or_default()
            .push((number, declaration.replace("VALUE", &format!("value_{number}"))));
    }

    /// What comes out, by the number of the file.
    pub(crate) fn run(self) -> BTreeMap<usize, Vec<u8>> {
        let mut out = BTreeMap::new();
        for (language, declarations) in self.0 {
            let folder = tempfile::tempdir().unwrap();
            run(language, &declarations, folder.path());
            for (number, _) in declarations {
                let path = folder.path().join(format!("out-{number}"));
                out.insert(number, fs::read(&path).unwrap_or_else(|e| panic!("{language:?} {number}: {e}")));
            }
        }
        out
    }
}

fn run(language: Language, declarations: &[(usize, String)], folder: &Path) {
    let mut program = String::new();
    let each =
        |one: fn(usize) -> String| declarations.iter().map(|(number, _)| one(*number)).collect::<String>();
    match language {
        Language::Assembler => {
            for (number, declaration) in declarations {
                program += &format!(".section .v{number},\"a\"\n{declaration}\n");
            }
            fs::write(folder.join("main.s"), program).unwrap();
            command(folder, "gcc", &["-c", "main.s", "-o", "main.o"]);
            for (number, _) in declarations {
                let only = format!(".v{number}");
                let out = format!("out-{number}");
                command(folder, "objcopy", &["-O", "binary", "--only-section", &only, "main.o", &out]);
            }
        }
        Language::Bash => {
            for (number, declaration) in declarations {
                write!(program, "{declaration}\nprintf %s \"$value_{number}\" > out-{number}\n").unwrap();
            }
            fs::write(folder.join("main.sh"), program).unwrap();
            command(folder, "bash", &["main.sh"]);
        }
        Language::Perl => {
            for (number, declaration) in declarations {
                write!(
                    program,
                    "{declaration}\nopen(F, '>', 'out-{number}'); print F $value_{number}; close F;\n"
                )
                .unwrap();
            }
            fs::write(folder.join("main.pl"), program).unwrap();
            command(folder, "perl", &["main.pl"]);
        }
        Language::CSharp => {
            program += "using System;\nusing System.IO;\nclass Program {\n";
            program += "static byte[] Bytes(string s) { return System.Text.Encoding.GetEncoding(28591).GetBytes(s); }\n";
            program += "static byte[] Bytes(byte[] b) { return b; }\n";
            for (_, declaration) in declarations {
                program += declaration;
            }
            let writes = each(|n| format!("File.WriteAllBytes(\"out-{n}\", Bytes(value_{n}));\n"));
            write!(program, "static void Main() {{\n{writes}}}\n}}\n").unwrap();
            fs::write(folder.join("main.cs"), program).unwrap();
            command(folder, "mcs", &["main.cs", "-out:main.exe"]);
            command(folder, "mono", &["main.exe"]);
        }
        Language::C => {
            program += "#include <stdio.h>\n#include <stdint.h>\n";
            for (_, declaration) in declarations {
                program += declaration;
            }
            let writes = each(|n| {
                format!("f=fopen(\"out-{n}\",\"wb\");fwrite(value_{n},1,sizeof value_{n},f);fclose(f);\n")
            });
            write!(program, "int main(void) {{ FILE *f;\n{writes} return 0; }}\n").unwrap();
            fs::write(folder.join("main.c"), program).unwrap();
            command(folder, "gcc", &["-std=gnu11", "-w", "main.c", "-o", "main"]);
            command(folder, "./main", &[]);
        }
        Language::Java => {
            program += "import java.nio.file.*;\npublic class Main {\n";
            for (number, declaration) in declarations {
                // A class each: constants of one would be too many.
                writeln!(program, "static class C{number} {{ {declaration} }}").unwrap();
            }
            program += "static byte[] bytes(String s) { return s.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1); }\n";
            program += "static byte[] bytes(byte[] b) { return b; }\n";
            let writes = each(|n| format!("Files.write(Path.of(\"out-{n}\"), bytes(C{n}.value_{n}));\n"));
            write!(program, "public static void main(String[] a) throws Exception {{\n{writes}}}\n}}\n")
                .unwrap();
            fs::write(folder.join("Main.java"), program).unwrap();
            command(folder, "javac", &["-J-Xshare:auto", "Main.java"]);
            command(folder, "java", &["-Xshare:auto", "Main"]);
        }
        Language::JavaScript => {
            program += "const fs = require('fs');\n";
            for (number, declaration) in declarations {
                write!(program, "{declaration}\nfs.writeFileSync('out-{number}', typeof value_{number} === 'string' ? Buffer.from(value_{number}, 'latin1') : Buffer.from(value_{number}));\n").unwrap();
            }
            fs::write(folder.join("main.js"), program).unwrap();
            command(folder, "node", &["main.js"]);
        }
        Language::Python => {
            for (number, declaration) in declarations {
                write!(program, "{declaration}\nv = value_{number}\nopen('out-{number}', 'wb').write(v.encode('latin-1') if isinstance(v, str) else bytes(v))\n").unwrap();
            }
            fs::write(folder.join("main.py"), program).unwrap();
            command(folder, "python3", &["main.py"]);
        }
        Language::Rust => {
            program += "#![allow(non_upper_case_globals)]\n";
            for (_, declaration) in declarations {
                program += declaration;
                program.push('\n');
            }
            let writes = each(|n| format!("std::fs::write(\"out-{n}\", value_{n}).unwrap();\n"));
            write!(program, "fn main() {{\n{writes}}}\n").unwrap();
            fs::write(folder.join("main.rs"), program).unwrap();
            command(folder, "rustc", &["--edition", "2021", "-Cdebuginfo=0", "main.rs", "-o", "main"]);
            command(folder, "./main", &[]);
        }
    }
}

fn command(folder: &Path, program: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is missing: {error}"));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {}", error.get(..error.len().min(3000)).unwrap_or(&error));
}
