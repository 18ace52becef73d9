//! Who connects: the flags of every command that connects as one device.

use std::path::PathBuf;

/// A device and its files.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Device {
    /// ID scope of the DPS instance, such as 0ne00111111
    #[arg(long, value_name = "SCOPE")]
    pub(crate) id_scope: Option<String>,
    /// Registration ID [default: the CN of the leaf]
    #[arg(long, value_name = "ID")]
    pub(crate) registration_id: Option<String>,
    /// PEM file with the leaf, followed by its intermediates
    #[arg(long, value_name = "FILE")]
    pub(crate) cert: Option<PathBuf>,
    /// File with the leaf's private key (PKCS#8, SEC 1 or PKCS#1), or a key that stays in a token, such as
    /// 'pkcs11:token=factory;object=device-1?module-path=/usr/lib/softhsm/libsofthsm2.so' (RFC 7512)
    #[arg(long, value_name = "FILE|URI")]
    pub(crate) key: Option<PathBuf>,
    /// File whose first line is the key's passphrase, or the token's PIN [default: ask on the terminal]
    #[arg(long, value_name = "FILE")]
    pub(crate) key_passphrase_file: Option<PathBuf>,
}

impl Device {
    /// Whether a device is meant at all.
    pub(crate) const fn is_given(&self) -> bool {
        self.id_scope.is_some() || self.registration_id.is_some() || self.cert.is_some() || self.key.is_some()
    }
}
