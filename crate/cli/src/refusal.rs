//! Why a command can do nothing, or nothing more: in words on standard error; where JSON is asked for, as JSON on standard
//! output, by the schema `failure.json`.

use std::{ffi::OsStr, fmt};

use dps_x509_core::finding::{self, Finding, Naming};
use serde_json::json;

use crate::terminal;

/// Says it in one sentence.
pub(crate) fn say(command: &str, sentence: impl fmt::Display, is_json: bool) {
    if is_json {
        // Nobody may be reading; the exit code says it too.
        terminal::json(json!({ "version": 1, "error": sentence.to_string() })).unwrap_or_default();
    } else {
        terminal::say(command, sentence);
    }
}

/// Says it by findings.
pub(crate) fn tell(findings: &[Finding], is_json: bool) {
    if is_json {
        let findings = finding::json::findings(findings, Naming::CommandLine);
        terminal::json(json!({ "version": 1, "findings": findings })).unwrap_or_default();
        return;
    }
    for finding in findings {
        let block = finding.to_text(Naming::CommandLine);
        terminal::err(&(block + "\n\n")).unwrap_or_default();
    }
}

/// Says what is wrong with the arguments, for which there are no flags yet, in the words of the parser.
pub(crate) fn of_arguments(told: &str) {
    if is_json_wanted(std::env::args_os()) {
        let (sentence, _) = told.split_once("\n\nFor more information").unwrap_or((told, ""));
        say("", sentence.trim().trim_start_matches("error: "), true);
    } else {
        terminal::err(told).unwrap_or_default();
    }
}

/// Whether arguments that cannot be understood ask for JSON: `--json`, `--format json` or `--format=json`.
fn is_json_wanted(arguments: impl Iterator<Item = impl AsRef<OsStr>>) -> bool {
    let mut is_behind_format = false;
    for argument in arguments {
        let argument = argument.as_ref();
        if argument == "--" {
            return false;
        }
        if argument == "--json" || argument == "--format=json" || (is_behind_format && argument == "json") {
            return true;
        }
        is_behind_format = argument == "--format";
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_ask_for_json_in_two_ways() {
        let is_wanted = |words: &str| is_json_wanted(words.split(' '));
        assert!(
            is_wanted("fleet run --json")
                && is_wanted("check --format json x")
                && is_wanted("check --format=json")
        );
        for other in
            ["fleet run list.csv", "explain -- --json", "check --format sarif json", "check json --format"]
        {
            assert!(!is_wanted(other), "{other}");
        }
    }
}
