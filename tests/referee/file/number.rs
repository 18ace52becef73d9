//! Bytes that a program puts together one by one, words of a machine, rows of bits, and what other options of `od` write.

use dps_x509_core::cert::{KeyContainer, Kind};

use crate::{Framed, Verdict, object::Object};

pub(crate) fn frames(object: &Object) -> Vec<Framed> {
    let [(kind, der)] = object.parts.as_slice() else { return Vec::new() };
    // What its headers say is no part of its bytes.
    if *kind == Kind::PrivateKey(KeyContainer::LegacyEncrypted) {
        return Vec::new();
    }
    let mut out = one_by_one(der);
    out.extend(as_numbers(der));
    // OpenSSL does not judge a Java keystore.
    if *kind != Kind::Jks {
        let wide: Vec<u8> = der.iter().flat_map(|byte| [*byte, 0]).collect();
        out.push(Framed::new("DER as UTF-16", "bin", wide, 1, Verdict::Openssl));
    }
    // A Java keystore does not say how long it is, and a short key begins with another length.
    if *kind != Kind::Jks && der[1] > 0x80 {
        out.extend(in_words(der));
    }
    out
}

fn right(frame: &'static str, extension: &'static str, text: String, line: u32) -> Framed {
    Framed::new(frame, extension, text, line, Verdict::Right)
}

fn each(der: &[u8], one: &dyn Fn(u8) -> String, by: &str) -> String {
    der.iter().map(|byte| one(*byte)).collect::<Vec<_>>().join(by)
}

/// Programs that call a function, or write a sign or a word, for each byte.
fn one_by_one(der: &[u8]) -> Vec<Framed> {
    let each = |one: &dyn Fn(u8) -> String, by: &str| each(der, one, by);
    vec![
        right(
            "PHP chr()",
            "php",
            format!("<?php\n$cert = {};\n", each(&|byte| format!("chr({byte})"), " .\n  ")),
            2,
        ),
        right(
            "SQL CHR()",
            "sql",
            format!("UPDATE c SET b = {};\n", each(&|byte| format!("CHR({byte})"), " || ")),
            1,
        ),
        right(
            "Visual Basic Chr()",
            "bas",
            format!("Cert = {}\n", each(&|byte| format!("Chr(&H{byte:02X})"), " & ")),
            1,
        ),
        right(
            "Ada Character'Val",
            "adb",
            format!(
                "   Cert : constant String :=\n  {};\n",
                each(&|byte| format!("Character'Val ({byte})"), " &\n  ")
            ),
            2,
        ),
        right(
            "Pascal signs",
            "pas",
            format!("const Cert =\n  {};\n", each(&|byte| format!("#{byte}"), "")),
            2,
        ),
        right("Forth", "fs", format!("create cert\n{}\n", each(&|byte| format!("${byte:02x} c,"), " ")), 2),
        right(
            "Forth, decimal",
            "fs",
            format!("create cert\n{} \n", each(&|byte| format!("{byte} C,"), "\n")),
            2,
        ),
        right(
            "echo -e",
            "sh",
            format!("echo -ne '{}' > dev.der\n", each(&|byte| format!("\\0{byte:03o}"), "")),
            1,
        ),
        right(
            "printf",
            "sh",
            format!("printf '{}' > dev.der\n", each(&|byte| format!("\\x{byte:02x}"), "")),
            1,
        ),
    ]
}

fn as_numbers(der: &[u8]) -> Vec<Framed> {
    let each = |one: &dyn Fn(u8) -> String, by: &str| each(der, one, by);
    let text = |frame, text: String| Framed::new(frame, "txt", text, 1, Verdict::Openssl);
    let listed = |radix: &str| od(der, &["-c", radix]);
    vec![
        text("od -An -c", listed("-An")),
        text("od -Ax -c", listed("-Ax")),
        text("quoted decimals", format!("[{}]\n", each(&|byte| format!("\"{byte}\""), ","))),
        text("bits in a row", each(&|byte| format!("{byte:08b}"), "") + "\n"),
        text("bits with marks", each(&|byte| format!("0b{:04b}'{:04b}", byte >> 4, byte & 15), ", ") + "\n"),
        text("octal behind signs", each(&|byte| format!("\\{byte:03o}"), "") + "\n"),
    ]
}

/// What `od` writes.
fn od(der: &[u8], options: &[&str]) -> String {
    let output = std::process::Command::new("od").arg("-v").args(options).arg("-").stdin(input(der)).output();
    String::from_utf8(output.expect("od is there").stdout).expect("od writes ASCII")
}

/// A file that a program reads.
fn input(bytes: &[u8]) -> std::process::Stdio {
    use std::io::{Seek as _, Write as _};
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    file.rewind().expect("it can be read");
    file.into()
}

/// Numbers of several bytes.
fn in_words(der: &[u8]) -> Vec<Framed> {
    let words = |size: usize, is_little: bool| {
        let word = move |word: &[u8]| {
            let filled = [word, &vec![0; size - word.len()]].concat();
            let digits: Vec<_> = filled.iter().map(|byte| format!("{byte:02x}")).collect();
            if is_little { digits.into_iter().rev().collect::<String>() } else { digits.concat() }
        };
        der.chunks(size).map(word).collect::<Vec<_>>()
    };
    let array = |size: usize, is_little: bool| {
        let words: Vec<_> = words(size, is_little).iter().map(|word| format!("0x{word}")).collect();
        format!("const uint_t cert[] = {{\n  {}\n}};\n", words.join(", "))
    };
    let sixteen: Vec<_> = words(2, false).iter().map(|word| format!("W#16#{word}")).collect();
    let digits = each(der, &|byte| format!("{byte:02X}"), "");
    let cut: Vec<_> = digits.as_bytes().chunks(60).map(|row| str::from_utf8(row).expect("ASCII")).collect();
    vec![
        right("C, words of 16 bits, little", "c", array(2, true), 2),
        right("C, words of 32 bits, little", "c", array(4, true), 2),
        right("C, words of 64 bits, little", "c", array(8, true), 2),
        right("C, words of 32 bits, big", "c", array(4, false), 2),
        right(
            "words of a controller",
            "st",
            format!("aCert : ARRAY[0..9] OF WORD := [\n  {}];\n", sixteen.join(", ")),
            2,
        ),
        right("SQL Server, parts", "sql", format!("SET @c = 0x{};\n", cut.join(" +\n  0x")), 1),
        right(
            "MySQL, parts",
            "sql",
            format!("UPDATE c SET b = UNHEX(CONCAT('{}'));\n", cut.join("',\n  '")),
            1,
        ),
        right("SQL, one number", "sql", format!("INSERT INTO c VALUES (1,0x{digits},NULL);\n"), 1),
        right("Oracle", "sql", format!("INSERT INTO c VALUES (1, hextoraw('{digits}'));\n"), 1),
        right("MySQL", "sql", format!("INSERT INTO c VALUES (1, UNHEX('{digits}'));\n"), 1),
        right("PostgreSQL", "sql", format!("INSERT INTO c VALUES (1, decode('{digits}', 'hex'));\n"), 1),
        right("device tree", "dts", format!("/ {{\n  device-cert = [{}];\n}};\n", digits.to_lowercase()), 2),
        Framed::new("od -td2", "txt", od(der, &["-td2"]), 1, Verdict::Openssl),
        Framed::new("od -tu4", "txt", od(der, &["-tu4", "-Ax"]), 1, Verdict::Openssl),
    ]
}
