//! Bytes written as numbers, and base64 of DER without lines around it.

use crate::{
    Framed, Verdict,
    compiler::Language::{C, Java, JavaScript, Python, Rust},
    object::{Object, base64},
};

pub(crate) fn frames(object: &Object) -> Vec<Framed> {
    let mut out = Vec::new();
    if object.parts.len() > 1 {
        return out;
    }
    let der = &object.parts[0].1;
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
    let right =
        |frame, extension, text: String, line| Framed::new(frame, extension, text, line, Verdict::Right);
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
    out.push(as_it_is("base64 of DER", base64(der).into_bytes(), 1));
    out.push(as_it_is(
        "base64 of URLs of DER",
        base64(der).replace('+', "-").replace('/', "_").replace('=', "").into_bytes(),
        1,
    ));
    out
}
