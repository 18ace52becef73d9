//! A setting whose value nobody filled in: `idScope: undefined`, `ID_SCOPE=""`, `"registrationId": "<your-device>"`.

use super::{placeholder, reader::Reader};
use crate::explain::{
    catalogue::{cause, symptom::setting_missing},
    hit::Hit,
    statement::Statement,
};

pub(super) static READERS: &[Reader] = &[
    Reader { word: "id scope", read: scope },
    Reader { word: "idscope", read: scope },
    Reader { word: "scope id", read: scope },
    Reader { word: "scopeid", read: scope },
    Reader { word: "registration id", read: registration_id },
    Reader { word: "registrationid", read: registration_id },
    Reader { word: "scope", read: variable },
    Reader { word: "device id", read: variable },
    Reader { word: "deviceid", read: variable },
];

/// What a program prints, and no source has as a default.
const PRINTED: [&str; 4] = ["undefined", "(null)", "<nil>", "%s"];

fn scope(hit: &Hit<'_>) -> Option<Statement> {
    let after = String::from_utf8_lossy(hit.after());
    let value = value(&after)?;
    if PRINTED.contains(&value.text) {
        return Some(Statement::Symptom(
            &setting_missing::PLACEHOLDER_SCOPE,
            Some(format!("\"{}\"", value.text)),
        ));
    }
    value.is_unfilled().then_some(Statement::Hint(&cause::SETTING_MISSING))
}

/// Where the leaf has it, clients show `null` and are right.
fn registration_id(hit: &Hit<'_>) -> Option<Statement> {
    let after = String::from_utf8_lossy(hit.after());
    let value = value(&after)?;
    let is_none = value.text.is_empty() || placeholder::is_nothing(value.text);
    let is_unfilled = PRINTED.contains(&value.text) || (!is_none && value.is_unfilled());
    is_unfilled.then_some(Statement::Hint(&cause::SETTING_MISSING))
}

/// What other words name, whether a sign of assignment is there or none: only a variable that says what belongs there.
fn variable(hit: &Hit<'_>) -> Option<Statement> {
    const NAMES: [&str; 4] = ["scope", "device", "registration", "dps"];
    // Such words are many, and hardly one has a variable behind it.
    let first = hit.text.get(hit.end..)?.iter().find(|byte| !b"\"'`:= ".contains(byte));
    first.filter(|byte| b"${%".contains(byte))?;
    let after = String::from_utf8_lossy(hit.after());
    let text = value(&after).filter(|value| is_variable(value.text))?.text.to_ascii_lowercase();
    NAMES.iter().any(|name| text.contains(name)).then_some(Statement::Hint(&cause::SETTING_MISSING))
}

/// What follows the name of a setting.
struct Value<'a> {
    text: &'a str,
    is_quoted: bool,
    /// Whether a sign of assignment is before it.
    is_assigned: bool,
}

/// `": "x"`, `=x`, `: <your scope>`, ` ${SCOPE}`.
fn value(after: &str) -> Option<Value<'_>> {
    let rest = after.trim_start_matches(['"', '\'', '`', ' ', '\t']);
    let (is_assigned, rest) = match rest.strip_prefix(['=', ':']) {
        Some(rest) if !rest.starts_with(['=', ':']) => (true, rest.trim_start_matches(['>', ' ', '\t'])),
        Some(_) => return None,
        None => (false, rest.strip_prefix("is ").unwrap_or(rest)),
    };
    if let Some(quote @ ('"' | '\'' | '`')) = rest.chars().next() {
        let text = rest.get(1..)?.split(quote).next()?;
        return Some(Value { text, is_quoted: true, is_assigned });
    }
    let (_, close) = FRAMES.into_iter().find(|(open, _)| rest.starts_with(open)).unzip();
    let framed = close.and_then(|close| rest.get(..rest.find(close)? + close.len()));
    let framed = framed.filter(|text| text.len() <= LONGEST);
    let bare = || rest.split([' ', '\t', ',', ';', '&', '"', '\'']).next();
    Some(Value { text: framed.or_else(bare)?, is_quoted: false, is_assigned })
}

