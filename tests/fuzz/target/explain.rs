//! Explanations of any text, with a secret in it that must not come out.

use dps_x509_core::{
    cert::Inputs,
    explain::Explanation,
    finding::{Naming, Place},
    text,
};

const SECRET: &str = "qF7hunter2Zx";

pub(super) fn run(bytes: &[u8]) {
    let middle = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
    let mut log = bytes.get(..middle).unwrap_or_default().to_vec();
    if !log.ends_with(b"\n") {
        log.push(b'\n');
    }
    let is_own = log.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
    // In UTF-16 it would be another text.
    let is_utf16 = log.starts_with(&[0xff, 0xfe]) || log.starts_with(&[0xfe, 0xff]) || log.contains(&0);
    log.extend(format!("password={SECRET}\n").bytes());
    log.extend(bytes.get(middle..).unwrap_or_default());
    for log in [bytes, log.as_slice()] {
        let explanation = Explanation::of_text(log, &Place::default().path("a.log"), &Inputs::default());
        let shown = explanation.to_text(Naming::CommandLine);
        assert!(!shown.chars().any(|it| it != '\n' && text::is_invisible(it)), "{shown:?}");
        let json = explanation.to_json(Naming::JavaScript);
        let json = format!("{json:?}");
        assert!(is_own || is_utf16 || !shown.contains(SECRET) && !json.contains(SECRET), "{shown}\n{json}");
    }
}
