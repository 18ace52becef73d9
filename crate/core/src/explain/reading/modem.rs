//! A modem that answers a command with `ERROR` and nothing more: the command says what failed.

use super::reader::Reader;
use crate::explain::{
    catalogue::{
        Symptom,
        symptom::{connection_failed, identity_not_usable, name_not_found},
    },
    hit::Hit,
    statement::Statement,
};

// The sign between `AT` and a command is the maker's; the search has letters and digits alone.
macro_rules! commands {
    ($($what:path: $($command:literal)+;)+) => {
        &[$($(Reader { word: concat!("at+", $command), read: |hit| refused(hit, &$what) }),+),+]
    };
}

/// The commands of the modems' manuals that look up names, connect, and load files.
pub(super) static READERS: &[Reader] = commands! {
    connection_failed::REFUSED_OR_TLS: "smconn" "qmtopen" "qmtconn" "qsslopen" "qiopen" "qiact" "cmqttconnect" "cmqttstart"
        "cchopen" "cipopen" "cipstart" "caopen" "kmqttcnx" "ktcpcnx" "ktcpstart" "umqttc" "usoco" "ucged" "sqnsmqttconnect"
        "sqnsd" "xmqttcon" "ksslcrypto" "mqttconn" "qhttpget" "mconnect" "mipstart" "cnact"
        "shconn" "usosec" "sslconnect" "ssld" "mqconn" "mqen" "httpact";
    name_not_found::NAME: "qidnsgip" "cdnsgip" "udnsrn";
    identity_not_usable::UNLOADED: "smssl" "qsslcfg" "csslcfg" "sqnssprcfg" "usecprf" "usecmng" "ccertdown" "cfswfile" "qfupl"
        "sqnsnvw" "kcertstore" "kprivkstore" "cmng" "sqnspcfg" "smconf" "qmtcfg" "cmqttsslcfg" "mqttsslcfg";
};

/// The next line that is an answer is `ERROR`, or the modem's number for one.
fn refused(hit: &Hit<'_>, symptom: &'static Symptom) -> Option<Statement> {
    const REACH: usize = 512;
    let rest = hit.text.get(hit.end..hit.text.len().min(hit.end + REACH))?;
    // Whoever passes it on may have put the answer on the command's line.
    let here = hit.after();
    let is_here = has_number(here) || here.ends_with(b" ERROR") || here.ends_with(b" ERROR\r");
    let mut answers = rest.split(|byte| matches!(byte, b'\n' | b'\r')).skip(1);
    // `OK` says that the command is heard; whether it did anything comes behind.
    let is_closed = |line: &[u8]| line.trim_ascii().ends_with(b"CLOSE OK");
    let mut below = || answers.find(|line| is_closed(line) || !matches!(bare(line), b"" | b"OK"));
    let answer = if is_here { here } else { below()? };
    const FAILED: [&[u8]; 4] = [b"NO CARRIER", b"CONNECT FAIL", b"FAIL", b"CLOSE OK"];
    let is_failed = FAILED.iter().any(|failed| answer.trim_ascii().ends_with(failed));
    // What sets a cipher or a version loads no file.
    let set = hit.after().to_ascii_lowercase();
    const OF_FILES: [&[u8]; 4] = [b"\"ca", b"cert", b"key", b".pem"];
    let is_of_files = OF_FILES.iter().any(|word| set.windows(word.len()).any(|part| part == *word));
    let sets = set.trim_ascii_start().starts_with(b"=\"");
    if symptom == &identity_not_usable::UNLOADED && sets && !is_of_files {
        return None;
    }
    (bare(answer) == b"ERROR" || is_failed || has_number(answer)).then_some(Statement::Symptom(symptom, None))
}

/// `+CME ERROR: operation not allowed`, behind whatever a monitor puts before it.
fn has_number(line: &[u8]) -> bool {
    [&b"+CME ERROR"[..], b"+CMS ERROR"]
        .iter()
        .any(|error| line.windows(error.len()).any(|part| part == *error))
}

/// A line of a modem without the time and the arrow that a monitor puts before it.
fn bare(line: &[u8]) -> &[u8] {
    let line = line.trim_ascii();
    line.rsplit(|byte| matches!(byte, b' ' | b'>' | b'<')).next().unwrap_or(line)
}
