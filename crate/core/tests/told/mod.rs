//! Whether a front end is told what another one calls its own: flags and commands of the command line.

use dps_x509_core::finding::{Finding, Naming};

/// Who has no command line of ours.
pub(crate) const OTHERS: [Naming; 4] = [Naming::Plain, Naming::JavaScript, Naming::Python, Naming::Page];

/// What is wrong with a sentence for one of the others.
pub(crate) fn foreign(said: &str, naming: Naming) -> Option<&'static str> {
    // The page sends its reader to the command line for what a page cannot do, and says so.
    let is_command = said.contains("`dps-x509 ") && naming != Naming::Page;
    if said.contains("{input:") || said.contains("{do:") {
        Some("an unsaid place")
    } else if has_flag(said) || said.contains("on the command line:") {
        Some("a flag")
    } else if is_command || said.lines().any(|line| line.starts_with("dps-x509 ")) {
        Some("a command")
    } else {
        None
    }
}

/// What is wrong with the sentences of a finding for one of the others.
pub(crate) fn wrong(finding: &Finding) -> Option<String> {
    OTHERS.into_iter().find_map(|naming| {
        let said = [finding.message.said(naming), finding.next_step.said(naming)];
        let place = finding.place.input.as_ref().map_or("", |input| input.said(naming)).to_owned();
        let mut told = said.into_iter().chain([place]);
        told.find_map(|said| {
            Some(format!("{} tells {naming:?} {}: {said}", finding.code(), foreign(&said, naming)?))
        })
    })
}

/// Whether there is a flag that is none of another program's.
pub(crate) fn has_flag(text: &str) -> bool {
    without_commands(text).split([' ', '(', '`', '"', '\n']).any(|word| {
        word.strip_prefix("--")
            .is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_lowercase()))
    })
}

/// Without the commands of other programs, whose flags are theirs: what follows the program's name up to the end of the
/// sentence or of the block.
fn without_commands(text: &str) -> String {
    let mut rest = text.to_owned();
    for program in ["openssl ", "az ", "cat ", "curl ", "p11tool ", "pkcs11-tool ", "iotedge ", "systemctl "]
    {
        while let Some(start) = rest.find(program) {
            let after = &rest[start..];
            let length = after.find(['.', ';', ':']).into_iter().chain(after.find("```")).min();
            rest.replace_range(start..start + length.unwrap_or(after.len()).max(program.len()), "");
        }
    }
    rest
}
