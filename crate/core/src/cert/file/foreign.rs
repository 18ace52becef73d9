//! Files that are something else, and what to do instead.

/// A format that holds no certificate this crate reads.
pub(super) struct Foreign {
    /// What it is, with its article.
    pub(super) what: &'static str,
    /// What to do.
    pub(super) next_step: &'static str,
}

const SSH: &str = "SSH keys are not used by DPS. Make a key and a certificate: openssl req -x509 -newkey ec \
    -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout device-key.pem -out device-cert.pem -days 365 -subj /CN=REGISTRATION-ID \
    -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=clientAuth";
const PGP: &str = "PGP keys are not used by DPS; give an X.509 certificate and its key.";
const UNPACK: &str = "Unpack it, and give the files inside.";
const DOWNLOAD: &str = "Download the file itself (the raw file), not the page that shows it.";

/// What a block with this label is, if it is none of ours.
pub(super) fn of_label(label: &str) -> Option<Foreign> {
    let (what, next_step) = if label.contains("SSH") {
        ("an SSH key", SSH)
    } else if label.contains("PGP") && label.contains("KEY") {
        ("a PGP key", PGP)
    } else if label.contains("PGP") {
        ("a PGP message", PGP)
    } else {
        return None;
    };
    Some(Foreign { what, next_step })
}

/// What a file with this start is, if it is none of ours.
pub(super) fn of_start(bytes: &[u8]) -> Option<Foreign> {
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(512)).unwrap_or_default());
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let lower = text.to_ascii_lowercase();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
    let (what, next_step) = match bytes {
        [0xfe, 0xed, 0xfe, 0xed, ..] => (
            "a Java keystore",
            "Convert it: keytool -importkeystore -srckeystore FILE -destkeystore device.p12 -deststoretype PKCS12",
        ),
        [b'P', b'K', 3, 4, ..] => ("a ZIP archive", UNPACK),
        [0x1f, 0x8b, ..] => ("a gzip archive", UNPACK),
        [0x7f, b'E', b'L', b'F', ..] => ("a program", "Give the certificate file."),
        _ if starts(&["ssh-", "ecdsa-sha2-", "sk-ssh-"]) => ("an SSH public key", SSH),
        _ if starts(&["PuTTY-User-Key-File"]) => ("a PuTTY key", SSH),
        _ if lower.starts_with("<!doctype html") || lower.starts_with("<html") => ("a web page", DOWNLOAD),
        _ if lower.starts_with("%pdf") => {
            ("a PDF document", "Export the certificate from where it was shown.")
        }
        _ if starts(&["Certificate:", "    Data:"]) => (
            "the printed form of a certificate, without the certificate itself",
            "Give the certificate: openssl x509 prints both unless -noout is given.",
        ),
        _ if starts(&["HostName=", "SharedAccessSignature"]) => (
            "a connection string",
            "With X.509 there is no connection string; give the certificate and its private key.",
        ),
        _ => return None,
    };
    Some(Foreign { what, next_step })
}
