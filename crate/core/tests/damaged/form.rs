//! The certificate, and the forms in which people have it.

use std::fmt::Write as _;

pub(super) const PEM: &str = include_str!("../../../../tests/fixture/cert/device-1.pem");
pub(super) const DER: &[u8] = include_bytes!("../../../../tests/fixture/cert/device-1.der");
pub(super) const KEY: &str = include_str!("../../../../tests/fixture/cert/device-1.key");

pub(super) const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
pub(super) const END: &str = "-----END CERTIFICATE-----";

pub(super) fn lines() -> Vec<&'static str> {
    PEM.lines().collect()
}

pub(super) fn body() -> Vec<&'static str> {
    PEM.lines().filter(|line| !line.starts_with('-')).collect()
}

pub(super) fn each_line(change: impl Fn(&str) -> String) -> String {
    lines().into_iter().map(|line| change(line) + "\n").collect()
}

pub(super) fn each_body_line(change: impl Fn(&str) -> String) -> String {
    each_line(|line| if line.starts_with('-') { line.to_owned() } else { change(line) })
}

pub(super) fn wrapped(width: usize) -> String {
    let body = body().concat();
    let lines: Vec<_> = body.as_bytes().chunks(width).map(|line| str::from_utf8(line).unwrap()).collect();
    format!("{BEGIN}\n{}\n{END}\n", lines.join("\n"))
}

pub(super) fn utf16(order: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    let text = if mark { format!("\u{feff}{PEM}") } else { PEM.to_owned() };
    text.encode_utf16().flat_map(order).collect()
}

pub(super) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits =
            group.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - group.len()));
        for position in 0..4 {
            let letter = char::from(ALPHABET[(bits >> (18 - 6 * position) & 63) as usize]);
            out.push(if position <= group.len() { letter } else { '=' });
        }
    }
    out
}

pub(super) fn hex(separator: &str, prefix: &str) -> String {
    DER.iter().map(|byte| format!("{prefix}{byte:02x}")).collect::<Vec<_>>().join(separator)
}

pub(super) fn xxd() -> String {
    let mut out = String::new();
    for (number, line) in DER.chunks(16).enumerate() {
        let groups: Vec<String> =
            line.chunks(2).map(|pair| pair.iter().map(|byte| format!("{byte:02x}")).collect()).collect();
        let text: String =
            line.iter().map(|&b| if b.is_ascii_graphic() { char::from(b) } else { '.' }).collect();
        writeln!(out, "{:08x}: {:<39}  {text}", number * 16, groups.join(" ")).unwrap();
    }
    out
}

pub(super) fn quoted_printable() -> String {
    let mut out = String::new();
    for line in PEM.replace('=', "=3D").lines() {
        for part in line.as_bytes().chunks(40) {
            out += str::from_utf8(part).unwrap();
            out += "=\r\n";
        }
        out.truncate(out.len() - 3);
        out += "\r\n";
    }
    out
}

fn decimal_escapes() -> String {
    DER.iter().map(|byte| format!("\\{byte:03}")).collect()
}

