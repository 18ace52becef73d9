//! Files that are something else: how they are recognised. What they are called, and what to do instead, is in the
//! catalogue.

mod stand_in;

use zeroize::Zeroizing;

use crate::finding::{Finding, Severity, say::AnotherFormat as Is};

/// A file or a block that holds no certificate this crate reads.
pub(super) struct Foreign<'a> {
    /// What it is, and what to do instead.
    is: Is<'a>,
    /// Whether it stands for a key in hardware, which is as good as a key.
    is_hardware: bool,
    /// Whether what was put into it stands in it as it is.
    pub(super) keeps_files: bool,
}

impl<'a> From<Is<'a>> for Foreign<'a> {
    fn from(is: Is<'a>) -> Self {
        Self { is_hardware: matches!(is, Is::Hardware { .. }), keeps_files: matches!(is, Is::Database), is }
    }
}

impl Foreign<'_> {
    /// As a finding, without its place.
    pub(super) fn finding(&self) -> Finding {
        let finding = self.is.finding();
        if self.is_hardware { finding.severity(Severity::Note) } else { finding }
    }
}

/// What a block with this label is, if it is none of ours.
pub(super) fn of_label(label: &str) -> Option<Foreign<'static>> {
    let is = if label.contains("TSS2") || label.contains("PKCS#11") || label.contains("PKCS11") {
        Is::Hardware { what: &"the handle of a key in a TPM or token" }
    } else if label.contains("SSH") {
        Is::SshKey { key: &"an SSH key" }
    } else if label.ends_with("DH PARAMETERS") {
        Is::DiffieHellman
    } else if label == "SSL SESSION PARAMETERS" {
        Is::TlsSession
    } else if label.contains("PGP") && label.contains("KEY") {
        Is::Pgp { thing: &"a PGP key" }
    } else if label.contains("PGP") {
        Is::Pgp { thing: &"a PGP message" }
    } else if label.contains("AGE ENCRYPTED") {
        Is::Encrypted { tool: &"age" }
    } else if label == "NACL" || label.contains("SIGSTORE") || label.contains("COSIGN") {
        Is::OtherKey { key: &"a key for signing software" }
    } else {
        return None;
    };
    Some(is.into())
}

/// A block with a label that nobody here knows, and nothing known in it.
pub(super) fn of_unknown_label<'a>(label: &'a &'a str) -> Foreign<'a> {
    Is::UnknownLabel { label }.into()
}

/// What a file of bytes is that begins so, whatever else could be read into it.
pub(super) fn of_signature(bytes: &[u8]) -> Option<Foreign<'static>> {
    let is = match bytes {
        [b'P', b'K', 3, 4, ..] => Is::Archive { archive: &"a ZIP archive" },
        [0x1f, 0x8b, ..] => Is::Archive { archive: &"a gzip archive" },
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Is::Archive { archive: &"a 7z archive" },
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Is::Archive { archive: &"an xz archive" },
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => Is::Archive { archive: &"a bzip2 archive" },
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Is::Archive { archive: &"a zstd archive" },
        [0x04, 0x22, 0x4d, 0x18, ..] => Is::Archive { archive: &"an lz4 archive" },
        [b'R', b'a', b'r', b'!', 0x1a, 0x07, ..] => Is::Archive { archive: &"a RAR archive" },
        [b'M', b'S', b'C', b'F', 0, ..] => Is::Archive { archive: &"a CAB archive" },
        _ if bytes.get(257..262) == Some(b"ustar") => Is::Archive { archive: &"a tar archive" },
        _ if bytes.starts_with(b"SQLite format 3\0") => Is::Database,
        // -----BEGIN
        [0x60, 0x60, 0x60, 0x60, 0x60, 0xc2, 0xc5, 0xc7, 0xc9, 0xd5, ..] => Is::Ebcdic,
        [0x78, 0x9f, 0x3e, 0x22, ..] => Is::Winmail,
        // Version, then the salt of the hash over the store.
        [0, 0, 0, 1 | 2, 0, 0, 0, 8..=32, ..] => Is::BouncyCastleStore,
        [0, 0, 0, 0, b'C', b'E', b'R', b'T', ..] => Is::WindowsStore,
        [b'k', b'y', b'c', b'h', ..] => Is::Keychain,
        [0x1e, 0xf1, 0xb5, 0xb0, ..] => Is::Pvk,
        // PRIVATEKEYBLOB, version 2, of an RSA key: what .NET's strong names (.snk) are too.
        [7, 2, 0, 0, _, _, 0, 0, b'R', b'S', b'A', b'2', ..] => Is::Blob,
        [b'U', b'F', b'2', b'\n', 0x57, 0x51, 0x5d, 0x9e, ..] => Is::Uf2,
        // Where the length of a sequence was.
        [0x30, 0xef, 0xbf, 0xbd, ..] => Is::LostBytes,
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => Is::Picture,
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Is::Office,
        [0x7f, b'E', b'L', b'F', ..] | [b'M', b'Z', 0x90, 0, ..] => Is::Program,
        _ => return None,
    };
    Some(is.into())
}

