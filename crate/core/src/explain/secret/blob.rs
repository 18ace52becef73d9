//! Private keys and stores that nothing names: bare base64 that begins as theirs does.

use std::ops::Range;

/// How base64 of a private key or store begins: PKCS#1, PKCS#8, SEC 1 and PKCS#12, of the sizes that there are.
const BEGINNINGS: [&[u8]; 16] = [
    b"MIIEvQIBADANBg",
    b"MIIEvAIBADANBg",
    b"MIIEvgIBADANBg",
    b"MIIJQgIBADANBg",
    b"MIIJQwIBADANBg",
    b"MIIEowIBAAKC",
    b"MIIEpAIBAAKC",
    b"MIIEpQIBAAKC",
    b"MIIJKQIBAAKC",
    b"MIIJKAIBAAKC",
    b"MHcCAQEE",
    b"MIGkAgEBBD",
    b"MIGHAgEAMBMG",
    b"MIG2AgEAMBAG",
    b"MC4CAQAwBQYDK2VwBCIEI",
    b"MFECAQEwBQYDK2VwBCIEI",
];
/// The inner beginning of a PKCS#12 store: version 3, and the type of its data.
const STORE: &[u8] = b"AgEDMII";

/// Every such run.
pub(super) fn keys(text: &[u8]) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'M')) {
        let start = at + found;
        at = start + 1;
        let rest = text.get(start..).unwrap_or_default();
        let is_key = BEGINNINGS.iter().any(|beginning| rest.starts_with(beginning))
            || rest.starts_with(b"MII")
                && rest.get(3..24).is_some_and(|part| part.windows(7).any(|it| it == STORE));
        if is_key {
            let is_of_run = |byte: &u8| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\\' | b'\n' | b'\r')
            };
            let length = rest.iter().take(32 * 1024).take_while(|byte| is_of_run(byte)).count();
            spans.push(start..start + length);
            at = start + length;
        }
    }
    spans
}
