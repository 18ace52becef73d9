//! Files that are something else, and what to do instead.

use std::borrow::Cow;

use zeroize::Zeroizing;

/// A format that holds no certificate this crate reads.
pub(super) struct Foreign {
    /// What it is, with its article.
    pub(super) what: Cow<'static, str>,
    /// What to do.
    pub(super) next_step: &'static str,
    /// Whether it stands for a key in hardware, which is as good as a key.
    pub(super) is_hardware: bool,
    /// Whether what was put into it stands in it as it is.
    pub(super) keeps_files: bool,
}

impl Foreign {
    fn new(what: impl Into<Cow<'static, str>>, next_step: &'static str) -> Self {
        Self { what: what.into(), next_step, is_hardware: false, keeps_files: false }
    }
}

const SSH: &str = "SSH keys are not used by DPS. Make a key and a certificate: `openssl req -x509 -newkey ec \
    -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout device-key.pem -out device-cert.pem -days 365 -subj /CN=REGISTRATION-ID \
    -addext basicConstraints=critical,CA:FALSE -addext extendedKeyUsage=clientAuth`";
const PGP: &str = "PGP keys are not used by DPS; give an X.509 certificate and its key.";
const UNPACK: &str = "Unpack it, and give the files inside.";
const HARDWARE: &str =
    "It is usable with OpenSSL's provider or engine for that device; the client has to be built for it.";
const DECRYPT: &str =
    "Decrypt it with the tool that made it (age, sops, ansible-vault), and give what comes out.";
const EXPORT_FROM_TOKEN: &str = "Export the certificate: `pkcs11-tool --read-object --type cert --id ID | openssl x509 -inform DER -out \
     device-cert.pem`, or `p11tool --export URL`. The key stays in the token.";
const EXPORT_FROM_NSS: &str = "Export from the folder that it is in: `certutil -L -d sql:. -n NAME -a > device-cert.pem; pk12util -o device.p12 -n \
     NAME -d sql:.`";
const ASK: &str = "It holds no certificate. Give the certificate file itself.";
const DOWNLOAD: &str = "Download the file itself (the raw file), not the page that shows it.";

/// What a block with this label is, if it is none of ours.
pub(super) fn of_label(label: &str) -> Option<Foreign> {
    if label.contains("TSS2") || label.contains("PKCS#11") || label.contains("PKCS11") {
        return Some(Foreign {
            is_hardware: true,
            ..Foreign::new("the handle of a key in a TPM or token", HARDWARE)
        });
    }
    let (what, next_step) = if label.contains("SSH") {
        ("an SSH key", SSH)
    } else if label.ends_with("DH PARAMETERS") {
        ("the numbers of a Diffie-Hellman exchange", "They belong to a server; no device needs them.")
    } else if label.contains("PGP") && label.contains("KEY") {
        ("a PGP key", PGP)
    } else if label.contains("PGP") {
        ("a PGP message", PGP)
    } else if label.contains("AGE ENCRYPTED") {
        ("a file encrypted with age", DECRYPT)
    } else if label == "NACL" || label.contains("SIGSTORE") || label.contains("COSIGN") {
        ("a key for signing software", "Give an X.509 certificate and its key.")
    } else {
        return None;
    };
    Some(Foreign::new(what, next_step))
}

/// A block with a label that nobody here knows, and nothing known in it.
pub(super) fn of_unknown_label(label: &str) -> Foreign {
    Foreign::new(format!("a block \"{label}\""), "Give the file that holds the certificate or the key.")
}