/// The name of each form, its bytes, and the code of the finding that must be among the findings.
pub(super) fn forms() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let one_line = body().concat();
    let json = PEM.replace('\n', "\\n");
    let text = |name, text: String, code| (name, text.into_bytes(), code);
    vec![
        ("UTF-8 with BOM", [b"\xef\xbb\xbf", PEM.as_bytes()].concat(), "DX221"),
        ("UTF-16 LE with BOM", utf16(u16::to_le_bytes, true), "DX221"),
        ("UTF-16 BE with BOM", utf16(u16::to_be_bytes, true), "DX221"),
        ("UTF-16 LE", utf16(u16::to_le_bytes, false), "DX221"),
        ("UTF-16 BE", utf16(u16::to_be_bytes, false), "DX221"),
        ("Latin-1 text in front", [b"Ger\xe4t 1\n".as_slice(), PEM.as_bytes()].concat(), "DX221"),
        text("indented", each_line(|line| format!("    {line}")), "DX226"),
        text("indented by tabs", each_line(|line| format!("\t{line}")), "DX226"),
        text("body indented, markers not", each_body_line(|line| format!("  {line}")), "DX226"),
        text("blanks behind each line", each_line(|line| format!("{line}  ")), "DX226"),
        text(
            "blank inside each line",
            each_body_line(|line| format!("{} {}", &line[..8], &line[8..])),
            "DX226",
        ),
        text(
            "empty line behind BEGIN and in the middle",
            each_body_line(|line| format!("\n{line}")),
            "DX226",
        ),
        text("one long line", format!("{BEGIN}\n{one_line}\n{END}\n"), "DX226"),
        text("lines of 76", wrapped(76), "DX226"),
        text("lines of 65", wrapped(65), "DX226"),
        text("lines of 10", wrapped(7).replace("\n\n", "\n"), ""),
        text("everything in one line", format!("{BEGIN}{one_line}{END}"), "DX222"),
        text("spaces for line breaks", PEM.replace('\n', " "), "DX226"),
        text("old Mac line breaks", PEM.replace('\n', "\r"), ""),
        text("Windows line breaks", PEM.replace('\n', "\r\n"), ""),
        text("line breaks doubled", PEM.replace('\n', "\r\r\n"), "DX226"),
        text("no break at the end", PEM.trim_end().to_owned(), ""),
        text("vertical tabs and form feeds", PEM.replace('\n', "\n\u{c}"), ""),
        text("four dashes", PEM.replace("-----", "----"), "DX222"),
        text("six dashes", PEM.replace("-----", "------"), "DX222"),
        text("en dashes", PEM.replace("-----", "–––––"), "DX222"),
        text("em dash and hyphen", PEM.replace("-----", "——-"), "DX222"),
        text("minus signs", PEM.replace("-----", "−−−−−"), "DX222"),
        text(
            "blanks beside the dashes",
            PEM.replace("-----B", "----- B").replace("E-----", "E -----"),
            "DX222",
        ),
        text("lower case", PEM.replace("BEGIN CERTIFICATE", "begin certificate"), "DX222"),
        text("two blanks in BEGIN", PEM.replace("BEGIN ", "BEGIN  "), "DX222"),
        text("no-break space in BEGIN", PEM.replace("BEGIN ", "BEGIN\u{a0}"), "DX222"),
        text("dashes lost in front", PEM.replace("-----BEGIN", "BEGIN").replace("-----END", "END"), "DX222"),
        text("dashes lost behind", PEM.replace("CERTIFICATE-----", "CERTIFICATE"), "DX222"),
        text("text in front of BEGIN on its line", PEM.replace(BEGIN, &format!("cert = {BEGIN}")), "DX222"),
        text("END glued to the body", PEM.replace(&format!("\n{END}"), END), "DX222"),
        text("BEGIN glued to the body", PEM.replace(&format!("{BEGIN}\n"), BEGIN), "DX222"),
        text("no BEGIN", PEM.replace(&format!("{BEGIN}\n"), ""), "DX223"),
        text("no END", PEM.replace(END, ""), "DX223"),
        text("neither", body().join("\n"), "DX223"),
        text("neither, one line", one_line.clone(), "DX223"),
        text("END of another label", PEM.replace("END CERTIFICATE", "END PRIVATE KEY"), "DX222"),
        text("label of a key", PEM.replace("CERTIFICATE", "PRIVATE KEY"), "DX229"),
        text("label X509", PEM.replace("CERTIFICATE", "X509 CERTIFICATE"), ""),
        text("label unknown", PEM.replace("CERTIFICATE", "DEVICE CERT KEY"), "DX229"),
        text("label PKCS7", PEM.replace("CERTIFICATE", "PKCS7"), "DX229"),
        text("C literal, one string a line", each_line(|line| format!("\"{line}\\r\\n\"")), "DX224"),
        text("C literal with continuation", each_line(|line| format!("\"{line}\\n\" \\")), "DX224"),
        text("C literal continued in one string", format!("\"{}\"", PEM.replace('\n', "\\n\\\n")), "DX224"),
        text(
            "C header",
            format!("#define CERT {}\n", each_line(|line| format!("\"{line}\\r\\n\" \\"))),
            "DX224",
        ),
        text("C++ raw string", format!("auto c = R\"({PEM})\";"), ""),
        text("array of strings", format!("[{}]", each_line(|line| format!("\"{line}\","))), "DX224"),
        text("array of strings of YAML", each_line(|line| format!("  - '{line}'")), "DX224"),
        text("JavaScript concatenation", each_line(|line| format!("'{line}\\n' +")), "DX224"),
        text("Python concatenation", format!("({})", each_line(|line| format!("  b\"{line}\\n\""))), "DX224"),
        text("JSON string", format!("{{\"cert\": \"{json}\", \"id\": 7}}"), "DX224"),
        text(
            "JSON in JSON",
            format!("{{\"a\": \"{{\\\"cert\\\": \\\"{}\\\"}}\"}}", json.replace('\\', "\\\\")),
            "DX224",
        ),
        text(
            "JSON with unicode escapes",
            format!("\"{}\"", json.replace("\\n", "\\u000a").replace('+', "\\u002b").replace('/', "\\/")),
            "DX224",
        ),
        text(".env", format!("CERT=\"{json}\"\n"), "DX224"),
        text("shell $'…'", format!("export CERT=$'{json}'\n"), "DX224"),
        text("YAML block", format!("cert: |\n{}", each_line(|line| format!("  {line}"))), "DX224"),
        text("backslashes lost", PEM.replace('\n', "n"), "DX224"),
        text("backslashes of \\r\\n lost", PEM.replace('\n', "rn"), "DX224"),
        text("HTML with <br>", PEM.replace('\n', "<br>\n"), ""),
        text("HTML with <br> only", PEM.replace('\n', "<br/>"), ""),
        text("XML element", format!("<X509Certificate>{one_line}</X509Certificate>"), "DX224"),
        text(
            "HTML entities",
            PEM.replace('\n', "&#10;").replace('+', "&#43;").replace('/', "&#x2F;"),
            "DX224",
        ),
        text(
            "URL-encoded",
            PEM.replace('+', "%2B")
                .replace('/', "%2F")
                .replace('=', "%3D")
                .replace(' ', "%20")
                .replace('\n', "%0A"),
            "",
        ),
        text(
            "form-encoded",
            PEM.replace('+', "%2B")
                .replace('/', "%2F")
                .replace('=', "%3D")
                .replace(' ', "+")
                .replace('\n', "%0D%0A"),
            "",
        ),
        text("quoted-printable", quoted_printable(), ""),
        text("mail quoting", each_line(|line| format!("> {line}")), "DX225"),
        text("mail quoting, twice", each_line(|line| format!("> > {line}")), "DX225"),
        text("shell comment", each_line(|line| format!("# {line}")), "DX225"),
        text("C comment", each_line(|line| format!("// {line}")), "DX225"),
        text("C comment without a blank", each_line(|line| format!("//{line}")), "DX225"),
        text("comment block", format!("/*\n{}*/", each_line(|line| format!(" * {line}"))), "DX225"),
        text("diff", each_line(|line| format!("+{line}")), "DX225"),
        text(
            "line numbers",
            lines()
                .iter()
                .enumerate()
                .fold(String::new(), |out, (n, line)| format!("{out}{:3}  {line}\n", n + 1)),
            "DX225",
        ),
        text(
            "line numbers with colons",
            lines()
                .iter()
                .enumerate()
                .fold(String::new(), |out, (n, line)| format!("{out}{}: {line}\n", n + 1)),
            "DX225",
        ),
        text("chat bullets", each_body_line(|line| format!("• {line}")), "DX225"),
        text(
            "zero-width spaces",
            each_body_line(|line| format!("{}\u{200b}{}", &line[..9], &line[9..])),
            "DX225",
        ),
        text("no-break spaces", each_body_line(|line| format!("{line}\u{a0}")), "DX225"),
        text("soft hyphens", each_body_line(|line| format!("{}\u{ad}{}", &line[..9], &line[9..])), "DX225"),
        text("ellipsis character", each_body_line(|line| format!("{}…{}", &line[..9], &line[9..])), "DX225"),
        text("base64 of URLs", PEM.replace('+', "-").replace('/', "_"), "DX225"),
        text("no padding", PEM.replace('=', ""), "DX227"),
        text("too much padding", PEM.replace(&format!("\n{END}"), &format!("===\n{END}")), "DX227"),
        text("bytes behind the padding", PEM.replace(&format!("\n{END}"), &format!("\nAAAA\n{END}")), ""),
        text(
            "Bag Attributes",
            format!("Bag Attributes\n    localKeyID: 54 69 6D\nsubject=CN = x\n\n{PEM}"),
            "",
        ),
        text("explanation in front", format!("Certificate:\n    Data:\n        Version: 3 (0x2)\n{PEM}"), ""),
        text("header lines inside", PEM.replace(BEGIN, &format!("{BEGIN}\nSubject: x\nX-Note: y\n")), ""),
        text("base64 of PEM", base64(PEM.as_bytes()), "DX230"),
        text("Kubernetes secret", format!("data:\n  tls.crt: {}\n", base64(PEM.as_bytes())), "DX224"),
        text("base64 of base64", base64(base64(DER).as_bytes()), "DX230"),
        text("hexadecimal", hex("", ""), "DX230"),
        text("hexadecimal with colons", hex(":", ""), "DX230"),
        text("hexadecimal with blanks", hex(" ", ""), "DX230"),
        text("C array", format!("static const uint8_t cert[] = {{\n {} }};\n", hex(", ", "0x")), "DX230"),
        text(
            "C array of PEM",
            format!(
                "char c[] = {{ {}, 0x00 }};",
                PEM.bytes().map(|b| format!("0x{b:02x}")).collect::<Vec<_>>().join(", ")
            ),
            "DX230",
        ),
        text("PlatformIO", format!("build_flags =\n  -DCERT=\\\"{}\\\"\n", lines().join("\\\\n")), "DX224"),
        text(
            "formula in a cell",
            format!(
                "a,b\n1,\"={}\"\n",
                lines().iter().map(|line| format!("\"\"{line}\"\"")).collect::<Vec<_>>().join("&CHAR(10)&")
            ),
            "DX224",
        ),
        text(
            "Android",
            format!("<resources>\n<string name=\"cert\">{}</string>\n</resources>\n", lines().join("\\n")),
            "DX224",
        ),
        text(
            "Android, in quotes",
            format!("<resources>\n<string name=\"cert\">\"{PEM}\"</string>\n</resources>\n"),
            "DX224",
        ),
        text("C string of bytes", format!("\"{}\"", hex("", "\\x")), "DX224"),
        text(
            "array of numbers",
            format!("[{}]", DER.iter().map(u8::to_string).collect::<Vec<_>>().join(", ")),
            "DX230",
        ),
        text("xxd", xxd(), "DX230"),
        text("hexadecimal in SQL", format!("INSERT INTO c VALUES (0x{});", hex("", "")), "DX230"),
        text("Windows registry", format!("\"cert\"=hex:{}", hex(",\\\n  ", "")), "DX230"),
        text(
            "Go slice",
            format!("[]byte{{{}}}", DER.iter().map(u8::to_string).collect::<Vec<_>>().join(",")),
            "DX230",
        ),
        text(
            "base64 of URLs, bare",
            body().concat().replace('+', "-").replace('/', "_").replace('=', ""),
            "DX223",
        ),
        text("comment behind BEGIN", PEM.replace(BEGIN, &format!("{BEGIN} # device")), "DX225"),
        text(
            "a page of line numbers",
            lines().iter().enumerate().fold("<html>".to_owned(), |out, (n, line)| {
                format!("{out}<tr><td>{}</td><td>{line}</td></tr>\n", n + 1)
            }),
            "",
        ),
        text("HTML escaped twice", PEM.replace('\n', "&amp;#10;"), "DX224"),
        text("Lua, decimal escapes", format!("local cert = \"{}\"\n", PEM.replace('\n', "\\010")), "DX224"),
        text("Lua, a DER in decimal", format!("local der = \"{}\"\n", decimal_escapes()), "DX224"),
        text(
            "Structured Text",
            format!("VAR\n  sCert : STRING(2000) := '{}';\nEND_VAR\n", PEM.replace('\n', "$N")),
            "DX224",
        ),
        text(
            "Jsonnet",
            format!("{{\n  cert: |||\n{}  |||,\n}}\n", each_line(|line| format!("    {line}"))),
            "DX224",
        ),
        text("log with times", each_line(|line| format!("2026-11-23T12:00:00Z {line}")), "DX225"),
        text("glued", format!("{PEM}{PEM}").replace("-----\n-----", "----------"), "DX222"),
        text("LDIF", format!("userCertificate:: {}", body().join("\n ")), "DX224"),
        text("table", each_line(|line| format!("| {line} |")), "DX225"),
        ("padded with zeros", [PEM.as_bytes(), &[0; 100]].concat(), ""),
        ("DER padded with 0xff", [DER, &[0xff; 100]].concat(), "DX228"),
        ("DER with a line break behind", [DER, b"\n"].concat(), "DX228"),
        ("DER twice in one file", [DER, DER].concat(), ""),
    ]
}
