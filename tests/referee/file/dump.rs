//! Bytes as debuggers, loggers and network tools show them, in base32, and as a part of other bytes.

use dps_x509_core::cert::{KeyContainer, Kind};

use crate::{Framed, Verdict, object::Object};

pub(crate) fn frames(object: &Object) -> Vec<Framed> {
    let [(kind, der)] = object.parts.as_slice() else { return Vec::new() };
    // What its headers say is no part of its bytes.
    if *kind == Kind::PrivateKey(KeyContainer::LegacyEncrypted) {
        return Vec::new();
    }
    let mut out = in_lines(der);
    // A Java keystore does not say how long it is, and the last word may be filled up.
    if *kind != Kind::Jks {
        out.extend(in_words(der));
    }
    out.extend(one_by_one(der));
    out.push(in_characters(der));
    out.extend(in_base32(der));
    if is_told_among_others(*kind) {
        out.extend(in_other_bytes(der));
    }
    out
}

fn as_it_is(frame: &'static str, bytes: impl Into<Vec<u8>>, line: u32) -> Framed {
    Framed::new(frame, "txt", bytes, line, Verdict::Openssl)
}

/// So many bytes in a line, each line by its offset, its bytes in hexadecimal and as characters.
fn lines(bytes: &[u8], width: usize, line: &dyn Fn(usize, &[String], &str) -> String) -> String {
    let rows = bytes.chunks(width).enumerate().map(|(number, row)| {
        let digits: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        let shown: String =
            row.iter().map(|&byte| if (32..127).contains(&byte) { char::from(byte) } else { '.' }).collect();
        line(number * width, &digits, &shown) + "\n"
    });
    rows.collect()
}

fn in_lines(der: &[u8]) -> Vec<Framed> {
    let halves = |digits: &[String], by: &str| {
        let (one, two) = digits.split_at(digits.len().min(8));
        if two.is_empty() { one.join(" ") } else { one.join(" ") + by + &two.join(" ") }
    };
    let line = |line: &dyn Fn(usize, &[String], &str) -> String| lines(der, 16, line);
    let plain =
        |at: usize, digits: &[String], shown: &str| format!("{at:08x}   {:47}  {shown}", digits.join(" "));
    let upper = |text: &str| text.to_uppercase();
    vec![
        as_it_is(
            "esp-log hex",
            line(&|at, digits, _| format!("I ({}) cert: {}", 990 + at, digits.join(" "))),
            1,
        ),
        as_it_is(
            "esp-log hexdump",
            line(&|at, digits, shown| {
                format!("I (321) cert: 0x3ffb{at:04x}   {:48}  |{shown}|", halves(digits, "  "))
            }),
            1,
        ),
        as_it_is(
            "zephyr hexdump",
            "[00:00:00.351,000] \u{1b}[0m<inf> app: certificate\n".to_owned()
                + &line(&|_, digits, shown| format!("{:31}{:49} |{shown}", "", halves(digits, "  "))),
            2,
        ),
        as_it_is(
            "xxd -b",
            lines(der, 6, &|at, digits, shown| {
                let bits = digits.iter().map(|it| format!("{:08b}", u8::from_str_radix(it, 16).unwrap()));
                format!("{at:08x}: {}  {shown}", bits.collect::<Vec<_>>().join(" "))
            }),
            1,
        ),
        as_it_is(
            "hexyl",
            line(&|at, digits, shown| format!("│{at:08x}│ {:49} │{shown}│", halves(digits, " ┊ "))),
            1,
        ),
        as_it_is(
            "mbedtls debug",
            line(&|at, digits, shown| {
                format!("ssl_tls12_client.c:2111: |4| {at:04x}:  {:48} {shown}", digits.join(" "))
            }),
            1,
        ),
        as_it_is(
            "gdb",
            lines(der, 8, &|at, digits, _| format!("0x7fffffffe{at:03x}:\t0x{}", digits.join("\t0x"))),
            1,
        ),
        as_it_is(
            "gdb with a symbol",
            lines(der, 8, &|at, digits, _| {
                format!("0x4040{at:02x} <device_cert+{at}>:\t0x{}", digits.join("\t0x"))
            }),
            1,
        ),
        as_it_is(
            "lldb",
            line(&|at, digits, shown| format!("0x1000{at:05x}: {:47}  {shown}", digits.join(" "))),
            1,
        ),
        as_it_is(
            "WinDbg",
            line(&|at, digits, shown| format!("00000201`00125{at:03x}  {:47}  {shown}", halves(digits, "-"))),
            1,
        ),
        as_it_is(
            "J-Link",
            line(&|at, digits, shown| {
                upper(&format!("{:08x} = {:47}  ", 0x2000_0000 + at, digits.join(" "))) + shown
            }),
            1,
        ),
        as_it_is(
            "OpenOCD",
            lines(der, 32, &|at, digits, _| format!("0x{:08x}: {} ", 0x2000_0000 + at, digits.join(" "))),
            1,
        ),
        as_it_is(
            "U-Boot",
            line(&|at, digits, shown| {
                format!("{:08x}: {:47}  {shown}", 0x8000_0000_usize + at, digits.join(" "))
            }),
            1,
        ),
        as_it_is(
            "certutil -encodehex",
            line(&|at, digits, shown| format!("{at:04x}\t{:48}   {shown}", halves(digits, "  "))),
            1,
        ),
        as_it_is(
            "Format-Hex",
            "\n           00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n\n".to_owned()
                + &line(&|at, digits, shown| upper(&plain(at, digits, "")) + shown),
            4,
        ),
        as_it_is(
            "Wireshark",
            line(&|at, digits, shown| format!("{at:04x}  {:47}   {shown}", digits.join(" "))),
            1,
        ),
        as_it_is(
            "colons in lines",
            format!("Certificate:\n{}", lines(der, 15, &|_, digits, _| format!("    {}:", digits.join(":")))),
            2,
        ),
        as_it_is("TI-TXT", format!("@8000\n{}q\n", line(&|_, digits, _| upper(&digits.join(" ")))), 2),
    ]
}