/// What a file with this start is, if it is none of ours.
pub(super) fn of_start(bytes: &[u8]) -> Option<Foreign<'static>> {
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(4096)).unwrap_or_default());
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let lower = Zeroizing::new(text.to_ascii_lowercase());
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
    let has = |words: &[&str]| words.iter().all(|word| lower.contains(word));
    let is_listed = lower.contains("type=cert") || lower.contains("certificate object;");
    let is = match () {
        () if lower.contains("pkcs11:") && is_listed => Is::TokenListing,
        () if lower.lines().any(names_token_key) => {
            Is::Hardware { what: &"the name of a key in a token (a pkcs11: URI)" }
        }
        () if has(&["$ansible_vault"]) => Is::Encrypted { tool: &"Ansible Vault" },
        () if starts(&["age-encryption.org/"]) => Is::Encrypted { tool: &"age" },
        () if lower.contains("enc[aes256_gcm") => Is::Encrypted { tool: &"SOPS" },
        () if has(&["\"kty\""]) => Is::JsonWebKey,
        () if has(&["<rsakeyvalue>", "<modulus>"]) => Is::KeyInXml,
        () if is_thumbprint(text) => Is::Thumbprint,
        () if has(&["\"attestation\""])
            || has(&["\"enrollmentgroupid\""])
            || has(&["\"registrationid\"", "\"etag\""]) =>
        {
            Is::Enrollment
        }
        () if lower.contains("keystore type:") || lower.contains("alias name:") => Is::KeytoolList,
        () if lower.contains("certutil: -")
            || has(&["cert hash(sha1)"])
            || lower.contains("=== certificate 0 ===") =>
        {
            Is::CertutilPrint
        }
        () if has(&["certificate fingerprints:"]) || has(&["owner:", "sha256:"]) => Is::KeytoolPrint,
        () if has(&[":d=0", "hl=", "cons: sequence"]) => Is::Asn1parsePrint,
        () if has(&["tls.crt:", " bytes"]) && has(&["name:", "type:"]) => Is::KubectlDescribe,
        () if has(&["* server certificate:"]) || has(&["* ssl connection using"]) => Is::CurlPrint,
        () if has(&["\"thumbprint\""]) || has(&["primarythumbprint"]) => Is::Thumbprints,
        () if has(&["thumbprint", "subject"]) => Is::PowerShellPrint,
        () if has(&["kind: sealedsecret"]) => Is::SealedSecret,
        () if has(&["microsoft.devices/provisioningservices"]) => Is::Instance,
        () if has(&["certificate nickname", "trust attributes"]) => Is::NssList,
        () if has(&["name-alg:", "attributes:", "fixedtpm"]) => Is::KeyInTpm,
        () if has(&["{length = ", "bytes = 0x", " ... "]) => Is::ShortData,
        () if is_archive_in_base64(text) => Is::ArchiveInBase64,
        () if starts(&["ssh-", "ecdsa-sha2-", "sk-ssh-"]) => Is::SshKey { key: &"an SSH public key" },
        () if has(&["age-secret-key-1"]) => Is::OtherKey { key: &"a key of age" },
        () if has(&["[interface]", "privatekey"]) => Is::OtherKey { key: &"a configuration of WireGuard" },
        () if starts(&["untrusted comment: "]) => {
            Is::OtherKey { key: &"a key or signature of minisign or signify" }
        }
        () if starts(&["Private-key-format: "]) => Is::OtherKey { key: &"a key of DNSSEC" },
        () if starts(&["PuTTY-User-Key-File"]) => Is::SshKey { key: &"a PuTTY key" },
        () if lower.starts_with("<!doctype html") || lower.starts_with("<html") => Is::WebPage,
        () if lower.starts_with("%pdf") => Is::Pdf,
        () if lower.starts_with("{\\rtf") => Is::Office,
        () if starts(&["HostName=", "SharedAccessSignature"]) => Is::ConnectionString,
        () => return printed(&lower).or_else(|| stand_in::of_text(text, &lower)).map(Foreign::from),
    };
    Some(is.into())
}

