//! The emulator's own root and server certificate.

use std::{
    fmt, fs,
    io::{self, Write as _},
    net::IpAddr,
    path::{Path, PathBuf},
};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, SanType,
};
use rsa::pkcs8::EncodePrivateKey as _;
use rustls::pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime, pem::PemObject as _,
};
use time::{Duration, OffsetDateTime};

use crate::config::read_text;

/// A root CA that signs the server's certificate, and nothing else.
pub(crate) struct Authority {
    root: CertificateDer<'static>,
    pub(crate) root_pem: String,
    /// Where [`Self::root_pem`] is kept, if it is.
    pub(crate) root_path: Option<PathBuf>,
    key: KeyPair,
    /// Of every server certificate: keys of RSA take long to make.
    server_key: KeyPair,
}

impl Authority {
    /// The name of the certificate's file in the folder.
    const ROOT: &str = "root.pem";
    /// The name of the key's file in the folder.
    const KEY: &str = "root-key.pem";

    /// A new root that is forgotten with the process.
    pub(crate) fn in_memory(kind: ServerKey) -> Result<Self, AuthorityError> {
        let key = kind.generate()?;
        let root_pem = self_signed(&key)?;
        Self::new(root_pem, key, None, kind)
    }

    /// The root that is kept in a folder, made on the first call. Clients can go on trusting it.
    ///
    /// The key comes first and neither file replaces another, so that a process that is killed in between, or two
    /// that start at the same time, end up with one key and one certificate.
    pub(crate) fn in_folder(folder: &Path, kind: ServerKey) -> Result<Self, AuthorityError> {
        make_folder(folder).map_err(AuthorityError::file(folder))?;
        let (key_path, root_path) = (folder.join(Self::KEY), folder.join(Self::ROOT));
        if root_path.exists() && !key_path.exists() {
            return Err(AuthorityError::KeyMissing { root: root_path, key: key_path });
        }
        let key_pem = read_or_create(&key_path, Secrecy::Secret, || Ok(kind.generate()?.serialize_pem()))?;
        let key = KeyPair::from_pem(&key_pem)
            .map_err(|error| AuthorityError::Unusable { path: key_path, reason: error.to_string() })?;
        let root_pem = read_or_create(&root_path, Secrecy::Public, || self_signed(&key))?;
        Self::new(root_pem, key, Some(root_path), kind)
    }

    fn new(
        root_pem: String,
        key: KeyPair,
        root_path: Option<PathBuf>,
        kind: ServerKey,
    ) -> Result<Self, AuthorityError> {
        let root = CertificateDer::from_pem_slice(root_pem.as_bytes()).map_err(|error| {
            AuthorityError::Unusable {
                path: root_path.clone().unwrap_or_default(),
                reason: error.to_string(),
            }
        })?;
        Ok(Self { root, root_pem, root_path, key, server_key: kind.generate()? })
    }

    /// A new server certificate with these names, and the server's key.
    ///
    /// # Errors
    /// A name is not one, or the root in the folder is not the one of the key beside it.
    pub(crate) fn issue_server(
        &self,
        names: &[String],
        validity: Validity,
    ) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), AuthorityError> {
        let bad_name = |name: &String| AuthorityError::ServerName(name.clone());
        let mut params = CertificateParams::default();
        for name in names {
            params.subject_alt_names.push(match name.parse::<IpAddr>() {
                Ok(address) => SanType::IpAddress(address),
                Err(_) => {
                    ServerName::try_from(name.as_str()).map_err(|_| bad_name(name))?;
                    SanType::DnsName(name.as_str().try_into().map_err(|_| bad_name(name))?)
                }
            });
        }
        params.distinguished_name = name("dps-x509 emulator");
        (params.not_before, params.not_after) = match validity {
            Validity::Current => from_yesterday(365),
            Validity::Expired => {
                let yesterday = OffsetDateTime::now_utc() - Duration::days(1);
                (yesterday - Duration::days(365), yesterday)
            }
        };
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;

        let root_params = root_params();
        let issuer = Issuer::from_params(&root_params, &self.key);
        let leaf = params.signed_by(&self.server_key, &issuer).map_err(AuthorityError::issue)?;
        if validity == Validity::Current {
            self.check(leaf.der())?;
        }
        let key = PrivatePkcs8KeyDer::from(self.server_key.serialize_der()).into();
        Ok((vec![leaf.der().clone()], key))
    }

    /// Whether clients that trust the root will take the certificate: the folder's files may have been swapped.
    fn check(&self, leaf: &CertificateDer<'_>) -> Result<(), AuthorityError> {
        let verdict = webpki::anchor_from_trusted_cert(&self.root).and_then(|anchor| {
            webpki::EndEntityCert::try_from(leaf)?
                .verify_for_usage(
                    webpki::ALL_VERIFICATION_ALGS,
                    &[anchor],
                    &[],
                    UnixTime::now(),
                    webpki::KeyUsage::server_auth(),
                    None,
                    None,
                )
                .map(|_| ())
        });
        verdict.map_err(|error| AuthorityError::Unusable {
            path: self.root_path.clone().unwrap_or_default(),
            reason: format!("it does not belong to {} beside it ({error})", Self::KEY),
        })
    }
}

