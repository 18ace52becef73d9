//! Bytes written as numbers, and base64 of DER without lines around it.

use dps_x509_core::cert::{KeyContainer, Kind};

use crate::{
    Framed, Verdict,
    compiler::Language::{Assembler, C, Java, JavaScript, Python, Rust},
    object::{Object, base64},
};

pub(crate) fn frames(object: &Object) -> Vec<Framed> {
    let mut out = Vec::new();
    if object.parts.len() > 1 {
        return out;
    }
    let (kind, der) = &object.parts[0];
    // What its headers say is no part of its bytes.
    if *kind == Kind::PrivateKey(KeyContainer::LegacyEncrypted) {
        return out;
    }
    let rows = |one: &dyn Fn(u8) -> String, by: &str| {
        let rows: Vec<_> =
            der.chunks(12).map(|row| row.iter().map(|b| one(*b)).collect::<Vec<_>>().join(by)).collect();
        rows.join(&format!("{}\n  ", by.trim_end()))
    };
    let hex = rows(&|b| format!("0x{b:02x}"), ", ");
    let decimal = rows(&|b| b.to_string(), ", ");
    let octal = rows(&|b| format!("0{b:o}"), ", ");
    let signed = rows(&|b| b.cast_signed().to_string(), ", ");
    let cast = rows(&|b| format!("(byte)0x{b:02X}"), ", ");
    let compiled = [
        ("C array", "c", C, format!("const unsigned char VALUE[] = {{\n  {hex}\n}};\n"), 2),
        ("C array with others before", "h", C, format!("#define N 0x10\n// instead of {{0x00, 0x01}}\nstatic const int other[] = {{0x30, 0x82, 3}};\nconst uint8_t VALUE[] = {{\n  {hex},\n}};\n").replace("other", "other_VALUE"), 5),
        ("C array with comments", "c", C, format!("const unsigned char VALUE[] = {{ /* 0x30 */\n  {} }};\n", hex.replace(",\n", ", // 0x12, 0x34\n")), 2),
        ("C array, decimal", "c", C, format!("const unsigned char VALUE[] = {{{decimal}}};\n"), 1),
        ("C array, octal", "c", C, format!("const unsigned char VALUE[] = {{{octal}}};\n"), 1),
        ("C string of bytes", "c", C, format!("const char VALUE[{}] =\n  \"{}\";\n", der.len(), rows(&|b| format!("\\x{b:02x}"), "").replace("\n  ", "\"\n  \"")), 2),
        ("Java array", "java", Java, format!("static final byte[] VALUE = new byte[] {{\n  {cast}\n}};\n"), 2),
        ("Java array with signs", "java", Java, format!("static final byte[] VALUE = {{ {signed} }};\n"), 1),
        ("JavaScript array", "js", JavaScript, format!("const VALUE = Uint8Array.from([\n  {hex}\n]);\n"), 2),
        ("Python list", "py", Python, format!("VALUE = bytes([\n  {decimal}\n])\n"), 2),
        ("Python bytes", "py", Python, format!("VALUE = b'{}'\n", rows(&|b| format!("\\x{b:02x}"), "").replace("\n  ", "")), 1),
        ("Rust array", "rs", Rust, format!("const VALUE: &[u8] = &[\n  {hex}\n];\n"), 2),
    ];
    for (frame, extension, language, text, line) in compiled {
        // A class of Java holds 64 KiB of code at most, and an array of a thousand bytes takes ten.
        let verdict = Verdict::Compiled(language, text.clone());
        out.push(Framed::new(frame, extension, text.replace("VALUE", "device_cert"), line, verdict));
    }
    let bytes = |prefix: &str, one: &dyn Fn(u8) -> String| {
        let row = |row: &[u8]| {
            format!("  {prefix}{}\n", row.iter().map(|b| one(*b)).collect::<Vec<_>>().join(", "))
        };
        der.chunks(12).map(row).collect::<String>()
    };
    let assembler = format!("VALUE:\n{}", bytes(".byte ", &|b| format!("0x{b:02x}")));
    let verdict = Verdict::Compiled(Assembler, assembler.clone());
    out.push(Framed::new("assembler bytes", "s", assembler.replace("VALUE", "device_cert"), 2, verdict));
    let right =
        |frame, extension, text: String, line| Framed::new(frame, extension, text, line, Verdict::Right);
    let three = rows(&|b| format!("\\{b:03}"), "");
    let lua = three.replace("\n  ", "\" ..\n  \"");
    out.push(right("Lua decimal escapes", "lua", format!("local cert =\n  \"{lua}\"\nreturn cert\n"), 2));
    out.push(right(
        "OCaml decimal escapes",
        "ml",
        format!("let cert = \"{}\"\n", three.replace("\n  ", "")),
        1,
    ));
    let shortest = rows(&|b| format!("\\{b}"), "");
    let haskell = shortest.replace("\n  ", "\\\n  \\");
    out.push(right("Haskell decimal escapes", "hs", format!("module M where\ncert = \"{haskell}\"\n"), 2));
    out.push(right("included between brackets", "inc", format!("{hex},\n"), 1));
    out.push(right(
        "C++ std::byte",
        "cpp",
        format!("const std::array cert{{\n  {}\n}};\n", rows(&|b| format!("std::byte{{0x{b:02x}}}"), ", ")),
        2,
    ));
    out.push(right(
        "Java constants",
        "java",
        format!(
            "byte[] cert = {{{}}};\n",
            signed.replace("-128", "Byte.MIN_VALUE").replace(" 127,", " Byte.MAX_VALUE,")
        ),
        1,
    ));
    out.push(right("Go slice", "go", format!("package main\n\nvar cert = []byte{{\n  {hex},\n}}\n"), 4));
    out.push(right(
        "C# array",
        "cs",
        format!("class A {{ static readonly byte[] cert = new byte[] {{\n  {hex} }};\n}}\n"),
        2,
    ));
    out.push(right(
        "Kotlin array",
        "kt",
        format!("val cert = byteArrayOf(\n  {})\n", rows(&|b| format!("0x{b:02x}.toByte()"), ", ")),
        2,
    ));
    out.push(right("NASM bytes", "asm", format!("cert:\n{}", bytes("db ", &|b| format!("0{b:02X}h"))), 2));
    out.push(right(
        "Delphi array",
        "pas",
        format!("const Cert: array[0..9] of Byte = (\n{});\n", rows(&|b| format!("${b:02X}"), ", ")),
        2,
    ));
    out.push(right(
        "Visual Basic array",
        "vb",
        format!("Dim cert As Byte() = {{ _\n{} }}\n", rows(&|b| format!("&H{b:02X}"), ", ")),
        2,
    ));
    out.push(right(
        "Erlang binary",
        "erl",
        format!("cert() -> <<\n{}>>.\n", rows(&|b| format!("16#{b:02X}"), ", ")),
        2,
    ));
    out.push(right(
        "Verilog",
        "v",
        format!("localparam [7:0] CERT [0:9] = '{{\n{}}};\n", rows(&|b| format!("8'h{b:02x}"), ", ")),
        2,
    ));
    out.push(right(
        "Lisp",
        "lisp",
        format!("(defvar *cert* #(\n{}))\n", rows(&|b| format!("#x{b:02x}"), " ")),
        2,
    ));
    out.push(right(
        "JSON of a Uint8Array",
        "json",
        format!(
            "{{\"cert\":{{{}}}}}\n",
            der.iter().enumerate().map(|(n, b)| format!("\"{n}\":{b}")).collect::<Vec<_>>().join(",")
        ),
        1,
    ));
    out.push(right(
        "JSON of a Buffer",
        "json",
        format!("{{\"cert\":{{\"type\":\"Buffer\",\"data\":[{decimal}]}}}}\n"),
        1,
    ));
    out.push(right("PowerShell bytes", "ps1", format!("[byte[]] $cert = @(\n{})\n", hex), 2));
    out.push(right(
        "Python fromhex",
        "py",
        format!("cert = bytes.fromhex('{}')\n", rows(&|b| format!("{b:02x}"), "").replace("\n  ", "")),
        1,
    ));
    out.push(right(
        "SQL",
        "sql",
        format!("INSERT INTO c VALUES (X'{}');\n", rows(&|b| format!("{b:02X}"), "").replace("\n  ", "")),
        1,
    ));
    out.push(Framed::new(
        "registry",
        "reg",
        format!(
            "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\x]\n\"cert\"=hex:{}\n",
            rows(&|b| format!("{b:02x}"), ",").replace("\n", "\\\n")
        ),
        4,
        Verdict::Openssl,
    ));
    out.push(right("Swift array", "swift", format!("let cert: [UInt8] = [\n  {hex}\n]\n"), 2));
    let as_it_is = |frame, text: Vec<u8>, line| Framed::new(frame, "txt", text, line, Verdict::Openssl);
    let one = |one: &dyn Fn(u8) -> String, by: &str| der.iter().map(|b| one(*b)).collect::<Vec<_>>().join(by);
    out.push(Framed::new("DER", "der", der.clone(), 1, Verdict::Openssl));
    out.push(as_it_is("hexadecimal", one(&|b| format!("{b:02x}"), "").into_bytes(), 1));
    out.push(as_it_is("hexadecimal with colons", one(&|b| format!("{b:02X}"), ":").into_bytes(), 1));
    out.push(as_it_is(
        "xxd -p",
        der.chunks(30)
            .map(|row| row.iter().map(|b| format!("{b:02x}")).collect::<String>() + "\n")
            .collect::<String>()
            .into_bytes(),
        1,
    ));
    let dump = |offset: &dyn Fn(usize) -> String| {
        let row = |(n, row): (usize, &[u8])| {
            let bytes: Vec<_> = row.iter().map(|b| format!("{b:02x}")).collect();
            format!("{} {}\n", offset(n * 16), bytes.join(" "))
        };
        der.chunks(16).enumerate().map(row).collect::<String>()
    };
    out.push(as_it_is("od -tx1", dump(&|at| format!("{at:07o}")).into_bytes(), 1));
    out.push(as_it_is("hexdump -C", dump(&|at| format!("{at:08x} ")).into_bytes(), 1));
    let tool = |program: &str, arguments: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cert.der");
        std::fs::write(&path, der).unwrap();
        let output = std::process::Command::new(program)
            .args(arguments)
            .arg("cert.der")
            .current_dir(folder.path())
            .output();
        let output = output.unwrap_or_else(|error| panic!("{program} is missing: {error}"));
        assert!(output.status.success(), "{program} {arguments:?}");
        output.stdout
    };
    out.push(as_it_is("xxd", tool("xxd", &[]), 1));
    out.push(Framed::new("xxd -i", "h", tool("xxd", &["-i"]), 2, Verdict::Right));
    // The last byte of an odd number has a zero beside it, and a keystore does not say how long it is.
    if *kind != Kind::Jks || der.len().is_multiple_of(2) {
        out.push(as_it_is("hexdump", tool("hexdump", &["-v"]), 1));
        out.push(as_it_is("od", tool("od", &["-v"]), 1));
    }
    out.push(as_it_is("od -b", tool("od", &["-v", "-b"]), 1));
    out.push(as_it_is("od -tu1", tool("od", &["-v", "-tu1"]), 1));
    out.push(as_it_is("od -An -tx1", tool("od", &["-v", "-An", "-tx1"]), 1));
    out.push(as_it_is("od -Ax -tx1z", tool("od", &["-v", "-Ax", "-tx1z"]), 1));
    out.push(as_it_is("Intel HEX", firmware(der, "ihex"), 1));
    out.push(as_it_is("S-records", firmware(der, "srec"), 2));
    out.push(as_it_is("uuencode", uuencode(der), 2));
    out.push(as_it_is("base64 of DER", base64(der).into_bytes(), 1));
    out.push(as_it_is(
        "base64 of URLs of DER",
        base64(der).replace('+', "-").replace('/', "_").replace('=', "").into_bytes(),
        1,
    ));
    out
}

/// What objcopy makes of it.
fn firmware(der: &[u8], format: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("cert.der"), folder.path().join("out"));
    std::fs::write(&from, der).unwrap();
    let status = std::process::Command::new("objcopy")
        .args(["-I", "binary", "-O", format])
        .args([&from, &to])
        .status();
    assert!(status.unwrap_or_else(|error| panic!("objcopy is missing: {error}")).success());
    std::fs::read(to).unwrap()
}

/// What Python's uu makes of it, as uuencode does.
fn uuencode(der: &[u8]) -> Vec<u8> {
    let program = "import sys, binascii\nd = sys.stdin.buffer.read()\nw = sys.stdout.buffer.write\nw(b'begin 644 cert.der\\n')\n\
        for i in range(0, len(d), 45): w(binascii.b2a_uu(d[i:i + 45], backtick=True))\nw(b'`\\nend\\n')\n";
    let mut child = std::process::Command::new("python3")
        .args(["-c", program])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("python3 is there");
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), der).unwrap();
    child.wait_with_output().unwrap().stdout
}