/// Numbers of four and eight bytes, as debuggers and boot loaders show the memory of most machines.
fn in_words(der: &[u8]) -> Vec<Framed> {
    let filled = [der, &vec![0; der.len().next_multiple_of(16) - der.len()]].concat();
    let words = |digits: &[String], width: usize, by: &str| {
        let words = digits.chunks(width).map(|word| word.iter().rev().cloned().collect::<String>());
        words.collect::<Vec<_>>().join(by)
    };
    let line = |line: &dyn Fn(usize, &[String], &str) -> String| lines(&filled, 16, line);
    vec![
        as_it_is(
            "gdb in words",
            line(&|at, digits, _| format!("0x2000{at:04x}:\t0x{}", words(digits, 4, "\t0x"))),
            1,
        ),
        as_it_is(
            "gdb in giant words",
            line(&|at, digits, _| format!("0x7fffffffe{at:03x}:\t0x{}", words(digits, 8, "\t0x"))),
            1,
        ),
        as_it_is(
            "U-Boot in words",
            line(&|at, digits, shown| {
                format!("{:08x}: {}    {shown}", 0x8000_0000_usize + at, words(digits, 4, " "))
            }),
            1,
        ),
        as_it_is(
            "J-Link in words",
            line(&|at, digits, _| {
                format!("{:08X} = {} ", 0x2000_0000 + at, words(digits, 4, " ").to_uppercase())
            }),
            1,
        ),
        as_it_is("od in words", line(&|at, digits, _| format!("{at:06x} {}", words(digits, 4, " "))), 1),
    ]
}

/// One byte a line, or in parts of twenty.
fn one_by_one(der: &[u8]) -> Vec<Framed> {
    let each = |one: &dyn Fn(usize, u8) -> String| {
        der.iter().enumerate().map(|(at, byte)| one(at, *byte) + "\n").collect::<String>()
    };
    vec![
        as_it_is("logic analyser", each(&|_, byte| format!("uart-1: {byte:02X}")), 1),
        as_it_is("index and value", each(&|at, byte| format!("{at},{byte}")), 1),
        as_it_is(
            "numbers without zeros in front",
            each(&|_, byte| format!("{byte:X}")).replace('\n', " "),
            1,
        ),
        as_it_is("Visual Studio, watch", each(&|at, byte| format!("\t\t[{at}]\t{byte}\tbyte")), 1),
        as_it_is(
            "Visual Studio, in C",
            each(&|at, byte| format!("\t\t[0x{at:08x}]\t0x{byte:02x} '.'\tunsigned char")),
            1,
        ),
        as_it_is("CLion", each(&|at, byte| format!(" [{at}] = {{uint8_t}} {byte} '.'")), 1),
        as_it_is("Eclipse", each(&|at, byte| format!("cert[{at}]\tuint8_t\t{byte} '.'")), 1),
        as_it_is("print_r", format!("Array\n(\n{})\n", each(&|at, byte| format!("    [{at}] => {byte}"))), 3),
        as_it_is("Verilog, assigned", each(&|at, byte| format!("  rom[{at}] = 8'h{byte:02x};")), 1),
        as_it_is("Siemens AWL", each(&|_, byte| format!("      L     B#16#{byte:02X};")), 1),
        as_it_is("one decimal a line", each(&|_, byte| byte.to_string()), 1),
        as_it_is(
            "parts over a radio",
            lines(der, 20, &|at, digits, _| {
                format!("09:00:{:02}.{at:03} NOTIFY seq={} {}", at % 60, at / 20, digits.concat())
            }),
            1,
        ),
    ]
}

