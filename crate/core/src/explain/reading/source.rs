//! Lines that are no report: source code, what a compiler says of it, the names of tests, tables of codes, addresses of pages.

use crate::explain::fold::without_escapes;

/// Words that a line of source code begins with; it also has the punctuation of one.
const KEYWORDS: [&[u8]; 50] = [
    b"it(",
    b"test(",
    b"describe(",
    b"return ",
    b"} catch ",
    b"} else",
    b"assert_",
    b"raise ",
    b"def ",
    b"class ",
    b"import ",
    b"from ",
    b"if ",
    b"elif ",
    b"else",
    b"for ",
    b"while ",
    b"assert",
    b"//",
    b"/*",
    b"* ",
    b"#if",
    b"#elif",
    b"throw ",
    b"const ",
    b"let ",
    b"var ",
    b"static ",
    b"await ",
    b"except",
    b"catch",
    b"case ",
    b"self.",
    b"expect(",
    b"with ",
    b"fn ",
    b"pub ",
    b"func ",
    b"async ",
    b"println",
    b"printf(",
    b"print(",
    b"Serial.print",
    b"console.",
    b"System.out.print",
    b"ESP_LOG",
    b"LogError(",
    b"SELECT ",
    b"INSERT INTO ",
    b"UPDATE ",
];
/// Commands that look for words, or write them down, and fail at nothing.
const COMMANDS: [&[u8]; 7] =
    [b"git commit ", b"git log ", b"git grep ", b"grep ", b"egrep ", b"zgrep ", b"rg "];
/// Lines of source code, whatever their punctuation.
const DIRECTIVES: [&[u8]; 5] = [b"#include", b"#define", b"#undef", b"#pragma", b"// "];
/// What the compilers write behind the place: `main.c:12:5: error: `.
const DIAGNOSTICS: [&[u8]; 5] =
    [b" error: ", b" fatal error: ", b" warning: ", b" note: ", b" undefined reference"];
/// What only compilers and checkers write, wherever it stands on the line.
const OF_COMPILERS: [&[u8]; 10] = [
    b" error ts",
    b"error cs",
    b"error[e0",
    b"[-w",
    b"' redefined",
    b"previous definition of",
    b"undefined reference to",
    b"syntaxerror: ",
    b"unused variable",
    b"unused import",
];
/// What a book says of an error, and no report does.
const OF_BOOKS: [&[u8]; 16] = [
    b"if you get ",
    b"if you see ",
    b" should check ",
    b"a client that ",
    b" means ",
    b" is returned if ",
    b" is returned when ",
    b" is returned by ",
    b" are returned ",
    b"for example",
    b" e.g. ",
    b"this chapter",
    b" indicates that ",
    b"see rfc",
    b"frequently asked",
    b" stands for ",
];
/// How the lines of a documentation begin that lists codes.
const TITLES: [&[u8]; 7] = [
    b"see rfc",
    b"error codes",
    b"return codes",
    b"reason codes",
    b"mqtt return code table",
    b"possible values",
    b"where rc",
];
/// What the runners of tests write on the line of a test that failed: what it says is about a test.
const FAILED: [&[u8]; 8] = [
    b"failed tests/",
    b"fail tests/",
    b"fail src/",
    b"::test_",
    b".test.ts",
    b".test.js",
    b".spec.ts",
    b"--- fail: test",
];
/// What the runners of tests write on the line of a test that begins, or went well.
const PASSED: [&[u8]; 14] = [
    b"... ok",
    b"--- pass",
    b"[ run ",
    b"=== run ",
    b"##[section]",
    b"##[group]",
    b" passed   ",
    b"\xe2\x9c\x93",
    b" passed,",
    b" passed in ",
    b"[ ok ]",
    b"[       ok ]",
    b"pass:",
    b"\xe2\x9c\x94",
];

