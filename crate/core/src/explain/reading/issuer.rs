//! The certificate that answers under one of Azure's names, as `openssl s_client` and `curl -v` show it: its issuer.

use super::reader::Reader;
use crate::explain::{catalogue::cause, hit::Hit, statement::Statement};

pub(super) static READERS: &[Reader] =
    &[Reader { word: "i", read: issuer }, Reader { word: "issuer", read: issuer }];

/// What Azure's issuers have in their names: Microsoft's and DigiCert's roots, and the one before them.
const AZURES: [&str; 4] = ["microsoft", "digicert", "baltimore", "cybertrust"];

/// An issuer that is none of Azure's, under a subject that is Azure's.
fn issuer(hit: &Hit<'_>) -> Option<Statement> {
    const BEFORE: usize = 400;
    // `i:CN = …`, `issuer: CN=…`, `issuer=CN = …`, at the beginning of a line.
    let is_name = matches!(hit.after().first(), Some(b':' | b'='));
    let is_first = hit.before().iter().all(|byte| matches!(byte, b' ' | b'*' | b'\t' | b'>' | b'|'));
    if !is_name || !is_first || !(hit.has("cn=") || hit.has("cn =")) {
        return None;
    }
    let is_azures = AZURES.iter().any(|name| hit.has(name));
    let before = hit.text.get(hit.start.saturating_sub(BEFORE)..hit.start)?.to_ascii_lowercase();
    let before = String::from_utf8_lossy(&before);
    let subject = before.lines().rev().take(5).map(|line| line.trim_matches([' ', '*', '\t', '>', '|']));
    let is_subject = |line: &&str| line.contains("s:") || line.starts_with("subject");
    let is_of_azure = subject.filter(is_subject).any(|line| line.contains(".azure-devices"));
    (is_of_azure && !is_azures).then_some(Statement::Hint(&cause::TLS_INTERCEPTED))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> bool {
        let at = text.rfind("issuer").or_else(|| text.rfind("i:")).unwrap();
        let end = at + if text[at..].starts_with("issuer") { 6 } else { 1 };
        issuer(&Hit::new(text.as_bytes(), text.as_bytes(), at, end)).is_some()
    }

    #[test]
    fn only_another_issuer_under_azures_name_is_told() {
        assert!(of(" 0 s:CN = *.azure-devices.net\n   i:CN = Corp Inspection"));
        assert!(of("*  subject: CN=*.azure-devices-provisioning.net\n*  start date: x\n*  issuer: CN=Corp"));
        assert!(!of(
            " 0 s:CN = *.azure-devices.net\n   i:C = US, O = Microsoft Corporation, CN = Azure TLS 01"
        ));
        assert!(of("> 0 s:C = US, CN = *.azure-devices.net\n>    i:CN = Corp_Access_SSLInspect"));
        assert!(!of("subject=CN = device-1\nissuer=CN = Corp Device CA"));
    }
}