/// What templates put around a value that has blanks, the longer first.
const FRAMES: [(&str, &str); 5] = [("{{", "}}"), ("<", ">"), ("[", "]"), ("{", "}"), ("${", "}")];
/// Longest value in a frame.
const LONGEST: usize = 48;

impl Value<'_> {
    fn is_unfilled(&self) -> bool {
        let lower = self.text.to_ascii_lowercase();
        if self.text.is_empty() {
            return self.is_assigned && self.is_quoted;
        }
        if !self.is_assigned {
            return is_variable(self.text);
        }
        let is_name = ["id_scope", "idscope", "registration_id", "registrationid"].contains(&&*lower);
        placeholder::is_nothing(self.text)
            || is_variable(self.text)
            || is_template(&lower)
            || (self.is_quoted && is_name)
    }
}

/// `${ID_SCOPE}`, `$ID_SCOPE`, `{{id_scope}}`, `%ID_SCOPE%`: a variable that was to be replaced. In lower case it may be code.
fn is_variable(text: &str) -> bool {
    let inner = |start: &str, end: &str| text.strip_prefix(start)?.strip_suffix(end);
    let is_upper = |name: &str| {
        name.contains(|it: char| it.is_ascii_uppercase())
            && !name.contains(|it: char| it.is_ascii_lowercase())
    };
    inner("{{", "}}").is_some()
        || ["${", "$(", "%", "$"]
            .into_iter()
            .zip(["}", ")", "%", ""])
            .any(|(start, end)| inner(start, end).is_some_and(is_upper))
}

/// `<your-id-scope>`, `[your scope]`, `YOUR_ID_SCOPE`, `<ID_SCOPE>`.
fn is_template(lower: &str) -> bool {
    let is_framed = lower.starts_with(['<', '['])
        && ["scope", "registration", "device", "your"].iter().any(|word| lower.contains(word));
    let yours = lower.trim_start_matches(['<', '[', '{', '$']);
    is_framed || (yours.starts_with("your") && lower.contains(['_', '-', ' ', '<', '[', '{']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_says_what_belongs_there_is_seen_behind_other_words() {
        let is_seen = |line: &str, word: &str| {
            let at = line.find(word).unwrap();
            variable(&Hit::new(line.as_bytes(), line.as_bytes(), at, at + word.len())).is_some()
        };
        for (line, word) in [
            ("dial scope ${IDSCOPE}", "scope"),
            ("device id {{device_id}}", "device id"),
            ("scope=%ID_SCOPE%", "scope"),
            ("device id: '${DEVICE_ID}'", "device id"),
        ] {
            assert!(is_seen(line, word), "{line}");
        }
        for (line, word) in [
            ("scope 0ne00112233", "scope"),
            ("scope: ${scope}`", "scope"),
            ("device id {{ item.name }}", "device id"),
        ] {
            assert!(!is_seen(line, word), "{line}");
        }
    }

    #[test]
    fn what_nobody_filled_in_is_told_from_values() {
        let is_unfilled = |after: &str| value(after).is_some_and(|value| value.is_unfilled());
        for after in [
            "=undefined",
            ": None, registration_id=device-1",
            "\": null,",
            "\": \"<your-id-scope>\"",
            " = '<ID_SCOPE>'",
            "=YOUR_ID_SCOPE_HERE",
            ": [your scope id]",
            "=\"\"",
            ": '${DPS_ID_SCOPE}'",
            " ${IDSCOPE} id x",
            ": {{ id_scope }}",
            " %ID_SCOPE%",
            ": \"ID_SCOPE\"",
        ] {
            assert!(is_unfilled(after), "{after}");
        }
        for after in [
            "=0ne00112233",
            ": \"0neABCDEF01\"",
            " 0ne00112233",
            ": id_scope,",
            "={id_scope}",
            "=${idScope}`",
            "=ID_SCOPE)",
            ": string",
            " undefined in this scope",
            ": [\"0ne00112233\"]",
            "==null",
            " is 0ne00112233",
            "\")",
            ":",
            "=",
            "",
        ] {
            assert!(!is_unfilled(after), "{after}");
        }
    }
}