/// What `od -c` writes.
fn in_characters(der: &[u8]) -> Framed {
    let one = |byte: u8| match byte {
        0 => r"\0".to_owned(),
        7 => r"\a".to_owned(),
        8 => r"\b".to_owned(),
        9 => r"\t".to_owned(),
        10 => r"\n".to_owned(),
        11 => r"\v".to_owned(),
        12 => r"\f".to_owned(),
        13 => r"\r".to_owned(),
        32..127 => char::from(byte).to_string(),
        _ => format!("{byte:03o}"),
    };
    let rows = der.chunks(16).enumerate().map(|(at, row)| {
        let row: String = row.iter().map(|byte| format!("{:>4}", one(*byte))).collect();
        format!("{:07o}{row}\n", 16 * at)
    });
    as_it_is("od -c", rows.collect::<String>(), 1)
}

fn in_base32(der: &[u8]) -> Vec<Framed> {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for group in der.chunks(5) {
        let bits = (0..5).fold(0_u64, |bits, at| bits << 8 | u64::from(group.get(at).copied().unwrap_or(0)));
        let digits = (group.len() * 8).div_ceil(5);
        for at in 0..8 {
            let digit = usize::try_from(bits >> (35 - 5 * at) & 31).unwrap();
            text.push(if at < digits { char::from(ALPHABET[digit]) } else { '=' });
        }
    }
    // A short key begins with other letters.
    if !text.starts_with("GCA") && !text.starts_with("GCB") {
        return Vec::new();
    }
    let folded: Vec<_> = text.as_bytes().chunks(76).map(|row| str::from_utf8(row).unwrap()).collect();
    vec![
        as_it_is("base32", folded.join("\n") + "\n", 1),
        as_it_is("base32 in one line", format!("certificate = {}\n", text.trim_end_matches('=')), 1),
        as_it_is("base32 in small letters", folded.join("\n").to_lowercase(), 1),
    ]
}

/// What its structure tells for sure, wherever it stands.
fn is_told_among_others(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Certificate
            | Kind::CertificateRequest
            | Kind::RevocationList
            | Kind::Pkcs12
            | Kind::PrivateKey(KeyContainer::Pkcs8 | KeyContainer::Sec1 | KeyContainer::Pkcs1)
    )
}

fn in_other_bytes(der: &[u8]) -> Vec<Framed> {
    let length = u32::try_from(der.len()).unwrap().to_be_bytes();
    let packet =
        [&[0x16, 3, 3, 0, 0, 0x0b][..], &length[1..], &length[1..], &length[1..], der, &[0x16, 3, 3]]
            .concat();
    let frame = [&[0x45, 0, 3, 0x44, 0, 0, 0x40, 0, 0x40, 6][..], &[0x0a; 30], &packet].concat();
    let pairs = |digits: &[String]| digits.chunks(2).map(<[String]>::concat).collect::<Vec<_>>().join(" ");
    vec![
        as_it_is(
            "image of a flash memory",
            [&[0xe9, 3, 2, 0x1f][..], &[0; 60], der, &[0xff; 500]].concat(),
            1,
        ),
        as_it_is("packet in hexadecimal", lines(&packet, packet.len(), &|_, digits, _| digits.concat()), 1),
        as_it_is(
            "tcpdump -X",
            "16:00:00.1 IP 10.0.0.1.8883 > 10.0.0.2.40000: Flags [P.], length 900\n".to_owned()
                + &lines(&frame, 16, &|at, digits, shown| {
                    format!("\t0x{at:04x}:  {:39}  {shown}", pairs(digits))
                }),
            5,
        ),
        as_it_is(
            "Wireshark, whole packet",
            lines(&frame, 16, &|at, digits, shown| format!("{at:04x}  {:47}   {shown}", digits.join(" "))),
            4,
        ),
    ]
}