/// What OpenSSL, GnuTLS or Mbed TLS print of an object for people to read.
fn printed(lower: &str) -> Option<Is<'static>> {
    // OpenSSL says in front of it what it reads.
    let lower = lower.strip_prefix("read ec key").or(lower.strip_prefix("read rsa key")).unwrap_or(lower);
    let lower = lower.trim_start();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| lower.starts_with(prefix));
    let is = match () {
        () if starts(&[
            "private-key: (",
            "rsa private-key: (",
            "public-key: (",
            "rsa public-key: (",
            "ed25519 p",
            "public key info:",
        ]) =>
        {
            Is::PrintedKey
        }
        () if starts(&["certificate request:", "pkcs #10 certificate request information:"]) => {
            Is::PrintedRequest
        }
        () if starts(&["certificate revocation list (crl):", "x.509 certificate revocation list"]) => {
            Is::PrintedList
        }
        () if starts(&["certificate:\n", "certificate:\r\n", "data:\n", "data:\r\n", "version: 3 (0x2)"])
            || starts(&["x.509 certificate information:", "cert. version     :"]) =>
        {
            Is::PrintedForm
        }
        // What -noout -subject -issuer print.
        () if starts(&["subject=", "subject =", "issuer=", "issuer ="]) => Is::PrintedForm,
        () => return None,
    };
    Some(is)
}

/// Whether a long run of base64 begins as gzip or ZIP does.
fn is_archive_in_base64(text: &str) -> bool {
    const MIN_LENGTH: usize = 48;
    let runs = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/')));
    runs.filter(|run| run.len() >= MIN_LENGTH).any(|run| run.starts_with("H4sI") || run.starts_with("UEsDB"))
}

/// 40 or 64 hexadecimal digits, with separators or without, and nothing else but a name in front.
fn is_thumbprint(text: &str) -> bool {
    let text = text.trim();
    let value =
        text.rsplit_once(['=', ' ']).map_or(text, |(name, value)| if name.len() < 40 { value } else { text });
    let is_separator = |c: char| matches!(c, ':' | '-' | ' ' | '\u{200e}');
    let digits = value.chars().filter(|&c| !is_separator(c));
    value.len() < 200
        && value.chars().all(|c| c.is_ascii_hexdigit() || is_separator(c))
        && matches!(digits.count(), 40 | 64)
}

/// Whether a line is, or gives something the value of, the URI of a key in a token (RFC 7512): prose and comments that
/// speak of such URIs name none.
fn names_token_key(line: &str) -> bool {
    /// A flag and its program, or a setting with its keyword, stand in front of a value; a sentence is longer.
    const MOST_WORDS: usize = 3;
    const ATTRIBUTES: [&str; 9] =
        ["token=", "manufacturer=", "serial=", "model=", "library-", "object=", "type=", "id=", "slot-"];
    let line = line.trim();
    let is_comment = ["#", "//", ";", "--", "*", "<!--", "'"].iter().any(|sign| line.starts_with(sign));
    let Some((before, uri)) = line.split_once("pkcs11:").filter(|_| !is_comment) else { return false };
    let length = uri.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '`' | ',' | ')'));
    let (uri, behind) = uri.split_at_checked(length.unwrap_or(uri.len())).unwrap_or((uri, ""));
    let is_uri = ATTRIBUTES.iter().any(|attribute| uri.starts_with(attribute));
    // A comment, or more settings, may stand behind it.
    let behind = behind.trim_start_matches(['"', '\'']).trim_start();
    let is_end = behind.is_empty() || behind.starts_with(['#', ';', ',', '}', ']', ')', '/', '<', '-', '\\']);
    let words: Vec<&str> = before.trim_end_matches(['"', '\'', '=']).split_whitespace().collect();
    let is_value = words.len() <= MOST_WORDS || words.last().is_some_and(|flag| flag.starts_with('-'));
    is_uri && is_end && is_value && !before.contains('`')
}

#[cfg(test)]
mod tests {
    use super::names_token_key;

    #[test]
    fn a_key_in_a_token_is_named_by_a_value_and_not_by_prose() {
        for line in [
            "pkcs11:token=factory;object=dev",
            "key = \"pkcs11:object=dev;type=private?pin-source=/run/pin\"  # in the token",
            "  private_key: pkcs11:id=%01;type=private",
            "{\"key\": \"pkcs11:token=a\"},",
            "curl --engine pkcs11 --key 'pkcs11:object=dev' \\",
        ] {
            assert!(names_token_key(line), "{line}");
        }
        for line in [
            "# key = pkcs11:token=factory;object=dev",
            "See pkcs11: in RFC 7512.",
            "Set the option to `pkcs11:object=dev`.",
            "the line sets pkcs11:token=... when a token is used",
            "Loading engine pkcs11: failed",
        ] {
            assert!(!names_token_key(line), "{line}");
        }
    }
}
