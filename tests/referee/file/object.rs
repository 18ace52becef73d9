//! Objects, made by OpenSSL.

use std::{
    env, fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use dps_x509_core::cert::{KeyContainer, Kind};

/// One object, or several that belong together.
pub(crate) struct Object {
    pub(crate) name: &'static str,
    /// What is in it: kind and DER.
    pub(crate) parts: Vec<(Kind, Vec<u8>)>,
    /// As OpenSSL writes it; `None` for what has no such form.
    pub(crate) pem: Option<String>,
    /// The command by which OpenSSL reads it as PEM.
    reader: &'static [&'static str],
}

impl Object {
    /// All DER of it.
    pub(crate) fn der(&self) -> Vec<u8> {
        self.parts.iter().flat_map(|(_, der)| der).copied().collect()
    }

    /// Whether OpenSSL reads a file: all certificates of a chain, or the object, in PEM or DER.
    pub(crate) fn is_read(&self, bytes: &[u8]) -> bool {
        let text = bytes.strip_suffix(&[0]).unwrap_or(bytes);
        let try_it = |arguments: &[&str]| {
            let mut child = Command::new("openssl")
                .args(arguments)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .expect("openssl is there");
            child.stdin.take().unwrap().write_all(text).unwrap_or_default();
            let output = child.wait_with_output().unwrap();
            output.status.success().then_some(output.stdout)
        };
        if bytes == self.der() {
            return true;
        }
        let expected = &self.parts[0].1;
        let is_right = |out: Vec<u8>| {
            if self.parts.len() > 1 {
                out.windows(10).filter(|w| w == b"-----BEGIN").count() == self.parts.len()
            } else {
                !out.is_empty() && !expected.is_empty()
            }
        };
        try_it(self.reader).is_some_and(is_right)
    }
}

fn openssl(folder: &Path, line: &str) {
    run(folder, "openssl", line);
}

