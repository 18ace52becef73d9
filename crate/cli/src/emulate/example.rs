//! The ready-made example: a certificate chain and a file of enrollments for it.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
};

use crate::shell::quoted;

/// The example's files, made once and kept as long as their folder.
///
/// The chain is root, intermediate (the one enrolled in the group), issuing intermediate, device. The device
/// sends its leaf and the issuing intermediate: up to but not including the CA configured on the service, as
/// Microsoft's C SDK samples document it. Without the issuing intermediate DPS cannot link it.
#[derive(Debug)]
pub(super) struct Example {
    folder: PathBuf,
    pub(super) enrollments: PathBuf,
}

/// The one device.
const REGISTRATION_ID: &str = "device-1";

const ENROLLMENTS: &str = "enrollments.toml";
const LEAF: &str = "device-1.pem";
const FULL_CHAIN: &str = "device-1-full-chain.pem";
const KEY: &str = "device-1-key.pem";

const ENROLLMENTS_TEXT: &str = r#"# The example of `dps-x509 emulate`: one enrollment group.
id-scope = "0ne00111111"
hubs = ["example-hub.azure-devices.net"]
assigning-polls = 1
retry-after = 1

[[group]]
name = "factory"
certificate = "intermediate.pem"
"#;

impl Example {
    /// The example in this folder, made if it is not there.
    pub(super) fn in_folder(folder: &Path) -> Result<Self, String> {
        let example = Self { folder: folder.to_owned(), enrollments: folder.join(ENROLLMENTS) };
        // Written last: with it the example is complete.
        if !example.enrollments.exists() {
            fs::create_dir_all(folder)
                .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
            example.make()?;
        }
        Ok(example)
    }

    fn make(&self) -> Result<(), String> {
        let files = chain().map_err(|error| format!("cannot make the example's certificates: {error}"))?;
        for (name, text, is_secret) in &files {
            write(&self.folder.join(name), text, *is_secret)?;
        }
        write(&self.enrollments, ENROLLMENTS_TEXT, false)
    }

    /// A command that provisions the example's device.
    pub(super) fn command(&self, id_scope: &str, endpoint: &str, root: &str) -> String {
        let file = |name: &str| quoted(&self.folder.join(name).display().to_string());
        format!(
            "dps-x509 provision --id-scope {id_scope} --endpoint {endpoint} --cert {} --key {} --trust {} --only-trust --trace",
            file(FULL_CHAIN),
            file(KEY),
            quoted(root),
        )
    }

    pub(super) fn to_json(&self) -> serde_json::Value {
        let file = |name: &str| self.folder.join(name).display().to_string();
        serde_json::json!({
            "registrationId": REGISTRATION_ID,
            "enrollments": self.enrollments.display().to_string(),
            "leaf": file(LEAF),
            "fullChain": file(FULL_CHAIN),
            "key": file(KEY),
        })
    }
}

/// Name, text and whether it is a secret, of each file.
type Files = Vec<(&'static str, String, bool)>;

fn chain() -> Result<Files, rcgen::Error> {
    let key = || KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256);
    let root = CertifiedIssuer::self_signed(ca("dps-x509 example root"), key()?)?;
    let intermediate = CertifiedIssuer::signed_by(ca("dps-x509 example intermediate"), key()?, &root)?;
    let issuing = CertifiedIssuer::signed_by(ca("dps-x509 example issuing"), key()?, &intermediate)?;
    let device_key = key()?;
    let device = device().signed_by(&device_key, &issuing)?;
    let full_chain = format!("{}{}", device.pem(), issuing.pem());
    Ok(vec![
        ("device-root.pem", root.pem(), false),
        ("intermediate.pem", intermediate.pem(), false),
        ("issuing.pem", issuing.pem(), false),
        (LEAF, device.pem(), false),
        (FULL_CHAIN, full_chain, false),
        (KEY, device_key.serialize_pem(), true),
    ])
}

fn ca(name: &str) -> CertificateParams {
    let mut params = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages =
        vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn device() -> CertificateParams {
    let mut params = named(REGISTRATION_ID);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.use_authority_key_identifier_extension = true;
    params
}

/// Valid from 2026 to the end of 2049: an example that expires explains the wrong thing.
fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = rcgen::date_time_ymd(2026, 1, 1);
    params.not_after = rcgen::date_time_ymd(2049, 12, 31);
    params
}

/// Writes a new file at once or not at all, never over an existing one, readable by its owner only if it is a
/// secret.
fn write(path: &Path, text: &str, is_secret: bool) -> Result<(), String> {
    let refuse = |error: &dyn std::fmt::Display| format!("cannot write {}: {error}", path.display());
    let folder = path.parent().unwrap_or(Path::new("."));
    // A temporary file has mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|error| refuse(&error))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(|error| refuse(&error))?;
    #[cfg(unix)]
    if !is_secret {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644))
            .map_err(|error| refuse(&error))?;
    }
    #[cfg(not(unix))]
    let _ = is_secret;
    file.persist_noclobber(path).map_err(|error| match error.error.kind() {
        ErrorKind::AlreadyExists => format!(
            "{} is there already, without a file {ENROLLMENTS} beside it, and is not overwritten; give another --folder, \
             or remove what an interrupted start has left",
            path.display()
        ),
        _ => refuse(&error.error),
    })?;
    Ok(())
}