fn self_signed(key: &KeyPair) -> Result<String, AuthorityError> {
    root_params().self_signed(key).map(|root| root.pem()).map_err(AuthorityError::issue)
}

fn root_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = name("dps-x509 emulator root");
    (params.not_before, params.not_after) = from_yesterday(3650);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages =
        vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
    params
}

fn name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

/// From yesterday on, because clocks in test set-ups differ.
fn from_yesterday(days: i64) -> (OffsetDateTime, OffsetDateTime) {
    let now = OffsetDateTime::now_utc();
    (now - Duration::days(1), now + Duration::days(days))
}

/// The kind of the server's key, and of its root's where that is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ServerKey {
    /// ECDSA on P-256.
    #[default]
    P256,
    /// RSA with 2048 bits, for clients without ECDSA. Making one takes a moment.
    Rsa2048,
}

impl ServerKey {
    fn generate(self) -> Result<KeyPair, AuthorityError> {
        let failed = |error: &dyn fmt::Display| AuthorityError::Issue(error.to_string());
        match self {
            Self::P256 => KeyPair::generate().map_err(AuthorityError::issue),
            Self::Rsa2048 => {
                // ring signs with RSA, but does not make its keys.
                let key =
                    rsa::PrivateKey::new(&mut getrandom::SysRng, 2048).map_err(|error| failed(&error))?;
                let der = key.to_pkcs8_der().map_err(|error| failed(&error))?;
                KeyPair::try_from(der.as_bytes()).map_err(AuthorityError::issue)
            }
        }
    }
}

/// When a server certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Validity {
    /// For a year.
    Current,
    /// Until yesterday.
    Expired,
}

/// Who may read a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrecy {
    Secret,
    Public,
}

/// Reads a file, or makes it: whole or not at all, and never in place of another one.
pub(crate) fn read_or_create(
    path: &Path,
    secrecy: Secrecy,
    content: impl FnOnce() -> Result<String, AuthorityError>,
) -> Result<String, AuthorityError> {
    if !path.exists() {
        let folder = path.parent().unwrap_or(Path::new("."));
        write_new(folder, path, secrecy, &content()?).map_err(AuthorityError::file(path))?;
    }
    read_text(path).map_err(AuthorityError::file(path))
}

/// Makes a folder and those above it, and comes back once their names are on the disk.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let is_missing = |it: &&Path| !it.as_os_str().is_empty() && !it.exists();
    let missing: Vec<_> = folder.ancestors().take_while(is_missing).collect();
    fs::create_dir_all(folder)?;
    for made in missing {
        #[cfg(unix)]
        if let Some(above) = made.parent() {
            let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
            fs::File::open(above)?.sync_all()?;
        }
        #[cfg(not(unix))]
        let _ = made;
    }
    Ok(())
}

fn write_new(folder: &Path, path: &Path, secrecy: Secrecy, content: &str) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = if secrecy == Secrecy::Secret { 0o600 } else { 0o644 };
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = secrecy;
    let mut file = builder.prefix(".new-").tempfile_in(folder)?;
    file.write_all(content.as_bytes())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        // Somebody else was faster: theirs is read.
        _ => Ok(()),
    }
}

/// Why there is no server certificate. None of its texts has a private key in it.
#[derive(Debug)]
#[non_exhaustive]
pub enum AuthorityError {
    /// A file or folder cannot be read or written.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The folder has a root without its key.
    KeyMissing {
        /// The root's file.
        root: PathBuf,
        /// Where the key should be.
        key: PathBuf,
    },
    /// A file in the folder holds something else.
    Unusable {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A name for the server's certificate is neither a DNS name nor an IP address.
    ServerName(String),
    /// Making a key or a certificate failed.
    Issue(String),
}

impl AuthorityError {
    fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::File { path: path.to_owned(), error }
    }

    pub(crate) fn issue(error: rcgen::Error) -> Self {
        Self::Issue(error.to_string())
    }
}

impl fmt::Display for AuthorityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, error } => write!(f, "{}: {error}", path.display()),
            Self::KeyMissing { root, key } => write!(
                f,
                "{} is there, but its key {} is not; put it back, or delete the former to get a new root",
                root.display(),
                key.display()
            ),
            Self::Unusable { path, reason } => {
                write!(f, "{}: {reason}; delete it to get a new one", path.display())
            }
            Self::ServerName(name) => {
                write!(f, "{name:?} is neither a DNS name nor an IP address for the server's certificate")
            }
            Self::Issue(error) => write!(f, "a certificate could not be made: {error}"),
        }
    }
}

impl std::error::Error for AuthorityError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { error, .. } => Some(error),
            _ => None,
        }
    }
}