/// What a file of bytes is that begins so, whatever else could be read into it.
pub(super) fn of_signature(bytes: &[u8]) -> Option<Foreign> {
    if bytes.starts_with(b"SQLite format 3\0") {
        return Some(Foreign {
            keeps_files: true,
            ..Foreign::new("a database, such as that of NSS (cert9.db, key4.db)", EXPORT_FROM_NSS)
        });
    }
    let (what, next_step) = match bytes {
        [b'P', b'K', 3, 4, ..] => ("a ZIP archive", UNPACK),
        [0x1f, 0x8b, ..] => ("a gzip archive", UNPACK),
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => ("a 7z archive", UNPACK),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => ("an xz archive", UNPACK),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => ("a bzip2 archive", UNPACK),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ("a zstd archive", UNPACK),
        [0x04, 0x22, 0x4d, 0x18, ..] => ("an lz4 archive", UNPACK),
        [b'R', b'a', b'r', b'!', 0x1a, 0x07, ..] => ("a RAR archive", UNPACK),
        [b'M', b'S', b'C', b'F', 0, ..] => ("a CAB archive", UNPACK),
        // -----BEGIN
        [0x60, 0x60, 0x60, 0x60, 0x60, 0xc2, 0xc5, 0xc7, 0xc9, 0xd5, ..] => (
            "a text in EBCDIC, as mainframes have it",
            "Transfer it as text, or convert it: `iconv -f CP1047 -t ASCII FILE > device-cert.pem`.",
        ),
        [0x78, 0x9f, 0x3e, 0x22, ..] => (
            "an attachment of Outlook (winmail.dat, TNEF)",
            "Have what is in it sent again as a file; or unpack it: `tnef FILE`.",
        ),
        _ if bytes.get(257..262) == Some(b"ustar") => ("a tar archive", UNPACK),
        // Version, then the salt of the hash over the store.
        [0, 0, 0, 1 | 2, 0, 0, 0, 8..=32, ..] => (
            "a keystore of Bouncy Castle (BKS or UBER)",
            "Convert it, with Bouncy Castle's provider: `keytool -importkeystore -srckeystore FILE -srcstoretype BKS -providerclass \
             org.bouncycastle.jce.provider.BouncyCastleProvider -providerpath bcprov.jar -destkeystore device.p12 \
             -deststoretype PKCS12`",
        ),
        [0, 0, 0, 0, b'C', b'E', b'R', b'T', ..] => (
            "a certificate store of Windows (SST)",
            "Open it in certmgr.msc, and export the certificate as Base-64 encoded X.509; or `certutil -split -dump FILE`.",
        ),
        [b'k', b'y', b'c', b'h', ..] => (
            "a keychain of macOS",
            "Export it there: `security export -k FILE -t identities -f pkcs12 -o device.p12`.",
        ),
        [0x1e, 0xf1, 0xb5, 0xb0, ..] => (
            "a private key of Microsoft (PVK)",
            "Convert it: `openssl rsa -inform PVK -in FILE -out device-key.pem`",
        ),
        [b'U', b'F', b'2', b'\n', 0x57, 0x51, 0x5d, 0x9e, ..] => (
            "a firmware image in blocks (UF2), which cut what is in it to pieces",
            "Give the file that was put into the image, or the image without its blocks.",
        ),
        // Where the length of a sequence was.
        [0x30, 0xef, 0xbf, 0xbd, ..] => (
            "DER that a program took for UTF-8: in the place of each byte that is no character stands U+FFFD, and the byte is lost",
            "Copy the file again as bytes: not through a string, an editor or a terminal. In base64 it survives all of them.",
        ),
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => {
            ("a picture", "Give the file that was shown in it; no certificate can be read out of a picture.")
        }
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            ("a document of Office or Outlook", "Save what is attached to it or shown in it as a file.")
        }
        [0x7f, b'E', b'L', b'F', ..] | [b'M', b'Z', 0x90, 0, ..] => {
            ("a program", "Give the certificate file.")
        }
        _ => return None,
    };
    Some(Foreign::new(what, next_step))
}

