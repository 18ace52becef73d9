//! The hosts that a line names: Azure's, and others, of which nothing here knows anything.

/// What the names of public hosts end with. Other names, `gateway.local`, may well stand for DPS or its emulator.
const PUBLIC: [&str; 32] = [
    "com", "net", "org", "io", "dev", "gov", "edu", "de", "uk", "eu", "fr", "us", "cn", "jp", "co", "ai",
    "cloud", "app", "tech", "info", "in", "nl", "ch", "at", "se", "no", "ca", "au", "es", "it", "pl", "me",
];
/// Where sentences send their readers.
const MANUALS: [&str; 12] = [
    "aka.ms",
    "docs.microsoft.com",
    "learn.microsoft.com",
    "go.microsoft.com",
    "curl.se",
    "curl.haxx.se",
    "openssl.org",
    "www.openssl.org",
    "nodejs.org",
    "docs.python.org",
    "stackoverflow.com",
    "docs.rs",
];
/// What looks like a host and is the name of a part of a program.
const PARTS: [&str; 6] =
    ["javax.net", "java.net", "system.net", "microsoft.net", "asp.net", "paho.mqtt.java"];
/// Ports of services that are none of ours.
const PORTS: [&str; 22] = [
    "21", "22", "23", "25", "53", "110", "143", "389", "465", "587", "636", "993", "1433", "1521", "2379",
    "3306", "5432", "6379", "6443", "9092", "9200", "27017",
];

/// The other host that a line is about; none where it names Azure's, or no host at all.
pub(in crate::explain) fn other(line: &[u8]) -> Option<String> {
    let line = String::from_utf8_lossy(line.get(..line.len().min(1024))?);
    let mut other = None;
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-');
    for word in line.split(|character: char| !(is_of_name(character) || matches!(character, '@' | ':' | '_')))
    {
        let word = word.trim_matches([':', '.']);
        let (name, port) = word.split_once(':').map_or((word, ""), |(name, port)| (name, port));
        let name = name.trim_matches(['.', '-']);
        if is_of_azure(name) {
            return None;
        }
        if is_public(name) || PORTS.contains(&port) && name.chars().any(is_of_name) {
            other.get_or_insert_with(|| word.to_owned());
        }
    }
    other
}

/// Azure's names, and what was meant to be one.
fn is_of_azure(name: &str) -> bool {
    name.to_ascii_lowercase().contains("azure-devices")
}

fn is_public(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
    };
    labels.len() >= 2
        && labels.iter().all(is_label)
        && labels.last().is_some_and(|last| PUBLIC.contains(last))
        && labels.first().is_some_and(|first| first.chars().any(|it| it.is_ascii_alphabetic()))
        && !MANUALS.contains(&name)
        && !PARTS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_hosts_are_told_from_azures_and_from_names_of_files() {
        for (line, host) in [
            ("getaddrinfo ENOTFOUND registry.npmjs.org", Some("registry.npmjs.org")),
            ("connect to mx1.example.com[1.2.3.4]:25: Connection timed out", Some("mx1.example.com")),
            ("Could not connect to Redis at 127.0.0.1:6379: Connection refused", Some("127.0.0.1:6379")),
            ("connect to global.azure-devices-provisioning.net:8883 failed, see https://example.com", None),
            ("javax.net.ssl.SSLHandshakeException at client.c:12, ssl.py:3, main.rs", None),
            ("connect ECONNREFUSED 127.0.0.1:8883", None),
            ("curl: (60) More details here: https://curl.se/docs/sslcerts.html", None),
            ("cannot reach gateway.local:8883", None),
        ] {
            assert_eq!(other(line.as_bytes()).as_deref(), host, "{line}");
        }
    }
}
