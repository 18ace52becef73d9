//! One certificate in every form in which people have it: the same DER must come out, and the finding must say what
//! was wrong. Where bytes are lost, nothing may come out but the finding.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a broken fixture is a failed test"
)]

mod form;

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use dps_x509_core::{
    cert::{File, Kind},
    finding::{Finding, Place, Severity},
};
use form::{BEGIN, DER, END, KEY, PEM, base64, body, each_body_line, forms, lines};
use proptest::prelude::*;

/// Forms of which OpenSSL thinks otherwise, and why.
const NOT_AS_OPENSSL: [(&str, &str); 2] = [
    ("line breaks doubled", "OpenSSL takes all carriage returns away, others see empty lines"),
    ("no-break spaces", "OpenSSL cuts what is no ASCII off the ends of lines, others do not"),
];

#[test]
fn what_is_refused_is_what_openssl_does_not_read() {
    for (name, bytes, _) in forms() {
        let file = File::read(&bytes, &Place::default());
        let is_exception = NOT_AS_OPENSSL.iter().any(|(other, _)| *other == name);
        let codes: Vec<_> = file.findings.iter().map(Finding::code).collect();
        // What a compiler or a parser takes out of its frame is judged by what comes out, which tests/referee does.
        let is_taken_out = file.findings.iter().any(|finding| {
            finding.severity == Severity::Note && ["DX224", "DX230"].contains(&finding.code())
        });
        if is_taken_out && file.refused.is_empty() {
            continue;
        }
        assert_eq!(!file.refused.is_empty(), openssl_reads(&bytes) == is_exception, "{name}: {codes:?}");
    }
}

fn openssl_reads(bytes: &[u8]) -> bool {
    let mut openssl = Command::new("openssl")
        .args(["x509", "-noout"])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // It need not read to the end.
    openssl.stdin.take().unwrap().write_all(bytes).unwrap_or_default();
    openssl.wait().unwrap().success()
}

#[test]
fn every_form_gives_the_same_der_and_says_what_was_wrong() {
    let mut failures = Vec::new();
    for (name, bytes, code) in forms() {
        let file = File::read(&bytes, &Place::default());
        let codes: Vec<_> = file.findings.iter().map(Finding::code).collect();
        let is_read =
            file.items.first().is_some_and(|item| item.kind == Kind::Certificate && *item.der == DER);
        let is_named = code.is_empty() || codes.contains(&code);
        let is_quiet = file.findings.iter().all(|finding| finding.severity < Severity::Error);
        if !is_read || !is_named || !is_quiet {
            let messages: Vec<_> =
                file.findings.iter().map(|f| format!("{} {}", f.code(), f.message)).collect();
            failures.push(format!("{name}: read {is_read}, expected {code:?}, found {messages:#?}"));
        }
        let repaired = file.items.first().and_then(dps_x509_core::cert::Item::to_pem);
        if is_read && repaired.is_none_or(|pem| *pem != PEM) {
            failures.push(format!("{name}: the repaired text is not canonical"));
        }
    }
    assert!(failures.is_empty(), "{} forms:\n{}", failures.len(), failures.join("\n"));
}

/// A string a line, in a program: the line is told in which a quote is missing, and nothing else is.
#[test]
fn a_missing_quote_is_one_finding_at_its_line() {
    let two = format!("{PEM}{PEM}");
    let lines: Vec<_> = two.lines().collect();
    for (before, by, behind) in [
        ("const char cert[] =\n", "\n", ";\nint x = 1;\n"),
        ("cert = (\n", "\n", ")\nx = \"1\"\n"),
        ("const cert =\n", " +\n", ";\nlet x = 'a';\n"),
        ("#define CERT \\\n", " \\\n", "\n#define X 1\n"),
    ] {
        for row in [0, 1, 4, body().len() + 1, body().len() + 2, lines.len() - 1] {
            for (opening, closing) in [(true, false), (false, true), (false, false)] {
                let written = lines.iter().enumerate().map(|(number, line)| {
                    let quote = |is_there: bool| if is_there || number != row { "\"" } else { "" };
                    format!("  {}{line}\\n{}", quote(opening), quote(closing))
                });
                let text = format!("{before}{}{behind}", written.collect::<Vec<_>>().join(by));
                let file = File::read(text.as_bytes(), &Place::default());
                let told: Vec<_> =
                    file.findings.iter().map(|it| (it.code(), it.severity, it.place.line)).collect();
                let line = u32::try_from(row + 2).unwrap();
                assert_eq!(told, [("DX224", Severity::Warning, Some(line))], "{text}");
                assert_eq!(file.to_pem().as_deref(), Some(&two), "{text}");
            }
        }
    }
}

