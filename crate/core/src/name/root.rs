//! The roots that the certificates of Azure's endpoints lead to, as PEM.
//!
//! The files in `roots/` are the one source of the project: DigiCert Global Root G2 and G3, Microsoft RSA and ECC Root
//! 2017 for every cloud, and DigiCert Global Root CA ("G1") for US Government and China alone, whose endpoints still
//! lead to it while systems drop it. They are here as files and not from a crate of web roots, because G1 has left
//! those, and because a device trusts five roots and not a browser's hundred and fifty.

use super::Cloud;

pub(crate) const DIGICERT_G1: &str = include_str!("../../roots/digicert-global-root-ca.pem");
pub(crate) const DIGICERT_G2: &str = include_str!("../../roots/digicert-global-root-g2.pem");
pub(crate) const DIGICERT_G3: &str = include_str!("../../roots/digicert-global-root-g3.pem");
pub(crate) const MICROSOFT_RSA: &str = include_str!("../../roots/microsoft-rsa-root-2017.pem");
pub(crate) const MICROSOFT_ECC: &str = include_str!("../../roots/microsoft-ecc-root-2017.pem");

/// What every cloud leads to, and behind it what only the older ones do.
static ALL: [&str; 5] = [DIGICERT_G2, MICROSOFT_RSA, DIGICERT_G3, MICROSOFT_ECC, DIGICERT_G1];

impl Cloud {
    /// The roots that this cloud's endpoints lead to (DPS document `tls-support`), each a PEM text with one
    /// certificate. DigiCert Global Root CA ("G1") is among those of US Government and China only.
    #[must_use]
    pub fn roots(self) -> &'static [&'static str] {
        let [today @ .., _] = &ALL;
        match self {
            Self::Public => today,
            Self::UsGov | Self::China => &ALL,
        }
    }
}
