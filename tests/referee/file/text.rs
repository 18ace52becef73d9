//! Texts that nobody takes apart: mail, logs, encodings. OpenSSL says whether they are read as they are.

use crate::{
    Framed, Verdict,
    object::{Object, base64},
};

pub(crate) fn frames(object: &Object) -> Vec<Framed> {
    let Some(pem) = &object.pem else { return Vec::new() };
    let mut out = Vec::new();
    let mut bytes = |frame, extension, bytes: Vec<u8>, line| {
        out.push(Framed::new(frame, extension, bytes, line, Verdict::Openssl))
    };
    let each = |one: &dyn Fn(usize, &str) -> String| {
        pem.lines().enumerate().map(|(number, line)| one(number, line) + "\n").collect::<String>()
    };
    bytes("PEM", "pem", pem.clone().into_bytes(), 1);
    bytes("CRLF", "pem", pem.replace('\n', "\r\n").into_bytes(), 1);
    bytes("CR", "pem", pem.replace('\n', "\r").into_bytes(), 1);
    bytes("no line break at the end", "pem", pem.trim_end().as_bytes().to_vec(), 1);
    bytes("UTF-8 with a mark", "pem", [b"\xef\xbb\xbf", pem.as_bytes()].concat(), 1);
    let wide: Vec<u8> = pem.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes("UTF-16 with a mark", "pem", [b"\xff\xfe", wide.as_slice()].concat(), 1);
    bytes("UTF-16 without a mark", "pem", wide.clone(), 1);
    let big: Vec<u8> = pem.encode_utf16().flat_map(u16::to_be_bytes).collect();
    bytes("UTF-16 big-endian", "pem", [b"\xfe\xff", big.as_slice()].concat(), 1);
    bytes("comment in ASCII, then UTF-16", "pem", [b"# device\n", wide.as_slice()].concat(), 2);
    let mut add = |frame, text: String, line| bytes(frame, "txt", text.into_bytes(), line);
    add("text in front", format!("subject=CN = device-1\nissuer=CN = x\n{pem}"), 3);
    add("mail quoting", each(&|_, line| format!("> {line}")), 1);
    add("mail quoting twice", each(&|_, line| format!(">> {line}")), 1);
    add(
        "quoted-printable",
        format!("Content-Transfer-Encoding: quoted-printable\n\n{}", pem.replace('=', "=3D")),
        3,
    );
    add(
        "mail with base64",
        format!("Content-Transfer-Encoding: base64\n\n{}\n", folded(&base64(pem.as_bytes()), 76)),
        3,
    );
    add("HTML pre", format!("<html><body>\n<pre>\n{pem}</pre></body></html>\n"), 3);
    add("HTML br", format!("<html><body><p>\n{}</p></body></html>\n", pem.replace('\n', "<br>\n")), 2);
    add("Markdown fence", format!("# Device\n\n```\n{pem}```\n"), 4);
    add("Markdown indented", format!("# Device\n\n{}\ntext\n", each(&|_, line| format!("    {line}"))), 3);
    add(
        "diff of a new file",
        format!(
            "diff --git a/c.pem b/c.pem\n--- /dev/null\n+++ b/c.pem\n@@ -0,0 +1,{} @@\n{}",
            pem.lines().count(),
            each(&|_, line| format!("+{line}"))
        ),
        5,
    );
    add("syslog", each(&|n, line| format!("Nov 27 16:{:02}:03 gw-7 agent[812]: {line}", n % 60)), 1);
    add(
        "journald",
        each(&|n, line| {
            format!("2026-11-27T16:00:{:02}.{:06}+0000 gateway edge-agent[1]: {line}", n % 60, n * 7919)
        }),
        1,
    );
    add("docker", each(&|n, line| format!("2026-11-27T16:00:00.{:09}Z stdout F {line}", n * 7_777_777)), 1);
    add("docker compose", each(&|_, line| format!("edge-1  | {line}")), 1);
    add(
        "docker JSON",
        each(&|n, line| {
            format!(
                "{{\"log\":\"{line}\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-27T16:00:00.{n:09}Z\"}}"
            )
        }),
        1,
    );
    add("esp-log", each(&|n, line| format!("\u{1b}[0;32mI ({}) tls: {line}\u{1b}[0m", 1000 + n)), 1);
    add("esp-log without colours", each(&|n, line| format!("I ({}) tls: {line}", 1000 + n)), 1);
    add("grep -n", each(&|n, line| format!("{}:{line}", n + 1)), 1);
    add("grep -rn", each(&|n, line| format!("certs/dev.pem:{}:{line}", n + 1)), 1);
    add("numbered", each(&|n, line| format!("{:6}\t{line}", n + 1)), 1);
    add("table", each(&|_, line| format!("| {line} |")), 1);
    add("shell comment", each(&|_, line| format!("# {line}")), 1);
    add("indented", each(&|_, line| format!("    {line}")), 1);
    add(
        "zephyr log",
        each(&|n, line| format!("[00:00:{:02}.{:03},000] <inf> app: {line}", n % 60, n % 1000)),
        1,
    );
    add(
        "logcat",
        each(&|n, line| format!("11-27 16:00:{:02}.000  1234  5678 I tls     : {line}", n % 60)),
        1,
    );
    add("dmesg", each(&|n, line| format!("[{:5}.{:06}] agent: {line}", n, n * 7919 % 1_000_000)), 1);
    add("kubectl logs with prefix", each(&|_, line| format!("[pod/edge-7d9f/agent] {line}")), 1);
    add(
        "GitHub Actions log",
        each(&|n, line| format!("2026-11-27T16:00:{:02}.{:07}Z {line}", n % 60, n * 7919)),
        1,
    );
    add("Jenkins log", each(&|_, line| format!("[Pipeline] {line}")), 1);
    add(
        "journalctl -o json",
        each(&|n, line| format!("{{\"__CURSOR\":\"s={n:08x}\",\"MESSAGE\":\"{line}\",\"PRIORITY\":\"6\"}}")),
        1,
    );
    add(
        "pino",
        each(&|n, line| format!("{{\"level\":30,\"time\":17641{n:08},\"pid\":1,\"msg\":\"{line}\"}}")),
        1,
    );
    add(
        "syslog with hashes",
        each(&|n, line| format!("<30>1 2026-11-27T16:00:{:02}Z gw agent 812 - - {line}", n % 60)),
        1,
    );
    add(
        "RTF",
        format!(
            "{{\\rtf1\\ansi\\deff0 {{\\fonttbl {{\\f0 Courier;}}}}\n\\f0\\fs20\n{}}}\n",
            each(&|_, line| format!("{line}\\par"))
        ),
        3,
    );
    add(
        "HTML entities",
        pem.replace('+', "&#43;").replace('/', "&#x2F;").replace('=', "&equals;").replace('\n', "&#10;"),
        1,
    );
    add("Slack", each(&|_, line| format!("&gt; {line}")), 1);
    add("comment of C", format!("/*\n{} */\n", each(&|_, line| format!(" * {line}"))), 2);
    add("SQL comment", each(&|_, line| format!("-- {line}")), 1);
    add("semicolons", each(&|_, line| format!("; {line}")), 1);
    add(
        "email attachment headers",
        format!(
            "--x\nContent-Type: application/x-pem-file\nContent-Transfer-Encoding: 7bit\n\n{pem}\n--x--\n"
        ),
        5,
    );
    add("numbered with dots", each(&|n, line| format!("{:3}. {line}", n + 1)), 1);
    add("less -N", each(&|n, line| format!("{:7} {line}", n + 1)), 1);
    add("bat", each(&|n, line| format!("{:4}   │ {line}", n + 1)), 1);
    add(
        "wdiff of a change",
        format!(
            "--- a/c.pem\n+++ b/c.pem\n@@ -1,2 +1,{} @@\n-old\n-text\n{}",
            pem.lines().count(),
            each(&|_, line| format!("+{line}"))
        ),
        6,
    );
    // Headers do not go on in the next line.
    if !pem.contains("DEK-Info") {
        add(
            "wrapped at 40",
            pem.lines()
                .map(|line| {
                    line.as_bytes()
                        .chunks(40)
                        .map(|part| str::from_utf8(part).unwrap().to_owned() + "\n")
                        .collect::<String>()
                })
                .collect(),
            1,
        );
    }
    add("trailing backslashes", each(&|_, line| format!("{line} \\")), 1);
    add("URL of data", format!("cert=data:application/x-pem-file;base64,{}\n", base64(pem.as_bytes())), 1);
    add("one line", pem.replace('\n', ""), 1);
    add("blanks for line breaks", pem.replace('\n', " "), 1);
    add(
        "URL-encoded",
        pem.replace('+', "%2B")
            .replace('/', "%2F")
            .replace('=', "%3D")
            .replace(' ', "%20")
            .replace('\n', "%0A"),
        1,
    );
    add("base64 once", base64(pem.as_bytes()), 1);
    add("base64 twice", base64(base64(pem.as_bytes()).as_bytes()), 1);
    add("base64 of URLs", base64(pem.as_bytes()).replace('+', "-").replace('/', "_").replace('=', ""), 1);
    add("empty line before END", pem.replace("-----END", "\n-----END"), 1);
    out
}

fn folded(text: &str, width: usize) -> String {
    text.as_bytes().chunks(width).map(|line| str::from_utf8(line).unwrap()).collect::<Vec<_>>().join("\n")
}