/// Blanks and line breaks of a string are one blank in Android, unless they stand in quotes: what the program gets is in one
/// line, although OpenSSL reads the file.
#[test]
fn line_breaks_of_android_are_blanks() {
    let text = format!("<resources>\n<string name=\"cert\">\n{PEM}</string>\n</resources>\n");
    let file = File::read(text.as_bytes(), &Place::default());
    let codes: Vec<_> = file.refused.iter().map(|definition| definition.code).collect();
    assert_eq!((codes.as_slice(), file.to_pem().as_deref().map(String::as_str)), (&["DX226"][..], Some(PEM)));
    // Of another document they are what they are.
    let other = text.replace("resources", "settings");
    assert!(File::read(other.as_bytes(), &Place::default()).refused.is_empty());
}

#[test]
fn a_clean_file_has_no_finding() {
    for bytes in [
        PEM.as_bytes(),
        DER,
        PEM.replace('\n', "\r\n").as_bytes(),
        KEY.as_bytes(),
        format!("{PEM}{PEM}").as_bytes(),
    ] {
        let file = File::read(bytes, &Place::default());
        assert_eq!(file.findings, []);
        assert!(file.items.iter().all(|item| !item.is_damaged));
    }
}

/// Nothing in an encrypted key says how long it is: behind full lines the prefix of END must not be read as its last one.
#[test]
fn an_encrypted_key_in_a_log_has_its_length() {
    for octets in (1184..1232).step_by(8) {
        let body = base64(&DER.iter().copied().cycle().take(octets).collect::<Vec<_>>());
        let lines: Vec<_> = body.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
        let pem = format!(
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES-EDE3-CBC,0123456789ABCDEF\n\n{}\n\
             -----END RSA PRIVATE KEY-----\n",
            lines.join("\n")
        );
        let line = |(n, line): (usize, &str)| {
            format!("2026-11-27T16:00:{:02}.{:06}+0000 gateway edge-agent[1]: {line}\n", n, n * 7919)
        };
        let log: String = pem.lines().enumerate().map(line).collect();
        let file = File::read(log.as_bytes(), &Place::default());
        let [item] = file.items.as_slice() else { panic!("{octets}: {:?}", file.items) };
        assert_eq!(item.to_pem().as_deref(), Some(&pem), "{octets}");
    }
}

/// Programs, templates and texts that name the lines of PEM: one finding, and beside an object none that counts.
#[test]
fn lines_that_are_only_named_are_no_broken_blocks() {
    let (begin, key) = (BEGIN, "-----BEGIN RSA PRIVATE KEY-----");
    for text in [
        format!(
            "if line == \"{begin}\":\n    certificates.append(read_certificate(lines))\nelif line == '{key}':\n    pass\n"
        ),
        format!(
            "if (lines.next() != Some(\"{begin}\")) {{ return Err(Malformed); }}\npem.push_str(\"{begin}\\n\");\n"
        ),
        format!("text = text.replace(\"{begin}\\n\", \"\").replace(\"{END}\", \"\");\n"),
        format!("pem := fmt.Sprintf(\"{begin}\\n%s\\n{END}\\n\", encoded)\n"),
        format!("my $pem = \"{begin}\\n\"\n    . $encoded\n    . \"{END}\\n\";\n"),
        format!(
            "a = cert.startswith('{begin}\\nMII')\nb = chain.startswith('{begin}\\nMII')\nc = 1\nd = 2\ne = 3\n# insert\n"
        ),
        format!(
            "b.AppendLine(\"{begin}\");\nb.Append(To(raw, Base64FormattingOptions.InsertLineBreaks));\nb.AppendLine(\"{END}\");\n"
        ),
        format!("assert_match(/\\A{key}/, text)\n{}raw = \"{}\"\n", "x = f(y)\n".repeat(9), body()[1]),
        format!("The text between {begin} and {END} is base64.\n"),
        "cacheHitVar: MBEDTLS_CACHE_RESTORED\n".to_owned(),
    ] {
        let told = |text: &str| {
            let file = File::read(text.as_bytes(), &Place::default());
            let told = file.findings.iter().map(|it| (it.code(), it.severity)).collect::<Vec<_>>();
            (file.items.len(), told)
        };
        assert_eq!(told(&text), (0, vec![("DX203", Severity::Error)]), "{text}");
        let (items, findings) = told(&format!("{PEM}{text}"));
        assert!(items == 1 && findings.iter().all(|(_, severity)| *severity == Severity::Note), "{text}");
    }
}

