//! A CA that somebody has and that is to issue: chosen from the files that were given, with the key that goes with it.

use std::{fmt, sync::Arc, time::Duration};

use super::{Authority, Error, PrivateKey};
use crate::{
    cert::{self, Inputs, Kind, Link, OpenKey, Purpose, file::to_pem},
    finding::{Family, Finding},
};

/// A CA that issues, and what stands above it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Issuer {
    /// It signs.
    pub authority: Authority,
    /// In PEM, what follows a leaf below it in a client's file: the CA and those above it, but no root.
    pub chain: String,
}

/// Why nothing can be signed with the files.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// The files are damaged, locked, or not what they are meant to hold.
    Findings(Vec<Finding>),
    /// There is no private key in the file of the key.
    NoKey,
    /// There is no certificate in the file of the CA.
    NoCertificate,
    /// The certificate, or the key, is none that could sign for a device.
    Unfit(Error),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Findings(findings) => match findings.first() {
                Some(finding) => finding.message.fmt(f),
                None => f.write_str("the files cannot be used"),
            },
            Self::NoKey => f.write_str("there is no private key"),
            Self::NoCertificate => f.write_str("there is no certificate"),
            Self::Unfit(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Refusal {}

impl Issuer {
    /// The first certificate that the key goes with, of the files whose purpose is [`Purpose::GroupCa`] and
    /// [`Purpose::DeviceKey`]: a file of the CA may hold those above it too, in any order.
    ///
    /// The time and the passphrase are those of the inputs; without a time a CA that has expired is taken.
    ///
    /// # Errors
    /// What is wrong with the files, or if no certificate is the key's, why the first is not it.
    pub fn read(inputs: &Inputs) -> Result<Self, Refusal> {
        let opened = cert::open(inputs);
        let findings: Vec<Finding> = opened.findings.into_iter().filter(makes_unusable).collect();
        if !findings.is_empty() {
            return Err(Refusal::Findings(findings));
        }
        // One file may be given for both; then its key has come by the other purpose.
        let is_meant = |key: &&OpenKey| key.purpose == Purpose::DeviceKey;
        let key = opened.keys.iter().find(is_meant).or(opened.keys.first()).ok_or(Refusal::NoKey)?;
        let seconds = inputs.at.map_or(0, cert::UnixTime::seconds);
        let now = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
        choose(&opened.group_cas, &key.der, now).ok_or(Refusal::NoCertificate)?.map_err(Refusal::Unfit)
    }
}

/// What is wrong with the files as files. Whether they go together, and may sign, is [`Authority::read`]'s to say.
fn makes_unusable(finding: &Finding) -> bool {
    finding.family() == Family::Opening || finding.is_error_of(Family::is_about_files)
}

fn choose(cas: &[Arc<Link>], key: &[u8], now: Duration) -> Option<Result<Issuer, Error>> {
    let mut first = None;
    for (number, ca) in cas.iter().enumerate() {
        let authority =
            PrivateKey::from_der(key).and_then(|key| Authority::read(&ca.certificate.der, key, now));
        match authority {
            Ok(authority) => {
                let above =
                    cas.iter().enumerate().filter(|(other, _)| *other != number).map(|(_, link)| link);
                let chain = std::iter::once(ca).chain(above).filter(|ca| !ca.certificate.is_self_issued());
                let pem = |ca: &Arc<Link>| to_pem(Kind::Certificate, &ca.certificate.der);
                let chain = chain.filter_map(pem).map(|pem| pem.to_string()).collect();
                return Some(Ok(Issuer { authority, chain }));
            }
            Err(Error::KeyMismatch { .. }) if first.is_some() => {}
            Err(error) => first = Some(first.unwrap_or(Err(error))),
        }
    }
    first
}