/// Whether a line is source code, a compiler's word for it, or the name of a test. `before` is the line before it.
pub(super) fn is_no_report(line: &[u8], before: &[u8]) -> bool {
    let (line, before) = (without_escapes(line), without_escapes(before));
    let indent = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
    let is_deeper = indent(&line) > indent(&before);
    let (line, before) = (line.trim_ascii(), before.trim_ascii());
    let lower = line.to_ascii_lowercase();
    let has = |word: &&[u8]| lower.windows(word.len()).any(|part| part == *word);
    // Python's trace: the line behind the file's, further in, is its code.
    let is_traced =
        is_deeper && before.starts_with(b"File \"") && before.windows(7).any(|part| part == b", line ");
    // A difference of two versions has a sign first.
    let code = match line {
        [b'+' | b'-', b' ' | b'\t', rest @ ..] => rest.trim_ascii_start(),
        _ => line,
    };
    // What curl tells begins like a comment and ends with a colon.
    let is_told = code.starts_with(b"* ") && code.ends_with(b":");
    let is_code = DIRECTIVES.iter().any(|directive| code.starts_with(directive))
        || KEYWORDS.iter().any(|keyword| code.starts_with(keyword))
            && !is_told
            && (code.windows(3).any(|part| part == b") {")
                || code.last().is_some_and(|last| b";{}():,".contains(last))
                // Behind a statement stands what is meant by it.
                || code.windows(4).any(|part| part == b"; //")
                || code.windows(5).any(|part| part == b"self."));
    let is_difference = code.len() < line.len();
    let is_entry = is_difference && code.starts_with(b"\"") && code.ends_with(b",");
    // `+            message="connection refused", cause=e`: further in than the items of a list.
    let is_argument = is_difference
        && indent(line.get(1..).unwrap_or_default()) >= 4
        && code.windows(2).position(|part| part == b"=\"").is_some_and(|end| {
            code.iter().take(end).all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        });
    // `ConnectionFailedError if establishing a connection fails`: what a function may raise.
    let may_raise = line.windows(4).position(|part| part == b" if ").is_some_and(|end| {
        let before = line.get(..end).unwrap_or_default();
        let name = before.rsplit(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
        [&b"Error"[..], b"Exception"].iter().any(|kind| name.len() > kind.len() && name.ends_with(kind))
    });
    let is_commit = lower
        .strip_prefix(b"commit ")
        .is_some_and(|rest| rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count() >= 4);
    // `$ grep -rn "CA certificate not found"`, behind whatever a shell asks with.
    let asked = line.windows(2).position(|part| matches!(part, b"$ " | b"# ")).filter(|at| *at < 80);
    let typed = line.get(asked.map_or(0, |at| at + 2)..).unwrap_or_default();
    let is_command = COMMANDS.iter().any(|command| typed.starts_with(command) || line.starts_with(command));
    // `- Handle the alert unknown_ca (#1234)`: what changed.
    let is_change = matches!(line, [b'-' | b'*', b' ', ..])
        && line.strip_suffix(b")").and_then(|rest| rest.rsplit(|byte| *byte == b'(').next()).is_some_and(
            |rest| rest.strip_prefix(b"#").is_some_and(|number| number.iter().all(u8::is_ascii_digit)),
        );
    let is_title = TITLES.iter().any(|title| lower.starts_with(title));
    let is_test = lower.ends_with(b" passed")
        || lower.starts_with(b"test ") && lower.ends_with(b"... failed")
        || FAILED.iter().any(has)
        || PASSED.iter().any(has)
        || lower.strip_prefix(b"ok ").and_then(|rest| rest.first()).is_some_and(u8::is_ascii_digit);
    // A whole sentence of many words.
    let is_example = lower.starts_with(b"for example") || lower.starts_with(b"e.g. ");
    let is_of_book = (is_example || line.first().is_some_and(u8::is_ascii_uppercase))
        && line.last() == Some(&b'.')
        && line.split(|byte| *byte == b' ').count() >= 10
        && OF_BOOKS.iter().any(has);
    is_traced
        || is_title
        || is_commit
        || is_command
        || is_change
        || is_code
        || is_entry
        || is_argument
        || may_raise
        || is_test
        || is_of_book
        || OF_COMPILERS.iter().any(has)
        || is_diagnostic(&lower)
}

/// Whether a line begins with a short number that stands for itself, as in a list of codes: `| 133 | 0x85 |`, `4 - refused`.
pub(super) fn is_of_list(line: &[u8]) -> bool {
    let start = line.iter().position(|byte| !b" \t|+*`>".contains(byte)).unwrap_or(line.len());
    let rest = line.get(start..).unwrap_or_default();
    let rest = rest.strip_prefix(b"0x").unwrap_or(rest);
    let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    (1..=3).contains(&digits) && matches!(rest.get(digits..), Some([b' ' | b'|' | b')' | b'=' | b'\t', ..]))
}

/// Whether a place is in the path of an address, whose words are those of a page: `https://example.com/mqtt-connection-refused`.
pub(super) fn is_in_address(text: &[u8], at: usize) -> bool {
    const LONGEST: usize = 300;
    let before = text.get(at.saturating_sub(LONGEST)..at).unwrap_or_default();
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"\"'<>()[]{},".contains(byte);
    let start = before.iter().rposition(is_end).map_or(0, |end| end + 1);
    let word = before.get(start..).unwrap_or_default();
    let Some(scheme) = word.windows(3).position(|part| part == b"://") else { return false };
    let (before, host) = (word.get(..scheme).unwrap_or_default(), word.get(scheme + 3..).unwrap_or_default());
    let is_web = [&b"http"[..], b"https"].iter().any(|name| before.to_ascii_lowercase().ends_with(name));
    // DPS's own paths are read for what they are.
    is_web && host.contains(&b'/') && !host.windows(13).any(|part| part == b"azure-devices")
}

/// `main.c:12:5: error: …`, `Main.java:12: error: …`: a place in a file of source code, and what is wrong with it.
fn is_diagnostic(line: &[u8]) -> bool {
    let Some(at) = DIAGNOSTICS.iter().find_map(|word| {
        let is_word = |part: &[u8]| part.first() == Some(&b':') && part.ends_with(word);
        line.windows(word.len() + 1).position(is_word)
    }) else {
        return false;
    };
    let mut parts = line.get(..at).unwrap_or_default().rsplit(|byte| *byte == b':');
    let mut numbers = 0;
    let file = loop {
        match parts.next() {
            Some(part) if !part.is_empty() && part.iter().all(u8::is_ascii_digit) => numbers += 1,
            Some(part) => break part,
            // A time.
            None => return false,
        }
    };
    // A log names the line of the file that wrote it as well, and no column.
    file.contains(&b'.') && numbers >= if file.ends_with(b".java") { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_tests_are_no_reports() {
        for (line, before) in [
            (
                "    return socket.create_connection(addr, timeout=self._connect_timeout)",
                "File \"a.py\", line 3, in b",
            ),
            ("if (rc == 5) { // connection refused", ""),
            ("me@host:~/src$ grep -rn \"CA certificate not found\" .", ""),
            ("- Handle the alert unknown_ca (#1234)", ""),
            ("SELECT * FROM answers WHERE code = 401002;", ""),
            ("test connection_refused_is_retried ... ok", ""),
            ("test connection_refused_is_retried ... FAILED", ""),
            ("const ECONNREFUSED = 111; // connection refused", ""),
            ("If you get \"not authorized\" then look at the password of the broker.", ""),
            ("for example \"CONNACK 5\" means that a client is not authorized, as the standard has it.", ""),
            ("  \u{2713} connection refused is retried", ""),
            ("\u{1b}[31m} catch (SSLHandshakeException e) {\u{1b}[0m", ""),
            ("#define MQTT_CONNECTION_TIMEOUT -4", ""),
            ("client.c:57:9: warning: unknown ca", ""),
            ("// unknown ca when the chain is bad", ""),
            ("Main.java:12: error: unreported exception SSLHandshakeException", ""),
            ("-    \"401002\": \"CA certificate not found.\",", ""),
            ("+            message=\"Lost connection to the provisioning server\", cause=e", ""),
            ("'azure.iot.device.exceptions.ConnectionFailedError if establishing a", ""),
            ("ok 12 - handshake failure is told", ""),
            ("FAILED tests/test_mqtt.py::test_connection_refused - assert 5 == 0", ""),
            ("it('rejects on SSL alert number 42', async () => {", ""),
            ("commit 3fa2b1: tell \"unable to get local issuer certificate\" apart", ""),
            ("A client that receives unknown_ca should check that the CA is installed on it.", ""),
            ("FAIL src/dps.test.ts > tells 401002 of an unknown CA", ""),
            ("See RFC 5246: bad_certificate(42), certificate_expired(45)", ""),
        ] {
            assert!(is_no_report(line.as_bytes(), before.as_bytes()), "{line}");
        }
        for line in [
            "Error: connection refused",
            "if nothing helps: connection refused",
            "return code 5",
            "mqtt.c:120: error: connection refused",
            "12:00:05: error: connection refused",
            "- error=\"connection refused\"",
            "ConnectionFailedError: if establishing a connection fails",
        ] {
            assert!(!is_no_report(line.as_bytes(), b""), "{line}");
        }
    }

    #[test]
    fn lines_of_a_list_begin_with_their_number() {
        for line in ["| 133 | 0x85 | x", "+|1|refused", "4 - 0x04 refused", "0x05 = refused"] {
            assert!(is_of_list(line.as_bytes()), "{line}");
        }
        for line in ["10:00:01 refused", "1543452431: refused", "2026-01-01 refused", "rc 5", "", "5"] {
            assert!(!is_of_list(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn the_words_of_an_address_are_no_report() {
        let is_in = |text: &str| is_in_address(text.as_bytes(), text.find("refused").unwrap());
        assert!(is_in("see https://example.com/q/12/connection-refused-not-authorised"));
        assert!(!is_in("https://example.com/q/12: connection refused"));
        assert!(!is_in("{\"url\":\"https://example.com/q\",\"error\":\"connection refused\"}"));
        assert!(!is_in("mqtts://gateway/x-connection-refused"));
    }
}
