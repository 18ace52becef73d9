//! What the whole check gives.

use std::sync::Arc;

use crate::{
    cert::{
        checked::Checked,
        file::Item,
        path::{chain::Chain, link::Link, role::Role, step::Step},
        secret::key::{KeyFacts, KeyMatch},
        x509::certificate::Certificate,
    },
    finding::{Definition, Family, Finding, Place},
};

/// What was found.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// The device's chain, from the files that may hold it.
    pub chain: Chain,
    /// The CA certificates that were uploaded to the service.
    pub group_cas: Vec<Arc<Link>>,
    /// The roots by which the device trusts the server.
    pub server_trust: Vec<Arc<Link>>,
    /// What is public of the private keys, and where each came from.
    pub keys: Vec<(KeyFacts, Place)>,
    /// Everything that is in the files, in their order. Secrets are told by kind and place; their bytes are gone.
    pub items: Vec<Item>,
    /// Whether a key or a store has a passphrase and none was given.
    pub is_passphrase_missing: bool,
    /// Of the findings, the kinds for which a device's client does not read the files as they are written. They are
    /// warnings, because the repaired text ([`File::to_pem`](crate::cert::File::to_pem)) is all that it takes.
    pub refused: Vec<&'static Definition>,
    /// The way from the device's certificate to what the service has, the leaf first.
    pub steps: Vec<Step>,
    /// What was looked at, and what came of it; empty where the files were only read.
    pub checked: Vec<Checked>,
    /// What is wrong, in the order of the files and then of the rules.
    pub findings: Vec<Finding>,
}

impl Report {
    /// What a device sends: leaf and intermediates, but neither the root nor the CA that the service has already
    /// (azure-iot-sdk-c `prov_dev_client_ll_x509_sample/readme.md`).
    #[must_use]
    pub fn sent(&self) -> Vec<&Link> {
        self.chain.sent(&self.group_cas).map(AsRef::as_ref).collect()
    }

    /// What cannot be used at all, whatever the service would say of the certificates: errors about files, or if there
    /// are none about keys.
    #[must_use]
    pub fn unusable(&self) -> Vec<Finding> {
        let errors_of = |is_of: fn(Family) -> bool| {
            let errors = self.findings.iter().filter(|finding| finding.is_error_of(is_of));
            errors.cloned().collect::<Vec<_>>()
        };
        let files = errors_of(Family::is_about_files);
        if files.is_empty() { errors_of(Family::is_about_keys) } else { files }
    }

    /// The certificate that a private key belongs to, the device's chain first.
    #[must_use]
    pub fn owner(&self, key: &KeyFacts) -> Option<&Certificate> {
        let mut certificates = self.roles().map(|(link, _)| &link.certificate);
        certificates.find(|certificate| key.matches(&certificate.public_key) == KeyMatch::Yes)
    }

    /// Whether no private key was compared with the device's certificate and found to be its own: nothing shows that the
    /// device can prove itself by it.
    #[must_use]
    pub fn is_key_unseen(&self) -> bool {
        let Some(leaf) = &self.chain.leaf else { return false };
        let is_its = |(key, _): &(KeyFacts, Place)| {
            self.owner(key).is_some_and(|owner| owner.der == leaf.certificate.der)
        };
        !self.keys.iter().any(is_its)
    }

    /// Every certificate with its role, the device's chain first.
    pub fn roles(&self) -> impl Iterator<Item = (&Arc<Link>, Role)> {
        let device = self.chain.links().chain(&self.chain.strangers);
        device
            .chain(&self.group_cas)
            .chain(&self.server_trust)
            .map(|link| (link, Role::of(link, &self.chain)))
    }
}