/// What a file with this start is, if it is none of ours.
pub(super) fn of_start(bytes: &[u8]) -> Option<Foreign> {
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(4096)).unwrap_or_default());
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let lower = Zeroizing::new(text.to_ascii_lowercase());
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| text.starts_with(prefix));
    let is_listed = lower.contains("type=cert") || lower.contains("certificate object;");
    if lower.contains("pkcs11:") && is_listed {
        return Some(Foreign::new("a list of what is in a token (PKCS#11)", EXPORT_FROM_TOKEN));
    }
    if lower.lines().any(names_token_key) {
        return Some(Foreign {
            is_hardware: true,
            ..Foreign::new("the name of a key in a token (a pkcs11: URI)", HARDWARE)
        });
    }
    let has = |words: &[&str]| words.iter().all(|word| lower.contains(word));
    let (what, next_step) = match () {
        () if has(&["$ansible_vault"]) => ("a file encrypted with Ansible Vault", DECRYPT),
        () if starts(&["age-encryption.org/"]) => ("a file encrypted with age", DECRYPT),
        () if lower.contains("enc[aes256_gcm") => ("a file encrypted with SOPS", DECRYPT),
        () if has(&["\"kty\""]) => (
            "a JSON Web Key",
            "DPS takes X.509 only. The key can be converted to PEM with a library for JWK; a certificate has to be issued \
             for it.",
        ),
        () if has(&["<rsakeyvalue>", "<modulus>"]) => (
            "an RSA key in the XML of .NET",
            "Export it as PEM (PKCS#8), or better the certificate with its key as PFX.",
        ),
        () if is_thumbprint(text) => (
            "the thumbprint of a certificate",
            "A thumbprint cannot be turned back. Give the certificate file that it was made from.",
        ),
        () if has(&["\"attestation\""])
            || has(&["\"enrollmentgroupid\""])
            || has(&["\"registrationid\"", "\"etag\""]) =>
        {
            ("what az iot dps prints of an enrollment", ASK)
        }
        () if lower.contains("keystore type:") || lower.contains("alias name:") => (
            "what keytool lists of a keystore",
            "Export it: `keytool -exportcert -rfc -alias ALIAS -keystore FILE -file device-cert.pem`. Or give the keystore itself.",
        ),
        () if lower.contains("certutil: -")
            || has(&["cert hash(sha1)"])
            || lower.contains("=== certificate 0 ===") =>
        {
            (
                "what certutil prints of a certificate",
                "It shows no certificate. Export it from the store: `certutil -store My SERIAL-NUMBER device.cer`, or give the file that \
             was printed. The private key comes with `certutil -exportPFX My SERIAL-NUMBER device.pfx`, if it can be exported.",
            )
        }
        () if has(&["certificate fingerprints:"]) || has(&["owner:", "sha256:"]) => (
            "what keytool prints of a certificate",
            "Print the certificate itself: `keytool -printcert -rfc -file FILE`. Or give the file that was printed.",
        ),
        () if has(&[":d=0", "hl=", "cons: sequence"]) => {
            ("what asn1parse prints of DER", "It shows no certificate. Give the file that was printed.")
        }
        () if has(&["tls.crt:", " bytes"]) && has(&["name:", "type:"]) => (
            "what kubectl describes of a secret",
            "It shows no contents. Give what `kubectl get secret NAME -o yaml` prints.",
        ),
        () if has(&["* server certificate:"]) || has(&["* ssl connection using"]) => (
            "what curl says of a server",
            "It shows no certificate, and the server's is not the device's. Give the device's certificate file.",
        ),
        () if has(&["\"thumbprint\""]) || has(&["primarythumbprint"]) => ("a list with thumbprints", ASK),
        () if has(&["thumbprint", "subject"]) => (
            "what PowerShell prints of certificates",
            "Export it: `Export-Certificate -Cert Cert:\\CurrentUser\\My\\THUMBPRINT -FilePath device.cer`; with its key \
             `Export-PfxCertificate`.",
        ),
        () if has(&["kind: sealedsecret"]) => (
            "a sealed secret of Kubernetes",
            "Only the cluster can open it. Give what `kubectl get secret NAME -o yaml` prints there.",
        ),
        () if has(&["microsoft.devices/provisioningservices"]) => {
            ("what az iot dps prints of an instance", ASK)
        }
        () if has(&["certificate nickname", "trust attributes"]) => (
            "what certutil of NSS lists of a database",
            "Export it: `certutil -L -d sql:. -n NICKNAME -a > device-cert.pem; pk12util -o device.p12 -n NICKNAME -d sql:.`",
        ),
        () if has(&["name-alg:", "attributes:", "fixedtpm"]) => (
            "what tpm2_readpublic prints of a key in a TPM",
            "It holds no certificate: issue one for the key, with OpenSSL's provider for TPMs. The key stays in the TPM.",
        ),
        () if has(&["{length = ", "bytes = 0x", " ... "]) => (
            "the short form in which Apple's Foundation prints data, with its middle left out",
            "Print all of it: `data.base64EncodedString()`.",
        ),
        () if is_archive_in_base64(text) => (
            "an archive in base64",
            "Decode and unpack it: `base64 -d FILE | gunzip`, and give what comes out.",
        ),
        () if starts(&["ssh-", "ecdsa-sha2-", "sk-ssh-"]) => ("an SSH public key", SSH),
        () if starts(&["PuTTY-User-Key-File"]) => ("a PuTTY key", SSH),
        () if lower.starts_with("<!doctype html") || lower.starts_with("<html") => ("a web page", DOWNLOAD),
        () if lower.starts_with("%pdf") => {
            ("a PDF document", "Export the certificate from where it was shown.")
        }
        () if starts(&["Certificate:\n    Data:", "Certificate:\r\n    Data:", "    Data:"]) => (
            "the printed form of a certificate, without the certificate itself",
            "Give the certificate: OpenSSL's x509 prints both unless -noout is given.",
        ),
        () if starts(&["HostName=", "SharedAccessSignature"]) => (
            "a connection string",
            "With X.509 there is no connection string; give the certificate and its private key.",
        ),
        () => return None,
    };
    Some(Foreign::new(what, next_step))
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
