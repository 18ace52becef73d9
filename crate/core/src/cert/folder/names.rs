//! What the name of a file says: whose it is, and whether it should hold certificates at all.

/// What a name says of the kind of a file, and not of whose it is.
const KINDS: [&str; 30] = [
    "pem",
    "crt",
    "cer",
    "cert",
    "certs",
    "certificate",
    "certificates",
    "der",
    "key",
    "keys",
    "private",
    "priv",
    "public",
    "pub",
    "csr",
    "req",
    "pfx",
    "p12",
    "p7b",
    "pk8",
    "pkcs8",
    "pkcs12",
    "full",
    "fullchain",
    "chain",
    "leaf",
    "enc",
    "encrypted",
    "plain",
    "jks",
];

/// Endings of files that hold certificates and keys, and nothing else.
const ENDINGS: [&str; 12] =
    ["pem", "crt", "cer", "cert", "der", "key", "pfx", "p12", "p7b", "p7c", "pk8", "jks"];

/// Whose a file is: the words of its name that do not tell what it is; those of its folder if none is left.
pub(super) fn owner(path: &str) -> Vec<String> {
    let mut parts = path.rsplit(['/', '\\']);
    parts.by_ref().map(words).find(|words| !words.is_empty()).unwrap_or_default()
}

/// The words of a name, without those that tell what a file is.
pub(super) fn words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).filter(|word| !KINDS.contains(&word.as_str())).collect()
}

/// Whether a file of this name should hold a certificate or a key.
pub(super) fn is_of_certificates(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// The name of a file without its folder and its last ending.
pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_told_by_what_is_left_of_the_name() {
        for (path, expected) in [
            ("certs/new-device-full-chain.cert.pem", &["new", "device"][..]),
            ("private/new-device.key.pem", &["new", "device"]),
            ("secrets/root_ca_key", &["root", "ca"]),
            ("certs/root_ca.crt", &["root", "ca"]),
            ("devices/pump-1/key.pem", &["pump", "1"]),
            ("devices\\pump-1\\cert.pem", &["pump", "1"]),
            ("key.pem", &[]),
        ] {
            assert_eq!(owner(path), expected, "{path}");
        }
    }

    #[test]
    fn a_name_without_its_ending() {
        for (path, expected) in [("a/b.c.pem", "b.c"), ("b", "b"), (".pem", ".pem"), ("a\\b.key", "b")] {
            assert_eq!(stem(path), expected, "{path}");
        }
    }
}