#[test]
fn lost_bytes_are_not_made_up() {
    let cut_line =
        lines().iter().enumerate().filter(|(n, _)| *n != 3).map(|(_, line)| format!("{line}\n")).collect();
    for (name, text, code) in [
        ("a line is missing", cut_line, "DX204"),
        ("a character is lost", PEM.replacen("MIIB", "MIB", 1), "DX206"),
        ("a character is replaced", PEM.replacen("MB", "M*", 1), "DX205"),
        (
            "a line stands twice",
            each_body_line(
                |line| if line == body()[3] { format!("{line}\n{line}") } else { line.to_owned() },
            ),
            "DX208",
        ),
        ("cut in the middle", PEM[..400].to_owned(), "DX204"),
        ("nothing in the block", format!("{BEGIN}\n{END}\n"), "DX204"),
    ] {
        let text: String = text;
        let file = File::read(text.as_bytes(), &Place::default());
        let codes: Vec<_> = file.findings.iter().map(Finding::code).collect();
        assert!(file.items.is_empty(), "{name}: {:?}", file.items);
        assert!(
            codes.contains(&code) || codes.iter().any(|c| ["DX204", "DX205", "DX206", "DX208"].contains(c)),
            "{name}: {codes:?}"
        );
        assert!(file.to_pem().is_none(), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = File::read(&bytes, &Place::default());
    }

    #[test]
    fn any_text_of_the_trade_is_read_without_panic(parts in prop::collection::vec(prop::sample::select(vec![
        "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "-----", "BEGIN ", "END", "\n", "\"", "\\n", "\\", "+",
        "MIIBqDCC", "MHcCAQEEIA", "LS0tLS1C", "=", "=3D", "%0A", "&#10;", "0x30,", "30:82:", "<br>", "<", "AAAA", "\u{feff}", "é",
        "Proc-Type: 4,ENCRYPTED", "n", "TUlJ",
    ]), 0..60)) {
        let _ = File::read(parts.concat().as_bytes(), &Place::default());
    }

    /// Digits are numbers only as far as a number goes, in dumps, arrays, escapes and records.
    #[test]
    fn numbers_of_any_length_are_read_without_panic(
        lines in prop::collection::vec((
            prop::sample::select(vec!["", "0000 ", "0000000 ", "00000010: ", ":", "S1", "[", "{ ", "\"", "$", "x = ("]),
            prop::collection::vec((
                prop::sample::select(vec!["", "-", "0x", "0o", "0b", "\\x", "\\u{", "\\", "&#", "&#x", "%", "$", "16#", "8'h", "&h", "Chr("]),
                "[0-7]{1,3}|[0-7]{4,40}|[0-9]{1,40}|[0-9a-f]{1,40}",
                prop::sample::select(vec![" ", "  ", ", ", ":", ";", "}", "", ") & "]),
            ), 1..8),
            prop::sample::select(vec!["\n", "\r\n", "]\n", "};", "\"\n", " |0...|\n", ""]),
        ), 1..8)
    ) {
        let text: String = lines
            .iter()
            .flat_map(|(before, numbers, behind)| {
                let numbers = numbers.iter().map(|(sign, digits, between)| format!("{sign}{digits}{between}"));
                [(*before).to_owned(), numbers.collect(), (*behind).to_owned()]
            })
            .collect();
        let _ = File::read(text.as_bytes(), &Place::default());
        let _ = File::read(PEM.replacen("\n", &text, 1).as_bytes(), &Place::default());
    }

    /// What is offered as repaired holds the bytes of the certificate, bit for bit, whatever single character is
    /// put in, taken out, or doubled.
    #[test]
    fn a_repair_is_right_or_not_offered(at in 28_usize..600, what in 0..3, with in prop::sample::select("AMn+/=*-_\" \u{a0}\u{200b}\n>#".chars().collect::<Vec<_>>())) {
        let mut characters: Vec<char> = PEM.chars().collect();
        let at = at.min(characters.len() - 27);
        match what {
            0 => characters.insert(at, with),
            1 => { characters.remove(at); }
            _ => { let copy = characters[at]; characters.insert(at, copy); }
        }
        let text: String = characters.into_iter().collect();
        let file = File::read(text.as_bytes(), &Place::default());
        for item in &file.items {
            prop_assert_eq!(&**item.der, DER);
        }
    }
}

/// Work is bounded: with anything quadratic in it this test does not end.
#[test]
fn large_files_are_read_in_time() {
    let fill = |unit: &str| unit.repeat((1 << 18) / unit.len()).into_bytes();
    for unit in [
        "M",
        "MII",
        "MIIBIjANBgkqhkiG9w0B ",
        "-----BEGIN A-----",
        "BEGIN ",
        "<",
        "&",
        "\\",
        "=",
        "0",
        "0x30",
        "30 ",
        "\n",
        "\"",
        "-_",
        "LS0t",
        "\"a\",",
        "<<E\n",
        "k=-----BEGIN \\\n",
        "><![CDATA[",
    ] {
        let _ = File::read(&fill(unit), &Place::default());
        let body = [BEGIN.as_bytes(), b"\n", fill(unit).as_slice(), b"\n", END.as_bytes()].concat();
        let _ = File::read(&body, &Place::default());
    }
}

#[test]
fn every_truncation_and_every_changed_byte_is_read() {
    for fixture in [PEM.as_bytes(), DER, KEY.as_bytes()] {
        for end in 0..fixture.len() {
            let _ = File::read(&fixture[..end], &Place::default());
        }
        let mut changed = fixture.to_vec();
        for at in 0..fixture.len() {
            for byte in [0, b'=', b'"', 0x80, 0xff, fixture[at] ^ 1] {
                changed[at] = byte;
                let _ = File::read(&changed, &Place::default());
            }
            changed[at] = fixture[at];
        }
    }
}