fn run(folder: &Path, program: &str, line: &str) {
    let output = Command::new(program).args(line.split_whitespace()).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is missing: {error}"));
    assert!(output.status.success(), "{program} {line}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The bytes of all blocks of canonical PEM; of one under its own encryption as the core has them, with `DEK-Info` and a
/// line feed in front.
pub(crate) fn der_of(pem: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for block in pem.split("-----BEGIN ").skip(1) {
        let lines = block.lines().skip(1).take_while(|line| !line.starts_with('-'));
        if let Some((_, dek_info)) = block.split_once("DEK-Info: ") {
            out.extend_from_slice(dek_info.lines().next().unwrap().as_bytes());
            out.push(b'\n');
        }
        out.extend(decode(&lines.filter(|line| !line.contains(':')).collect::<String>()));
    }
    out
}

fn decode(text: &str) -> Vec<u8> {
    let digits = text.bytes().filter_map(|byte| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    });
    let (mut out, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for digit in digits {
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    out
}

/// Base64 in one line.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let octet = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = octet(0) << 16 | octet(1) << 8 | octet(2);
        for position in 0..4 {
            let digit = usize::try_from(bits >> (18 - 6 * position) & 63).unwrap();
            out.push(if position <= group.len() { char::from(ALPHABET[digit]) } else { '=' });
        }
    }
    out
}

/// Every kind of object, the same in every run. With `DPS_X509_REFEREE_FRESH` set they are made anew: what a reader makes
/// wrong of a few keys in a thousand shows only then.
pub(crate) fn all() -> Vec<Object> {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("referee/object");
    if env::var_os("DPS_X509_REFEREE_FRESH").is_none() {
        return read(&kept);
    }
    let folder = tempfile::tempdir().unwrap();
    make(folder.path());
    read(folder.path())
}

fn make(at: &Path) {
    for line in [
        "ecparam -name prime256v1 -genkey -noout -out ca.sec1",
        "req -x509 -new -key ca.sec1 -subj /CN=Referee-CA -days 900 -out ca.pem",
        "ecparam -name prime256v1 -genkey -noout -out ec.sec1",
        "pkcs8 -topk8 -nocrypt -in ec.sec1 -out ec.pkcs8",
        "pkcs8 -topk8 -in ec.sec1 -passout pass:x -out ec.encrypted",
        "genrsa -traditional -out rsa.pkcs1 2048",
        "pkcs8 -topk8 -nocrypt -in rsa.pkcs1 -out rsa.pkcs8",
        "genpkey -algorithm ed25519 -out ed.pkcs8",
        "req -new -key ec.sec1 -subj /CN=device-1 -out ec.csr",
        "x509 -req -in ec.csr -CA ca.pem -CAkey ca.sec1 -set_serial 77 -days 90 -out ec.pem",
        "req -x509 -new -key rsa.pkcs1 -subj /CN=device-2 -days 90 -out rsa.pem",
        "pkey -in ec.sec1 -pubout -out ec.pub",
        "crl2pkcs7 -nocrl -certfile ec.pem -certfile ca.pem -out chain.p7b",
        "cms -sign -binary -in ec.csr -signer ec.pem -inkey ec.sec1 -nodetach -outform PEM -out signed.cms",
        "ec -in ec.sec1 -aes256 -passout pass:x -out ec.traditional",
        "rsa -in rsa.pkcs1 -traditional -des3 -passout pass:x -out rsa.traditional",
        "pkcs12 -export -inkey ec.sec1 -in ec.pem -certfile ca.pem -passout pass:x -out store.p12",
    ] {
        openssl(at, line);
    }
    run(
        at,
        "keytool",
        "-importkeystore -noprompt -srckeystore store.p12 -srcstoretype PKCS12 -srcstorepass x -destkeystore store.jks \
         -deststoretype JKS -deststorepass changeit -destkeypass changeit",
    );
    fs::write(at.join("index"), "").unwrap();
    fs::write(
        at.join("ca.cnf"),
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index\ndefault_md=sha256\ndefault_crl_days=30\n",
    )
    .unwrap();
    openssl(at, "ca -config ca.cnf -gencrl -keyfile ca.sec1 -cert ca.pem -out ca.crl");
}

fn read(at: &Path) -> Vec<Object> {
    let pem = |name: &str| {
        let text = fs::read_to_string(at.join(name)).unwrap();
        // What stands in front of the block is of no object.
        text.get(text.find("-----BEGIN").unwrap()..).unwrap().to_owned()
    };
    let one = |name, file: &str, kind, reader| {
        let pem = pem(file);
        Object { name, parts: vec![(kind, der_of(&pem))], pem: Some(pem), reader }
    };
    let key = Kind::PrivateKey;
    let x509: &[&str] = &["x509"];
    let pkey: &[&str] = &["pkey", "-passin", "pass:x"];
    let chain = pem("ec.pem") + &pem("ca.pem");
    vec![
        one("certificate", "ec.pem", Kind::Certificate, x509),
        one("certificate-rsa", "rsa.pem", Kind::Certificate, x509),
        Object {
            name: "chain",
            parts: ["ec.pem", "ca.pem"].map(|file| (Kind::Certificate, der_of(&pem(file)))).to_vec(),
            pem: Some(chain),
            reader: &["storeutl", "-certs", "/dev/stdin"],
        },
        one("sec1", "ec.sec1", key(KeyContainer::Sec1), pkey),
        one("pkcs1", "rsa.pkcs1", key(KeyContainer::Pkcs1), pkey),
        one("pkcs8", "ec.pkcs8", key(KeyContainer::Pkcs8), pkey),
        one("pkcs8-rsa", "rsa.pkcs8", key(KeyContainer::Pkcs8), pkey),
        one("pkcs8-ed25519", "ed.pkcs8", key(KeyContainer::Pkcs8), pkey),
        one("pkcs8-encrypted", "ec.encrypted", key(KeyContainer::EncryptedPkcs8), pkey),
        one("sec1-encrypted", "ec.traditional", key(KeyContainer::LegacyEncrypted), pkey),
        one("pkcs1-encrypted", "rsa.traditional", key(KeyContainer::LegacyEncrypted), pkey),
        one("request", "ec.csr", Kind::CertificateRequest, &["req"]),
        one("list", "ca.crl", Kind::RevocationList, &["crl"]),
        one("public-key", "ec.pub", Kind::PublicKey, &["pkey", "-pubin"]),
        one("pkcs7", "chain.p7b", Kind::Pkcs7, &["pkcs7"]),
        one("cms", "signed.cms", Kind::Pkcs7, &["cms", "-cmsout", "-inform", "PEM", "-outform", "PEM"]),
        Object {
            name: "pkcs12",
            parts: vec![(Kind::Pkcs12, fs::read(at.join("store.p12")).unwrap())],
            pem: None,
            reader: &["pkcs12", "-info"],
        },
        Object {
            name: "jks",
            parts: vec![(Kind::Jks, fs::read(at.join("store.jks")).unwrap())],
            pem: None,
            // OpenSSL reads no keystore of Java.
            reader: &["asn1parse", "-inform", "DER"],
        },
    ]
}
