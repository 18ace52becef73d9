//! Lines that are no report: source code in a trace, the names of tests.

/// Words that a line of source code begins with; it also has the punctuation of one.
const KEYWORDS: [&[u8]; 29] = [
    b"return ",
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
    b"#include",
    b"#define",
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
];
/// What the runners of tests write on the line of a test that went well.
const PASSED: [&[u8]; 8] = [
    b"... ok",
    b"--- pass",
    b"\xe2\x9c\x93",
    b" passed",
    b"[ ok ]",
    b"[       ok ]",
    b"pass:",
    b"\xe2\x9c\x94",
];

/// Whether a line is source code or the name of a test. `before` is the line before it.
pub(super) fn is_no_report(line: &[u8], before: &[u8]) -> bool {
    let indent = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
    let is_deeper = indent(line) > indent(before);
    let (line, before) = (line.trim_ascii(), before.trim_ascii());
    // Python's trace: the line behind the file's, further in, is its code.
    let is_traced =
        is_deeper && before.starts_with(b"File \"") && before.windows(7).any(|part| part == b", line ");
    let is_code = KEYWORDS.iter().any(|keyword| line.starts_with(keyword))
        && (line.windows(3).any(|part| part == b") {")
            || line.last().is_some_and(|last| b";{}():,".contains(last))
            || line.windows(5).any(|part| part == b"self."));
    let lower = line.to_ascii_lowercase();
    let is_test = PASSED.iter().any(|word| lower.windows(word.len()).any(|part| part == *word));
    is_traced || is_code || is_test
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
            ("test connection_refused_is_retried ... ok", ""),
            ("  \u{2713} connection refused is retried", ""),
        ] {
            assert!(is_no_report(line.as_bytes(), before.as_bytes()), "{line}");
        }
        for line in ["Error: connection refused", "if nothing helps: connection refused", "return code 5"] {
            assert!(!is_no_report(line.as_bytes(), b""), "{line}");
        }
    }
}
