//! What stands where a name belongs, and is none: what a template had there, or what a script prints for nothing.

use crate::explain::{
    catalogue::symptom::{name_not_found, setting_missing},
    statement::Statement,
    text::Text,
};

/// What scripts print for a variable that nobody set.
const NOTHING: [&str; 8] = ["undefined", "null", "none", "nil", "nan", "(null)", "%s", "<nil>"];
/// Words behind which a line names the host that it did not find.
const OF_A_HOST: [&str; 11] = [
    "enotfound",
    "eai_again",
    "host",
    "hostname",
    "lookup",
    "resolve",
    "resolving",
    "address",
    "server",
    "endpoint",
    "name",
];
/// What templates put around a name.
const FRAMES: [(char, char); 3] = [('<', '>'), ('[', ']'), ('{', '}')];
/// What stands in such a frame where a host belongs; frames hold levels, modules and addresses as well.
const HOSTS: [&str; 6] = ["hostname", "host name", "host_name", "your", "iothub", "iot hub"];
/// Names in a frame that are one as a whole.
const WHOLE: [&str; 5] = ["host", "server", "endpoint", "fqdn", "hub"];
/// Longest name in a frame.
const LONGEST: usize = 48;

/// Whether a word stands for a name that nobody filled in: `undefined`, `[hostname]`, `YOUR_ID_SCOPE`.
pub(super) fn is_one(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    is_nothing(&lower)
        || lower.starts_with(['[', '<', '{', '$', '%'])
        || lower.starts_with("%7b")
        || is_yours(&lower)
}

/// Whether a word is what a script prints for nothing.
pub(super) fn is_nothing(word: &str) -> bool {
    NOTHING.iter().any(|nothing| word.eq_ignore_ascii_case(nothing))
}

/// `your-hub`, `YOUR_ID_SCOPE`, `yourhub`.
fn is_yours(lower: &str) -> bool {
    lower.strip_prefix("your").is_some_and(|rest| !rest.is_empty())
}

/// The same fact, or what is behind it: a name that has no address because it is a placeholder.
pub(super) fn instead(statement: Statement, at: usize, text: &Text) -> Statement {
    let is_name = matches!(&statement, Statement::Symptom(symptom, _) if *symptom == &name_not_found::NAME);
    let host = is_name.then(|| text.line_text(text.line(at))).and_then(host);
    match host {
        Some(host) => Statement::Symptom(&setting_missing::PLACEHOLDER_HOST, Some(format!("\"{host}\""))),
        None => statement,
    }
}

/// The placeholder that a line has for the host.
fn host(line: &[u8]) -> Option<String> {
    let line = String::from_utf8_lossy(line.get(..line.len().min(1024))?);
    framed(&line).or_else(|| alone(&line))
}

/// `<your-dps>`, `[hostname]`, `{host}`.
fn framed(line: &str) -> Option<String> {
    FRAMES.iter().find_map(|(open, close)| {
        line.match_indices(*open).find_map(|(at, _)| {
            let inside = line.get(at + 1..)?.split(*close).next().filter(|it| it.len() <= LONGEST)?;
            let lower = inside.to_ascii_lowercase();
            let is_host = HOSTS.iter().any(|word| lower.contains(word)) || WHOLE.contains(&&*lower);
            line.get(at..at + 2 + inside.len()).filter(|_| is_host).map(str::to_owned)
        })
    })
}

/// `undefined` behind what names a host, `your-hub.azure-devices.net`, `YOUR_HUB`.
fn alone(line: &str) -> Option<String> {
    let is_between = |it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '`' | ',' | ';' | '=' | ')');
    let mut before = String::new();
    for word in line.split(is_between).filter(|word| !word.is_empty()) {
        let name = word.rsplit("//").next().unwrap_or_default();
        let name = name.split([':', '/']).next().unwrap_or_default().trim_end_matches('.');
        let lower = name.to_ascii_lowercase();
        let is_template = is_yours(&lower) && (lower.contains(['.', '-', '_']) || name != lower);
        let stands_for_host = is_nothing(&lower) && OF_A_HOST.contains(&&*before);
        if is_template || stands_for_host {
            return Some(name.to_owned());
        }
        before = word.trim_end_matches([':', '(']).to_ascii_lowercase();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_hosts() {
        for (line, found) in [
            ("Error: getaddrinfo ENOTFOUND undefined", Some("undefined")),
            ("getaddrinfo ENOTFOUND null null:8883", Some("null")),
            ("Could not resolve host: undefined", Some("undefined")),
            ("Unable to resolve host \"[hostname]\": No address", Some("[hostname]")),
            ("Could not resolve host: <your-dps>.azure-devices-provisioning.net", Some("<your-dps>")),
            ("lookup {your hub name}.azure-devices.net: no such host", Some("{your hub name}")),
            ("Could not resolve host: your-hub.azure-devices.net", Some("your-hub.azure-devices.net")),
            ("ssl://YOUR_HUB:8883: Name or service not known", Some("YOUR_HUB")),
            ("getaddrinfo ENOTFOUND x.azure-devices.net, code: undefined", None),
            ("[ERROR] <err> net: getaddrinfo ENOTFOUND hub.contoso.com [as oncomplete]", None),
            ("Check your host name: Name or service not known", None),
            ("getaddrinfo ENOTFOUND yourself", None),
        ] {
            assert_eq!(host(line.as_bytes()).as_deref(), found, "{line}");
        }
    }

    #[test]
    fn names_that_nobody_filled_in() {
        for word in ["undefined", "(null)", "<id>", "{registration_id}", "YOUR_ID_SCOPE", "your-device", "%s"]
        {
            assert!(is_one(word), "{word}");
        }
        for word in ["0ne00112233", "device-1", "nullarbor", "your", "sensor"] {
            assert!(!is_one(word), "{word}");
        }
    }
}
