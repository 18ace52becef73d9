//! A CA that somebody has: chosen from the files that were given, with the key that goes with it.

use std::{fmt, time::Duration};

use super::{Authority, Error, PrivateKey};
use crate::{
    cert::{self, Inputs, Item, Kind, Purpose, key},
    finding::{Family, Finding},
};

/// A CA, and what stands above it.
#[derive(Debug)]
pub struct Given {
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

impl Given {
    /// The first certificate that the key goes with, of the files whose purpose is [`Purpose::GroupCa`] and
    /// [`Purpose::DeviceKey`]: a file of the CA may hold those above it too, in any order.
    ///
    /// The time and the passphrase are those of the inputs; without a time a CA that has expired is taken.
    ///
    /// # Errors
    /// What is wrong with the files, or if no certificate is the key's, why the first is not it.
    pub fn read(inputs: &Inputs<'_>) -> Result<Self, Refusal> {
        let findings: Vec<Finding> = cert::read(inputs).findings.into_iter().filter(makes_unusable).collect();
        if !findings.is_empty() {
            return Err(Refusal::Findings(findings));
        }
        let items = |purpose| -> Vec<Item> {
            let files = inputs.files.iter().filter(|file| file.purpose == purpose);
            files.flat_map(|file| cert::File::read(file.bytes, &file.place).items).collect()
        };
        let keys = items(Purpose::DeviceKey);
        let budget = cert::Budget::default();
        let open = |item: &Item| key::open(item.kind, &item.der, inputs.passphrase.as_ref(), &budget).ok();
        let key = keys.iter().find_map(open);
        let key = key.ok_or(Refusal::NoKey)?;
        let mut certificates = items(Purpose::GroupCa);
        certificates.retain(|item| item.kind == Kind::Certificate);
        let seconds = inputs.at.map_or(0, cert::UnixTime::seconds);
        let now = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
        choose(&certificates, &key, now).ok_or(Refusal::NoCertificate)?.map_err(Refusal::Unfit)
    }
}

/// What is wrong with the files as files. Whether they go together, and may sign, is [`Authority::read`]'s to say.
fn makes_unusable(finding: &Finding) -> bool {
    finding.family() == Family::Opening || finding.is_error_of(Family::is_about_files)
}

fn choose(certificates: &[Item], key: &[u8], now: Duration) -> Option<Result<Given, Error>> {
    let mut first = None;
    for item in certificates {
        let authority = PrivateKey::from_der(key).and_then(|key| Authority::read(&item.der, key, now));
        match authority {
            Ok(authority) => {
                let above = certificates.iter().filter(|other| !std::ptr::eq(*other, item));
                let chain = std::iter::once(item).chain(above).filter(|item| !is_root(item));
                let chain = chain.filter_map(Item::to_pem).map(|pem| pem.to_string()).collect();
                return Some(Ok(Given { authority, chain }));
            }
            Err(Error::KeyMismatch { .. }) if first.is_some() => {}
            Err(error) => first = Some(first.unwrap_or(Err(error))),
        }
    }
    first
}

fn is_root(item: &Item) -> bool {
    cert::Certificate::read(&item.der).is_ok_and(|certificate| certificate.is_self_issued())
}
